"""受理: a department's decision on taking an item on, deemed acceptance, or a hand-over without decision (R61-R67)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from onething.cases import fronts_failed, fronts_pending, require_reason
from onething.engine.worker import Task
from onething.store import Application, ApplicationItem, applications, audit
from onething.vocabulary import Clock, ItemState
from workers import clocks, papermaking
from workers.desk import Desk, Outcome, case_and_item, text

DEEMED, AUTOMATIC = "依法视为受理", "系统登记"


def handle(task: Task, desk: Desk) -> Outcome:
    """`step`: decide (after the reviewer), deem (the statutory limit ran out), auto (queries and partners)."""
    step = text(task, "step")
    actor = desk.completer(task, "acceptance-review") if step == "decide" else {"deem": DEEMED}.get(step, AUTOMATIC)
    refused = step == "decide" and text(task, "acceptance_decision") != "accept"
    with desk.tools.store.transaction() as session:
        application, row = case_and_item(session, task)
        if row.state == ItemState.RECEIVED:
            now = desk.tools.clock.now()
            if refused:
                _refuse(session, desk, application, row, actor, text(task, "acceptance_reason"), now)
            else:
                _accept(session, desk, application, row, actor, now)
        return _outcome(session, desk, application, row)


def _accept(
    session: Any, desk: Desk, application: Application, row: ApplicationItem, actor: str, now: datetime
) -> None:
    applications.set_item_state(row, ItemState.ACCEPTED)
    row.accepted_at, row.accepted_by = now, actor
    due = clocks.start_handling(session, desk.tools, application.number, row.item, now)
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
    applications.end_all_clocks(session, application.number, now, row.item)
    audit.record(session, now, actor, "refuse-acceptance", number=application.number, item=row.item, reason=reason)
    papermaking.refusal(session, desk, application, row, "acceptance")


def _outcome(session: Any, desk: Desk, application: Application, row: ApplicationItem) -> Outcome:
    """What the model needs next, read back from the store: the same however often this step runs."""
    if row.accepted_at is None or row.state == ItemState.WITHDRAWN:
        return {"accepted": False}
    fronts = applications.states_of(application, desk.bundle(application).fronts_of(row.item))
    mine = {clock.clock: clock for clock in applications.clocks(session, application.number) if clock.item == row.item}
    failed = fronts_failed(fronts)
    return {
        "accepted": True, "front_pending": fronts_pending(fronts) and not failed, "front_passed": not failed,
        "promised_due": mine[Clock.PROMISED].due_at, "statutory_due": mine[Clock.STATUTORY].due_at,
        "due_note": clocks.note_of(mine[Clock.PROMISED]),
    }
