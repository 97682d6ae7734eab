"""特别环节 and 延期: what stops or moves an item's clock, with reason, start and end (R90; Licensing Law, 42, 45)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from onething.cases import require_reason
from onething.engine.worker import Task
from onething.errors import InvalidInput
from onething.procedures import check_head, check_step, extension_days
from onething.store import Application, ApplicationItem, Extension, applications, audit, joint, notices, procedures
from onething.vocabulary import Clock, JointKind, JointState, StepKind
from workers import clocks, procedure_papers
from workers.desk import Desk, Outcome, case_and_item, text

CLEARED: Outcome = dict.fromkeys(("approval_decision", "procedure_reason", "special_kind"))
"""The form of the decision comes back empty."""


def start(session: Any, desk: Desk, application: Application, row: ApplicationItem, task: Task, actor: str) -> Outcome:
    """The special step the reviewer chose begins; at most one at a time, however often this runs."""
    number, now = application.number, desk.tools.clock.now()
    step = procedures.open_step(session, number, row.item)
    if step is None:
        item, act = desk.catalogue(application).items[row.item], joint.act(session, number, JointKind.INSPECTION)
        together = act is not None and act.state != JointState.NOT_NEEDED and joint.takes_part(act, row.item)
        kind = check_step(item, text(task, "special_kind"), joint=together)
        rule = desk.tools.catalogue.procedures.rule(kind)
        step = procedures.start_step(
            session, number, row.item, kind, stops_clock=rule.stops_clock, at=now, by=actor,
            reason=require_reason(text(task, "procedure_reason"), f"启动{kind.label}"),
        )
        if rule.stops_clock:
            clocks.pause(session, number, row.item, now)
        audit.record(session, now, actor, "start-special-step", number=number, item=row.item, kind=kind, reason=step.reason)
        procedure_papers.special_step(session, desk, application, row, step)
        held = "所需时间不计入办理期限" if rule.stops_clock else "办理期限照常计算"
        notices.give(
            session, now, number, f"special-step-{step.sequence}", item=row.item,
            text=f"“{item.name}”需要{kind.label}，{held}。理由：{step.reason}。",
        )
    return {"special_due": None if step.stops_clock else _promised(session, number, row.item).due_at}


def done(task: Task, desk: Desk) -> Outcome:
    """The special step has ended: its result is kept, and the clock runs on in working time."""
    actor, now = desk.reviewer(task, "special-step"), desk.tools.clock.now()
    with desk.tools.store.transaction() as session:
        application, row = case_and_item(session, task)
        step = procedures.open_step(session, application.number, row.item)
        if step is not None:
            outcome = text(task, "special_outcome")
            if not outcome:
                raise InvalidInput("请写明特别环节的结果后再提交", field="special_outcome", code="outcome-missing")
            procedures.end_step(step, now, actor, outcome)
            if step.stops_clock:
                clocks.recount(session, desk.tools, application.number, row.item)
            audit.record(
                session, now, actor, "end-special-step", number=application.number, item=row.item, kind=step.kind,
                outcome=outcome,
            )
            _tell_due(session, desk, application, row, f"special-step-{step.sequence}-ended",
                      f"的{StepKind(step.kind).label}已结束", now)
        return {**CLEARED, "special_outcome": None, **_dates(session, application.number, row.item)}


def ask_extension(
    session: Any, desk: Desk, application: Application, row: ApplicationItem, task: Task, actor: str
) -> None:
    """Asked once, with a reason; the head decides."""
    number, now = application.number, desk.tools.clock.now()
    asked = procedures.extension(session, number, row.item)
    if asked is not None and asked.granted is None:
        return
    item = desk.catalogue(application).items[row.item]
    days = extension_days(desk.catalogue(application), item, asked_before=asked is not None)
    reason = require_reason(text(task, "procedure_reason"), "延期申请")
    procedures.ask_extension(session, number, row.item, days, reason, now, actor)
    audit.record(session, now, actor, "ask-extension", number=number, item=row.item, days=days, reason=reason)


def extension_decided(task: Task, desk: Desk) -> Outcome:
    """The head grants it (both limits grow, the applicant is told in writing) or not; then back to the decision."""
    actor, now = desk.reviewer(task, "extension-decision", head=True), desk.tools.clock.now()
    with desk.tools.store.transaction() as session:
        application, row = case_and_item(session, task)
        asked = procedures.extension(session, application.number, row.item)
        if asked is not None and asked.granted is None:
            _decide_extension(session, desk, application, row, asked, task, actor, now)
        cleared = {**CLEARED, "extension_decision": None, "extension_reason": None}
        return {**cleared, **_dates(session, application.number, row.item)}


def _decide_extension(
    session: Any, desk: Desk, application: Application, row: ApplicationItem, asked: Extension, task: Task, actor: str,
    now: datetime,
) -> None:
    decision, reason = text(task, "extension_decision"), text(task, "extension_reason")
    if decision not in ("grant", "deny"):
        raise InvalidInput("请选择同意或不同意延期", field="extension_decision", code="no-answer")
    check_head(asked.asked_by, actor)
    if decision == "deny":
        reason = require_reason(reason, "不同意延期")
    asked.granted, asked.decided_at, asked.decided_by, asked.decision_reason = decision == "grant", now, actor, reason
    audit.record(
        session, now, actor, f"{decision}-extension", number=application.number, item=row.item, days=asked.days, reason=reason
    )
    if asked.granted:
        clocks.recount(session, desk.tools, application.number, row.item, more_days=asked.days)
        procedure_papers.extension(session, desk, application, row, asked)
        _tell_due(session, desk, application, row, "extended", f"的办理期限经负责人批准延长 {asked.days} 个工作日", now)


def _promised(session: Any, number: str, item: str) -> Any:
    return next(row for row in applications.clocks(session, number) if (row.item, row.clock) == (item, Clock.PROMISED))


def _dates(session: Any, number: str, item: str) -> Outcome:
    due = {row.clock: row for row in applications.clocks(session, number) if row.item == item}
    promised = due[Clock.PROMISED]
    return {
        "promised_due": promised.due_at, "statutory_due": due[Clock.STATUTORY].due_at, "due_note": clocks.note_of(promised),
    }


def _tell_due(
    session: Any, desk: Desk, application: Application, row: ApplicationItem, what: str, happened: str, now: datetime
) -> None:
    due = clocks.day_text(_promised(session, application.number, row.item))
    name = desk.catalogue(application).items[row.item].name
    notices.give(session, now, application.number, what, f"“{name}”{happened}，承诺办结时间为 {due}。", item=row.item)
