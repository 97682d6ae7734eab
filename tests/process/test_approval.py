"""The decision and what leads to it: pre-review, front results, special steps, the one extension (R72-R80, R90, R91)."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from onething.deadlines import kind_of
from onething.engine.records import UserTask
from onething.engine.worker import Task
from onething.errors import Conflict
from onething.store import applications, audit, certificates, documents, notices, procedures
from onething.store.tables import Deadline
from onething.vocabulary import ItemState, PaperKind
from simulation.answers import YES
from simulation.town import Town
from tests.machine.drivers import NoEngine
from tests.process.test_run_twice import text_of
from workers.table import HANDLERS

pytestmark = pytest.mark.engine
LICENCES = [("open-restaurant", "food-business-license"), ("open-hotel", "hotel-special-trade-permit")]
FRONT_AND_BACK = [
    ("open-freight-company", "road-freight-business-permit", "freight-vehicle-transport-certificate"),
    ("unemployment", "unemployment-registration", "unemployment-benefit"),
]
HEARING = {"approval_decision": "special", "special_kind": "hearing", "procedure_reason": "申请人要求听证"}
EXTEND = {"approval_decision": "extension", "procedure_reason": "现场情况复杂，需要进一步核实"}


def test_who_accepted_an_item_does_not_decide_it(town: Town) -> None:
    bundle, item = LICENCES[0]
    number = town.submit(bundle, [item])
    town.work(number, until="approval-decision")
    with town.tools.store.reading() as session:
        row = applications.item_of(applications.get(session, number), item)
        group, accepted_by = row.reviewer_group, row.accepted_by
    accepter = town.person(group)
    assert accepted_by == accepter.user
    task = town.task(number, "approval-decision", item)
    accepter.claim(task.id)
    accepter.complete_task(task.id, YES["approval-decision"])
    again = town.wait(lambda: next((t for t, i in town.open_tasks(number) if i == item and t.id != task.id), None))
    assert again.assignee in (None, ""), "another one of the office takes it"
    assert "受理和审批要由两个人办理" in str(town.admin.form_variables(again.id)["input_problem"])
    assert town.states(number)[item] == ItemState.ACCEPTED
    town.work(number)
    with town.tools.store.reading() as session:
        row = applications.item_of(applications.get(session, number), item)
        assert row.decided_by == town.person(group, "approval-decision").user != accepted_by


@contextmanager
def later(town: Town, by: timedelta) -> Iterator[None]:
    before = town.clock.offset
    town.clock.offset += by
    try:
        yield
    finally:
        town.clock.offset = before


def clock(town: Town, number: str, item: str, name: str = "promised") -> Deadline:
    with town.tools.store.reading() as session:
        return next(c for c in applications.clocks(session, number) if (c.item, c.clock) == (item, name))


def timer_of(town: Town, number: str, activity: str) -> Any:
    return next((job for job in town.admin.timers(number) if job.activity == activity), None)


def near(one: datetime | None, other: datetime) -> bool:
    return one is not None and abs(one - other) < timedelta(seconds=1)


def notice_texts(town: Town, number: str, item: str) -> list[str]:
    with town.tools.store.reading() as session:
        return [row.text for row in notices.of_case(session, number) if row.item == item]


def paper_kinds(town: Town, number: str, item: str) -> list[str]:
    with town.tools.store.reading() as session:
        return [row.paper_kind for row in documents.papers(session, number) if row.item == item]


def problem(town: Town, task: UserTask) -> str:
    return str(town.admin.form_variables(task.id).get("input_problem") or "")


def answered(town: Town, number: str, key: str, item: str, variables: dict[str, Any]) -> str:
    """Do the task and return what the form says when it comes back."""
    first = town.task(number, key, item)
    town.do(first, variables)
    again = town.wait(
        lambda: next((t for t, i in town.open_tasks(number) if (t.key, i) == (key, item) and t.id != first.id), None)
    )
    return problem(town, again)


def at_pre_review(town: Town, bundle: str, front: str, back: str) -> tuple[str, UserTask]:
    """A case whose front item is accepted and undecided."""
    number = town.submit(bundle, [front, back])
    town.work(number, until="acceptance-review")
    for item in (front, back):
        town.do(town.task(number, "acceptance-review", item), YES["acceptance-review"])
    return number, town.task(number, "pre-review", back)


@pytest.mark.parametrize(("bundle", "item"), LICENCES)
def test_r90_a_hearing_stops_the_clock_with_reason_start_and_end(town: Town, bundle: str, item: str) -> None:
    number = town.submit(bundle, [item])
    town.work(number, until="approval-decision")
    before = clock(town, number, item)
    town.do(town.task(number, "approval-decision", item), HEARING)
    step_task = town.task(number, "special-step", item)
    assert step_task.due is None, "nothing is due while the clock stands still"
    assert clock(town, number, item).paused_at
    assert clock(town, number, item, "statutory").paused_at
    town.wait(lambda: timer_of(town, number, f"{item}-promised").suspended)
    assert timer_of(town, number, f"{item}-statutory").suspended
    assert PaperKind.SPECIAL_STEP_NOTICE in paper_kinds(town, number, item)
    assert any("听证" in text and "不计入" in text for text in notice_texts(town, number, item))
    with later(town, timedelta(days=30)):
        town.do(step_task, {"special_outcome": "听证会已举行，双方意见记录在案"})
        decision = town.task(number, "approval-decision", item)
        after = clock(town, number, item)
        with town.tools.store.reading() as session:
            [step] = procedures.steps(session, number, item)
        assert (step.kind, step.reason, step.outcome[:3]) == ("hearing", "申请人要求听证", "听证会")
        assert "" not in (step.started_by, step.ended_by)
        expected = town.tools.calendar.limit_due(
            after.started_at, before.days, pauses=[town.tools.calendar.pause(step.started_at, step.ended_at, "听证")]
        )
        assert near(after.due_at, expected.due)
        assert after.due_at > before.due_at
        paused = [row for row in after.ledger if kind_of(row) == "paused"]
        assert sum(row["counts"] for row in paused) == 0
        assert len(paused) >= 18, "thirty days are some twenty working days"
        assert after.paused_at is None
        timer = town.wait(
            lambda: (job := timer_of(town, number, f"{item}-promised")) and not job.suspended and near(job.due, after.due_at)
        )
        assert timer
        assert near(decision.due, after.due_at)
        assert "暂停" in str(town.admin.form_variables(decision.id).get("due_note"))
        town.work(number)
    assert town.states(number) == {item: ItemState.APPROVED}


@pytest.mark.parametrize(("bundle", "item"), LICENCES)
def test_r90_only_a_declared_step_with_a_reason_may_stop_the_clock(town: Town, bundle: str, item: str) -> None:
    number = town.submit(bundle, [item])
    town.work(number, until="approval-decision")
    undeclared = answered(town, number, "approval-decision", item, {**HEARING, "special_kind": "quarantine"})
    assert "没有这个特别环节" in undeclared
    assert "听证" in undeclared
    assert "理由" in answered(town, number, "approval-decision", item, {**HEARING, "procedure_reason": ""})
    assert clock(town, number, item).paused_at is None
    site_visit = {**HEARING, "special_kind": "site-visit", "procedure_reason": "核对平面图"}
    town.do(town.task(number, "approval-decision", item), site_visit)
    step = town.task(number, "special-step", item)
    assert near(step.due, clock(town, number, item).due_at), "a visit is no reason to stop the clock"
    assert clock(town, number, item).paused_at is None
    assert "结果" in answered(town, number, "special-step", item, {"special_outcome": ""})
    town.work(number)
    assert town.states(number) == {item: ItemState.APPROVED}


@pytest.mark.parametrize(("bundle", "item"), LICENCES)
def test_art_42_the_head_may_extend_a_licence_once(town: Town, bundle: str, item: str) -> None:
    number = town.submit(bundle, [item])
    town.work(number, until="approval-decision")
    before = {name: clock(town, number, item, name) for name in ("promised", "statutory")}
    assert "理由" in answered(town, number, "approval-decision", item, {**EXTEND, "procedure_reason": ""})
    town.do(town.task(number, "approval-decision", item), EXTEND)
    head = town.task(number, "extension-decision", item)
    assert town.admin.form_variables(head.id)["procedure_reason"] == EXTEND["procedure_reason"]
    assert "理由" in answered(town, number, "extension-decision", item, {"extension_decision": "deny", "extension_reason": ""})
    town.do(town.task(number, "extension-decision", item), YES["extension-decision"])
    decision = town.task(number, "approval-decision", item)
    for name, row in before.items():
        now = clock(town, number, item, name)
        assert now.days == row.days + 10
        assert near(now.due_at, town.tools.calendar.limit_due(row.started_at, row.days + 10).due)
        assert near(timer_of(town, number, f"{item}-{name}").due, now.due_at)
    assert near(decision.due, clock(town, number, item).due_at)
    assert PaperKind.EXTENSION_NOTICE in paper_kinds(town, number, item)
    assert any("延长 10 个工作日" in text for text in notice_texts(town, number, item))
    with town.tools.store.reading() as session:
        granted = procedures.extension(session, number, item)
    assert granted.asked_by.startswith("reviewer-")
    assert granted.decided_by.startswith("head-")
    assert "不能再次延期" in answered(town, number, "approval-decision", item, EXTEND)
    town.work(number)
    assert town.states(number) == {item: ItemState.APPROVED}


@pytest.mark.parametrize(("bundle", "item"), LICENCES)
def test_art_42_what_the_head_denies_moves_nothing(town: Town, bundle: str, item: str) -> None:
    number = town.submit(bundle, [item])
    town.work(number, until="approval-decision")
    before = clock(town, number, item)
    town.do(town.task(number, "approval-decision", item), EXTEND)
    denied = {"extension_decision": "deny", "extension_reason": "材料已足以作出决定"}
    town.do(town.task(number, "extension-decision", item), denied)
    town.task(number, "approval-decision", item)
    after = clock(town, number, item)
    assert (after.due_at, after.days) == (before.due_at, before.days)
    assert PaperKind.EXTENSION_NOTICE not in paper_kinds(town, number, item)
    town.work(number)


def test_only_a_licence_can_be_extended(town: Town) -> None:
    number = town.submit("unemployment", ["unemployment-registration"])
    town.work(number, until="approval-decision")
    told = answered(town, number, "approval-decision", "unemployment-registration", EXTEND)
    assert "只有行政许可可以延长" in told
    assert "第四十二条" in told
    town.work(number)


@pytest.mark.parametrize(("bundle", "front", "back"), FRONT_AND_BACK)
def test_r74_r75_r77_r78_a_back_item_is_pre_reviewed_waits_paused_and_is_decided_at_once(
    town: Town, bundle: str, front: str, back: str
) -> None:
    number, review = at_pre_review(town, bundle, front, back)
    own = clock(town, number, back, "pre-review")
    promised = clock(town, number, back)
    assert own.days == max(promised.days - 1, 1), "规定时间: the promised limit less one working day"
    assert near(review.due, own.due_at)
    assert near(timer_of(town, number, "pre-review-late").due, own.due_at)
    assert "问题" in answered(town, number, "pre-review", back, {"pre_review_opinion": "defective", "pre_review_reason": ""})
    defective = {"pre_review_opinion": "defective", "pre_review_reason": "照片模糊，请重新拍摄"}
    town.do(town.task(number, "pre-review", back), defective)
    town.wait(lambda: clock(town, number, back).paused_at)
    assert any("照片模糊" in text for text in notice_texts(town, number, back)), "told without waiting for the front result"
    assert (town.states(number)[front], town.states(number)[back]) == (ItemState.ACCEPTED, ItemState.PRE_REVIEWED)
    town.wait(lambda: timer_of(town, number, f"{back}-promised").suspended)
    with town.tools.store.reading() as session:
        [wait] = procedures.steps(session, number, back)
    assert (wait.kind, wait.stops_clock) == ("front-result", True)
    assert town.tools.catalogue.items[front].name in wait.reason
    assert [t.key for t, i in town.open_tasks(number) if i == back] == []
    with later(town, timedelta(days=7)):
        town.do(town.task(number, "approval-decision", front), YES["approval-decision"])
        decision = town.task(number, "approval-decision", back)
        assert town.states(number)[back] == ItemState.ACCEPTED, "nobody is told any more that it waits"
        resumed = clock(town, number, back)
        assert resumed.paused_at is None
        assert resumed.due_at > promised.due_at
        town.wait(lambda: not timer_of(town, number, f"{back}-promised").suspended)
        town.wait(lambda: near(town.task(number, "approval-decision", back).due, resumed.due_at))
        town.do(decision, YES["approval-decision"])
        town.work(number)
    assert set(town.states(number).values()) == {ItemState.APPROVED}


@pytest.mark.parametrize(("bundle", "front", "back"), FRONT_AND_BACK[:1])
def test_r77_r90_the_decision_is_due_on_the_new_day_even_if_its_task_opens_after_everything_was_moved(
    town: Town, bundle: str, front: str, back: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    number, review = at_pre_review(town, bundle, front, back)
    promised = clock(town, number, back)
    town.do(review, YES["pre-review"])
    town.wait(lambda: clock(town, number, back).paused_at)
    with later(town, timedelta(days=7)):
        monkeypatch.setattr("workers.approval.timers", SimpleNamespace(follow=lambda *_: None))  # as if it had looked too early
        town.do(town.task(number, "approval-decision", front), YES["approval-decision"])
        town.task(number, "approval-decision", back)
        resumed = clock(town, number, back)
        assert resumed.due_at > promised.due_at
        town.wait(lambda: near(town.task(number, "approval-decision", back).due, resumed.due_at))
        monkeypatch.undo()
        town.work(number)


@pytest.mark.parametrize(("bundle", "front", "back"), FRONT_AND_BACK)
def test_r76_nobody_can_decide_before_the_front_result(town: Town, bundle: str, front: str, back: str) -> None:
    number, _ = at_pre_review(town, bundle, front, back)
    root = town.admin.root_instance(number)
    forged = {"item": back, "step": "decide", **YES["approval-decision"]}
    desk = replace(town.desk, engine=NoEngine())  # the right reviewer, too early
    with pytest.raises(Conflict, match="前置事项尚未办结"):
        HANDLERS["approval"](Task("forged", "approval", number, root.id, "x", forged, None, "x"), desk)
    assert town.states(number)[back] == ItemState.ACCEPTED
    town.work(number)


@pytest.mark.parametrize(("bundle", "front", "back"), FRONT_AND_BACK)
def test_r79_a_front_item_refused_while_its_back_item_waits_ends_it_by_rule(
    town: Town, bundle: str, front: str, back: str
) -> None:
    number, review = at_pre_review(town, bundle, front, back)
    town.do(review, YES["pre-review"])
    town.wait(lambda: clock(town, number, back).paused_at)
    refused = {"approval_decision": "refuse", "approval_reason": "不符合条件", "approval_basis": "行政许可法第38条"}
    town.work(number, lambda key, item: refused if (key, item) == ("approval-decision", front) else {})
    assert town.states(number) == {front: ItemState.REFUSED, back: ItemState.ENDED_BY_RULE}
    assert PaperKind.REFUSAL_DECISION in paper_kinds(town, number, back)
    with town.tools.store.reading() as session:
        assert all(row.ended_at for row in procedures.steps(session, number))
        assert all(row.ended_at for row in applications.clocks(session, number))


@pytest.mark.parametrize(("bundle", "front", "back"), FRONT_AND_BACK)
def test_r79_r87_a_withdrawn_front_item_takes_the_waiting_back_item_with_it(
    town: Town, bundle: str, front: str, back: str
) -> None:
    number, review = at_pre_review(town, bundle, front, back)
    town.do(review, YES["pre-review"])
    town.wait(lambda: clock(town, number, back).paused_at)
    town.withdraw(number, front)
    town.work(number)
    assert set(town.states(number).values()) == {ItemState.WITHDRAWN}
    with town.tools.store.reading() as session:
        assert all(row.ended_at for row in procedures.steps(session, number))


def test_a_task_that_goes_while_somebody_reaches_for_it_is_left_alone(town: Town) -> None:
    """Its case was withdrawn between the list and the look at its form: the tests' people have seen that on a busy machine."""
    bundle, item = LICENCES[0]
    number = town.submit(bundle, [item])
    seen = town.task(number, "intake-review")
    town.withdraw(number)
    town.wait(lambda: not town.admin.user_tasks(number))
    town.do(seen, YES["intake-review"])
    town.work(number)


