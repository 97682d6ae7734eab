"""Starting clocks: the pure calendar computes, the store keeps the ledger."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from onething.bootstrap import Tools
from onething.deadlines import CHINA, Deadline, Pause, clock_entry, due_note, ledger_rows, recompute
from onething.store import Application, applications, procedures
from onething.store import Deadline as Row
from onething.vocabulary import Clock, StepKind

HANDLING = (Clock.PROMISED, Clock.STATUTORY)
"""The clocks that stand still in a special step and grow with an extension."""


NOTES = {
    Clock.ACCEPTANCE: ("收件", "应在 {} 个工作日内决定是否受理"), Clock.PROMISED: ("受理", "承诺 {} 个工作日"),
}
"""What the reviewer's form says of the clock that runs: when it began, and its limit."""


def start(session: Any, number: str, clock: Clock, item: str, at: datetime, deadline: Deadline) -> datetime:
    """Keep the deadline in the ledger and return its due time for the engine's timer."""
    applications.start_clock(session, number, clock, item, at, clock_entry(deadline))
    return deadline.due


def start_acceptance(session: Any, tools: Tools, application: Application, at: datetime) -> dict[str, datetime]:
    """The 1-working-day clock of every item that gets a decision on acceptance, and the 5-day one behind it (R61)."""
    acceptance, deemed = tools.calendar.acceptance_due(at), tools.calendar.deemed_acceptance_due(at)
    known, number = tools.catalogue_of(application).items, application.number
    for item in (row.item for row in application.items):
        if known[item].has_acceptance_decision:
            start(session, number, Clock.ACCEPTANCE, item, at, acceptance)
        if known[item].kind == "licence":
            start(session, number, Clock.DEEMED_ACCEPTANCE, item, at, deemed)
    return {"acceptance_due": acceptance.due, "deemed_acceptance_due": deemed.due}


def start_pre_review(session: Any, tools: Tools, application: Application, item: str, at: datetime) -> datetime:
    """The time in which everything but the front result is reviewed (R74)."""
    deadline = tools.calendar.limit_due(at, tools.catalogue_of(application).items[item].pre_review_days)
    return start(session, application.number, Clock.PRE_REVIEW, item, at, deadline)


def pause(session: Any, number: str, item: str, at: datetime) -> None:
    """The handling clocks of the item stand still from now on (R90)."""
    for row in _handling(session, number, item):
        row.paused_at = row.paused_at or at


def recount(session: Any, tools: Tools, number: str, item: str, *, more_days: int = 0) -> datetime:
    """Count the handling clocks anew with every pause that has ended and `more_days`; returns the promised due time."""
    ended = pauses(session, tools, number, item)
    for row in _handling(session, number, item):
        deadline = recompute(
            tools.calendar, Clock(row.clock), row.started_at, row.days, pauses=ended, extra_days=more_days
        )
        row.paused_at = None
        for name, value in clock_entry(deadline).items():
            setattr(row, name, value)
    promised = next(row for row in applications.clocks(session, number)
                    if (row.item, row.clock) == (item, Clock.PROMISED))
    return promised.due_at


def pauses(session: Any, tools: Tools, number: str, item: str) -> list[Pause]:
    """The pauses of the item that have ended, as the calendar reads them."""
    return [
        tools.calendar.pause(step.started_at, step.ended_at, StepKind(step.kind).label)
        for step in procedures.steps(session, number, item) if step.stops_clock and step.ended_at
    ]


def _handling(session: Any, number: str, item: str) -> list[Any]:
    rows = applications.clocks(session, number)
    return [row for row in rows if row.item == item and row.clock in HANDLING and row.ended_at is None]


def acceptance_note(tools: Tools, received_at: datetime) -> str:
    """For the forms of acceptance; all items of a case have the same day."""
    deadline = tools.calendar.acceptance_due(received_at)
    return due_note(*NOTES[Clock.ACCEPTANCE], received_at, deadline.due, ledger_rows(deadline))


def day_text(row: Row) -> str:
    """The due time in words, with 暂定 where a year's calendar is not out yet."""
    due = row.due_at.astimezone(CHINA)
    return f"{due:%Y年%m月%d日}" + ("（暂定）" if row.provisional else "")


def note_of(row: Row) -> str:
    """For the form of the step this clock is about."""
    return due_note(*NOTES[Clock(row.clock)], row.started_at, row.due_at, row.ledger)


def start_handling(session: Any, tools: Tools, application: Application, item: str, at: datetime) -> dict[str, datetime]:
    """The handling clocks: they begin with acceptance, per item (R64)."""
    limits, number = tools.catalogue_of(application).items[item].limits, application.number
    promised = tools.calendar.limit_due(at, limits.promised.days)
    statutory = tools.calendar.limit_due(at, limits.statutory.days)
    applications.end_clock(session, number, Clock.ACCEPTANCE, item, at)
    applications.end_clock(session, number, Clock.DEEMED_ACCEPTANCE, item, at)
    return {
        "promised_due": start(session, number, Clock.PROMISED, item, at, promised),
        "statutory_due": start(session, number, Clock.STATUTORY, item, at, statutory),
    }
