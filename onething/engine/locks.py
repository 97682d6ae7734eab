"""Locks are kept while their tasks are held (D5), and given back where a task will not be finished."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import structlog

from onething.engine.errors import TaskGone, TaskNotOurs
from onething.engine.external import ExternalTasks
from onething.engine.reporting import Held
from onething.engine.room import Room
from onething.errors import OneThingError
from onething.faults import reach

KEEP_SECONDS = 5.0
"""At the latest so often, also where locks are long: a handler that hangs is to be seen within the minute."""

log = structlog.get_logger(__name__)


class Locks:
    """The locks of one worker on the tasks in its room."""

    def __init__(
        self, tasks: ExternalTasks, room: Room, longest_seconds: float, overrun: Callable[[Held], None]
    ) -> None:
        self.tasks, self.room, self.seconds = tasks, room, tasks.lock_seconds
        self.longest, self.overrun = longest_seconds, overrun

    def keep(self, drained: threading.Event) -> None:
        """Extend every lock of which a third is gone, until then; most tasks end long before. A handler that never does is not
        waited for without end."""
        while not drained.wait(min(self.seconds / 3, KEEP_SECONDS)):
            reach("lock-extending")
            soon = time.monotonic() + self.seconds * 2 / 3
            for held in self.room.held():
                if held.lost.is_set():
                    continue
                if held.began and not held.worked and time.monotonic() - held.began > self.longest:
                    self.overrun(held)
                elif held.deadline < soon:
                    self._extend(held)

    def _extend(self, held: Held) -> None:
        began = time.monotonic()
        try:
            self.tasks.extend_lock(held.task.id)
        except (TaskGone, TaskNotOurs):
            if not held.told:
                held.lost.set()
                log.warning("lock lost", task=held.task.id, topic=held.task.topic)
        except OneThingError as error:
            log.warning("lock not extended", task=held.task.id, problem=type(error).__name__)
        else:
            held.deadline = began + self.seconds

    def give_back(self, held: Held) -> None:
        """Burns no retry (D11)."""
        held.lost.set()
        try:
            self.tasks.unlock(held.task.id)
        except OneThingError as error:
            log.info("task not unlocked", task=held.task.id, problem=type(error).__name__)
