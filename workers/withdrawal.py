"""撤回: the store ended the case first; here everybody hears of it and the papers return in one go (R86, R87, R89)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from onething.engine.worker import Task
from onething.store import Application, applications, audit, custody, notices, outbox, procedures
from onething.vocabulary import Clock
from onething.window import receiver
from workers import clocks, ending_papers, originals
from workers.desk import Desk, Outcome, text

NOT_COUNTED = "撤回当日不计入"


def handle(task: Task, desk: Desk) -> Outcome:
    """`step`: record (everything else has ended) or returned (the window gave the originals back)."""
    returned = text(task, "step") == "returned"
    actor = desk.completer(task, "material-return") if returned else "系统"
    now, task = desk.tools.clock.now(), desk.said(task)
    with desk.tools.store.transaction() as session:
        application = applications.lock(session, task.application_no)
        if returned:
            return _returned(session, desk, application, task, actor, now)
        return _record(session, desk, application, now)


def _record(session: Any, desk: Desk, application: Application, now: datetime) -> Outcome:
    number, held = application.number, custody.held(session, application.number)
    if not any(row.action == "withdrawal-told" for row in audit.trail(session, number)):
        procedures.close_item(session, number, now)
        for department in dict.fromkeys(row.department for row in application.items):
            outbox.put(
                session, now, f"withdrawal:{number}:{department}", "push", what="withdrawal", number=number,
                department=department,
            )
        ending_papers.case_withdrawn(session, desk, application, now)
        audit.record(session, now, "系统", "withdrawal-told", number=number, papers=held)
        if held:
            limit = desk.tools.calendar.limit_due(now, 1, NOT_COUNTED)
            clocks.start(session, number, Clock.RETURN, "", now, limit)
    due = next((c.due_at for c in applications.clocks(session, number) if c.clock == Clock.RETURN), None)
    return {"papers_held": bool(held), "return_due": due}


def _returned(
    session: Any, desk: Desk, application: Application, task: Task, actor: str, now: datetime
) -> Outcome:
    """One return for the case, whoever held the originals: who, when, to whom (R89)."""
    number = application.number
    taker, note = receiver(text(task, "return_receiver"), application.applicant["name"]), text(task, "return_note")
    if originals.give_back(session, desk, application, actor, now, taker, note):
        applications.end_clock(session, number, Clock.RETURN, "", now)
        notices.give(session, now, number, "papers-returned", f"办件 {number} 的申请材料原件已由综合受理窗口统一退还。")
    return {}
