"""附加环节: a step that an analyst added to the box of one item. It is recorded and shown; who decides, decides (R91)."""

from __future__ import annotations

from typing import Any

from onething.engine.contract import EXTRA_RECORD
from onething.engine.task import ProgrammingError
from onething.engine.worker import Task
from onething.errors import InvalidInput
from onething.store import Application, ApplicationItem, SpecialStep, audit, procedures
from onething.vocabulary import Opinion
from workers.desk import Desk, Outcome, case_and_item, or_back, text


def handle(task: Task, desk: Desk) -> Outcome:
    """`step`: open (before the form), record (after it). The clocks run on."""
    return _open(task, desk) if text(task, "step") == "open" else or_back(_record, task, desk)


def _open(task: Task, desk: Desk) -> Outcome:
    name = _name(task, desk)
    with desk.tools.store.transaction() as session:
        _begun(session, desk, *case_and_item(session, task), name)
    return {"extra_name": name}


def _name(task: Task, desk: Desk) -> str:
    """What the analyst called it in the item's box; asked of the engine, since a form may send more than it shows."""
    name = "".join(desk.engine.called_as(task.process_instance_id).split())
    if not name:
        raise ProgrammingError("附加环节没有名称；请在 Modeler 中为它填写中文名称，检查、部署后重试")
    return name


def _begun(session: Any, desk: Desk, application: Application, row: ApplicationItem, name: str) -> SpecialStep:
    """The one step of that name, however often this runs."""
    number = application.number
    return procedures.extra_step(session, number, row.item, name) or procedures.start_step(
        session, number, row.item, procedures.EXTRA, stops_clock=False, reason=name, at=desk.tools.clock.now(), by="系统",
    )


def _record(task: Task, desk: Desk) -> Outcome:
    actor, now, name = desk.reviewer(task, EXTRA_RECORD), desk.tools.clock.now(), _name(task, desk)
    with desk.tools.store.transaction() as session:
        application, row = case_and_item(session, task)
        step = _begun(session, desk, application, row, name)
        if step.ended_at is None:
            outcome, record = text(task, "extra_outcome"), text(task, "extra_record")
            if outcome not in list(Opinion):
                raise InvalidInput(f"请选择“{name}”的结论后再提交", field="extra_outcome", code="no-answer")
            if not record:
                raise InvalidInput(f"请写明“{name}”的记录后再提交", field="extra_record", code="record-missing")
            procedures.end_step(step, now, actor, f"{Opinion(outcome).label}。{record}")
            audit.record(
                session, now, actor, "record-extra-step", number=application.number, item=row.item, step=name, outcome=outcome
            )
    return {}
