"""Delivery: together or item by item, failed and again, from another level, proved to everybody (R94-R103)."""

from datetime import timedelta

import pytest

from api import delivery_choice
from onething.catalogue.levels import reviewer_district
from onething.store import accounts, applications, deliveries, documents, notices, outbox
from onething.vocabulary import CaseState, Clock, DeliveryState, ItemState, PaperKind
from simulation.answers import YES
from simulation.town import Town
from tests.process.test_approval import clock, later

RESTAURANT = ["food-business-license", "fire-safety-inspection"]
HOME = ("stock-housing-online-contract", "real-estate-tax-declaration", "real-estate-registration")
pytestmark = pytest.mark.engine


def results(town: Town, number: str) -> dict[str, str]:
    with town.tools.store.reading() as session:
        return {item: row.state for item, row in deliveries.of_case(session, number).items()}


def attempts(town: Town, number: str) -> list[tuple[str, int, str]]:
    with town.tools.store.reading() as session:
        return [(row.scope, row.attempt, row.outcome) for row in deliveries.attempts(session, number)]


def proofs(town: Town, number: str) -> list[str]:
    with town.tools.store.reading() as session:
        return sorted(e.key.removeprefix(f"proof:{number}:") for e in outbox.keyed(session, f"proof:{number}:"))


@pytest.mark.parametrize(
    ("bundle", "items"), [("open-restaurant", RESTAURANT), ("open-car-wash", None)], ids=["restaurant", "car-wash"]
)
def test_r102_a_failed_delivery_returns_to_the_window_and_nothing_is_archived(
    town: Town, bundle: str, items: list[str] | None
) -> None:
    chosen = items or [town.tools.catalogue.bundle(bundle).rows[0].item]
    number = town.submit(bundle, chosen, way="courier")
    town.work(number, until="result-handover")
    [(task, _item)] = town.open_tasks(number)
    town.do(task, {"delivery_outcome": "failed", "handover_receiver": "", "handover_proof_no": "",
                                 "delivery_reason": "收件人不在，快递退回"})
    town.wait(lambda: town.case(number).state == CaseState.UNDELIVERED and town.open_tasks(number))
    path = town.path(number)
    assert "undelivered" in path
    assert "archive" not in path
    assert results(town, number) == dict.fromkeys(chosen, DeliveryState.UNDELIVERED)
    with town.tools.store.reading() as session:
        told = [row.text for row in notices.of_case(session, number) if "没有送达" in row.text]
        [clock] = [c for c in applications.clocks(session, number) if c.clock == Clock.DELIVERY]
        assert documents.paper(session, number, str(PaperKind.DELIVERY_RECORD)) is None
    assert len(told) == 1
    assert "收件人不在" in told[0]
    assert clock.ended_at is None
    town.work(number)
    assert town.case(number).state == CaseState.COMPLETED
    assert attempts(town, number) == [("", 1, "undelivered"), ("", 2, "delivered")]
    assert town.path(number).count("result-handover") == 2
    departments = {row.department for row in town.case(number).items}
    assert proofs(town, number) == sorted(f":{department}" for department in departments)


def test_r94_r98_separate_delivery_hands_each_item_over_by_itself(town: Town) -> None:
    number = town.submit("open-restaurant", RESTAURANT, way="counter", mode="separate")

    def slow(task: str, item: str) -> dict:
        return {"approval_decision": "refuse", "approval_reason": "疏散通道宽度不足"} if item == RESTAURANT[1] else {}

    town.work(number, until="approval-decision")
    town.do(town.task(number, "approval-decision", RESTAURANT[0]), YES["approval-decision"])
    town.wait(lambda: [t for t, _ in town.open_tasks(number) if t.key == "result-handover"])
    assert results(town, number) == {RESTAURANT[0]: DeliveryState.AT_WINDOW}
    assert town.case(number).state == CaseState.IN_PROGRESS
    with town.tools.store.reading() as session:
        assert [c.item for c in applications.clocks(session, number) if c.clock == Clock.DELIVERY] == [RESTAURANT[0]]
    town.work(number, slow)
    assert town.case(number).state == CaseState.COMPLETED
    assert sorted(attempts(town, number)) == sorted((item, 1, "delivered") for item in RESTAURANT)
    path = town.path(number)
    assert {f"{item}-delivery" for item in RESTAURANT} <= set(path)
    assert path.count("nothing-left") == 1
    departments = {row.department for row in town.case(number).items}
    assert proofs(town, number) == sorted(f"{item}:{d}" for item in RESTAURANT for d in departments)
    with town.tools.store.reading() as session:
        assert {i for i in RESTAURANT if documents.paper(session, number, str(PaperKind.DELIVERY_RECORD), i)} == set(RESTAURANT)


