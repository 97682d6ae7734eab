"""The inbox in the store. Outcomes of several slots go into one commit; each slot waits until its own is safe."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from onething.bootstrap import Tools
from onething.engine.worker import End, Known, Outcome, Task
from onething.store import inbox
from onething.store.inbox import Begun, InboxState
from workers.relay import decode
from workers.together import Together

STATES = {
    End.COMPLETED: InboxState.COMPLETED, End.REFUSED: InboxState.COMPLETED, End.FAILED: InboxState.FAILED,
    End.LOST: InboxState.LOST,
}


class StoreInbox:
    """The worker loop's `Inbox`, kept in the store."""

    def __init__(self, tools: Tools) -> None:
        self.tools = tools
        self._outcomes = Together(self._save)
        self._ends: dict[str, InboxState] = {}
        self._guard = threading.Lock()

    def begin(self, tasks: Sequence[Task], lock_seconds: float) -> Mapping[str, Known]:
        begun = [Begun(one.id, one.topic, one.application_no, one.process_instance_id, one.worker_id) for one in tasks]
        now = self.tools.clock.now()
        with self.tools.store.transaction() as session:
            inbox.end(session, now, self._ends_so_far())
            known = inbox.begin(session, now, now + timedelta(seconds=lock_seconds), begun)
        return {
            task_id: Known(None if one.outcome is None else decode(one.outcome), one.attempts)
            for task_id, one in known.items()
        }

    def done(self, task: Task, outcome: Outcome) -> None:
        self._outcomes.save((task.id, {name: _plain(value) for name, value in outcome.items()}))

    def ended(self, task: Task, end: End) -> None:
        with self._guard:
            self._ends[task.id] = STATES[end]

    def flush(self) -> None:
        """Write down how the last tasks ended; what is never written is found out by the reconciler."""
        with self.tools.store.transaction() as session:
            inbox.end(session, self.tools.clock.now(), self._ends_so_far())

    def _ends_so_far(self) -> dict[str, InboxState]:
        with self._guard:
            ends, self._ends = self._ends, {}
        return ends

    def _save(self, outcomes: Sequence[tuple[str, Mapping[str, Any]]]) -> Sequence[None]:
        with self.tools.store.transaction() as session:
            inbox.keep(session, self.tools.clock.now(), dict(outcomes))
        return [None] * len(outcomes)


def _plain(value: Any) -> Any:
    return {"$date": value.isoformat()} if isinstance(value, datetime) else value
