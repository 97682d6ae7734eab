"""暂定 limits: counted anew when the arrangement of their year arrives, for the store, the applicant and the engine (F13)."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

import structlog

from onething.bootstrap import Tools
from onething.deadlines import CHINA, CalendarNotPublished, Deadline, clock_entry, recompute
from onething.store import Application, applications, audit, notices, outbox, supervision
from onething.store import Deadline as Row
from onething.vocabulary import Channel, Clock
from workers import clocks, promises

log = structlog.get_logger(__name__)
TOLD = frozenset({Clock.INTAKE, Clock.ACCEPTANCE, Clock.SUPPLEMENT, Clock.PROMISED})
"""The clocks whose day the applicant was told, on a receipt or a notice."""


def recount_provisional(tools: Tools) -> int:
    """Every open 暂定 limit, case by case, each in one transaction; returns how many changed. Safe to repeat."""
    with tools.store.reading() as session:
        numbers = supervision.provisional_cases(session)
    changed = 0
    for number in numbers:
        with tools.store.transaction() as session:
            changed += _recount_case(session, tools, applications.lock(session, number))
    return changed


def _recount_case(session: Any, tools: Tools, application: Application) -> int:
    now, number = tools.clock.now(), application.number
    rows = [row for row in applications.clocks(session, number) if row.provisional and row.ended_at is None]
    changed = sum(_recount(session, tools, application, row, now) for row in rows)
    if changed:  # the engine follows, however long it may be away
        outbox.put(session, now, f"align:{number}:{uuid.uuid4().hex}", "align", number=number)
    return changed


def _recount(session: Any, tools: Tools, application: Application, row: Row, now: datetime) -> bool:
    try:
        entry = clock_entry(_again(session, tools, application, row))
    except CalendarNotPublished as error:
        log.warning("a provisional limit stays as it is", number=row.number, clock=row.clock, missing=error.year)
        return False
    before = row.due_at
    if all(getattr(row, name) == value for name, value in entry.items()):
        return False
    for name, value in entry.items():
        setattr(row, name, value)
    if row.overdue_at and row.due_at > now:
        row.overdue_at = None  # it ran out on a day that was only 暂定
    audit.record(
        session, now, "系统", "recount-deadline", number=row.number, item=row.item, clock=row.clock,
        before=before.isoformat(), due=row.due_at.isoformat(), provisional=row.provisional,
    )
    if row.clock == Clock.SUPPLEMENT:
        promises.move(session, tools, row)
    if _day(before) != _day(row.due_at) and row.clock in TOLD and not row.paused_at:
        _tell(session, tools, application, row, before, now)
    return True


def _again(session: Any, tools: Tools, application: Application, row: Row) -> Deadline:
    """Counted from its own start, with everything that was added to it since."""
    clock = Clock(row.clock)
    channel = application.channel if clock == Clock.INTAKE else Channel.WINDOW
    channel = tools.calendar.counter(channel, application.district)
    pauses = clocks.pauses(session, tools, row.number, row.item) if clock in clocks.HANDLING else ()
    days, first = row.ledger[-1]["counted"], row.ledger[0]["reason"]
    return recompute(tools.calendar, clock, row.started_at, days, channel=channel, first=first, pauses=pauses)


def _tell(
    session: Any, tools: Tools, application: Application, row: Row, before: datetime, now: datetime
) -> None:
    """Once for each new day."""
    what = f"“{tools.catalogue_of(application).items[row.item].name}”的" if row.item else f"办件 {row.number} 的"
    notices.give(
        session, now, row.number, f"recounted-{row.clock}-{_day(row.due_at):%Y%m%d}", item=row.item,
        text=f"{what}{Clock(row.clock).label}截止日期原为暂定的 {_day(before):%Y年%m月%d日}；放假安排公布后重新计算，"
        f"现为 {clocks.day_text(row)}。",
    )


def _day(at: datetime) -> Any:
    return at.astimezone(CHINA).date()
