"""What a clerk registers at the counter becomes the step of the process: the real relay's errand and the real workers, with
a list of open tasks in the engine's place (R42-R45, R49, R51, R89, R97, R102)."""

from __future__ import annotations

import io
import re
import subprocess
import uuid
from dataclasses import dataclass, field
from typing import Any

import pikepdf
import pytest

from onething.engine.contract import Topic
from onething.engine.records import UserTask
from onething.engine.worker import Task
from onething.gateways import gateways_of
from onething.papers.signing import LocalAuthority
from onething.store import applications, audit, consents, custody, deliveries, documents, intake, outbox, window
from onething.vocabulary import ItemState
from workers import clocks, counter
from workers.desk import Desk
from workers.relay import decode
from workers.table import HANDLERS

from .conftest import PDF
from .test_window_new import begin, hand_in

STEP_OF = {
    "intake-review": (Topic.INTAKE, "record"), "digitising": (Topic.DISPATCH, "digitised"),
    "paper-handover": (Topic.DISPATCH, "hand-over"), "result-handover": (Topic.DELIVERY, "prove"),
    "material-return": (Topic.WITHDRAWAL, "returned"),
}


@dataclass
class Tasklist:
    """Open tasks with what their forms show, who claimed them, and who completed which."""

    shown: dict[str, dict[str, Any]] = field(default_factory=dict)
    claimed: dict[str, str] = field(default_factory=dict)
    completed: list[tuple[str, str, dict[str, Any]]] = field(default_factory=list)

    def user_tasks(self, number: str, *, candidate_group: str, key: str) -> list[UserTask]:
        if key not in self.shown:
            return []
        return [UserTask(key, key, key, self.claimed.get(key), None, None, "process", None)]

    def form_variables(self, task_id: str) -> dict[str, Any]:
        return self.shown[task_id]

    def claim(self, task_id: str, user: str) -> None:
        self.claimed[task_id] = user

    def complete_task(self, task_id: str, variables: dict[str, Any]) -> None:
        self.completed.append((task_id, self.claimed.pop(task_id), {**self.shown.pop(task_id), **variables}))

    def completer(self, _process: str, task: str, group: str = "") -> str:
        return next(who for key, who, _ in reversed(self.completed) if key == task)

    def instances(self, _number: str) -> list[Any]:
        return []

    timers = models_of = instances


@dataclass
class Chain:
    tools: Any
    engine: Tasklist
    desk: Desk

    def step(self, number: str, topic: str, step: str, item: str = "", **values: Any) -> Any:
        task = Task(uuid.uuid4().hex, topic, number, "process", "step", {"step": step, "item": item, **values}, None, "test")
        return HANDLERS[topic](task, self.desk)

    def open(self, number: str, key: str, **shown: Any) -> None:
        self.engine.shown[key] = {"application_no": number, **shown}

    def relay(self, number: str) -> list[str]:
        """Carry out what was promised about tasks, and the step behind each completed one; what had to wait."""
        with self.tools.store.reading() as session:
            entries = [row for row in outbox.waiting(session) if row.kind == "finish-task" and row.number == number]
        waits = []
        for entry in entries:
            before = len(self.engine.completed)
            body = decode(entry.body)
            told = [*body["answers"].values(), *(problem for _, _, problem in body["judged"].values())]
            assert all(str(value).isascii() for value in told), "words stay in the store (S11)"
            problem = counter.finish(self.tools, self.engine, body)
            with self.tools.store.transaction() as session:
                (outbox.postpone if problem else lambda s, i, t, p: outbox.done(s, t, i))(
                    session, entry.id, self.tools.clock.now(), problem
                )
            waits += [problem] if problem else []
            for key, _, values in self.engine.completed[before:]:
                topic, step = STEP_OF[key]
                found = self.step(number, topic, step, **values)
                assert not found.get("input_problem"), found
        return waits

    def acts(self, number: str) -> list[str]:
        with self.tools.store.reading() as session:
            return [act.task for act in window.due(session, applications.get(session, number))]

    def papers(self, number: str) -> list[str]:
        with self.tools.store.reading() as session:
            return [row.paper_kind for row in documents.papers(session, number)]


@pytest.fixture
def chain(tools: Any, app: Any) -> Chain:
    engine = Tasklist()
    var = tools.settings.var_dir
    return Chain(tools, engine, Desk(tools, engine, LocalAuthority(var / "authority"), gateways_of(tools.settings)))


