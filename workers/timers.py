"""The engine follows the ledger: timers, due dates of tasks and date variables get the times the store has."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from onething.bootstrap import Tools
from onething.engine.client import EngineClient
from onething.engine.errors import EngineRefused
from onething.engine.records import Job, UserTask
from onething.store import Deadline, applications, procedures
from onething.vocabulary import Clock
from workers.clocks import NOTES, note_of

TIMERS = {
    Clock.INTAKE: "intake-review-late", Clock.DIGITISING: "digitising-late", Clock.PRE_REVIEW: "pre-review-late",
    Clock.SENDING: "sending-late", Clock.DELIVERY: "result-handover-late", Clock.CORRECTION: "correction-over",
    Clock.ACCEPTANCE: "{item}-acceptance-late", Clock.DEEMED_ACCEPTANCE: "{item}-deemed",
    Clock.PROMISED: "{item}-promised", Clock.STATUTORY: "{item}-statutory",
}
"""Which timer of the models stands for a clock: named after the item in a bundle, else found in the item's instance."""
TASKS = {
    Clock.INTAKE: ("intake-review", "repeat-notice"), Clock.DIGITISING: ("digitising",), Clock.PRE_REVIEW: ("pre-review",),
    Clock.ACCEPTANCE: ("acceptance-review", "pull-application", "paper-handover", "paper-receipt"),
    Clock.PROMISED: ("extra-record", "approval-decision", "special-step", "extension-decision"),
    Clock.SENDING: ("result-sending",), Clock.DELIVERY: ("result-handover",), Clock.RETURN: ("material-return",),
}
"""The user tasks that are due with a clock."""
VARIABLES = {
    Clock.INTAKE: "intake_due", Clock.DIGITISING: "digitising_due", Clock.ACCEPTANCE: "acceptance_due",
    Clock.DEEMED_ACCEPTANCE: "deemed_acceptance_due", Clock.PROMISED: "promised_due", Clock.STATUTORY: "statutory_due",
    Clock.PRE_REVIEW: "pre_review_due", Clock.SENDING: "sending_due", Clock.DELIVERY: "delivery_due",
    Clock.RETURN: "return_due", Clock.CORRECTION: "correction_due",
}
"""Where a task that is yet to come reads its due date."""
SHARED = frozenset({Clock.ACCEPTANCE, Clock.DEEMED_ACCEPTANCE})
"""Counted per item, but from one moment: the case itself has them in one variable until the boxes begin."""


LOOKS = 5


def follow(tools: Tools, engine: EngineClient, number: str) -> None:
    """After a step that may have stopped or moved a clock of this case; free where none ever was."""
    with tools.store.reading() as session:
        moved = procedures.moved(session, number)
    if moved:
        align(tools, engine, number)


def align(tools: Tools, engine: EngineClient, number: str) -> None:
    """Bring one case in line; safe to repeat, and nothing happens where the times agree already.

    Where a step of the case ended or began while it was looked at, it is looked at anew.
    """
    for _ in range(LOOKS - 1):
        try:
            return _align(tools, engine, number)
        except EngineRefused as error:
            if not error.gone:
                raise
    return _align(tools, engine, number)


def _align(tools: Tools, engine: EngineClient, number: str) -> None:
    with tools.store.reading() as session:
        rows = [row for row in applications.clocks(session, number) if row.ended_at is None]
    known = {
        instance.id: engine.instance_variables(instance.id)
        for instance in engine.instances(number) if instance.ended is None
    }
    about = {instance: str(variables.get("item") or "") for instance, variables in known.items()}
    for job in engine.timers(number):
        _align_timer(engine, job, next((row for row in rows if _stands_for(job, row, about)), None))
    for instance, variables in known.items():
        if changes := _changes(variables, [row for row in rows if _concerns(row, about[instance])]):
            engine.set_variables(instance, changes)
    for task in engine.user_tasks(number):
        _align_task(engine, task, rows, about)


def _stands_for(job: Job, row: Deadline, about: Mapping[str, str]) -> bool:
    """A timer in a bundle carries its item in its name; in a called process the instance has it."""
    name = TIMERS.get(Clock(row.clock), "")
    if "{item}" in name:
        return job.activity == name.format(item=row.item)
    return job.activity == name and about.get(job.process_instance_id) == row.item


def _align_timer(engine: EngineClient, job: Job, row: Deadline | None) -> None:
    if row is None:
        return
    if _differs(job.due, row.due_at):
        engine.move_due_date(job.id, row.due_at)
    if job.suspended != bool(row.paused_at):
        engine.stop_timer(job.id, stopped=bool(row.paused_at))


def _concerns(row: Deadline, item: str) -> bool:
    return row.item == item or (not item and row.clock in SHARED)


def _changes(variables: Mapping[str, Any], rows: Iterable[Deadline]) -> dict[str, Any]:
    """What the variables of an instance would have to say."""
    changes: dict[str, Any] = {}
    for row in rows:
        clock = Clock(row.clock)
        name = VARIABLES.get(clock, "")
        if name in variables and _differs(variables[name], row.due_at):
            changes[name] = row.due_at
        if clock in NOTES and "due_note" in variables and variables["due_note"] != note_of(row):
            changes["due_note"] = note_of(row)
    return changes


def _align_task(engine: EngineClient, task: UserTask, rows: Iterable[Deadline], about: Mapping[str, str]) -> None:
    """While a clock stands still nothing is due with it."""
    item = about.get(task.process_instance_id, "")
    for row in rows:
        due_with_it = task.key in TASKS.get(Clock(row.clock), ()) and _concerns(row, item) and not row.paused_at
        if due_with_it and _differs(task.due, row.due_at):
            engine.move_task_due(task.id, row.due_at)
            return


def _differs(one: Any, other: datetime) -> bool:
    """The engine keeps milliseconds."""
    return not isinstance(one, datetime) or abs(one - other) >= timedelta(milliseconds=1)
