"""What an item waits for: results of front items and the record of a joint act; waking it when that has come."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from onething.cases import fronts_failed, fronts_pending
from onething.catalogue.wording import quoted
from onething.engine.contract import Message
from onething.store import Application, ApplicationItem, applications, joint, outbox, procedures
from onething.vocabulary import ItemState, StepKind
from workers import clocks
from workers.desk import Desk


@dataclass(frozen=True)
class Wait:
    """`results`: a front item is undecided; `joint`: the record of a joint act is missing; `failed`: a front item ended
    without approval, so there is nothing to wait for."""

    results: bool
    joint: bool
    failed: bool

    @property
    def pending(self) -> bool:
        return (self.results or self.joint) and not self.failed


def wait_of(session: Any, desk: Desk, application: Application, item: str) -> Wait:
    states = applications.states_of(application, desk.bundle(application).fronts_of(item))
    act = joint.open_act_of(session, application.number, item)
    return Wait(fronts_pending(states), act is not None, fronts_failed(states))


def begin_wait(session: Any, desk: Desk, application: Application, row: ApplicationItem, actor: str, now: datetime) -> None:
    """Everything but the front result is reviewed: the clock stands still until it comes, and that is shown (R74, R90)."""
    names = [desk.catalogue(application).items[front].name for front in desk.bundle(application).fronts_of(row.item)
             if fronts_pending(applications.states_of(application, [front]))]
    rule = desk.tools.catalogue.procedures.rule(StepKind.FRONT_RESULT)
    procedures.start_step(
        session, application.number, row.item, StepKind.FRONT_RESULT, stops_clock=rule.stops_clock,
        reason=f"等待前置事项{quoted(names)}的办理结果", at=now, by=actor,
    )
    if rule.stops_clock:
        clocks.pause(session, application.number, row.item, now)


def wake_backs(session: Any, desk: Desk, application: Application, row: ApplicationItem, now: datetime) -> None:
    """The result of `row` is there: each pre-reviewed item behind it goes on if it waits for nothing else (R77)."""
    wake(session, desk, application, desk.bundle(application).backs_of(row.item), now)


def wake(session: Any, desk: Desk, application: Application, items: Iterable[str], now: datetime) -> None:
    """Let the clocks of these items run again, and send the message to those that wait for nothing any more."""
    wanted = set(items)
    for back in application.items:
        if back.item not in wanted or back.state != ItemState.PRE_REVIEWED:
            continue
        wait = wait_of(session, desk, application, back.item)
        step = procedures.open_step(session, application.number, back.item)
        if step is not None and (wait.failed or not wait.results):
            procedures.end_step(step, now, "系统", "前置未获准予" if wait.failed else "前置结果已到")
            clocks.recount(session, desk.tools, application.number, back.item)
        if not wait.pending:
            if not wait.failed:
                applications.set_item_state(back, ItemState.ACCEPTED)  # nobody reads any more that it waits
            outbox.put(
                session, now, f"front-result:{application.number}:{back.item}", "correlate",
                message=Message.FRONT_RESULT_ARRIVED, number=application.number, item=back.item,
                variables={"front_passed": not wait.failed},
            )
