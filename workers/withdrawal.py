"""撤回: the store ended the case first; here the platform and the departments hear of it (R86, R87)."""

from __future__ import annotations

from onething.engine.worker import Task
from onething.store import applications, audit, outbox
from workers.desk import Desk, Outcome


def handle(task: Task, desk: Desk) -> Outcome:
    now = desk.tools.clock.now()
    with desk.tools.store.transaction() as session:
        application = applications.lock(session, task.application_no)
        number = application.number
        applications.end_all_clocks(session, number, now)
        for department in dict.fromkeys(row.department for row in application.items):
            outbox.put(
                session, now, f"withdrawal:{number}:{department}", "push", what="withdrawal", number=number,
                department=department,
            )
        audit.record(session, now, "系统", "withdrawal-told", number=number)
    return {}