def test_r94_a_parallel_block_is_handed_over_as_a_whole(town: Town) -> None:
    items = [*HOME, "water-account-transfer"]
    number = town.submit("second-hand-home-transfer", items, way="counter", mode="separate")
    town.work(number)
    assert town.case(number).state == CaseState.COMPLETED
    assert sorted(attempts(town, number)) == [
        ("block-registration", 1, "delivered"), ("water-account-transfer", 1, "delivered")
    ]
    assert results(town, number) == dict.fromkeys(items, DeliveryState.DELIVERED)
    assert "block-registration-delivery" in town.path(number)


def test_r102_an_item_not_accepted_is_handed_over_by_itself_too(town: Town) -> None:
    number = town.submit("open-restaurant", RESTAURANT, mode="separate")

    def decide(task: str, item: str) -> dict:
        refused = task == "acceptance-review" and item == RESTAURANT[1]
        return {"acceptance_decision": "refuse", "acceptance_reason": "不在管辖范围内"} if refused else {}

    town.work(number, decide)
    assert sorted(attempts(town, number)) == sorted((item, 1, "delivered") for item in RESTAURANT)


@pytest.mark.parametrize(
    ("bundle", "items"),
    [
        ("change-ethnicity", ["ethnicity-first-review-parents", "ethnicity-second-review-parents", "ethnicity-change"]),
        ("open-pharmacy", ["class-three-medical-device-permit", "class-two-medical-device-filing", "pharmacy-license"]),
    ],
)
def test_r96_each_office_of_another_level_sends_its_results_once(town: Town, bundle: str, items: list[str]) -> None:
    answers = {"basis": "parents"} if bundle == "change-ethnicity" else {}
    number = town.submit(bundle, items, way="counter", answers=answers)
    town.work(number, until="result-sending")
    groups = {row.reviewer_group for row in town.case(number).items if row.reviewer_group.endswith("410100")}
    far = {row.item for row in town.case(number).items if row.reviewer_group in groups}
    assert len(town.open_tasks(number)) == len(groups) >= 1
    state = results(town, number)
    assert {item for item, where in state.items() if where == DeliveryState.IN_TRANSIT} == far
    with town.tools.store.reading() as session:
        clocks = {c.clock: c for c in applications.clocks(session, number) if not c.item}
    assert clocks[Clock.SENDING].ended_at is None
    assert Clock.DELIVERY not in clocks, "the window's day begins when the last result is there"
    town.work(number)
    path = town.path(number)
    assert path.count("result-sending") == len(groups)
    assert path.index("record-sending") < path.index("result-handover")
    with town.tools.store.reading() as session:
        clocks = {c.clock: c for c in applications.clocks(session, number) if not c.item}
        senders = {deliveries.of_case(session, number)[item].sent_by for item in far}
    assert clocks[Clock.SENDING].ended_at
    assert clocks[Clock.DELIVERY].started_at >= clocks[Clock.SENDING].ended_at
    assert senders == groups
    assert town.case(number).state == CaseState.COMPLETED


