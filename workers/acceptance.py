"""受理: a department's decision on taking an item on, deemed acceptance, or a hand-over without decision (R61-R67)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from onething.cases import OPEN_ITEM_STATES, require_reason
from onething.engine import contract
from onething.engine.worker import Task
from onething.errors import InvalidInput
from onething.procedures import procedure_note
from onething.store import Application, ApplicationItem, applications, audit, intake, joint, notices, procedures
from onething.vocabulary import Clock, ItemState
from workers import clocks, decision_papers, fronts, papermaking
from workers.desk import Desk, Outcome, case_and_item, or_back, text

DEEMED, AUTOMATIC = "依法视为受理", "系统登记"


WAY = "acceptance_way"


def handle(task: Task, desk: Desk) -> Outcome:
    """`step`: open, pulled (after the lead), decide (after the reviewer), deem (the statutory limit ran out), auto."""
    step = text(task, "step")
    if step == "open":
        return _open(task, desk)
    if step in ("pulled", "decide"):
        return or_back(_pulled if step == "pulled" else _decide, task, desk)
    return _decide(task, desk)


def _open(task: Task, desk: Desk) -> Outcome:
    """Who decides: the window where the department authorised it (R69), the reviewer, or first the lead's pull (R56)."""
    with desk.tools.store.transaction() as session:
        application, row = case_and_item(session, task)
        merged = row.department in desk.tools.catalogue.districts[application.district].merge_intake_acceptance
        if merged and row.state == ItemState.RECEIVED:
            clerk = next((c.clerk for c in reversed(intake.checks(session, application.number))), "")
            _accept(session, desk, application, row, clerk, desk.tools.clock.now())
        if merged:
            return {WAY: "merged", **_outcome(session, desk, application, row)}
        sent = intake.dispatched(session, application.number, row.department)
        return {WAY: "pull" if sent and sent.way == "pull" and sent.pulled_at is None else "review"}


def _pulled(task: Task, desk: Desk) -> Outcome:
    """The lead had the department fetch the application; one fetch serves all its items (R57)."""
    actor, now = desk.completer(task, "pull-application"), desk.tools.clock.now()
    with desk.tools.store.transaction() as session:
        application, row = case_and_item(session, task)
        sent = intake.dispatched(session, application.number, row.department)
        if sent is None or sent.way != "pull" or sent.pulled_at:
            return {}
        if task.variables.get("pulled") is not True:
            raise InvalidInput("请在联办部门取得申报信息后勾选“已获取”")
        sent.pulled_at, sent.pulled_by = now, actor
        audit.record(session, now, actor, "pull-application", number=application.number, department=row.department)
    return {}


def _decide(task: Task, desk: Desk) -> Outcome:
    step = text(task, "step")
    by_person = step == "decide"
    actor = desk.reviewer(task, "acceptance-review") if by_person else {"deem": DEEMED}.get(step, AUTOMATIC)
    decision = text(task, "acceptance_decision") if by_person else "accept"
    if decision not in ("accept", "refuse"):
        raise InvalidInput("请选择予以受理或不予受理")
    with desk.tools.store.transaction() as session:
        application, row = case_and_item(session, task)
        if row.state == ItemState.RECEIVED:
            now = desk.tools.clock.now()
            if decision == "refuse":
                _refuse(session, desk, application, row, actor, text(task, "acceptance_reason"), now)
            else:
                _accept(session, desk, application, row, actor, now)
        return _outcome(session, desk, application, row)


def _accept(
    session: Any, desk: Desk, application: Application, row: ApplicationItem, actor: str, now: datetime
) -> None:
    applications.set_item_state(row, ItemState.ACCEPTED)
    row.accepted_at, row.accepted_by = now, actor
    due = clocks.start_handling(session, desk.tools, application, row.item, now)
    if fronts.wait_of(session, desk, application, row.item).pending:
        clocks.start_pre_review(session, desk.tools, application, row.item, now)
    joint.settle(session, application, now)
    audit.record(session, now, actor, "accept", number=application.number, item=row.item)
    if actor != AUTOMATIC:
        deemed = actor == DEEMED
        papermaking.acceptance_notice(session, desk, application, row, due["promised_due"], deemed=deemed)


def _refuse(
    session: Any, desk: Desk, application: Application, row: ApplicationItem, actor: str, reason: str, now: datetime
) -> None:
    applications.set_item_state(row, ItemState.NOT_ACCEPTED)
    row.acceptance_reason, row.accepted_by = require_reason(reason, "不予受理决定"), actor
    row.decided_at, row.decided_by, row.decision_reason = now, actor, row.acceptance_reason
    procedures.close_item(session, application.number, now, row.item)
    audit.record(session, now, actor, "refuse-acceptance", number=application.number, item=row.item, reason=reason)
    decision_papers.refusal(session, desk, application, row, "acceptance")
    _end_backs(session, desk, application, row, now)
    joint.settle(session, application, now)


def _end_backs(session: Any, desk: Desk, application: Application, row: ApplicationItem, now: datetime) -> None:
    """Items behind this one end by rule: those that wait are woken, and the applicant is told at once (R68)."""
    fronts.wake_backs(session, desk, application, row, now)
    names, backs = desk.catalogue(application).items, desk.bundle(application).backs_of(row.item)
    for back in application.items:
        if back.item in backs and back.state in OPEN_ITEM_STATES:
            notices.give(
                session, now, application.number, f"front-not-accepted-{row.item}", item=back.item,
                text=f"“{names[row.item].name}”不予受理，“{names[back.item].name}”以它的结果为前提，将依规则终止办理。",
            )


def _outcome(session: Any, desk: Desk, application: Application, row: ApplicationItem) -> Outcome:
    """What the model needs next, read back from the store: the same however often this step runs."""
    if row.accepted_at is None or row.state == ItemState.WITHDRAWN:
        return {"accepted": False, "delivery_mode": application.delivery_mode}
    wait = fronts.wait_of(session, desk, application, row.item)
    mine = {clock.clock: clock for clock in applications.clocks(session, application.number) if clock.item == row.item}
    pre_review = mine.get(Clock.PRE_REVIEW)
    return {
        "accepted": True, "delivery_mode": application.delivery_mode,
        "front_pending": wait.pending, "front_passed": not wait.failed,
        "pre_review_due": pre_review.due_at if pre_review else None,
        "head_group": contract.head_group(row.department, contract.district_of(row.reviewer_group)),
        "procedure_note": procedure_note(desk.catalogue(application), desk.catalogue(application).items[row.item]),
        "promised_due": mine[Clock.PROMISED].due_at, "statutory_due": mine[Clock.STATUTORY].due_at,
        "due_note": clocks.note_of(mine[Clock.PROMISED]),
    }
