"""归档: close the case; what was decided can be read again from here on (R104-R110)."""

from __future__ import annotations

from onething.engine.worker import Task
from onething.store import applications, audit
from onething.vocabulary import CaseState
from workers.desk import Desk, Outcome


def handle(task: Task, desk: Desk) -> Outcome:
    now = desk.tools.clock.now()
    with desk.tools.store.transaction() as session:
        application = applications.lock(session, task.application_no)
        if application.state not in (CaseState.COMPLETED, CaseState.WITHDRAWN):
            applications.set_case_state(application, CaseState.COMPLETED)
            application.closed_at = now
            applications.end_all_clocks(session, application.number, now)
            states = {row.item: row.state for row in application.items}
            audit.record(session, now, "系统", "archive", number=application.number, states=states)
    return {}