@pytest.fixture
def clerk(person: Any) -> Any:
    return person("window-410105")


@pytest.fixture
def number(chain: Chain, clerk: Any) -> str:
    """A case at the counter whose task of intake is open."""
    found = hand_in(clerk, begin(clerk, **{"applicant.name": "王五"}).headers["location"]).headers["location"].rpartition("/")[2]
    chain.open(found, "intake-review", **chain.step(found, Topic.INTAKE, "prepare"))
    return found


def review(clerk: Any, number: str, decision: str = "accepted", **more: str) -> Any:
    fields = {"decision": decision, "complete.identity": "yes", "legal.identity": "yes"}
    return clerk.send(f"/staff/window/{number}/acts/intake-review", fields | more)


def take_in(chain: Chain, clerk: Any, number: str) -> None:
    assert review(clerk, number).status_code == 303
    assert chain.relay(number) == []


def test_r42_r45_the_clerks_judgement_completes_the_task_in_the_clerks_name(chain: Chain, clerk: Any, number: str) -> None:
    assert review(clerk, number).status_code == 303
    assert "系统正在办理" in clerk.get(f"/staff/window/{number}").text, "registered, and nothing has called the engine"
    assert chain.engine.completed == []
    assert chain.relay(number) == []
    [(key, who, values)] = chain.engine.completed
    assert (key, who, values["intake_decision"]) == ("intake-review", "window-410105", "accepted")
    with chain.tools.store.reading() as session:
        [check] = intake.checks(session, number)
        case = applications.get(session, number)
        held = custody.holders(session, number)
        said = {entry.action: entry.actor for entry in audit.trail(session, number)}
    assert (check.outcome, check.clerk, case.state) == ("accepted", "window-410105", "in-progress")
    assert said["window-intake-review"] == "window-410105"
    assert held == {"identity": "window-410105"}
    assert "receipt" in chain.papers(number)
    assert chain.acts(number) == ["digitising", "paper-handover"]
    page = clerk.get(f"/staff/window/{number}").text
    assert "打印收件回执" in page
    assert "待扫描，还剩 2 小时 0 分" in re.sub("<[^>]+>", "", page), "the two hours are in sight (R49)"


def test_r43_one_notice_with_what_was_found_and_a_defect_needs_its_words(chain: Chain, clerk: Any, number: str) -> None:
    silent = review(clerk, number, "correction", **{"complete.identity": ""})
    assert silent.status_code == 422
    assert silent.text.count("请写明“身份证明”的问题和补正办法") == 2, "in the summary and beside the material"
    careless = review(clerk, number, **{"complete.identity": ""})
    assert careless.status_code == 422
    assert "请逐份核对后勾选" in careless.text
    assert review(clerk, number, "correction", **{"complete.identity": "", "problem.identity": "缺背面"}).status_code == 303
    chain.relay(number)
    with chain.tools.store.reading() as session:
        case = applications.get(session, number)
        assert (case.state, case.reason) == ("correction", "身份证明不齐全：缺背面")
    assert chain.papers(number) == ["correction-notice"]
    answer = clerk.send(f"/staff/window/{number}/correction", files={"material-identity": ("补.pdf", PDF)})
    assert answer.status_code == 303, answer.text
    assert chain.acts(number) == ["intake-review"], "the same case, two hours again (R58)"
    record = clerk.get(f"/staff/window/{number}").text.split("窗口经办记录")[1]
    assert re.search(r"<strong>收取补正材料</strong>.*?身份证明</span>", record, re.DOTALL)


