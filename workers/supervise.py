"""超期督办: a clock ran out; mark it, and tell the lead department and 市政务服务办公室 (R70, R72)."""

from __future__ import annotations

from onething.engine.worker import Task
from onething.store import applications, audit, outbox
from workers.desk import Desk, Outcome, text


def handle(task: Task, desk: Desk) -> Outcome:
    """Marks every clock of this item (or of the case) that is due, so running twice changes nothing."""
    now, item = desk.tools.clock.now(), text(task, "item")
    with desk.tools.store.transaction() as session:
        application = applications.lock(session, task.application_no)
        bundle = desk.bundle(application)
        for clock in applications.overdue_clocks(session, application.number, item, now):
            clock.overdue_at = now
            key = f"overdue:{application.number}:{item}:{clock.clock}"
            outbox.put(
                session, now, key, "push", what="overdue", number=application.number, item=item, clock=clock.clock,
                due=clock.due_at.isoformat(), to=[bundle.lead, "supervisor"],
            )
            audit.record(
                session, now, "系统", "overdue", number=application.number, item=item, clock=clock.clock,
                due=clock.due_at.isoformat(),
            )
    return {}
