"""督办: what is due soon is told to who has it, what ran out is marked and told to lead and supervisor (R70, R72, R123).

Nothing here decides, and nothing moves a limit. Timers of the models lead here, and so does a sweep over the ledger: whoever
comes first, each is said once for each run of a clock.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from onething.bootstrap import Tools
from onething.deadlines import CalendarNotPublished
from onething.engine import contract
from onething.engine.worker import Task
from onething.store import Application, Deadline, applications, audit, intake, outbox, supervision
from onething.supervision import NEVER_OVERDUE, WARNED, rule_of, warning_step
from onething.vocabulary import SupervisionKind
from workers.desk import Desk, Outcome, text

SYSTEM = "系统"


def handle(task: Task, desk: Desk) -> Outcome:
    """A timer ran out: every clock of this item (or of the case) that is due."""
    item = text(task, "item")
    with desk.tools.store.transaction() as session:
        application = applications.lock(session, task.application_no)
        for row in applications.clocks(session, application.number):
            if row.item == item:
                _mark(session, desk.tools, application, row)
    return {}


def sweep(tools: Tools) -> int:
    """Every open limit: marks those that ran out, warns of those about to; returns how many were told."""
    now = tools.clock.now()
    with tools.store.reading() as session:
        wanted = [one for one in supervision.running(session, now + _horizon(tools)) if _needs_a_word(session, tools, one, now)]
    return sum(_tell(tools, one) for one in wanted)


def _horizon(tools: Tools) -> timedelta:
    """Beyond it nothing can be due for a warning: working days are at least a third of all days, holidays included."""
    return timedelta(days=14 + 2 * max(max(item.supervision.warn_before, default=0) for item in tools.catalogue.items.values()))


def _needs_a_word(session: Any, tools: Tools, one: supervision.OpenClock, now: datetime) -> bool:
    if one.due_at <= now:
        return one.clock not in NEVER_OVERDUE and not one.marked
    step = _step(tools, one, now)
    return step is not None and not supervision.known(session, _warning_key(one, step))


def _tell(tools: Tools, one: supervision.OpenClock) -> bool:
    """Looked at again under the lock of the case: meanwhile it may have ended, stopped or moved."""
    with tools.store.transaction() as session:
        application = applications.lock(session, one.number)
        row = supervision.clock(session, one.number, one.item, one.clock)
        return row is not None and (
            _mark(session, tools, application, row) or _warn(session, tools, application, row)
        )


def _mark(session: Any, tools: Tools, application: Application, row: Deadline) -> bool:
    """逾期: on the clock, in the count, to the lead department and 市政务服务办公室 (R70)."""
    now = tools.clock.now()
    if row.ended_at or row.paused_at or row.overdue_at or row.due_at > now or row.clock in NEVER_OVERDUE:
        return False
    row.overdue_at = now
    key = f"overdue:{row.number}:{row.item}:{row.clock}:{row.due_at:%Y%m%d%H%M%S}"
    _say(session, row, SupervisionKind.OVERDUE, key, [_lead(tools, application), _supervisor(application)], now)
    return True


def _warn(session: Any, tools: Tools, application: Application, row: Deadline) -> bool:
    """临期预警: to the group that has the work."""
    now = tools.clock.now()
    if row.ended_at or row.paused_at or row.due_at <= now or (step := _step(tools, row, now)) is None:
        return False
    group = supervision.holder(application, row, _lead(tools, application), intake.dispatches(session, application.number))
    return _say(session, row, SupervisionKind.WARNING, _warning_key(row, step), [group], now)


def _say(session: Any, row: Deadline, kind: SupervisionKind, key: str, groups: list[str], now: datetime) -> bool:
    if supervision.known(session, key):
        return False
    supervision.record(session, key, row, kind, now, SYSTEM, groups)
    outbox.put(
        session, now, key, "push", what=str(kind), event=key, number=row.number, item=row.item, clock=row.clock,
        due=row.due_at.isoformat(), to=groups,
    )
    audit.record(
        session, now, SYSTEM, str(kind), number=row.number, item=row.item, clock=row.clock, due=row.due_at.isoformat(),
        to=groups,
    )
    return True


def _step(tools: Tools, row: Any, now: datetime) -> int | None:
    if row.clock not in WARNED:
        return None
    try:
        left = tools.calendar.remaining_working_days(now, row.due_at)
    except CalendarNotPublished:  # then nothing is known about that day; it is told when the year arrives
        return None
    return warning_step(rule_of(tools.catalogue, row.item), row.days, left)


def _warning_key(row: Any, step: int) -> str:
    """Once for each run of the clock: a correction round and an extension begin a new one."""
    return f"warning:{row.number}:{row.item}:{row.clock}:{row.started_at:%Y%m%d%H%M%S}:{row.days}:{step}"


def _lead(tools: Tools, application: Application) -> str:
    return contract.lead_group(tools.catalogue_of(application).bundle(application.bundle).lead, application.district)


def _supervisor(application: Application) -> str:
    return contract.supervisor_group(application.district)
