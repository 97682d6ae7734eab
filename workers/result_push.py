"""结果互通: the result goes to the provincial platform and the bundle's departments at once (R73, R82, R92)."""

from __future__ import annotations

from onething.engine.worker import Task
from onething.store import audit, outbox
from workers.desk import Desk, Outcome, case_and_item


def handle(task: Task, desk: Desk) -> Outcome:
    now = desk.tools.clock.now()
    with desk.tools.store.transaction() as session:
        application, row = case_and_item(session, task)
        if row.pushed_at is None:
            row.pushed_at = now
            outbox.put(
                session, now, f"result:{application.number}:{row.item}", "push", what="result",
                number=application.number, item=row.item, state=row.state,
            )
            audit.record(session, now, "系统", "push-result", number=application.number, item=row.item, state=row.state)
        return {"delivery_mode": application.delivery_mode}