@pytest.mark.parametrize("bundle", ["open-pharmacy", "open-feed-mill"])
@pytest.mark.parametrize("last_day", [True, False], ids=["on-the-last-day", "with-days-left"])
def test_r81_a_result_of_another_level_reaches_the_window_within_its_promised_limit(
    town: Town, bundle: str, last_day: bool
) -> None:
    """One item of the city's office: decided in the morning of its last day, it is sent the same day."""
    entry = town.tools.catalogue.bundle(bundle)
    item = next(row.item for row in entry.rows if reviewer_district(row.levels, "410105") != "410105" and not row.after)
    number = town.submit(bundle, [item], way="counter")
    town.work(number, until="approval-decision")
    promised = clock(town, number, item).due_at
    with later(town, promised - town.clock.now() - timedelta(hours=3) if last_day else timedelta()):
        town.work(number, until="result-sending")
        with town.tools.store.reading() as session:
            [sending] = [row for row in applications.clocks(session, number) if row.clock == Clock.SENDING]
        one_day = town.tools.calendar.limit_due(sending.started_at, 1).due
        assert sending.due_at == (promised if last_day else one_day)
        assert sending.due_at <= promised
    town.work(number)


def choose(town: Town, number: str, mode: str, way: str) -> None:
    with town.tools.store.transaction() as session:
        case = applications.lock(session, number)
        delivery_choice.choose(session, town.tools, accounts.get(session, case.account_id), case, mode, way, "")


@pytest.mark.parametrize(
    ("bundle", "items"), [("open-restaurant", RESTAURANT), ("second-hand-home-transfer", [*HOME, "water-account-transfer"])]
)
def test_r94_r95_the_newest_choice_of_mode_counts(town: Town, bundle: str, items: list[str]) -> None:
    number = town.submit(bundle, items, mode="separate")
    town.work(number, until="acceptance-review")
    choose(town, number, "unified", "electronic")
    town.work(number)
    assert attempts(town, number) == [("", 1, "delivered")]
    number = town.submit(bundle, items)
    town.work(number, until="acceptance-review")
    choose(town, number, "separate", "electronic")
    town.work(number)
    assert "" not in {scope for scope, _, _ in attempts(town, number)}
    assert results(town, number) == dict.fromkeys(items, DeliveryState.DELIVERED)


@pytest.mark.parametrize(
    ("bundle", "items", "mode"),
    [("open-restaurant", RESTAURANT, "unified"), ("second-hand-home-transfer", list(HOME), "separate")],
)
def test_r95_a_new_way_takes_the_task_from_the_window(town: Town, bundle: str, items: list[str], mode: str) -> None:
    number = town.submit(bundle, items, way="counter", mode=mode)
    town.work(number, until="result-handover")
    choose(town, number, mode, "electronic")
    town.wait(lambda: town.case(number).state == CaseState.COMPLETED)
    path = town.path(number)
    assert path.count("way-changed") == 1
    with town.tools.store.reading() as session:
        assert [row.way for row in deliveries.attempts(session, number)] == ["electronic"]


@pytest.mark.parametrize(
    ("bundle", "items"), [("open-restaurant", RESTAURANT), ("second-hand-home-transfer", list(HOME))]
)
def test_r87_r102_what_was_decided_before_a_withdrawal_is_delivered(
    town: Town, bundle: str, items: list[str]
) -> None:
    number = town.submit(bundle, items, way="counter")
    town.work(number, until="acceptance-review")
    refused = town.task(number, "acceptance-review", items[0])
    town.do(refused, {"acceptance_decision": "refuse", "acceptance_reason": "不在管辖范围内"})
    town.wait(lambda: town.states(number)[items[0]] == ItemState.NOT_ACCEPTED)
    town.withdraw(number)
    town.wait(lambda: "record-withdrawal" in town.path(number))
    town.work(number)
    assert town.case(number).state == CaseState.WITHDRAWN
    assert results(town, number) == {items[0]: DeliveryState.DELIVERED}
    assert town.path(number)[-1] == "withdrawn"
