"""The worker loop: fetch what there is room for, run handlers, keep locks alive, report once, drain on stop.

One long poll lists all topics (no topic starves, D7) but those that turned out to be slow, which have one of their own
(see `room`); a heartbeat extends every lock well before its end (D5). At-least-once: a handler may run again after a
crash, so its effects must be keyed; with an `inbox` a stored outcome is reported without running the handler again. See
`external` for what is used of the camunda-external-task-client-python3 package, `adapter` for handlers written for it.
"""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Collection, Mapping
from functools import partial
from typing import Any

import structlog

from onething.engine.client import EngineClient
from onething.engine.errors import (
    BusinessError,
    EngineRefused,
    EngineUnauthorised,
    EngineUnreachable,
    TaskGone,
    TaskNotOurs,
)
from onething.engine.external import ExternalTasks
from onething.engine.reporting import BACK_OFF_SECONDS, Held, Reporter, Turns
from onething.engine.room import LOOK_SECONDS, Lane, Room
from onething.engine.task import (
    Handler,
    Inbox,
    Outcome,
    ProgrammingError,
    Task,
    TaskFailure,
    checked_outcome,
    load_task,
    new_worker_id,
)
from onething.errors import EngineError, OneThingError
from onething.faults import reach

__all__ = ["BusinessError", "Handler", "Inbox", "Outcome", "ProgrammingError", "Task", "TaskFailure", "Worker"]

DOWN_SECONDS = (0.5, 1.0, 2.0, 5.0, 10.0, 15.0)

log = structlog.get_logger(__name__)