def test_r49_r51_scans_then_the_originals_go_to_the_lead(chain: Chain, clerk: Any, number: str) -> None:
    take_in(chain, clerk, number)
    act = f"/staff/window/{number}/acts"
    early = clerk.send(f"{act}/digitising")
    assert early.status_code == 422
    assert "还没有扫描：身份证明" in early.text
    scans = f"/staff/window/{number}/scans/identity"
    assert clerk.send(scans, files={"file": ("拿错了.pdf", PDF)}).status_code == 303
    assert "重新扫描" in clerk.get(f"/staff/window/{number}").text
    assert clerk.send(scans, files={"file": ("扫描.pdf", PDF)}).status_code == 303, "nobody has seen the wrong one yet"
    chain.open(number, "digitising")
    assert clerk.send(f"{act}/digitising").status_code == 303
    assert "扫描.pdf" in clerk.get(f"/staff/window/{number}").text
    nameless = clerk.send(f"{act}/paper-handover")
    assert nameless.status_code == 422
    chain.open(number, "paper-handover")
    assert clerk.send(f"{act}/paper-handover", {"receiver": "牵头老李"}).status_code == 303
    assert chain.relay(number) == []
    assert chain.acts(number) == [], "the lead counts now"
    assert clerk.send(scans, files={"file": ("晚了.pdf", PDF)}).status_code == 409, "the departments have it"
    page = clerk.get(f"/staff/window/{number}").text
    assert "（牵头老李），待对方清点确认" in page
    chain.engine.completed.append(("paper-receipt", "lead", {}))
    chain.step(number, Topic.DISPATCH, "receive", originals_received="different", receipt_note="少一份")
    assert chain.acts(number) == ["paper-handover"], "what does not tally comes back"
    assert clerk.send(f"{act}/paper-handover", {"receiver": "牵头老李"}).status_code == 303


def ready(chain: Chain, clerk: Any, number: str, way: str = "counter") -> None:
    """Everything is decided and lies at the delivery window."""
    take_in(chain, clerk, number)
    with chain.tools.store.transaction() as session:
        case = applications.lock(session, number)
        case.delivery_way = way
        for row in case.items:
            row.state, row.decided_at = "approved", chain.tools.clock.now()
    shown = chain.step(number, Topic.DELIVERY, "prepare")
    chain.open(number, "result-handover", delivery_way=way, delivery_attempt=shown["delivery_attempt"])


COLLECTS = {"receiver": "王五", "id_no": "410105199511119017", "relation": "self", "signed": "yes", "proof": "签-1"}


def test_r97_a_result_is_handed_over_with_identity_and_signature(chain: Chain, clerk: Any, person: Any, number: str) -> None:
    ready(chain, clerk, number)
    act, window_of_results = f"/staff/window/{number}/acts/result-handover", person("delivery-410105")
    assert clerk.send(act, COLLECTS).status_code == 403, "results are the delivery window's"
    for missing, said in (
        ({"signed": ""}, "签名"), ({"id_no": "1"}, "身份证号码不正确"), ({"receiver": "", "relation": "agent"}, "请填写姓名"),
        ({"id_no": "410102199001010012"}, "与申请人不一致"), ({"relation": ""}, "请选择谁来领取"),
    ):
        refused = window_of_results.send(act, COLLECTS | missing)
        assert refused.status_code == 422
        assert said in refused.text
    slip = window_of_results.get(f"/staff/window/{number}/slip.pdf")
    assert (slip.status_code, slip.headers["content-type"]) == (200, "application/pdf")
    mine = COLLECTS | {"receiver": ""}  # whose number it is need not say the name as well
    assert window_of_results.send(act, mine, files={"scan": ("签收.pdf", PDF)}).status_code == 303
    assert chain.relay(number) == []
    with chain.tools.store.reading() as session:
        [attempt] = deliveries.attempts(session, number)
        row = window.of_case(session, number)[-1]
    assert (attempt.outcome, attempt.receiver, attempt.actor) == ("delivered", "王五", "delivery-410105")
    assert (row.person_id, row.relation) == ("4101**********9017", "本人"), "of the number only the ends are kept"
    assert row.document_id
    page = window_of_results.get(f"/staff/window/{number}").text
    assert f"/documents/{row.document_id}/view" in page
    assert "410105199511119017" not in page
    assert "delivery-record" in chain.papers(number)


def test_the_counter_reads_everything_that_happened_to_a_case_newest_first(
    chain: Chain, clerk: Any, person: Any, number: str
) -> None:
    ready(chain, clerk, number)
    window_of_results = person("delivery-410105")
    window_of_results.send(f"/staff/window/{number}/acts/result-handover", COLLECTS)
    chain.relay(number)
    page = window_of_results.get(f"/staff/window/{number}").text
    steps = [re.sub("<[^>]+>", "", one) for one in page.partition("<summary>办件经过")[2].partition("</ol>")[0].split("<li>")[1:]]
    done = [next(place for place, step in enumerate(steps) if what in step) for what in ("送达结果", "审查材料", "提交申请")]
    assert done == sorted(done), steps
    assert "申请人" in steps[done[-1]] or "综合" in steps[done[-1]], "who handed it in"
    assert any("告知申请人" in step for step in steps)
    assert not any(word in step for step in steps for word in ("查看办件", "登记办理")), "looking is no step, acts stand above"


