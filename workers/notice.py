"""通知: tell the applicant by SMS, and the provincial platform, what was decided on acceptance (R62, R63, R66)."""

from __future__ import annotations

from onething.engine.worker import Task
from onething.store import applications, notices, outbox
from onething.vocabulary import Clock, ItemState
from workers.desk import Desk, Outcome, case_and_item
from workers.papermaking import local_date


def handle(task: Task, desk: Desk) -> Outcome:
    now = desk.tools.clock.now()
    with desk.tools.store.transaction() as session:
        application, row = case_and_item(session, task)
        name = desk.catalogue(application).items[row.item].name
        if row.state == ItemState.NOT_ACCEPTED:
            message = f"您申请的“{name}”不予受理，理由：{row.acceptance_reason}。决定书将由发证窗口送达。"
        elif row.accepted_at:
            due = next(c.due_at for c in applications.clocks(session, application.number)
                       if c.item == row.item and c.clock == Clock.PROMISED)
            message = f"您申请的“{name}”已受理，将于 {local_date(due):%Y年%m月%d日} 前办结。"
        else:
            return {}
        notices.give(session, now, application.number, "acceptance", message, item=row.item)
        outbox.put(
            session, now, f"acceptance:{application.number}:{row.item}", "push", what="acceptance",
            number=application.number, item=row.item, state=row.state,
        )
    return {}