class Worker:
    """`run()` blocks until `stop()`, which may come from a signal handler or another thread.

    `slots`: handlers at the same time, and as many again for slow ones. `lock_seconds`: lock of a task. `variables`:
    names to fetch, None for all.
    `poll_seconds` bounds how long a stop waits for the open poll, `grace_seconds` for running handlers.
    """

    def __init__(
        self, client: EngineClient, handlers: Mapping[str, Handler], *, slots: int = 8, lock_seconds: float = 60,
        variables: Collection[str] | None = None, inbox: Inbox | None = None, poll_seconds: float = 5,
        grace_seconds: float = 20, back_off: tuple[float, ...] = BACK_OFF_SECONDS,
    ) -> None:
        self.worker_id = new_worker_id()
        self.handlers, self.slots, self.inbox, self.grace_seconds = dict(handlers), slots, inbox, grace_seconds
        self.lock_seconds = lock_seconds
        self.tasks = ExternalTasks(
            client.transport, self.worker_id, lock_seconds=lock_seconds, poll_seconds=poll_seconds, variables=variables
        )
        self.reporter = Reporter(self.tasks, back_off)
        self._stop_asked, self._drained = False, threading.Event()
        self._work: queue.SimpleQueue[Held | None] = queue.SimpleQueue()
        self.room, self._turns = Room(self.handlers, slots), Turns()
        self._problem = ""

    def stop(self) -> None:
        """Fetch nothing more; `run` returns when what runs has ended, or after the grace.

        Only sets a flag: taking a lock in a signal handler could wait for the very thread it interrupted.
        """
        self._stop_asked = True

    def run(self) -> None:
        slots = [(f"slot-{number}", self._serve) for number in range(self.slots + self.room.spare)]
        for name, target in (*slots, ("heartbeat", self._heartbeat), ("slow-topics", self._fetch_slow_topics)):
            threading.Thread(target=target, name=name, daemon=True).start()
        log.info("worker started", worker=self.worker_id, topics=len(self.handlers), slots=self.slots)
        try:
            self._fetch_until_stopped(Lane.QUICK)
        finally:  # also on KeyboardInterrupt, which goes on to the caller afterwards (D4)
            self._stop_asked = True
            self._drain()

    # fetching

    def _fetch_slow_topics(self) -> None:
        try:
            self._fetch_until_stopped(Lane.SLOW)
        except Exception as error:  # in the quick lane it would end `run`
            log.error("slow topics cannot be fetched, stopping", worker=self.worker_id, error=type(error).__name__)
            self.stop()

    def _fetch_until_stopped(self, lane: Lane) -> None:
        failures = 0
        while not self._stop_asked:
            topics, free = self.room.wait(lane)
            if not topics:
                self._pause(LOOK_SECONDS)
            if not topics or free <= 0:
                continue
            try:
                fetched = self.tasks.fetch(topics, free)
            except (EngineUnreachable, EngineUnauthorised, EngineRefused) as error:
                self._say_problem(error)
                self._pause(DOWN_SECONDS[min(failures, len(DOWN_SECONDS) - 1)])
                failures += 1
                continue
            failures = 0
            self._say_problem(None)
            for data in fetched:
                self._take(data)

    def _pause(self, seconds: float) -> None:
        end = time.monotonic() + seconds
        while not self._stop_asked and time.monotonic() < end:
            time.sleep(0.1)

    def _take(self, data: dict[str, Any]) -> None:
        task, unknown = load_task(data, self.worker_id)
        held = Held(task, time.monotonic() + self.lock_seconds)
        if self._stop_asked:
            self._unlock(held)
            return
        if unknown:
            log.warning("variables left out", task=task.id, topic=task.topic, names=sorted(unknown))
        self.room.add(held)
        self._work.put(held)

    def _say_problem(self, error: EngineError | None) -> None:
        """One line when the engine's state changes, not one per try."""
        problem = type(error).__name__ if error else ""
        if problem == self._problem:
            return
        self._problem = problem
        if error is None:
            log.info("engine answers again", worker=self.worker_id)
        else:
            log.error("engine does not serve this worker, trying again", worker=self.worker_id, problem=error.message)

    # running

    def _serve(self) -> None:
        while (held := self._work.get()) is not None:
            self.room.begin(held)
            ended = self._ended(held)
            self.room.ended(held)
            case = held.task.application_no or held.task.process_instance_id
            self._turns.take(case, partial(self._report, held, ended))

    def _ended(self, held: Held) -> Outcome | BaseException | None:
        """How the handler ended, `sys.exit()` included; None where the lock was lost meanwhile."""
        try:
            return self._outcome(held)
        except BaseException as error:
            return error

    def _report(self, held: Held, ended: Outcome | BaseException | None) -> None:
        """Every end is reported; nothing is swallowed (D2, D4)."""
        try:
            if ended is None:
                log.warning("lock lost, outcome discarded", task=held.task.id, topic=held.task.topic)
            elif isinstance(ended, BaseException):
                self.reporter.raised(held, ended)
            else:
                self.reporter.completed(held, ended)
        except Exception as error:  # a fault of ours must not cost a slot
            log.error("slot error", task=held.task.id, error=type(error).__name__)
        finally:
            self.room.release(held)

    def _outcome(self, held: Held) -> Outcome | None:
        task = held.task
        reach("task-fetched")
        stored = self.inbox.begin(task) if self.inbox else None
        if stored is not None:
            return stored
        outcome = checked_outcome(self.handlers[task.topic](task), task.topic)
        if held.lost.is_set():
            return None
        reach("task-worked")
        if self.inbox:
            self.inbox.done(task, outcome)
        reach("outcome-kept")
        return outcome

    # locks

    def _heartbeat(self) -> None:
        while not self._drained.wait(self.lock_seconds / 3):
            soon = time.monotonic() + self.lock_seconds * 2 / 3
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
            held.deadline = began + self.lock_seconds

    def _unlock(self, held: Held) -> None:
        held.lost.set()
        try:
            self.tasks.unlock(held.task.id)
        except OneThingError as error:
            log.info("task not unlocked", task=held.task.id, problem=type(error).__name__)

    def _drain(self) -> None:
        """Give running handlers their grace, hand the rest back without burning a retry (D11)."""
        waiting = self._withdraw_waiting()
        self.room.wait_until_empty(self.grace_seconds)
        left = self.room.held()
        for held in [*waiting, *left]:
            self._unlock(held)
        self._drained.set()
        for _ in range(self.slots + self.room.spare):
            self._work.put(None)
        log.info("worker stopped", worker=self.worker_id, unlocked=len(waiting) + len(left))

    def _withdraw_waiting(self) -> list[Held]:
        """Tasks that no slot has begun."""
        waiting: list[Held] = []
        try:
            while (held := self._work.get_nowait()) is not None:
                waiting.append(held)
        except queue.Empty:
            pass
        self.room.release(*waiting)
        return waiting
