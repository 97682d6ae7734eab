"""A withdrawal and an approval at the same moment: exactly one wins, and everything says which (R86-R88)."""

import threading
import time
from contextlib import suppress

import pytest

from onething.engine.errors import EngineRefused
from onething.errors import Conflict
from onething.store import audit, certificates
from onething.store.tables import Audit
from onething.vocabulary import ItemState
from simulation.answers import YES
from simulation.town import Town
from workers.overtaken import OVERTAKEN

pytestmark = pytest.mark.engine
HEAD_STARTS = (0.0, 0.02, 0.05, 0.1, 0.2, 0.4)
"""Seconds the reviewer is ahead: from before the decision is recorded to after the certificate is made."""
WHAT = {
    "the-case": ("open-hotel", "hotel-special-trade-permit", ()),
    "one-item": ("open-restaurant", "food-business-license", ("outdoor-advertising-permit",)),
}
"""What is withdrawn: the bundle, the item in the race, and items that go on beside it."""


def try_to_withdraw(town: Town, number: str, item: str, only_item: bool) -> bool:
    """Whether the applicant was told that it worked."""
    try:
        town.withdraw(number, item if only_item else "")
    except Conflict as refused:
        if "行政复议" not in refused.message:
            raise
        return False
    return True


@pytest.mark.parametrize("head_start", HEAD_STARTS)
@pytest.mark.parametrize("what", WHAT)
def test_r86_r88_withdrawal_and_approval_have_exactly_one_winner(town: Town, what: str, head_start: float) -> None:
    bundle, item, others = WHAT[what]
    number = town.submit(bundle, [item, *others])
    town.work(number, until="acceptance-review")
    town.do(town.task(number, "acceptance-review", item), YES["acceptance-review"])
    task = town.task(number, "approval-decision", item)

    def approve() -> None:
        with suppress(EngineRefused):  # the withdrawal took the task away
            town.do(task, YES["approval-decision"])

    reviewer = threading.Thread(target=approve)
    reviewer.start()
    time.sleep(head_start)
    withdrawn = try_to_withdraw(town, number, item, only_item=what == "one-item")
    reviewer.join()
    town.work(number)

    ended = ItemState.WITHDRAWN if withdrawn else ItemState.APPROVED
    assert town.states(number) == {item: ended, **dict.fromkeys(others, ItemState.APPROVED)}
    assert town.case(number).state == ("withdrawn" if withdrawn and not others else "completed")
    assert town.open_tasks(number) == []
    assert town.admin.timers(number) == []
    assert town.admin.incidents(number) == []
    with town.tools.store.reading() as session:
        made = {row.item for row in certificates.of_case(session, number)}
    assert made == {*others} if withdrawn else {item, *others}


def test_i5_a_decision_that_a_withdrawal_overtook_is_on_record_and_counts_for_nothing(town: Town) -> None:
    """The reviewer had pressed the button, the applicant withdrew before it was written down."""
    number = town.submit("open-restaurant", ["food-business-license"])
    town.work(number, until="approval-decision")
    release, handler = threading.Event(), town.worker.handlers["approval"]
    town.worker.handlers["approval"] = lambda task: release.wait(60) and handler(task)
    try:
        [task] = [task for task, _ in town.open_tasks(number) if task.key == "approval-decision"]
        town.do(task, YES["approval-decision"])
        town.withdraw(number)
        [record] = town.wait(lambda: overtaken_in(town, number))
    finally:
        release.set()
        town.worker.handlers["approval"] = handler
    assert record.detail == {"task": "approval-decision"}
    assert record.actor.startswith("reviewer-market-regulation")
    town.work(number)
    assert town.states(number) == {"food-business-license": "withdrawn"}
    assert len(overtaken_in(town, number)) == 1


def overtaken_in(town: Town, number: str) -> list[Audit]:
    with town.tools.store.reading() as session:
        return [row for row in audit.trail(session, number) if row.action == OVERTAKEN]
