"""What happens when not everybody says yes: one case per deviation, on the real engine."""

from datetime import timedelta

import pytest

from api.correction import correct
from onething.engine.contract import all_in_order
from onething.store import accounts, applications, audit, certificates, documents, notices
from onething.vocabulary import ItemState, PaperKind
from simulation.town import Town

RESTAURANT = ["food-business-license", "fire-safety-inspection", "urban-drainage-permit"]
pytestmark = pytest.mark.engine


def papers(town: Town, number: str) -> dict[tuple[str, str], str]:
    with town.tools.store.reading() as session:
        return {(row.paper_kind, row.item): row.name for row in documents.papers(session, number)}


def test_r65_r67_r102_a_refused_item_is_reasoned_delivered_and_stops_no_other(town: Town) -> None:
    number = town.submit("open-restaurant", RESTAURANT, way="counter")

    def decide(task: str, item: str) -> dict:
        if task == "acceptance-review" and item == "urban-drainage-permit":
            return {"acceptance_decision": "refuse", "acceptance_reason": "排水接驳口不在本机关管辖范围内"}
        if task == "approval-decision" and item == "fire-safety-inspection":
            return {"approval_decision": "refuse", "approval_reason": "疏散通道宽度不足"}
        return {}

    town.work(number, decide)
    assert town.states(number) == {
        "food-business-license": ItemState.APPROVED, "fire-safety-inspection": ItemState.REFUSED,
        "urban-drainage-permit": ItemState.NOT_ACCEPTED,
    }
    kept = papers(town, number)
    for item in ("fire-safety-inspection", "urban-drainage-permit"):
        assert (PaperKind.REFUSAL_DECISION, item) in kept
    assert (PaperKind.DELIVERY_RECORD, "") in kept
    row = applications.item_of(town.case(number), "fire-safety-inspection")
    assert row.decided_by == "reviewer-fire-rescue-410105-b"
    assert row.decision_reason == "疏散通道宽度不足"
    path = town.path(number)
    assert "fire-safety-inspection-push-refusal" in path
    assert "urban-drainage-permit-not-accepted" in path
    assert "result-handover" in path
    with town.tools.store.reading() as session:
        assert [c.item for c in certificates.of_case(session, number)] == ["food-business-license"]


def test_r79_a_back_item_ends_by_rule_when_its_front_item_is_refused(town: Town) -> None:
    rows = town.tools.catalogue.bundle("new-home-deed-tax").rows
    number = town.submit("new-home-deed-tax", [row.item for row in rows])
    front = rows[0].item

    def decide(task: str, item: str) -> dict:
        if task == "approval-decision" and item == front:
            return {"approval_decision": "refuse", "approval_reason": "查无此房", "approval_basis": "行政许可法第38条"}
        return {}

    town.work(number, decide)
    states = town.states(number)
    assert states.pop(front) == ItemState.REFUSED
    assert set(states.values()) == {ItemState.ENDED_BY_RULE}
    back = applications.item_of(town.case(number), rows[1].item)
    assert "未获准予" in back.decision_reason


def test_r54_r58_correction_keeps_the_number_and_opens_a_new_clock(town: Town) -> None:
    number = town.submit("open-restaurant", ["food-business-license"])
    first = town.case(number)
    asked = iter([{**all_in_order(), "intake_decision": "correction", "intake_reason": "平面图未标注面积；缺少签字"}])
    town.wait(lambda: town.open_tasks(number))
    [(task, _item)] = town.open_tasks(number)
    town.do(task, next(asked))
    town.wait(lambda: town.case(number).state == "correction")
    assert (PaperKind.CORRECTION_NOTICE, "") in papers(town, number)
    with town.tools.store.transaction() as session:
        account = accounts.get(session, first.account_id)
        pdf = b"%PDF-1.7 second version"
        upload = documents.add(session, town.clock.now(), account.id, "平面图.pdf", "application/pdf", pdf)
        key = next(m.key for m in applications.materials(session, number) if m.document_id)
        correct(session, town.tools, account, applications.lock(session, number), {key: upload.id})
    town.work(number)
    assert town.case(number).state == "completed"
    with town.tools.store.reading() as session:
        newest = {m.key: m for m in applications.materials(session, number)}[key]
        assert (newest.version, newest.document_id) == (2, upload.id)
    assert town.path(number).count("intake-review") == 2


