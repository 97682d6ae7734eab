"""Locks are kept while their tasks are held (D5), and given back where a task will not be finished."""

from __future__ import annotations

import threading
import time

import structlog

from onething.engine.errors import TaskGone, TaskNotOurs
from onething.engine.external import ExternalTasks
from onething.engine.reporting import Held
from onething.engine.room import Room
from onething.errors import OneThingError

log = structlog.get_logger(__name__)


class Locks:
    """The locks of one worker on the tasks in its room."""

    def __init__(self, tasks: ExternalTasks, room: Room) -> None:
        self.tasks, self.room, self.seconds = tasks, room, tasks.lock_seconds

    def keep(self, drained: threading.Event) -> None:
        """Extend every lock of which a third is gone, until then; most tasks end long before."""
        while not drained.wait(self.seconds / 3):
            soon = time.monotonic() + self.seconds * 2 / 3
            for held in self.room.held():
                if held.deadline < soon and not held.lost.is_set():
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
