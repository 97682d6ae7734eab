"""The worker loop: fetch what there is room for, run handlers, keep locks alive, report once, drain on stop.

One long poll lists all topics (no topic starves, D7) but those that turned out to be slow, which have one of their own
(see `room`). At-least-once: a handler may run again after a crash, so its effects must be keyed; with an `inbox` a stored
outcome is reported without running the handler again. See `external` for what is used of the
camunda-external-task-client-python3 package, `adapter` for handlers written for it.
"""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Collection, Mapping
from functools import partial
from typing import Any

import structlog

from onething.engine.client import EngineClient
from onething.engine.errors import (
    BusinessError,
    EngineRefused,
    EngineUnauthorised,
    EngineUnreachable,
)
from onething.engine.external import ExternalTasks
from onething.engine.locks import Locks
from onething.engine.reporting import BACK_OFF_SECONDS, Held, Reporter, Turns
from onething.engine.room import LOOK_SECONDS, Lane, Room
from onething.engine.task import (
    End,
    Handler,
    Inbox,
    Known,
    Observer,
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

__all__ = [
    "BusinessError", "End", "Handler", "Inbox", "Known", "Observer", "Outcome", "ProgrammingError", "Task", "TaskFailure",
    "Worker",
]

DOWN_SECONDS = (0.5, 1.0, 2.0, 5.0, 10.0, 15.0)
MOST_BEGINNINGS = 5
"""A step that kills its process reports no failure: so often it may be begun without an end before a person is asked."""

log = structlog.get_logger(__name__)


class Worker:
    """`run()` blocks until `stop()`, which may come from a signal handler or another thread.

    `slots`: handlers at the same time, and as many again for slow ones. `lock_seconds`: lock of a task. `variables`:
    names to fetch by topic, else all.
    `poll_seconds` bounds how long a stop waits for the open poll, `grace_seconds` for running handlers. A handler that takes
    longer than `longest_seconds` is an incident.
    """

    def __init__(
        self, client: EngineClient, handlers: Mapping[str, Handler], *, slots: int = 24, lock_seconds: float = 60,
        variables: Mapping[str, Collection[str]] | None = None, inbox: Inbox | None = None, observer: Observer | None = None,
        poll_seconds: float = 5, grace_seconds: float = 20, longest_seconds: float = 45,
        back_off: tuple[float, ...] = BACK_OFF_SECONDS,
    ) -> None:
        self.worker_id = new_worker_id()
        self.handlers, self.slots, self.inbox, self.grace_seconds = dict(handlers), slots, inbox, grace_seconds
        self.lock_seconds, self.observer = lock_seconds, observer
        self.tasks = ExternalTasks(
            client.transport, self.worker_id, lock_seconds=lock_seconds, poll_seconds=poll_seconds, variables=variables
        )
        self.reporter = Reporter(self.tasks, back_off, replays=inbox is not None)
        self._stop_asked, self._drained = False, threading.Event()
        self._fetched: queue.SimpleQueue[list[Held] | None] = queue.SimpleQueue()
        self._work: queue.SimpleQueue[Held | None] = queue.SimpleQueue()
        self.room, self._turns = Room(self.handlers, slots), Turns()
        self.locks = Locks(self.tasks, self.room, longest_seconds, self._overrun)
        self._problem, self._turned_at = "", 0.0

    @property
    def held(self) -> int:
        """Tasks locked by this worker now."""
        return len(self.room.held())

    @property
    def problem(self) -> str:
        """Why the engine does not serve this worker; "" while it does."""
        return self._problem

    @property
    def stopping(self) -> bool:
        return self._stop_asked

    @property
    def turning(self) -> bool:
        """Whether the loop came round within the time that its longest wait takes."""
        return time.monotonic() - self._turned_at < self.tasks.poll_seconds + 2 * DOWN_SECONDS[-1] + 15

    def stop(self) -> None:
        """Fetch nothing more; `run` returns when what runs has ended, or after the grace.

        Only sets a flag: taking a lock in a signal handler could wait for the very thread it interrupted.
        """
        self._stop_asked = True

    def run(self) -> None:
        slots = [(f"slot-{number}", self._serve) for number in range(self.slots + self.room.spare)]
        beside = {
            "begin": self._begin, "locks": partial(self.locks.keep, self._drained),
            "slow-topics": partial(self._fetch_until_stopped, Lane.SLOW),
        }
        for name, target in (*slots, *beside.items()):
            threading.Thread(target=self._or_stop, args=(target,), name=name, daemon=True).start()
        log.info("worker started", worker=self.worker_id, topics=len(self.handlers), slots=self.slots)
        try:
            self._fetch_until_stopped(Lane.QUICK)
        finally:  # also on KeyboardInterrupt, which goes on to the caller afterwards (D4)
            self._stop_asked = True
            self._drain()

    def _or_stop(self, target: Callable[[], None]) -> None:
        """A part of the loop that breaks must not leave the rest running for nothing."""
        try:
            target()
        except Exception as error:
            log.error("the loop is broken, stopping", worker=self.worker_id, error=type(error).__name__)
            self.stop()

    # fetching

    def _fetch_until_stopped(self, lane: Lane) -> None:
        failures = 0
        while not self._stop_asked:
            topics, free = self.room.wait(lane)
            if lane is Lane.QUICK:
                self._turned_at = time.monotonic()
            if not topics:
                self._pause(LOOK_SECONDS)
            if not topics or not free:
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
            self._take(fetched)

    def _pause(self, seconds: float) -> None:
        end = time.monotonic() + seconds
        while not self._stop_asked and time.monotonic() < end:
            time.sleep(0.1)

    def _take(self, fetched: list[dict[str, Any]]) -> None:
        if not fetched:
            return
        deadline = time.monotonic() + self.lock_seconds
        taken = [Held(self._load(data), deadline) for data in fetched]
        self.room.add(taken)
        self._fetched.put(taken)

    def _begin(self) -> None:
        """Write down what was fetched, all that came meanwhile at once, and hand it to the slots; fetching goes on."""
        while (taken := self._fetched.get()) is not None:
            while self._fetched.qsize() and not self._drained.is_set():
                taken += self._fetched.get() or []
            if not self._stop_asked and self._write_down(taken):
                for held in taken:
                    self._work.put(held)
                continue
            for held in taken:  # what cannot be written down is not begun
                self.locks.give_back(held)
            self._pause(DOWN_SECONDS[1])
            self.room.release(*taken)

    def _load(self, data: dict[str, Any]) -> Task:
        task, unknown = load_task(data, self.worker_id)
        if unknown:
            log.warning("variables left out", task=task.id, topic=task.topic, names=sorted(unknown))
        return task

    def _write_down(self, taken: list[Held]) -> bool:
        tasks = [held.task for held in taken]
        if self.observer and tasks:
            self.observer.fetched(tasks)
        if not self.inbox or not tasks:
            return True
        try:
            known = self.inbox.begin(tasks, self.lock_seconds)
        except OneThingError as error:
            log.error("tasks cannot be written down, handed back", tasks=len(tasks), problem=error.message)
            return False
        for held in taken:
            held.known = known[held.task.id]
        return True

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
            held.began = time.monotonic()
            ended, held.worked = self._ended(held), True
            self.room.ended(held)
            self._turns.take(held.task.application_no or held.task.process_instance_id, partial(self._report, held, ended))

    def _overrun(self, held: Held) -> None:
        """Its thread cannot be stopped; what the handler still gives back is discarded."""
        sentence = f"办理步骤 {held.task.topic} 超过 {self.locks.longest:.0f} 秒没有结束；请查看日志，处理后重试"
        self._report(held, ProgrammingError(sentence))
        held.lost.set()

    def _ended(self, held: Held) -> Outcome | BaseException | None:
        """How the handler ended, `sys.exit()` included; None when the lock was lost meanwhile."""
        try:
            return self._outcome(held)
        except BaseException as error:
            return error

    def _report(self, held: Held, ended: Outcome | BaseException | None) -> None:
        """Every end is reported; nothing is swallowed (D2, D4)."""
        try:
            if isinstance(ended, BaseException):
                end = self.reporter.raised(held, ended)
            else:
                end = End.LOST if ended is None else self.reporter.completed(held, ended)
            if self.inbox and end != End.UNTOLD:
                self.inbox.ended(held.task, end)
            if self.observer:
                self.observer.ended(held.task, end, time.monotonic() - held.began)
        except Exception as error:  # a fault of ours must not cost a slot
            log.error("slot error", task=held.task.id, error=type(error).__name__)
        finally:
            self.room.release(held)

    def _outcome(self, held: Held) -> Outcome | None:
        """What the handler returns, or returned before; None when the lock was lost meanwhile."""
        task = held.task
        reach("task-fetched")
        if held.known.outcome is not None:
            return held.known.outcome
        if held.known.attempts > MOST_BEGINNINGS:
            raise ProgrammingError(f"办理步骤 {task.topic} 已开始 {MOST_BEGINNINGS} 次，每次都没有结束；请查看日志后重试")
        outcome = checked_outcome(self.handlers[task.topic](task), task.topic)
        if held.lost.is_set():
            log.warning("lock lost, outcome discarded", task=task.id, topic=task.topic)
            return None
        reach("task-worked", task.id)
        if self.inbox:
            self.inbox.done(task, outcome)
        reach("outcome-kept", task.id)
        return outcome

    # stopping

    def _drain(self) -> None:
        """Give running handlers their grace, hand the rest back without burning a retry (D11)."""
        waiting = self._withdraw_waiting()
        self.room.wait_until_empty(self.grace_seconds)
        left = self.room.held()
        for held in [*waiting, *left]:
            self.locks.give_back(held)
        self._drained.set()
        self._fetched.put(None)
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
