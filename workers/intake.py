"""收件: record what the window decided; start the acceptance clocks; receipt or one-time notice (R43, R45, R54)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from onething.cases import require_reason
from onething.engine.worker import Task
from onething.errors import InvalidInput
from onething.store import Application, applications, audit, notices, outbox
from onething.vocabulary import CaseState, Clock, ItemState
from workers import clocks, papermaking
from workers.desk import Desk, Outcome, text


def handle(task: Task, desk: Desk) -> Outcome:
    decision, reason = text(task, "intake_decision"), text(task, "intake_reason")
    actor = desk.completer(task, "intake-review")
    now = desk.tools.clock.now()
    with desk.tools.store.transaction() as session:
        application = applications.lock(session, task.application_no)
        if application.state == CaseState.WITHDRAWN:
            return {"intake_outcome": "rejected"}
        if application.state not in (CaseState.SUBMITTED, CaseState.CORRECTION):
            return _replay(session, desk, application)
        reason = "" if decision == "accepted" else reason  # the form keeps the reason of an earlier round
        audit.record(session, now, actor, f"intake-{decision}", number=application.number, reason=reason)
        applications.end_clock(session, application.number, Clock.INTAKE, "", now)
        if decision == "accepted":
            return _take_in(session, desk, application, actor, now)
        application.reason = require_reason(reason, "退回申请")
        if decision == "correction":
            return _ask_correction(session, desk, application, actor, now)
        if decision == "rejected":
            return _reject(session, application, now)
    raise InvalidInput(f"收件结论“{decision}”不在选项中；请在待办任务中重新选择", field="intake_decision")


def _take_in(session: Any, desk: Desk, application: Application, actor: str, now: datetime) -> Outcome:
    applications.set_case_state(application, CaseState.IN_PROGRESS)
    application.received_at, application.reason = now, ""
    for row in application.items:
        applications.set_item_state(row, ItemState.RECEIVED)
    items = [row.item for row in application.items]
    due = clocks.start_acceptance(session, desk.tools, application.number, items, now)
    for department in dict.fromkeys(row.department for row in application.items):
        key = f"materials:{application.number}:{department}"
        outbox.put(session, now, key, "push", what="materials", number=application.number, department=department)
    papermaking.receipt(session, desk, application, actor, due["acceptance_due"])
    name = desk.bundle(application).short_name
    notices.give(
        session, now, application.number, "received",
        f"您申请的“{name}”已收件，办件编号 {application.number}。各部门将在 1 个工作日内作出是否受理的决定。",
    )
    return {"intake_outcome": "accepted", **due, "due_note": clocks.acceptance_note(desk.tools, now)}


def _ask_correction(session: Any, desk: Desk, application: Application, actor: str, now: datetime) -> Outcome:
    applications.set_case_state(application, CaseState.CORRECTION)
    papermaking.correction_notice(session, desk, application, actor)
    notices.give(
        session, now, application.number, f"correction-{application.version}",
        f"办件 {application.number} 的材料需要补正：{application.reason}。请登录后一次补齐再提交。",
    )
    return {"intake_outcome": "correction"}


def _reject(session: Any, application: Application, now: datetime) -> Outcome:
    applications.set_case_state(application, CaseState.NOT_TAKEN)
    application.closed_at = now
    for row in application.items:
        applications.set_item_state(row, ItemState.NOT_TAKEN)
    notices.give(
        session, now, application.number, "not-taken",
        f"办件 {application.number} 不予收件，理由：{application.reason}。如有疑问请到综合受理窗口咨询。",
    )
    return {"intake_outcome": "rejected"}


def _replay(session: Any, desk: Desk, application: Application) -> Outcome:
    """The step ran before: say again what was decided then."""
    if application.state == CaseState.NOT_TAKEN:
        return {"intake_outcome": "rejected"}
    rows = applications.clocks(session, application.number)
    due = {row.clock: row.due_at for row in rows if row.clock in (Clock.ACCEPTANCE, Clock.DEEMED_ACCEPTANCE)}
    received = application.received_at or application.submitted_at
    acceptance = due.get(Clock.ACCEPTANCE, received)
    return {
        "intake_outcome": "accepted", "acceptance_due": acceptance,
        "deemed_acceptance_due": due.get(Clock.DEEMED_ACCEPTANCE, acceptance),
        "due_note": clocks.acceptance_note(desk.tools, received),
    }
