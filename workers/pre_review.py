"""容缺预审: everything but the front result is reviewed while the front item is still open (R74, R75, R78)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from onething.cases import require_reason
from onething.engine.worker import Task
from onething.errors import InvalidInput
from onething.store import Application, ApplicationItem, applications, audit, notices
from onething.vocabulary import Clock, ItemState
from workers import fronts, timers
from workers.desk import Desk, Outcome, case_and_item, or_back, text


def handle(task: Task, desk: Desk) -> Outcome:
    outcome = or_back(_record, task, desk)
    if not outcome["input_problem"]:
        timers.follow(desk.tools, desk.engine, task.application_no)
    return outcome


def _record(task: Task, desk: Desk) -> Outcome:
    actor, now = desk.reviewer(task, "pre-review"), desk.tools.clock.now()
    with desk.tools.store.transaction() as session:
        application, row = case_and_item(session, task)
        if row.state == ItemState.ACCEPTED and not row.pre_reviewed_by:
            _keep(session, desk, application, row, actor, task, now)
        wait = fronts.wait_of(session, desk, application, row.item)
        if wait.pending and row.state == ItemState.ACCEPTED:
            applications.set_item_state(row, ItemState.PRE_REVIEWED)
            if wait.results:
                fronts.begin_wait(session, desk, application, row, actor, now)
        return {"front_pending": wait.pending, "front_passed": not wait.failed}


def _keep(
    session: Any, desk: Desk, application: Application, row: ApplicationItem, actor: str, task: Task, now: datetime
) -> None:
    """The opinion; defects are told at once, without waiting for the front result (R78)."""
    opinion, reason = text(task, "pre_review_opinion"), text(task, "pre_review_reason")
    if opinion not in ("complete", "defective"):
        raise InvalidInput("请选择预审意见后再提交", field="pre_review_opinion", code="no-answer")
    if opinion == "defective":
        reason = require_reason(reason, "预审发现的问题")
        name = desk.catalogue(application).items[row.item].name
        notices.give(
            session, now, application.number, "pre-review-defects", item=row.item,
            text=f"“{name}”预审发现问题：{reason}。请尽快补充，以免影响办理。",
        )
    row.pre_reviewed_by, row.pre_review_opinion = actor, reason or opinion
    applications.end_clock(session, application.number, Clock.PRE_REVIEW, row.item, now)
    audit.record(session, now, actor, f"pre-review-{opinion}", number=application.number, item=row.item)