def test_r102_what_was_not_delivered_comes_back_and_is_tried_again(chain: Chain, clerk: Any, person: Any, number: str) -> None:
    ready(chain, clerk, number)
    act, window_of_results = f"/staff/window/{number}/acts/result-handover", person("delivery-410105")
    assert window_of_results.send(act, {"outcome": "failed"}).status_code == 422
    assert window_of_results.send(act, {"outcome": "failed", "reason": "无人来领"}).status_code == 303
    chain.relay(number)
    shown = chain.step(number, Topic.DELIVERY, "prepare")
    with chain.tools.store.reading() as session:
        [act_now] = [one for one in window.due(session, applications.get(session, number)) if one.task == "result-handover"]
    assert act_now.round == 1
    assert shown["delivery_attempt"] == 2


def test_r99_a_parcel_has_its_label(chain: Chain, clerk: Any, person: Any, number: str) -> None:
    ready(chain, clerk, number, "courier")
    with chain.tools.store.transaction() as session:
        case = applications.lock(session, number)
        case.applicant = {**case.applicant, "address": "郑州市金水区花园路 1 号"}
    window_of_results = person("delivery-410105")
    label = window_of_results.get(f"/staff/window/{number}/label.pdf")
    assert label.status_code == 200
    with pikepdf.open(io.BytesIO(label.content)) as pdf:
        assert len(pdf.pages) == 1
        assert round(float(pdf.pages[0].mediabox[2])) == 298, "A6"
    told = subprocess.run(["pdftotext", "-raw", "-", "-"], input=label.content, capture_output=True, check=True).stdout.decode()
    for said in ("金水区发证窗口", "12345", "郑州市金水区花园路1号"):
        assert said in told.replace(" ", "").replace("\n", ""), "who sends it, whom to call, where it goes"
    sent = window_of_results.send(f"/staff/window/{number}/acts/result-handover", {"proof": "EMS1"})
    assert sent.status_code == 303
    chain.relay(number)
    with chain.tools.store.reading() as session:
        assert [row.proof_no for row in deliveries.attempts(session, number)] == ["EMS1"]


def test_r89_the_originals_of_a_withdrawn_case_are_given_back(chain: Chain, clerk: Any, person: Any, number: str) -> None:
    take_in(chain, clerk, number)
    assert person("demo-wang-wu").send(f"/cases/{number}/withdrawal").status_code == 303
    chain.step(number, Topic.WITHDRAWAL, "record")
    assert chain.acts(number)[-1] == "material-return"
    page = clerk.get(f"/staff/window/{number}").text
    assert "待扫描" not in page.split('id="materials"')[1]
    assert "扫描或拍照" not in page, "nothing of a case that has ended is scanned any more"
    late = clerk.send(f"/staff/window/{number}/scans/identity", files={"file": ("晚了.pdf", PDF)})
    assert (late.status_code, "已经结束" in late.text) == (409, True)
    assert clerk.get(f"/staff/window/{number}/slip.pdf?what=originals").status_code == 200
    chain.open(number, "material-return")
    assert clerk.send(f"/staff/window/{number}/acts/material-return", COLLECTS).status_code == 303
    chain.relay(number)
    with chain.tools.store.reading() as session:
        assert custody.holders(session, number) == {"identity": "applicant"}
        assert custody.ledger(session, number)[-1].receiver == "王五"


def asks(name: str, **fields: str) -> dict[str, str]:
    """Somebody at the counter wants something; the fields of that part of the page begin with its name."""
    person = {field: text for field, text in COLLECTS.items() if field != "proof"}
    return {f"{name}-{field}": text for field, text in person.items()} | fields


