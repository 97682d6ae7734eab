"""Every step is safe to run twice: a task that is delivered again changes nothing and answers the same (I3, F07)."""

import re
import subprocess
from dataclasses import replace
from typing import Any

import pytest

from onething.engine.contract import TOPICS, Topic, all_in_order
from onething.engine.worker import Task
from onething.papers.signing import verify
from onething.store import audit, certificates, documents, notices
from onething.vocabulary import Channel, PaperKind
from simulation.answers import YES
from simulation.town import Town
from workers import ending_papers
from workers.table import bound_to

pytestmark = pytest.mark.engine
ELSEWHERE = (Topic.WITHDRAWAL, Topic.GUIDANCE, Topic.JOINT_ACT, Topic.EXTRA_STEP)
"""Steps of cases of their own, proved beside them."""
APPROVAL = ("decide", "front-failed", "step-done", "extension-decided")
CASE_STEPS = {Topic.INTAKE, Topic.DISPATCH, Topic.DELIVERY, Topic.ARCHIVE, Topic.WITHDRAWAL}


def count(town: Town, number: str) -> dict[str, int]:
    with town.tools.store.reading() as session:
        return {
            "papers": len(documents.papers(session, number)), "certificates": len(certificates.of_case(session, number)),
            "notices": len(notices.of_case(session, number)), "records": len(audit.trail(session, number)),
        }


def variables_for(topic: str, item: str) -> list[dict[str, Any]]:
    answers = {key: value for form in YES.values() for key, value in form.items()}
    steps = {Topic.ACCEPTANCE: ("open", "pulled", "decide", "deem", "auto"), Topic.APPROVAL: APPROVAL,
             Topic.DELIVERY: ("prepare", "sent", "prove"), Topic.INTAKE: ("prepare", "record", "reason"),
             Topic.DISPATCH: ("digitised", "push", "hand-over", "receive")}.get(topic, ("",))
    own = {} if topic in CASE_STEPS else {"item": item}
    return [{**answers, **own, "step": step} for step in steps]


class Answered:
    """The engine, but for who completed a form: these tasks are of no process that had one."""

    def __init__(self, engine: Any) -> None:
        self.engine = engine

    def __getattr__(self, name: str) -> Any:
        return getattr(self.engine, name)

    def completer(self, *_: str) -> str:
        return "reviewer-market-regulation-410105"


@pytest.mark.parametrize("topic", [topic for topic in TOPICS if topic not in ELSEWHERE])
def test_a_repeated_step_changes_nothing(town: Town, topic: str) -> None:
    item = "food-business-license"
    number = town.submit("open-restaurant", [item], way="counter")
    town.work(number)
    root = town.admin.root_instance(number)
    assert root
    desk = replace(town.desk, engine=Answered(town.desk.engine))
    before, states = count(town, number), town.states(number)
    for variables in variables_for(topic, item):
        task = Task("again", topic, number, root.id, "again", variables, None, "somebody")
        answers = [dict(bound_to(desk)[topic](task)) for _ in range(2)]
        assert answers[0] == answers[1]
    assert count(town, number) == before
    assert (town.states(number), town.case(number).state) == (states, "completed")


def twice(town: Town, topic: str, number: str, step: str, **variables: Any) -> None:
    """The step again and again once the case has ended: the same answer, not one paper more (I3)."""
    root = town.admin.root_instance(number)
    assert root
    before, desk = count(town, number), replace(town.desk, engine=Answered(town.desk.engine))
    task = Task("again", topic, number, root.id, "again", {**variables, "step": step}, None, "somebody")
    answers = [dict(bound_to(desk)[topic](task)) for _ in range(2)]
    assert answers[0] == answers[1]
    assert count(town, number) == before


def test_a_case_not_taken_in_has_one_notice_of_it_however_often_the_step_runs(town: Town) -> None:
    number = town.submit("open-restaurant", ["food-business-license"])
    rejected = {**all_in_order(), "intake_decision": "rejected", "intake_reason": "经营场所不在本区"}
    town.do(town.task(number, "intake-review"), rejected)
    town.wait(lambda: town.admin.process_state(number) == "COMPLETED")
    assert count(town, number)["papers"] == 1
    twice(town, Topic.INTAKE, number, "record", **rejected, material_keys="")


def test_r86_r87_what_is_withdrawn_is_told_in_writing_once(town: Town) -> None:
    """An item and what ends with it has a paper of its own, made by the relay; the rest of the case has one in the end."""
    items = ["food-business-license", "fire-safety-inspection", "urban-drainage-permit"]
    number = town.submit("open-restaurant", items, channel=Channel.WINDOW)
    town.work(number, until="acceptance-review")
    town.withdraw(number, items[1])
    [(item, text)] = town.wait(lambda: endings(town, number))
    name = {item: town.tools.catalogue.items[item].name for item in items}
    assert item == items[1]
    for said in ("终止办理告知书", f"撤回“{name[item]}”", "其他事项不受影响", "原件继续用于办理其他事项", "随时重新申请"):
        assert said in text
    assert name[items[0]] not in text
    ending_papers.items_withdrawn(town.desk, number, item, [item])
    assert len(endings(town, number)) == 1
    town.withdraw(number)
    town.wait(lambda: not any(task.key == "acceptance-review" for task, _ in town.open_tasks(number)))
    town.work(number)
    town.wait(lambda: town.admin.process_state(number) == "COMPLETED")
    whole = dict(endings(town, number))
    assert set(whole) == {"", items[1]}
    for said in (name[items[0]], name[items[2]], "撤回本次申请", "统一退还", "随时重新申请"):
        assert said in whole[""]
    assert name[items[1]] not in whole[""]
    twice(town, Topic.WITHDRAWAL, number, "record")


def endings(town: Town, number: str) -> list[tuple[str, str]]:
    """The item each 终止办理告知书 is of, and what it says."""
    with town.tools.store.reading() as session:
        found = [row for row in documents.papers(session, number) if row.paper_kind == PaperKind.ENDING_NOTICE]
        pdfs = [(row.item, documents.content(session, row)) for row in found]
    assert all(verify(pdf, town.authority.trust).valid for _, pdf in pdfs)
    return [(item, text_of(pdf)) for item, pdf in pdfs]


def text_of(pdf: bytes) -> str:
    told = subprocess.run(["pdftotext", "-raw", "-", "-"], input=pdf, capture_output=True, check=True).stdout.decode()
    return re.sub(r"\s", "", told)