def test_r86_r87_withdrawal_ends_tasks_timers_and_called_processes(town: Town) -> None:
    number = town.submit("open-restaurant", RESTAURANT)
    town.work(number, until="acceptance-review")
    assert town.admin.timers(number)
    town.withdraw(number)
    town.wait(lambda: town.admin.process_state(number) == "COMPLETED")
    assert town.case(number).state == "withdrawn"
    assert set(town.states(number).values()) == {ItemState.WITHDRAWN}
    assert town.open_tasks(number) == []
    assert town.admin.timers(number) == []
    assert "record-withdrawal" in town.path(number)


def test_r87_one_withdrawn_item_leaves_the_others_alone(town: Town) -> None:
    number = town.submit("open-restaurant", RESTAURANT)
    town.work(number, until="acceptance-review")
    town.withdraw(number, RESTAURANT[1])
    town.wait(lambda: "fire-safety-inspection-withdrawn" in town.path(number))
    town.work(number)
    assert town.states(number) == {
        RESTAURANT[0]: ItemState.APPROVED, RESTAURANT[1]: ItemState.WITHDRAWN, RESTAURANT[2]: ItemState.APPROVED,
    }


def test_r61_r70_a_missed_limit_is_marked_and_told_but_decides_nothing(town: Town) -> None:
    number = town.submit("open-restaurant", ["food-business-license"])
    town.work(number, until="acceptance-review")
    timer = next(j for j in town.admin.timers(number) if j.activity == "food-business-license-acceptance-late")
    with town.tools.store.reading() as session:
        due = {c.clock: c.due_at for c in applications.clocks(session, number)}["acceptance"]
    assert abs(timer.due - due) < timedelta(seconds=1), "the engine's timer and the ledger agree"
    town.clock.offset = due - town.clock.now() + timedelta(minutes=1)
    try:
        town.admin.execute_job(timer.id)
        town.wait(lambda: "food-business-license-acceptance-supervise-end" in town.path(number))
    finally:
        town.clock.offset = timedelta()
    with town.tools.store.reading() as session:
        late = {c.clock for c in applications.clocks(session, number) if c.overdue_at}
        marks = [row for row in audit.trail(session, number) if row.action == "overdue"]
    assert late == {"acceptance"}
    assert len(marks) == 1
    assert town.states(number) == {"food-business-license": ItemState.RECEIVED}, "nobody decided for the department"
    town.work(number)
    assert town.case(number).state == "completed"


def test_art_32_silence_for_five_days_counts_as_acceptance_of_a_licence(town: Town) -> None:
    number = town.submit("open-restaurant", ["food-business-license"])
    town.work(number, until="acceptance-review")
    timer = next(j for j in town.admin.timers(number) if j.activity == "food-business-license-deemed")
    town.admin.execute_job(timer.id)
    town.wait(lambda: town.states(number) == {"food-business-license": ItemState.ACCEPTED})
    row = applications.item_of(town.case(number), "food-business-license")
    assert row.accepted_by == "依法视为受理"
    town.work(number)
    assert town.case(number).state == "completed"


def test_r26_the_parallel_block_runs_as_one_and_partners_wait_for_it(town: Town) -> None:
    bundle = town.tools.catalogue.bundle("second-hand-home-transfer")
    chosen = [*bundle.block("registration"), bundle.rows[4].item]
    number = town.submit(bundle.slug, chosen)
    town.work(number)
    assert set(town.states(number).values()) == {ItemState.APPROVED}
    path = town.path(number)
    assert path.count("block-registration") == 1
    assert "block-registration-join" in path


def test_r51_window_cases_hand_their_originals_to_the_lead(town: Town) -> None:
    number = town.submit("open-car-wash", [town.tools.catalogue.bundle("open-car-wash").rows[0].item], channel="window")
    town.work(number)
    assert "paper-handover" in town.path(number)
    assert town.case(number).state == "completed"


def test_r63_the_applicant_is_told_at_every_turn(town: Town) -> None:
    number = town.submit("open-car-wash", [town.tools.catalogue.bundle("open-car-wash").rows[0].item])
    town.work(number)
    with town.tools.store.reading() as session:
        told = [row.key.rpartition(":")[2] for row in notices.of_case(session, number)]
    assert told == ["submitted", "received", "acceptance", "decided", "delivered"]
    town.wait(lambda: all_sent(town, number))


def all_sent(town: Town, number: str) -> bool:
    with town.tools.store.reading() as session:
        return all(row.sent_at for row in notices.of_case(session, number))
