"""Consultations on the real engine: the adviser's group answers in Tasklist, nothing of a case begins (R28-R37)."""

import json
import subprocess
import uuid
from typing import Any

import pytest

from api.asking import Inquiry, ask
from onething.engine.contract import Topic
from onething.engine.worker import Task
from onething.papers.signing import verify
from onething.store import GuidanceRequest, accounts, applications, audit, documents, guidance
from onething.vocabulary import GuidanceKind
from simulation.town import Town
from workers.table import HANDLERS

pytestmark = pytest.mark.engine
THREE = "1. 平面图未标注面积\n2. 身份证明已过期\n\n3. 承诺书没有签字\n"
BUNDLES = {
    "open-restaurant": ("food-business-license", "adviser-market-regulation-410105"),
    "school-admission": ("household-registration-query", "adviser-service-centre-410105"),
    "after-death": ("death-certificate-natural", "adviser-civil-affairs-410105"),
}
ASKED = ("open-restaurant", "school-admission")
"""A bundle whose lead department advises, and one it delegated to the service centre (R32)."""
CHECKED = ("open-restaurant", "after-death")
"""Bundles with something to upload."""


def put(town: Town, bundle: str, kind: GuidanceKind, **more: Any) -> str:
    with town.tools.store.transaction() as session:
        account = accounts.ensure(session, "dev:zhang", "citizen", "张三")
        account.phone = "13800000000"
        upload = documents.add(session, town.clock.now(), account.id, "图.pdf", "application/pdf", b"%PDF-1.7\n")
        need = next(
            (use.key for use in town.tools.catalogue.items[BUNDLES[bundle][0]].materials
             if town.tools.catalogue.materials[use.key].source == "applicant"), "",
        )
        return ask(session, town.tools, account, uuid.uuid4().hex, Inquiry(
            kind=kind, bundle=bundle, district="410105", items=(BUNDLES[bundle][0],),
            documents={need: upload.id} if kind == GuidanceKind.PRE_CHECK else {}, **more,
        )).number


def advise(town: Town, number: str, group: str, **answer: str) -> None:
    """The adviser finds the task with her own rights, claims it and submits the form."""
    adviser = town.person(group)
    [task] = town.wait(lambda: adviser.user_tasks(number))
    assert adviser.form_variables(task.id)["application_no"] == number
    adviser.claim(task.id)
    adviser.complete_task(task.id, answer)
    town.wait(lambda: town.admin.process_state(number) == "COMPLETED")


def request_of(town: Town, number: str) -> GuidanceRequest:
    with town.tools.store.reading() as session:
        return guidance.get(session, number)


def text_of(town: Town, document_id: str | None) -> str:
    with town.tools.store.reading() as session:
        pdf = documents.content(session, documents.get(session, document_id or ""))
    assert verify(pdf, town.authority.trust).valid
    done = subprocess.run(["pdftotext", "-layout", "-", "-"], input=pdf, capture_output=True, check=True)
    return "".join(done.stdout.decode().split())


@pytest.mark.parametrize("bundle", ASKED)
def test_r28_r29_r31_r32_r33_r37_a_named_adviser_answers_with_the_one_time_notification(town: Town, bundle: str) -> None:
    item, group = BUNDLES[bundle]
    number = put(town, bundle, GuidanceKind.QUESTION, question="需要带什么？")
    advise(town, number, group, guidance_answer="按告知单准备即可。")
    request = request_of(town, number)
    assert (request.state, request.answer, request.answered_by) == ("answered", "按告知单准备即可。", group)
    assert request.adviser_name.endswith("咨询辅导员")
    assert "guidance-answer" in town.path(number)
    assert "guidance-pre-check" not in town.path(number)
    paper = text_of(town, request.document_id)
    for word in (number, request.guide_version, request.adviser_name, town.tools.catalogue.items[item].name, "待核实"):
        assert word in paper, word


@pytest.mark.parametrize("bundle", CHECKED)
def test_r34_r36_three_planted_defects_are_three_lines_of_one_notice_and_no_clock_runs(town: Town, bundle: str) -> None:
    number = put(town, bundle, GuidanceKind.PRE_CHECK)
    group = BUNDLES[bundle][1]
    advise(town, number, group, pre_check_opinion="gaps", pre_check_gaps=THREE)
    request = request_of(town, number)
    assert request.gaps == ["平面图未标注面积", "身份证明已过期", "承诺书没有签字"]
    paper = text_of(town, request.document_id)
    assert all(gap in paper for gap in request.gaps)
    assert "需要补充、完善的全部内容（3条）" in paper
    assert "不是收件回执" in paper
    with town.tools.store.reading() as session:
        assert applications.clocks(session, number) == []
        assert documents.papers(session, number) == []
        of_account = {case.number for case in applications.of_account(session, request.account_id)}
        assert number not in of_account
        assert [r.action for r in audit.trail(session, number)] == ["ask", "guidance-pre-check"]
    assert town.admin.timers(number) == []


def test_r31_s05_other_advisers_and_reviewers_see_nothing(town: Town) -> None:
    number = put(town, "open-restaurant", GuidanceKind.QUESTION, question="多久能办好？")
    town.wait(lambda: town.admin.user_tasks(number))
    for stranger in ("adviser-service-centre-410105", "adviser-market-regulation-410100", "window-410105",
                     "reviewer-market-regulation-410105"):
        assert town.person(stranger).user_tasks(number) == [], stranger
    variables = town.admin.variables(number)
    assert "多久能办好？" not in variables.values(), "S11: no words of people in the engine"
    advise(town, number, "adviser-market-regulation-410105", guidance_answer="见告知单。")


def test_r33_whoever_asked_is_told_by_one_sms(town: Town) -> None:
    number = put(town, "open-restaurant", GuidanceKind.QUESTION, question="问")
    advise(town, number, "adviser-market-regulation-410105", guidance_answer="答")
    told = town.wait(lambda: [body for key, body in sent(town) if key.startswith(number)])
    assert [body["phone"] for body in told] == ["138****0000"]
    assert number in told[0]["text"]


def sent(town: Town) -> list[tuple[str, dict[str, str]]]:
    lines = (town.var / "outgoing" / "sms.jsonl").read_text(encoding="utf-8").splitlines()
    return [(line["key"], line["body"]) for line in map(json.loads, lines)]


@pytest.mark.parametrize("kind", GuidanceKind)
def test_r36_recording_twice_changes_nothing(town: Town, kind: GuidanceKind) -> None:
    number = put(town, "open-restaurant", kind, question="问")
    words = {"guidance_answer": "答", "pre_check_opinion": "complete", "pre_check_gaps": ""}
    form = {"question": ("guidance_answer",), "pre-check": ("pre_check_opinion", "pre_check_gaps")}[kind]
    advise(town, number, "adviser-market-regulation-410105", **{name: words[name] for name in form})
    before, root = request_of(town, number), town.admin.root_instance(number)
    assert root
    task = Task("again", Topic.GUIDANCE, number, root.id, "again", {**words, "guidance_kind": str(kind)}, None, "somebody")
    for _ in range(2):
        assert HANDLERS[Topic.GUIDANCE](task, town.desk) == {"input_problem": ""}
    after = request_of(town, number)
    assert (after.version, after.document_id, after.answered_at) == (before.version, before.document_id, before.answered_at)
