"""The engine follows the ledger: timers, due dates of tasks and date variables get the times the store has."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from onething.bootstrap import Tools
from onething.engine.client import EngineClient
from onething.engine.records import Instance
from onething.store import Deadline, applications, procedures
from onething.vocabulary import Clock
from workers.clocks import NOTES, note_of

TIMERS = {
    Clock.INTAKE: "intake-review-late", Clock.DELIVERY: "result-handover-late",
    Clock.ACCEPTANCE: "{item}-acceptance-late", Clock.DEEMED_ACCEPTANCE: "{item}-deemed",
    Clock.PROMISED: "{item}-promised", Clock.STATUTORY: "{item}-statutory", 
}
"""Which timer of the models stands for a clock."""
TASKS = {
    Clock.INTAKE: ("intake-review",), Clock.ACCEPTANCE: ("acceptance-review",),
    Clock.PROMISED: ("pre-review", "approval-decision"), Clock.DELIVERY: ("result-handover",),
}
"""The user tasks that are due with a clock."""
VARIABLES = {
    Clock.INTAKE: "intake_due", Clock.DELIVERY: "delivery_due", Clock.ACCEPTANCE: "acceptance_due",
    Clock.DEEMED_ACCEPTANCE: "deemed_acceptance_due", Clock.PROMISED: "promised_due", Clock.STATUTORY: "statutory_due",
}
"""Where a task that is yet to come reads its due date."""


def follow(tools: Tools, engine: EngineClient, number: str) -> None:
    """After a step that may have stopped or moved a clock of this case; free where none ever was."""
    with tools.store.reading() as session:
        moved = procedures.moved(session, number)
    if moved:
        align(tools, engine, number)


def align(tools: Tools, engine: EngineClient, number: str) -> None:
    """Bring one case in line; safe to repeat, and nothing happens where the times agree already."""
    with tools.store.reading() as session:
        rows = [row for row in applications.clocks(session, number) if row.ended_at is None]
    timers = {job.activity: job for job in engine.timers(number)}
    for row in rows:
        job = timers.get(TIMERS.get(Clock(row.clock), "").format(item=row.item))
        if job and _differs(job.due, row.due_at):
            engine.move_due_date(job.id, row.due_at)
        if job and job.suspended != bool(row.paused_at):
            engine.stop_timer(job.id, stopped=bool(row.paused_at))
    for instance in engine.instances(number):
        if instance.ended is None:
            _align_instance(engine, number, instance, rows)


def _align_instance(engine: EngineClient, number: str, instance: Instance, rows: Iterable[Deadline]) -> None:
    """What the instance itself holds: variables of its item, or of the case, and its open tasks."""
    known = engine.instance_variables(instance.id)
    mine = [row for row in rows if row.item == (known.get("item") or "")]
    changes: dict[str, Any] = {}
    for row in mine:
        clock = Clock(row.clock)
        name = VARIABLES.get(clock, "")
        if name in known and _differs(known[name], row.due_at):
            changes[name] = row.due_at
        if clock in NOTES and "due_note" in known and known["due_note"] != note_of(row):
            changes["due_note"] = note_of(row)
    if changes:
        engine.set_variables(instance.id, changes)
    due = {key: row.due_at for row in mine for key in TASKS.get(Clock(row.clock), ())}
    for task in engine.user_tasks(number):
        if task.process_instance_id == instance.id and task.key in due and _differs(task.due, due[task.key]):
            engine.move_task_due(task.id, due[task.key])


def _differs(one: Any, other: datetime) -> bool:
    """The engine keeps milliseconds."""
    return not isinstance(one, datetime) or abs(one - other) >= timedelta(milliseconds=1)
