"""补正: how long the applicant has, a reminder before it is over, and what happens when nothing came (R43, R58).

Nothing hangs: a case nobody completes ends as 逾期未补正, told in time, and may be applied for anew at any time.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from onething.bootstrap import Tools
from onething.deadlines import CHINA, recompute
from onething.engine.worker import Task
from onething.store import Application, applications, audit, joint, notices, outbox
from onething.vocabulary import CaseState, Clock, ItemState
from workers import clocks, ending_papers
from workers.desk import Desk, Outcome

SYSTEM = "系统"


def start(session: Any, tools: Tools, application: Application, check_no: int, now: datetime) -> datetime:
    """The applicant's time begins with the notice; returns its end."""
    rule, number = tools.catalogue.procedures.correction, application.number
    due = clocks.start(session, number, Clock.CORRECTION, "", now, recompute(tools.calendar, Clock.CORRECTION, now, rule.days))
    remind_at = tools.calendar.limit_due(now, rule.days - rule.remind_before).due
    key = f"correction-reminder:{number}:{check_no}"
    outbox.put(session, remind_at, key, "correction-reminder", number=number, check=check_no)
    return due


def remind(tools: Tools, number: str, check_no: int) -> None:
    """Once for each notice, if nothing came yet."""
    now = tools.clock.now()
    with tools.store.transaction() as session:
        application = applications.lock(session, number)
        row = _open_clock(session, number)
        if application.state != CaseState.CORRECTION or row is None:
            return
        notices.give(
            session, now, number, f"correction-reminder-{check_no}",
            f"办件 {number} 的补正材料尚未提交，请在 {clocks.day_text(row)}前提交；逾期未补正的，本次申请终止，可以重新申请。",
        )


def expire(task: Task, desk: Desk) -> Outcome:
    """The time is over: the case ends, unless the materials came at the last moment; then the window looks at them."""
    now, number = desk.tools.clock.now(), task.application_no
    with desk.tools.store.transaction() as session:
        application = applications.lock(session, number)
        if application.state == CaseState.CORRECTION:
            _end(session, desk, application, now)
        if application.state != CaseState.SUBMITTED:
            return {"intake_outcome": "rejected"}
        for entry in outbox.keyed(session, f"correlate:{number}:corrected:"):
            if entry.done_at is None:  # nobody waits for it any more
                outbox.done(session, now, entry.id)
        due = next(row.due_at for row in applications.clocks(session, number) if row.clock == Clock.INTAKE)
        return {"intake_outcome": "corrected", "intake_due": due}


def _end(session: Any, desk: Desk, application: Application, now: datetime) -> None:
    number, row = application.number, _open_clock(session, application.number)
    day = row.due_at.astimezone(CHINA) if row else now.astimezone(CHINA)
    applications.set_case_state(application, CaseState.EXPIRED)
    application.closed_at, application.reason = now, f"到 {day:%Y年%m月%d日} 没有收到补正材料"
    for item in application.items:
        applications.set_item_state(item, ItemState.EXPIRED)
    applications.end_all_clocks(session, number, now)
    joint.settle(session, application, now)
    ending_papers.expired(session, desk, application, now, row)
    audit.record(session, now, SYSTEM, "expire-correction", number=number, due=day.isoformat())
    notices.give(
        session, now, number, "expired",
        f"办件 {number} {application.reason}，本次申请终止，终止办理告知书可在“我的办件”下载。"
        "您可以随时重新申请，已上传的材料请重新提交。",
    )


def _open_clock(session: Any, number: str) -> Any:
    return next(
        (row for row in applications.clocks(session, number) if row.clock == Clock.CORRECTION and row.ended_at is None), None
    )
