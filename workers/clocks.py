"""Starting clocks: the pure calendar computes, the store keeps the ledger."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from onething.bootstrap import Tools
from onething.deadlines import Deadline, clock_entry
from onething.engine.client import EngineClient
from onething.store import applications, procedures
from onething.vocabulary import Clock, StepKind

TIMERS = {Clock.PROMISED: "promised", Clock.STATUTORY: "statutory"}
"""The handling clocks, and how their timers in an item's box are named."""


def start(session: Any, number: str, clock: Clock, item: str, at: datetime, deadline: Deadline) -> datetime:
    """Keep the deadline in the ledger and return its due time for the engine's timer."""
    applications.start_clock(session, number, clock, item, at, clock_entry(deadline))
    return deadline.due


def start_acceptance(session: Any, tools: Tools, number: str, items: list[str], at: datetime) -> dict[str, datetime]:
    """The 1-working-day clock of every item that gets a decision on acceptance, and the 5-day one behind it (R61)."""
    acceptance, deemed = tools.calendar.acceptance_due(at), tools.calendar.deemed_acceptance_due(at)
    for item in items:
        if tools.catalogue.items[item].has_acceptance_decision:
            start(session, number, Clock.ACCEPTANCE, item, at, acceptance)
        if tools.catalogue.items[item].kind == "licence":
            start(session, number, Clock.DEEMED_ACCEPTANCE, item, at, deemed)
    return {"acceptance_due": acceptance.due, "deemed_acceptance_due": deemed.due}


def start_pre_review(session: Any, tools: Tools, number: str, item: str, at: datetime) -> datetime:
    """The time in which everything but the front result is reviewed (R74)."""
    deadline = tools.calendar.limit_due(at, tools.catalogue.items[item].pre_review_days)
    return start(session, number, Clock.PRE_REVIEW, item, at, deadline)


def pause(session: Any, number: str, item: str, at: datetime) -> None:
    """The handling clocks of the item stand still from now on (R90)."""
    for row in _handling(session, number, item):
        row.paused_at = row.paused_at or at


def recount(session: Any, tools: Tools, number: str, item: str, *, more_days: int = 0) -> datetime:
    """Count the handling clocks anew with every pause that has ended and `more_days`; returns the promised due time."""
    pauses = [
        tools.calendar.pause(step.started_at, step.ended_at, StepKind(step.kind).label)
        for step in procedures.steps(session, number, item) if step.stops_clock and step.ended_at
    ]
    for row in _handling(session, number, item):
        deadline = tools.calendar.limit_due(row.started_at, row.days + more_days, pauses=pauses)
        row.paused_at = None
        for name, value in clock_entry(deadline).items():
            setattr(row, name, value)
    promised = next(row for row in applications.clocks(session, number)
                    if (row.item, row.clock) == (item, Clock.PROMISED))
    return promised.due_at


def _handling(session: Any, number: str, item: str) -> list[Any]:
    rows = applications.clocks(session, number)
    return [row for row in rows if row.item == item and row.clock in TIMERS and row.ended_at is None]


def set_timers(tools: Tools, engine: EngineClient, number: str) -> None:
    """Bring the engine's timers in line with the ledger: a paused clock's stands still, a moved one's moves with it."""
    with tools.store.reading() as session:
        rows = [row for row in applications.clocks(session, number) if row.clock in TIMERS and row.ended_at is None]
    jobs = {job.activity: job for job in engine.timers(number)}
    for row in rows:
        job = jobs.get(f"{row.item}-{TIMERS[Clock(row.clock)]}")
        if job is None:
            continue
        if job.due is None or abs(job.due - row.due_at) >= timedelta(milliseconds=1):
            engine.move_due_date(job.id, row.due_at)
        if job.suspended != bool(row.paused_at):
            engine.stop_timer(job.id, stopped=bool(row.paused_at))


def start_handling(session: Any, tools: Tools, number: str, item: str, at: datetime) -> dict[str, datetime]:
    """The handling clocks: they begin with acceptance, per item (R64)."""
    limits = tools.catalogue.items[item].limits
    promised = tools.calendar.limit_due(at, limits.promised.days)
    statutory = tools.calendar.limit_due(at, limits.statutory.days)
    applications.end_clock(session, number, Clock.ACCEPTANCE, item, at)
    applications.end_clock(session, number, Clock.DEEMED_ACCEPTANCE, item, at)
    return {
        "promised_due": start(session, number, Clock.PROMISED, item, at, promised),
        "statutory_due": start(session, number, Clock.STATUTORY, item, at, statutory),
    }