def test_r86_somebody_at_the_counter_withdraws_the_case(chain: Chain, clerk: Any, person: Any, number: str) -> None:
    take_in(chain, clerk, number)
    address = f"/staff/window/{number}/withdrawal"
    assert "撤回事项或整个办件" in clerk.get(f"/staff/window/{number}").text
    assert person("delivery-410105").send(address, asks("withdrawal", scope="whole")).status_code == 403
    for wrong, said in (
        (asks("withdrawal"), "请选择要撤回的事项"), (asks("withdrawal", scope="whole") | {"withdrawal-signed": ""}, "撤回申请书"),
        (asks("withdrawal", scope="whole") | {"withdrawal-id_no": "410102199001010012"}, "与申请人不一致"),
    ):
        refused = clerk.send(address, wrong)
        assert refused.status_code == 422
        assert said in refused.text
        assert 'value="王五"' in refused.text, "what was typed is still there"
    nothing = clerk.send(address, {"withdrawal-receiver": ""}).text
    for said in ("请选择要撤回的事项", "请选择谁来办", "请填写姓名", "请填写身份证号码", "请先在撤回申请书上签名"):
        assert nothing.count(said) == 2, "in the summary and at its field, all at once"
    slip = clerk.get(f"/staff/window/{number}/slip.pdf?what=withdrawal")
    assert (slip.status_code, slip.headers["content-type"]) == (200, "application/pdf")
    assert clerk.send(address, asks("withdrawal", scope="whole"), files={"scan": ("书.pdf", PDF)}).status_code == 303
    assert clerk.send(address, asks("withdrawal", scope="whole")).status_code == 409
    with chain.tools.store.reading() as session:
        case, row = applications.get(session, number), window.of_case(session, number)[-1]
        told = [entry.body["message"] for entry in outbox.waiting(session) if entry.kind == "correlate"]
        acted = {entry.action: entry.actor for entry in audit.trail(session, number)}
    assert (case.state, row.task, row.person, row.note) == ("withdrawn", "withdrawal", "王五", "整个办件")
    assert row.document_id
    assert told == ["case-withdrawn"]
    assert acted["window-withdrawal"] == acted["withdraw-case"] == "window-410105"
    assert clerk.get(f"/staff/window/{number}/slip.pdf?what=withdrawal").status_code == 409


def test_r86_one_item_is_withdrawn_at_the_counter_with_what_depends_on_it(chain: Chain, clerk: Any, number: str) -> None:
    take_in(chain, clerk, number)
    with chain.tools.store.reading() as session:
        items = [row.item for row in applications.get(session, number).items]
    stranger = clerk.send(f"/staff/window/{number}/withdrawal", asks("withdrawal", scope="no-item"))
    assert stranger.status_code == 422
    assert clerk.send(f"/staff/window/{number}/withdrawal", asks("withdrawal", scope=items[0])).status_code == 303
    with chain.tools.store.reading() as session:
        assert applications.item_of(applications.get(session, number), items[0]).state == "withdrawn"
        assert window.of_case(session, number)[-1].scope == items[0]


def test_r95_somebody_at_the_counter_gets_the_results_another_way(
    chain: Chain, clerk: Any, person: Any, number: str
) -> None:
    ready(chain, clerk, number)
    address, at_results = f"/staff/window/{number}/delivery", person("delivery-410105")
    wish = asks("delivery", **{"delivery-delivery_way": "courier", "delivery-delivery_mode": "unified"})
    homeless = at_results.send(address, wish)
    assert homeless.status_code == 422
    assert "地址" in homeless.text
    assert at_results.send(address, wish | {"delivery-applicant.address": "郑州市金水区花园路 1 号"}).status_code == 303
    with chain.tools.store.reading() as session:
        case, row = applications.get(session, number), window.of_case(session, number)[-1]
        [told] = [one for one in consents.of_case(session, number) if one.part == "courier"]
        trail = [entry.action for entry in audit.trail(session, number)]
    assert (case.delivery_way, row.task, row.note) == ("courier", "delivery-choice", "全流程办结后统一领取，邮寄送达")
    assert (told.way, told.person, told.clerk) == ("counter", "王五", "delivery-410105")
    assert {"choose-delivery", "window-delivery-choice"} <= set(trail)


def test_an_act_is_registered_once_and_waits_for_its_task(chain: Chain, clerk: Any, number: str) -> None:
    shown = chain.engine.shown.pop("intake-review")
    assert review(clerk, number).status_code == 303
    assert review(clerk, number).status_code == 409, "registered already"
    assert chain.relay(number) == [counter.WAITS]
    chain.engine.shown["intake-review"] = shown
    chain.engine.claimed["intake-review"] = "somebody-else"
    assert "somebody-else" in chain.relay(number)[0]
    chain.engine.claimed.clear()
    assert chain.relay(number) == []
    assert chain.acts(number)[0] == "digitising"


