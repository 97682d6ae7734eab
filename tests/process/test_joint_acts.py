"""Joint acts: one appointment, one opinion per department, one record, organised by the lead (R84, R85)."""

from typing import Any

import pytest

from onething.engine.records import UserTask
from onething.engine.worker import Task
from onething.store import JointAct, audit, documents, joint, notices, outbox
from onething.vocabulary import ItemState, JointKind, JointState, PaperKind
from simulation.answers import YES
from simulation.town import Town
from workers.table import HANDLERS

pytestmark = pytest.mark.engine
CHOICES = [
    ("open-restaurant", ("food-business-license", "fire-safety-inspection", "urban-drainage-permit")),
    ("open-hotel", ("hotel-special-trade-permit", "public-place-hygiene-permit", "fire-safety-inspection")),
]
both = pytest.mark.parametrize(("bundle", "items"), CHOICES)


def act(town: Town, number: str) -> JointAct:
    with town.tools.store.reading() as session:
        found = joint.act(session, number, JointKind.INSPECTION)
    assert found
    return found


def tasks(town: Town, number: str, key: str) -> list[tuple[UserTask, str]]:
    return [(task, item) for task, item in town.open_tasks(number) if task.key == key]


def one(town: Town, number: str, key: str) -> tuple[UserTask, str]:
    return town.wait(lambda: tasks(town, number, key))[0]


def accepted(town: Town, bundle: str, items: tuple[str, ...], **refuse: str) -> str:
    """A case whose items have their decision on acceptance; `refuse` is not accepted."""
    number = town.submit(bundle, items)
    town.work(number, until="acceptance-review")
    town.wait(lambda: len(tasks(town, number, "acceptance-review")) == len(items))
    for task, item in tasks(town, number, "acceptance-review"):
        no = {"acceptance_decision": "refuse", "acceptance_reason": "不属于本机关职权范围"}
        town.do(task, no if item == refuse.get("item") else YES["acceptance-review"])
    return number


def appointed(town: Town, bundle: str, items: tuple[str, ...]) -> str:
    number = accepted(town, bundle, items)
    town.do(one(town, number, "joint-appointment")[0], YES["joint-appointment"])
    town.wait(lambda: len(tasks(town, number, "joint-opinion")) == len(items))
    return number


def answered(town: Town, number: str, key: str, variables: dict[str, Any]) -> str:
    """Do the task; what the form says when it comes back."""
    first, item = one(town, number, key)
    town.do(first, variables)
    again = town.wait(
        lambda: next((t for t, i in tasks(town, number, key) if i == item and t.id != first.id), None)
    )
    return str(town.admin.form_variables(again.id).get("input_problem") or "")


@both
def test_r84_r85_one_appointment_one_opinion_each_one_record(town: Town, bundle: str, items: tuple[str, ...]) -> None:
    number = appointed(town, bundle, items)
    row = act(town, number)
    assert (row.state, row.place) == (JointState.APPOINTED, "申请人的经营场所")
    assert row.organised_by == f"reviewer-{town.tools.catalogue.bundle(bundle).lead}-410105"
    groups = {group for _, group in row.participants}
    assert {item for _, item in tasks(town, number, "joint-opinion")} == groups
    town.work(number)
    path = town.path(number)
    assert (path.count("joint-appointment"), path.count("joint-record")) == (1, 1)
    assert path.count("joint-opinion") == len(groups)
    row, case = act(town, number), town.case(number)
    assert row.state == JointState.RECORDED
    decided = [entry.decided_at for entry in case.items]
    assert min(decided) >= row.recorded_at, "nobody decides before the record"
    with town.tools.store.reading() as session:
        given = joint.opinions(session, number, JointKind.INSPECTION)
        records = [p for p in documents.papers(session, number) if p.paper_kind == PaperKind.JOINT_RECORD]
        told = [n.text for n in notices.of_case(session, number) if "联合勘验" in n.text]
        sent = outbox.keyed(session, f"joint-record:{number}")
    assert len(given) == len({entry.department for entry in given}) == len(groups)
    assert len(records) == len(told) == 1
    assert "2033年01月07日 09:30" in told[0]
    assert len(sent) == len(groups), "the record goes to each department"
    assert set(town.states(number).values()) == {ItemState.APPROVED}


@both
def test_r85_nobody_schedules_a_visit_of_their_own(town: Town, bundle: str, items: tuple[str, ...]) -> None:
    number = town.submit(bundle, items)
    town.work(number, until="approval-decision")
    visit = {"approval_decision": "special", "special_kind": "site-visit", "procedure_reason": "现场看看"}
    assert "已纳入联合勘验" in answered(town, number, "approval-decision", visit)
    town.work(number)


