"""审批: the decision on an item, and what it means for the items behind it (R72-R79, R90, R91)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from onething.cases import fronts_failed, require_reason
from onething.catalogue.wording import quoted
from onething.engine.worker import Task
from onething.errors import Conflict, InvalidInput
from onething.procedures import check_decider
from onething.store import Application, ApplicationItem, applications, audit, joint, notices, procedures
from onething.validity import fixed_term
from onething.vocabulary import ItemState
from workers import decision_papers, fronts, special, timers
from workers.desk import Desk, Outcome, case_and_item, or_back, text
from workers.papermaking import local_date

OPEN = (ItemState.ACCEPTED, ItemState.PRE_REVIEWED)
NEXT = "approval_next"


def handle(task: Task, desk: Desk) -> Outcome:
    """`step`: decide (after the reviewer), front-failed (the item behind a refused one ends by rule), step-done (after
    a special step), extension-decided (after the head)."""
    step = text(task, "step")
    if step == "front-failed":
        outcome = _front_failed(task, desk)
    elif step == "decide":
        outcome = {NEXT: "again", **or_back(_decide, task, desk)}
    else:
        outcome = or_back({"step-done": special.done, "extension-decided": special.extension_decided}[step], task, desk)
    if outcome.get(NEXT) != "again":
        timers.follow(desk.tools, desk.engine, task.application_no)
    return outcome


def _decide(task: Task, desk: Desk) -> Outcome:
    decision, actor = text(task, "approval_decision"), desk.reviewer(task, "approval-decision")
    with desk.tools.store.transaction() as session:
        application, row = case_and_item(session, task)
        if row.state not in OPEN:
            return {NEXT: "decided", "approved": row.state == ItemState.APPROVED}
        if fronts.wait_of(session, desk, application, row.item).pending:
            raise Conflict("前置事项尚未办结，不能作出审批决定；请等待前置结果", code="front-pending")
        if decision == "special":
            return {NEXT: "special", **special.start(session, desk, application, row, task, actor)}
        if decision == "extension":
            special.ask_extension(session, desk, application, row, task, actor)
            return {NEXT: "extension"}
        if decision not in ("approve", "refuse"):
            raise InvalidInput("请选择审批决定后再提交", field="approval_decision", code="no-answer")
        if desk.tools.settings.separate_decision:
            check_decider(row.accepted_by, actor)
        now = desk.tools.clock.now()
        _record(session, desk, application, row, actor, task, now)
        _close(session, desk, application, row, now)
        return {NEXT: "decided", "approved": row.state == ItemState.APPROVED}


def _record(
    session: Any, desk: Desk, application: Application, row: ApplicationItem, actor: str, task: Task, now: datetime
) -> None:
    approve, reason = text(task, "approval_decision") == "approve", text(task, "approval_reason")
    row.decision_reason = reason if approve else require_reason(reason, "不予许可决定")
    row.decision_basis = text(task, "approval_basis")
    if not row.decision_basis:
        raise InvalidInput("请写明法律依据后再提交", field="approval_basis", code="basis-missing")
    result = desk.catalogue(application).items[row.item].result
    if approve:
        row.decided_term = fixed_term(result, text(task, "approval_term"), text(task, "approval_valid_until"), local_date(now))
    row.decided_by, row.decided_at = actor, now
    applications.set_item_state(row, ItemState.APPROVED if approve else ItemState.REFUSED)
    audit.record(
        session, now, actor, "approve" if approve else "refuse", number=application.number, item=row.item,
        reason=reason, basis=row.decision_basis, **({"term": row.decided_term} if row.decided_term else {}),
    )
    if not approve:
        decision_papers.refusal(session, desk, application, row, "approval")
    elif not result.certificate:
        decision_papers.result_notice(session, desk, application, row)


def _front_failed(task: Task, desk: Desk) -> Outcome:
    """A front item was not approved: this one ends with a reason and never hangs (R79)."""
    actor, now = "依规则", desk.tools.clock.now()
    with desk.tools.store.transaction() as session:
        application, row = case_and_item(session, task)
        if row.state in OPEN:
            names = [desk.catalogue(application).items[front].name for front in desk.bundle(application).fronts_of(row.item)
                     if fronts_failed(applications.states_of(application, [front]))]
            row.decision_reason = f"前置事项{quoted(names)}未获准予，本事项依规则终止办理。"
            row.decided_by, row.decided_at = actor, now
            applications.set_item_state(row, ItemState.ENDED_BY_RULE)
            audit.record(session, now, actor, "end-by-rule", number=application.number, item=row.item)
            decision_papers.refusal(session, desk, application, row, "approval")
            _close(session, desk, application, row, now)
        return {"approved": row.state == ItemState.APPROVED}


def _close(session: Any, desk: Desk, application: Application, row: ApplicationItem, now: datetime) -> None:
    """Nothing runs any more for a decided item; the applicant hears of it, and the items behind it go on."""
    procedures.close_item(session, application.number, now, row.item)
    name, state = desk.catalogue(application).items[row.item].name, ItemState(row.state)
    message = f"您申请的“{name}”已办结：{state.label}。"
    if state != ItemState.APPROVED:
        message = f"您申请的“{name}”已办结：{state.label}，理由：{row.decision_reason}。"
    notices.give(session, now, application.number, "decided", message, item=row.item)
    fronts.wake_backs(session, desk, application, row, now)
    joint.settle(session, application, now)
