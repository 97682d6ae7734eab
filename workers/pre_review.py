"""容缺预审: everything but the front result is reviewed while the front item is still open (R74, R75, R78)."""

from __future__ import annotations

from onething.cases import fronts_failed, fronts_pending
from onething.engine.worker import Task
from onething.store import applications, audit, notices
from onething.vocabulary import ItemState
from workers.desk import Desk, Outcome, case_and_item, text


def handle(task: Task, desk: Desk) -> Outcome:
    actor = desk.completer(task, "pre-review")
    opinion, reason = text(task, "pre_review_opinion"), text(task, "pre_review_reason")
    now = desk.tools.clock.now()
    with desk.tools.store.transaction() as session:
        application, row = case_and_item(session, task)
        fronts = applications.states_of(application, desk.bundle(application).fronts_of(row.item))
        if row.state == ItemState.ACCEPTED and not row.pre_reviewed_by:
            row.pre_reviewed_by, row.pre_review_opinion = actor, reason or opinion
            audit.record(session, now, actor, f"pre-review-{opinion}", number=application.number, item=row.item)
            if opinion == "defective":
                name = desk.tools.catalogue.items[row.item].name
                notices.give(
                    session, now, application.number, "pre-review-defects", item=row.item,
                    text=f"“{name}”预审发现问题：{reason or '详见窗口告知'}。请尽快补充，以免影响办理。",
                )
        failed = fronts_failed(fronts)
        pending = fronts_pending(fronts) and not failed
        if pending and row.state == ItemState.ACCEPTED:
            applications.set_item_state(row, ItemState.PRE_REVIEWED)
        return {"front_pending": pending, "front_passed": not failed}
