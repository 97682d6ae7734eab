"""A limit that runs out on the engine: timer and sweep together mark, tell and count it once (R61, R70, R72)."""

from datetime import timedelta

import pytest

from onething.store import outbox, supervision
from onething.vocabulary import ItemState
from simulation.answers import YES
from simulation.town import Town
from tests.process.test_approval import clock, later, timer_of
from workers import supervise

pytestmark = pytest.mark.engine
CASES = [("open-restaurant", "food-business-license"), ("open-hotel", "hotel-special-trade-permit")]


def said(town: Town, number: str) -> list[tuple[str, str]]:
    with town.tools.store.reading() as session:
        return [(row.kind, row.clock) for row in supervision.of_case(session, number)]


@pytest.mark.parametrize(("bundle", "item"), CASES)
@pytest.mark.parametrize("timer_first", [True, False], ids=["timer-first", "sweep-first"])
def test_r70_r72_timer_and_sweep_tell_a_late_limit_once(town: Town, bundle: str, item: str, timer_first: bool) -> None:
    number = town.submit(bundle, [item])
    town.work(number, until="acceptance-review")
    town.do(town.task(number, "acceptance-review", item), YES["acceptance-review"])
    town.task(number, "approval-decision", item)
    due = clock(town, number, item).due_at
    with later(town, due - town.clock.now() + timedelta(minutes=1)):
        if not timer_first:
            supervise.sweep(town.tools)
        town.admin.execute_job(timer_of(town, number, f"{item}-promised").id)
        town.wait(lambda: f"{item}-approval-supervise-end" in town.path(number))
        supervise.sweep(town.tools)
        supervise.sweep(town.tools)
    assert said(town, number).count(("overdue", "promised")) == 1
    with town.tools.store.reading() as session:
        assert len(outbox.keyed(session, f"overdue:{number}:{item}:promised")) == 1
    assert clock(town, number, item).due_at == due
    assert town.states(number) == {item: ItemState.ACCEPTED}, "nobody decided for the department"
    town.work(number)
    assert town.case(number).state == "completed"