@pytest.mark.parametrize(
    ("bundle", "chain"),
    [
        ("change-ethnicity", ("ethnicity-first-review-adult", "ethnicity-second-review-adult", "ethnicity-change")),
        ("close-company", ("tax-clearance-declaration", "tax-deregistration", "enterprise-deregistration")),
    ],
)
def test_r80_a_chain_of_three_is_decided_link_by_link(town: Town, bundle: str, chain: tuple[str, ...]) -> None:
    number = town.submit(bundle, chain)
    town.work(number)
    case = town.case(number)
    decided = [applications.item_of(case, item).decided_at for item in chain]
    assert decided == sorted(decided)
    assert set(town.states(number).values()) == {ItemState.APPROVED}


def test_r86_who_decides_fixes_how_long_a_licence_holds_where_no_law_does(town: Town) -> None:
    item = "public-place-hygiene-permit"
    number = town.submit("open-hotel", [item])
    town.work(number, until="approval-decision")
    task = town.task(number, "approval-decision", item)
    assert "目录写的是“有效期四年，每两年复核一次（待核实）”" in str(town.admin.form_variables(task.id)["procedure_note"])
    unsaid = {**YES["approval-decision"], "approval_term": ""}
    assert "请选择证照有效期" in answered(town, number, "approval-decision", item, unsaid)
    gone = {**YES["approval-decision"], "approval_term": "until", "approval_valid_until": "2020-01-01"}
    assert "要晚于今天" in answered(town, number, "approval-decision", item, gone)
    day = town.clock.now().date() + timedelta(days=1500)
    town.work(number, decide=lambda key, _: {"approval_term": "until", "approval_valid_until": f"{day}"})
    with town.tools.store.reading() as session:
        [made] = certificates.of_case(session, number)
        assert made.valid_until == day
        [licence] = [row for row in documents.papers(session, number) if row.paper_kind == PaperKind.LICENCE]
        said = text_of(documents.content(session, licence))
        [entry] = [e for e in audit.trail(session, number) if e.action == "approve"]
    assert entry.detail["term"] == f"{day}"
    assert f"至{day.year}年{day.month}月{day.day}日" in said
    assert "待核实" not in said