@both
def test_r85_what_is_missing_comes_back_to_its_person(town: Town, bundle: str, items: tuple[str, ...]) -> None:
    number = accepted(town, bundle, items)
    form = YES["joint-appointment"]
    assert "格式" in answered(town, number, "joint-appointment", {**form, "joint_time": "明天上午"})
    assert "已经过去" in answered(town, number, "joint-appointment", {**form, "joint_time": "2020-01-08 09:30"})
    assert "地点" in answered(town, number, "joint-appointment", {**form, "joint_place": ""})
    no_reason = {"joint_decision": "not-needed", "joint_reason": ""}
    assert "理由" in answered(town, number, "joint-appointment", no_reason)
    town.do(one(town, number, "joint-appointment")[0], form)
    town.wait(lambda: len(tasks(town, number, "joint-opinion")) == len(items))
    assert "意见" in answered(town, number, "joint-opinion", {"opinion": "fail", "opinion_text": ""})
    quiet = [t for t, _ in tasks(town, number, "joint-opinion") if not town.admin.form_variables(t.id).get("input_problem")]
    assert len(quiet) == len(items) - 1, "one department's mistake is not shown to the others"
    while opinions := tasks(town, number, "joint-opinion"):
        town.do(opinions[0][0], YES["joint-opinion"])
    assert "记录" in answered(town, number, "joint-record", {"joint_record": ""})
    town.work(number)


@both
def test_r84_the_lead_may_say_why_no_joint_act_is_needed(town: Town, bundle: str, items: tuple[str, ...]) -> None:
    number = accepted(town, bundle, items)
    reason = {"joint_decision": "not-needed", "joint_reason": "三个月内已联合勘验同一场所"}
    town.do(one(town, number, "joint-appointment")[0], reason)
    town.work(number)
    assert (act(town, number).state, act(town, number).reason) == (JointState.NOT_NEEDED, reason["joint_reason"])
    assert "joint-opinion" not in town.path(number)
    assert set(town.states(number).values()) == {ItemState.APPROVED}


@both
def test_r85_r87_a_department_whose_item_is_withdrawn_is_not_asked(
    town: Town, bundle: str, items: tuple[str, ...]
) -> None:
    number = appointed(town, bundle, items)
    gone = next(group for item, group in act(town, number).participants if item == items[-1])
    town.withdraw(number, items[-1])
    town.wait(lambda: gone not in {item for _, item in tasks(town, number, "joint-opinion")})
    town.work(number)
    assert "opinion-not-needed" in town.path(number)
    assert town.states(number)[items[-1]] == ItemState.WITHDRAWN
    assert act(town, number).state == JointState.RECORDED
    with town.tools.store.reading() as session:
        assert len(joint.opinions(session, number, JointKind.INSPECTION)) == len(items) - 1


@both
def test_r85_when_only_one_department_is_accepted_it_goes_alone(town: Town, bundle: str, items: tuple[str, ...]) -> None:
    number = accepted(town, bundle, items[-2:], item=items[-1])
    town.work(number)
    assert act(town, number).state == JointState.NOT_NEEDED
    assert "joint-appointment" not in town.path(number)
    assert town.states(number) == {items[-2]: ItemState.APPROVED, items[-1]: ItemState.NOT_ACCEPTED}


def test_r85_r87_nobody_left_ends_the_act_and_the_rest_goes_on(town: Town) -> None:
    items = ("food-business-license", "fire-safety-inspection", "outdoor-advertising-permit")
    number = accepted(town, "open-restaurant", items)
    one(town, number, "joint-appointment")
    assert {item for item, _ in act(town, number).participants} == set(items[:2])
    town.withdraw(number, items[0])
    town.withdraw(number, items[1])
    town.wait(lambda: not tasks(town, number, "joint-appointment"))
    town.work(number)
    assert act(town, number).state == JointState.NOT_NEEDED
    assert "joint-inspection-not-needed" in town.path(number)
    assert town.states(number)[items[2]] == ItemState.APPROVED


@both
def test_r85_steps_of_a_joint_act_run_twice_change_nothing(town: Town, bundle: str, items: tuple[str, ...]) -> None:
    number = town.submit(bundle, items)
    town.work(number)
    root = town.admin.root_instance(number)
    group = act(town, number).participants[0][1]
    with town.tools.store.reading() as session:
        before = len(audit.trail(session, number)), len(documents.papers(session, number))
    for step in ("prepare", "appoint", "opinion", "record"):
        forms = {**YES["joint-appointment"], "opinion": "fail", "opinion_text": "改", "joint_record": "改"}
        variables = {"step": step, "item": "joint-inspection", "opinion_group": group, **forms}
        task = Task("again", "joint-act", number, root.id, "again", variables, None, "somebody")
        assert HANDLERS["joint-act"](task, town.desk) == HANDLERS["joint-act"](task, town.desk)
    with town.tools.store.reading() as session:
        assert (len(audit.trail(session, number)), len(documents.papers(session, number))) == before
        assert "fail" not in {given.opinion for given in joint.opinions(session, number, JointKind.INSPECTION)}