def test_what_was_done_in_tasklist_meanwhile_counts_and_the_act_is_dropped(chain: Chain, clerk: Any, number: str) -> None:
    assert review(clerk, number).status_code == 303
    shown = chain.engine.shown["intake-review"]
    chain.engine.completed.append(("intake-review", "colleague", {}))
    chain.step(number, Topic.INTAKE, "record", **{
        **shown, "complete_01": True, "legal_01": True, "intake_decision": "accepted",
    })
    before = len(chain.engine.completed)
    assert chain.relay(number) == []
    assert len(chain.engine.completed) == before
    with chain.tools.store.reading() as session:
        assert [row.clerk for row in intake.checks(session, number)] == ["colleague"]
    page = clerk.get(f"/staff/cases/{number}").text
    assert "第 1 次：收件" in page
    assert "colleague" not in page, "who has no account here is named by the post"
    assert ">金水区综合受理窗口</span>" in page


def test_a_fault_is_said_where_the_clerk_looks_and_its_form_stays_open(
    chain: Chain, clerk: Any, number: str, clock: Any
) -> None:
    """With nothing to do the right column says so, but not while something has to be put right."""
    take_in(chain, clerk, number)
    with chain.tools.store.transaction() as session:
        applications.end_all_clocks(session, number, chain.tools.clock.now())
        lead, here, now = "lead-market-410105", "window-410105", chain.tools.clock.now()
        custody.transfer(session, number, lead, window=here, lead=lead, actor=here, at=now)
    clock.move(minutes=1)
    idle = "现在没有窗口要办的事"
    assert idle in clerk.get(f"/staff/window/{number}").text
    page = clerk.send(f"/staff/window/{number}/withdrawal", {"withdrawal-receiver": ""}).text
    assert idle not in page
    assert '<a href="#withdrawal-scope">' in page.split('class="action"')[1]
    assert re.search(r'<details class="more" open><summary>撤回事项或整个办件', page)
    label, fault = page.index('for="withdrawal-scope"'), page.index('id="withdrawal-scope-fault"')
    assert label < fault < page.index('<select id="withdrawal-scope"')


def test_a_clock_that_stands_still_has_no_date_at_the_counter(chain: Chain, clerk: Any, number: str) -> None:
    take_in(chain, clerk, number)
    with chain.tools.store.transaction() as session:
        case, now = applications.lock(session, number), chain.tools.clock.now()
        item = case.items[0]
        applications.set_item_state(item, ItemState.ACCEPTED)
        due = clocks.start_handling(session, chain.tools, case, item.item, now)
        clocks.pause(session, number, item.item, now)
    block = clerk.get(f"/staff/window/{number}").text.split("事项与部门")[1].split("</section>")[0]
    assert "暂停计时" in block
    assert "恢复后重新计算截止时间" in block
    assert " 前" not in block, due


def test_a_judgement_of_other_versions_is_dropped_and_the_page_says_so(
    chain: Chain, clerk: Any, number: str, clock: Any
) -> None:
    assert review(clerk, number).status_code == 303
    chain.engine.shown["intake-review"]["material_keys"] = "identity:2"
    assert chain.relay(number) == []
    assert chain.engine.completed == []
    clock.move(minutes=2)
    assert "上一次登记没有生效" in clerk.get(f"/staff/window/{number}").text
    chain.engine.shown["intake-review"]["material_keys"] = "identity:1"
    assert review(clerk, number).status_code == 303, "it may be registered again"


def test_r56_an_answer_on_paper_of_a_department_without_a_system_is_put_on_record(
    chain: Chain, clerk: Any, number: str
) -> None:
    take_in(chain, clerk, number)
    with chain.tools.store.transaction() as session:
        intake.dispatch(session, number, "market", "pull", chain.tools.clock.now())
    address = f"/staff/window/{number}/paper-reply"
    assert "没有接入系统的部门" in clerk.get(f"/staff/window/{number}").text
    assert clerk.send(address, {"scope": "birth-in", "note": " "}).status_code == 422
    sent = clerk.send(address, {"scope": "birth-in", "note": "金市监〔2026〕7 号"}, files={"scan": ("来文.pdf", PDF)})
    assert sent.status_code == 303
    with chain.tools.store.reading() as session:
        [told] = [row.body for row in outbox.waiting(session) if row.body.get("what") == "paper-reply"]
        lead = chain.tools.catalogue.bundle(applications.get(session, number).bundle).lead
    assert (told["item"], told["department"], "金市监" in str(told)) == ("birth-in", lead, False)
    page = clerk.get(f"/staff/window/{number}").text
    assert "金市监〔2026〕7 号" in page
    assert "登记部门纸质反馈：婚内出生登记" in page
