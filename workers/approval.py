"""审批: the decision on an item, and what it means for the items behind it (R72-R79, R91)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from onething.cases import fronts_failed, fronts_pending, require_reason
from onething.engine.contract import Message
from onething.engine.worker import Task
from onething.errors import Conflict
from onething.store import Application, ApplicationItem, applications, audit, notices, outbox
from onething.vocabulary import ItemState
from workers import papermaking
from workers.desk import Desk, Outcome, case_and_item, text

OPEN = (ItemState.ACCEPTED, ItemState.PRE_REVIEWED)


def handle(task: Task, desk: Desk) -> Outcome:
    """`step`: decide (after the reviewer) or front-failed (the item behind a refused one ends by rule)."""
    by_rule = text(task, "step") == "front-failed"
    actor = "依规则" if by_rule else desk.completer(task, "approval-decision")
    now = desk.tools.clock.now()
    with desk.tools.store.transaction() as session:
        application, row = case_and_item(session, task)
        if row.state in OPEN:
            if by_rule:
                _end_by_rule(session, desk, application, row, actor, now)
            else:
                _decide(session, desk, application, row, actor, task, now)
            applications.end_all_clocks(session, application.number, now, row.item)
            _tell(session, desk, application, row, now)
            wake_backs(session, desk, application, row, now)
        return {"approved": row.state == ItemState.APPROVED}


def _decide(
    session: Any, desk: Desk, application: Application, row: ApplicationItem, actor: str, task: Task, now: datetime
) -> None:
    fronts = applications.states_of(application, desk.bundle(application).fronts_of(row.item))
    if fronts_pending(fronts):
        raise Conflict("前置事项尚未办结，不能作出审批决定；请等待前置结果", code="front-pending")
    approve = text(task, "approval_decision") == "approve"
    reason = text(task, "approval_reason")
    row.decision_reason = reason if approve else require_reason(reason, "不予许可决定")
    row.decision_basis, row.decided_by, row.decided_at = text(task, "approval_basis"), actor, now
    applications.set_item_state(row, ItemState.APPROVED if approve else ItemState.REFUSED)
    audit.record(
        session, now, actor, "approve" if approve else "refuse", number=application.number, item=row.item,
        reason=reason, basis=row.decision_basis,
    )
    if not approve:
        papermaking.refusal(session, desk, application, row, "approval")


def _end_by_rule(
    session: Any, desk: Desk, application: Application, row: ApplicationItem, actor: str, now: datetime
) -> None:
    """The front item was not approved: this one ends with a reason and never hangs (R79)."""
    names = [desk.tools.catalogue.items[front].name for front in desk.bundle(application).fronts_of(row.item)
             if fronts_failed(applications.states_of(application, [front]))]
    row.decision_reason = f"前置事项“{'”“'.join(names)}”未获准予，本事项依规则终止办理。"
    row.decided_by, row.decided_at = actor, now
    applications.set_item_state(row, ItemState.ENDED_BY_RULE)
    audit.record(session, now, actor, "end-by-rule", number=application.number, item=row.item)
    papermaking.refusal(session, desk, application, row, "approval")


def _tell(session: Any, desk: Desk, application: Application, row: ApplicationItem, now: datetime) -> None:
    name, state = desk.tools.catalogue.items[row.item].name, ItemState(row.state)
    extra = f"，理由：{row.decision_reason}" if state != ItemState.APPROVED else ""
    message = f"您申请的“{name}”已办结：{state.label}{extra}。"
    notices.give(session, now, application.number, "decided", message, item=row.item)


def wake_backs(session: Any, desk: Desk, application: Application, row: ApplicationItem, now: datetime) -> None:
    """Send the front result to each pre-reviewed item that waits for nothing else, or for nothing any more (R77)."""
    bundle = desk.bundle(application)
    for back in application.items:
        if row.item not in bundle.fronts_of(back.item) or back.state != ItemState.PRE_REVIEWED:
            continue
        fronts = applications.states_of(application, bundle.fronts_of(back.item))
        failed = fronts_failed(fronts)
        if failed or not fronts_pending(fronts):
            outbox.put(
                session, now, f"front-result:{application.number}:{back.item}", "correlate",
                message=Message.FRONT_RESULT_ARRIVED, number=application.number, item=back.item,
                variables={"front_passed": not failed},
            )