@pytest.mark.parametrize(("bundle", "item"), LICENCES)
def test_r91_a_decision_names_person_basis_and_opinion_or_comes_back(town: Town, bundle: str, item: str) -> None:
    number = town.submit(bundle, [item])
    town.work(number, until="approval-decision")
    refuse = {"approval_decision": "refuse", "approval_reason": "", "approval_basis": "行政许可法第38条"}
    assert "必须写明理由" in answered(town, number, "approval-decision", item, refuse)
    approve = {"approval_decision": "approve", "approval_basis": ""}
    assert "法律依据" in answered(town, number, "approval-decision", item, approve)
    assert "请选择审批决定" in answered(town, number, "approval-decision", item, {"approval_decision": ""})
    assert town.states(number) == {item: ItemState.ACCEPTED}
    town.work(number)
    row = applications.item_of(town.case(number), item)
    assert row.decided_by.startswith("reviewer-")
    assert (row.decision_basis, row.decision_reason) == ("《中华人民共和国行政许可法》第三十八条", "经审查，符合法定条件")
    with town.tools.store.reading() as session:
        [entry] = [e for e in audit.trail(session, number) if e.action == "approve"]
    assert (entry.actor, entry.detail["basis"]) == (row.decided_by, "《中华人民共和国行政许可法》第三十八条")
