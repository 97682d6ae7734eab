"""The engine follows the ledger: timers, due dates, variables and notes of exactly the item whose clock moved (R72, R90)."""

from datetime import timedelta
from typing import Any

import pytest

from onething.engine.errors import EngineRefused
from onething.engine.records import Job
from onething.store import applications
from onething.vocabulary import ItemState
from simulation.answers import YES
from simulation.town import Town
from tests.process.test_approval import clock, near
from workers import clocks, timers

pytestmark = pytest.mark.engine
ONE_FRONT_TWO_BACKS = [
    ("start-company", "enterprise-registration", "seal-engraving-filing", "invoice-issuance"),
    ("marriage-and-childbearing", "marriage-registration", "marital-status-change", "household-migration-approval"),
]
WEEK = timedelta(days=7)


def move(town: Town, number: str, item: str, *names: str, by: timedelta = WEEK, stopped: bool = False) -> None:
    """What a pause, an extension or a new calendar leaves in the store."""
    with town.tools.store.transaction() as session:
        for row in applications.clocks(session, number):
            if row.item == item and row.clock in names:
                row.due_at += by
                row.paused_at = town.clock.now() if stopped else None


def timer(town: Town, number: str, activity: str, item: str) -> Job:
    """The timer of an item, also where several called processes have one of the same name."""
    def found() -> Job | None:
        return next((
            job for job in town.admin.timers(number)
            if job.activity == activity and (activity.startswith(item) or item_of(town, job.process_instance_id) == item)
        ), None)

    return town.wait(found)


def item_of(town: Town, instance: str) -> Any:
    return town.admin.instance_variables(instance).get("item")


def both_pre_reviewing(town: Town, bundle: str, items: tuple[str, ...]) -> str:
    number = town.submit(bundle, items)
    town.work(number, until="acceptance-review")
    for item in items:
        if town.tools.catalogue.items[item].has_acceptance_decision:
            town.do(town.task(number, "acceptance-review", item), YES["acceptance-review"])
    for item in items[1:]:
        town.task(number, "pre-review", item)
    return number


@pytest.mark.parametrize(("bundle", "front", "moved", "still"), ONE_FRONT_TWO_BACKS)
def test_r72_r74_r90_only_the_item_whose_clock_moved_is_touched(
    town: Town, bundle: str, front: str, moved: str, still: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = both_pre_reviewing(town, bundle, (front, moved, still))
    before = {item: clock(town, number, item, "pre-review").due_at for item in (moved, still)}
    move(town, number, moved, "pre-review", "promised", "statutory")
    timers.align(town.tools, town.engine, number)
    timer_names = {"pre-review": "pre-review-late", "promised": f"{moved}-promised", "statutory": f"{moved}-statutory"}
    for name, activity in timer_names.items():
        assert near(timer(town, number, activity, moved).due, clock(town, number, moved, name).due_at), name
    assert near(town.task(number, "pre-review", moved).due, before[moved] + WEEK)
    assert near(timer(town, number, "pre-review-late", still).due, before[still])
    assert near(timer(town, number, f"{still}-promised", still).due, clock(town, number, still).due_at)
    assert near(town.task(number, "pre-review", still).due, before[still])
    shown = town.admin.form_variables(town.task(number, "pre-review", moved).id)
    assert near(shown["promised_due"], clock(town, number, moved).due_at)
    assert shown["due_note"] == clocks.note_of(clock(town, number, moved))

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("everything agrees already")

    for name in ("move_due_date", "stop_timer", "set_variables", "move_task_due"):
        monkeypatch.setattr(town.engine, name, refuse)
    timers.align(town.tools, town.engine, number)
    monkeypatch.undo()
    town.work(number)
    assert set(town.states(number).values()) == {ItemState.APPROVED}


@pytest.mark.parametrize(("bundle", "item", "other"), [
    ("open-restaurant", "food-business-license", "outdoor-advertising-permit"),
    ("open-hotel", "hotel-special-trade-permit", "environmental-impact-approval-form"),
])
def test_r90_a_stopped_clock_stops_its_timers_and_moves_no_task(town: Town, bundle: str, item: str, other: str) -> None:
    number = town.submit(bundle, [item, other])
    town.work(number, until="acceptance-review")
    for one in (item, other):
        town.do(town.task(number, "acceptance-review", one), YES["acceptance-review"])
    decision = town.task(number, "approval-decision", item)
    town.task(number, "approval-decision", other)
    move(town, number, item, "promised", "statutory", stopped=True)
    timers.align(town.tools, town.engine, number)
    stopped = {job.activity: job.suspended for job in town.admin.timers(number)}
    assert stopped == {
        f"{item}-promised": True, f"{item}-statutory": True, f"{other}-promised": False, f"{other}-statutory": False,
    }
    assert town.task(number, "approval-decision", item).due == decision.due, "nothing is due while it stands still"
    move(town, number, item, "promised", "statutory")
    timers.align(town.tools, town.engine, number)
    assert not any(job.suspended for job in town.admin.timers(number))
    assert near(town.task(number, "approval-decision", item).due, clock(town, number, item).due_at)
    assert near(timer(town, number, f"{item}-promised", item).due, clock(town, number, item).due_at)
    town.work(number)


@pytest.mark.parametrize("bundle", ["open-restaurant", "open-car-wash"])
def test_r49_r61_a_clock_of_the_case_moves_where_the_boxes_have_not_begun(town: Town, bundle: str) -> None:
    """At the window the papers are digitised first: the case itself has the acceptance day until then."""
    item = town.tools.catalogue.bundle(bundle).rows[0].item
    number = town.submit(bundle, [item], channel="window")
    town.work(number, until="digitising")
    move(town, number, item, "acceptance", "deemed-acceptance")
    move(town, number, "", "digitising")
    timers.align(town.tools, town.engine, number)
    assert near(timer(town, number, "digitising-late", "").due, clock(town, number, "", "digitising").due_at)
    assert near(town.task(number, "digitising", "").due, clock(town, number, "", "digitising").due_at)
    town.do(town.task(number, "digitising", ""), YES["digitising"])
    review = town.task(number, "acceptance-review", item)
    due = clock(town, number, item, "acceptance").due_at
    assert near(review.due, due)
    assert near(timer(town, number, f"{item}-acceptance-late", item).due, due)
    assert town.admin.form_variables(review.id)["due_note"] == clocks.note_of(clock(town, number, item, "acceptance"))
    assert near(town.task(number, "paper-handover", "").due, due)
    town.work(number)


def test_r72_a_case_that_moves_while_it_is_looked_at_is_looked_at_anew(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    number = town.submit("open-restaurant", ["food-business-license"])
    town.work(number, until="approval-decision")
    item = "food-business-license"
    move(town, number, item, "promised")
    ask = town.engine.instance_variables
    gone = EngineRefused(500, "NullValueException", "execution 1 doesn't exist: execution is null")
    answers = iter([gone, gone])

    def ended_meanwhile(instance: str) -> dict[str, Any]:
        if error := next(answers, None):
            raise error
        return ask(instance)

    monkeypatch.setattr(town.engine, "instance_variables", ended_meanwhile)
    timers.align(town.tools, town.engine, number)
    assert near(timer(town, number, f"{item}-promised", item).due, clock(town, number, item).due_at)
    monkeypatch.setattr(town.engine, "instance_variables", lambda _: (_ for _ in ()).throw(gone))
    with pytest.raises(EngineRefused):  # the step is tried again by the engine
        timers.align(town.tools, town.engine, number)
    monkeypatch.undo()
    town.work(number)
