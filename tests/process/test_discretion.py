"""What reviewers write in Tasklist is whole in the store and tells nobody's name in the engine (S11)."""

from __future__ import annotations

import json

import pytest

from onething.store import applications, joint
from onething.vocabulary import JointKind
from simulation.town import Town

pytestmark = pytest.mark.engine
ITEM = "public-place-hygiene-permit"
PLACES = {
    "/variable-instance": "processInstanceIdIn", "/history/variable-instance": "processInstanceIdIn",
    "/history/detail": "processInstanceId", "/history/user-operation": "processInstanceId", "/history/task": "processInstanceId",
}


def facts(town: Town, number: str) -> tuple[str, ...]:
    person = town.case(number).applicant
    return person["name"], person["id_no"], person["phone"]


def engine_holds(town: Town, number: str) -> str:
    """Variables of the case as they are, and whatever history has of them, called processes included."""
    found = []
    for one in town.admin.instances(number):
        found += [list(town.admin.transport.pages(path, {name: one.id})) for path, name in PLACES.items()]
    assert any(found)
    return json.dumps(found, ensure_ascii=False)


def test_s11_history_has_who_did_what_and_no_past_values(town: Town) -> None:
    number = town.submit("open-hotel", [ITEM])
    town.work(number, until="approval-decision")
    admin, instances = town.admin.transport, [one.id for one in town.admin.instances(number)]
    assert [row for one in instances for row in admin.pages("/history/detail", {"processInstanceId": one})] == []
    done = [row for one in instances for row in admin.pages("/history/user-operation", {"processInstanceId": one})]
    assert "Complete" in [row["operationType"] for row in done], "who completed a form is known from here (I5, R91)"
    steps = [{"processInstanceId": one, "successLog": "true"} for one in instances]
    log = [row for step in steps for row in admin.pages("/history/external-task-log", step)]
    assert log, "and whether a lost answer was a success"


def test_s11_reasons_written_in_tasklist_name_nobody_in_the_engine(town: Town) -> None:
    number = town.submit("open-hotel", [ITEM])
    name, id_no, phone = facts(town, number)
    reason = f"{name}（{id_no}）没有到场，电话 {phone} 无人接听；邻居 13987654321 也不知情"
    hearing = {"approval_decision": "special", "special_kind": "hearing", "procedure_reason": reason}
    town.work(number, until="approval-decision")
    [(task, _)] = town.open_tasks(number)
    town.do(task, hearing)
    town.wait(lambda: any(task.key == "special-step" for task, _ in town.open_tasks(number)))
    [(task, _)] = town.open_tasks(number)
    town.do(task, {"special_outcome": reason})
    refuse = {"approval_decision": "refuse", "approval_reason": reason, "approval_basis": f"《条例》第三条，{name}"}
    town.work(number, lambda key, item: refuse if key == "approval-decision" else {})
    row = applications.item_of(town.case(number), ITEM)
    assert (row.decision_reason, row.decision_basis) == (reason, f"《条例》第三条，{name}"), "the decision has every word"
    held = engine_holds(town, number)
    assert "申请人（（证件号码））没有到场" in held, "the words would have been found"
    assert [fact for fact in (name, id_no, phone, "13987654321") if fact in held] == []


def test_s11_an_answer_that_comes_back_to_its_writer_names_nobody_either(town: Town) -> None:
    number = town.submit("open-hotel", [ITEM])
    name, *_ = facts(town, number)
    town.work(number, until="approval-decision")
    [(task, _)] = town.open_tasks(number)
    town.do(task, {"approval_decision": "refuse", "approval_reason": f"{name}的材料不实", "approval_basis": ""})
    town.wait(lambda: any(again.id != task.id for again, _ in town.open_tasks(number)))
    assert name not in engine_holds(town, number)


def test_s11_a_joint_visit_is_appointed_at_an_address_that_the_engine_does_not_know(town: Town) -> None:
    items = ("food-business-license", "fire-safety-inspection", "urban-drainage-permit")
    number = town.submit("open-restaurant", items, way="courier")
    place = "郑州市金水区示例路 1 号"
    town.work(number, lambda key, item: {"joint_place": f"{place}三楼"} if key == "joint-appointment" else {})
    with town.tools.store.reading() as session:
        rows = [joint.act(session, number, kind) for kind in JointKind]
    assert f"{place}三楼" in [row.place for row in rows if row]
    assert place not in engine_holds(town, number)
