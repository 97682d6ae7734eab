"""The inbox: what became of a fetched task is kept, so that a task fetched again is answered, not done again."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from onething.bootstrap import Tools
from onething.engine.worker import Task
from onething.store import outbox
from workers.desk import Outcome
from workers.relay import decode


class StoreInbox:
    """The worker loop's `Inbox`, kept in the store."""

    def __init__(self, tools: Tools) -> None:
        self.tools = tools

    def begin(self, task: Task) -> Outcome | None:
        with self.tools.store.reading() as session:
            known = outbox.stored_outcome(session, task.id)
        return None if known is None else decode(known)

    def done(self, task: Task, outcome: Outcome) -> None:
        with self.tools.store.transaction() as session:
            outbox.keep_outcome(
                session, self.tools.clock.now(), task.id, task.worker_id, task.topic, task.application_no,
                {name: _plain(value) for name, value in outcome.items()},
            )


def _plain(value: Any) -> Any:
    return {"$date": value.isoformat()} if isinstance(value, datetime) else value
