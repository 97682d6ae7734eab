"""Telling the engine how a task ended: the three outcomes, each mapped once, only the telling ever repeated."""

from __future__ import annotations

import random
import threading
import time
import traceback
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

import structlog

from onething.engine.errors import (
    BusinessError,
    EngineRefused,
    EngineUnauthorised,
    EngineUnreachable,
    TaskGone,
    TaskNotOurs,
)
from onething.engine.external import ExternalTasks
from onething.engine.task import HOPELESS, End, Known, LocalOutcome, Outcome, Task, TaskFailure
from onething.errors import OneThingError, Unavailable
from onething.faults import reach

BACK_OFF_SECONDS = (2.0, 4.0, 8.0, 16.0)
"""At most 36 seconds, so that with five runs what fails is done or an incident within the minute. What is merely down is
waited for longer."""
REPEAT_SECONDS = (0.2, 0.5, 1.0, 2.0, 5.0)
POISON_AFTER = 3
SAFETY_SECONDS = 5.0
ENDS = {"complete": End.COMPLETED, "bpmn-error": End.REFUSED, "failure": End.FAILED}

log = structlog.get_logger(__name__)


@dataclass
class Held:
    """A task this worker has locked. `deadline` (monotonic) moves with every extension; `lost` is final.

    `began` (monotonic) is when its handler did, 0 before; `worked` whether it has ended.
    """

    task: Task
    deadline: float
    lost: threading.Event = field(default_factory=threading.Event)
    told: bool = False
    began: float = 0.0
    worked: bool = False
    known: Known = field(default_factory=lambda: Known(None))


class Turns:
    """One report of a case at a time: two branches that come to a join in one moment would both be rolled back.

    Nobody waits: a report that is not its case's turn is left with the thread that is reporting for this case.
    Reports do not raise.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: dict[str, deque[Callable[[], None]]] = {}

    def take(self, case: str, report: Callable[[], None]) -> None:
        with self._lock:
            if case in self._waiting:
                self._waiting[case].append(report)
                return
            self._waiting[case] = deque()
        following: Callable[[], None] | None = report
        while following:
            following()
            following = self._next(case)

    def _next(self, case: str) -> Callable[[], None] | None:
        with self._lock:
            if self._waiting[case]:
                return self._waiting[case].popleft()
            del self._waiting[case]
            return None


def next_failure(task: Task, back_off: tuple[float, ...] = BACK_OFF_SECONDS) -> tuple[int, float]:
    """(retries left, seconds until the next one): 5 runs in all, then one incident. Counted down, never null (D6)."""
    left = max((len(back_off) + 1 if task.retries is None else task.retries) - 1, 0)
    if left == 0:
        return 0, 0.0
    delay = back_off[max(len(back_off) - left, 0)]
    return left, delay * random.uniform(1.0, 1.2)


class Reporter:
    """Reports for one worker. Never raises; a task it cannot report is left to its lock and comes again.

    `replays`: an outcome that was refused comes from the inbox the next time, so it may be tried again later.
    """

    def __init__(
        self, tasks: ExternalTasks, back_off: tuple[float, ...] = BACK_OFF_SECONDS, *, replays: bool = False
    ) -> None:
        self.tasks, self.back_off, self.replays = tasks, back_off, replays

    def completed(self, held: Held, outcome: Outcome) -> End:
        local = outcome.local_variables if isinstance(outcome, LocalOutcome) else None
        return self._tell(held, "complete", lambda: self.tasks.complete(held.task.id, outcome, local))

    def raised(self, held: Held, error: BaseException) -> End:
        """Map what a handler raised: `BusinessError` to a BPMN error, anything else to a counted failure."""
        task = held.task
        if isinstance(error, BusinessError):
            return self._tell(held, "bpmn-error", lambda: self.tasks.bpmn_failure(
                task.id, error.code, error.message, error.variables))
        if isinstance(error, TaskFailure):
            left, delay, message, details = error.retries, error.retry_seconds, error.message, error.details
        else:
            left, delay = self._chances(task, error)
            message, details = describe(error)
        log.warning("task failed", **_names(task), error=type(error).__name__, retries_left=left)
        return self._tell(held, "failure", lambda: self.tasks.failure(task.id, message, details, left, delay))

    def _chances(self, task: Task, error: BaseException) -> tuple[int, float]:
        """(retries left, seconds): none where repeating cannot help, all of them where only something else is down."""
        if isinstance(error, HOPELESS):
            return 0, 0.0
        if isinstance(error, Unavailable):
            return task.retries or len(self.back_off) + 1, self.back_off[0] * random.uniform(1.0, 1.2)
        return next_failure(task, self.back_off)

    def _tell(self, held: Held, what: str, send: Callable[[], None]) -> End:
        """Send until told, gone, or the lock is about to end; the handler is never run again for this (D9)."""
        refused = 0
        for attempt in range(10_000):
            if held.lost.is_set():
                return End.LOST
            try:
                send()
            except TaskGone:
                return self._gone(held, what)
            except TaskNotOurs:
                return self._lose(held)
            except (EngineUnreachable, EngineUnauthorised) as error:
                problem = type(error).__name__
            except EngineRefused as error:
                problem = f"{error.http_status} {error.type}"
                refused += not error.transient
                if refused >= POISON_AFTER or (refused and error.http_status < 500):
                    return self._poison(held, what, error)
            except HOPELESS as error:
                return self.raised(held, error)
            else:
                reach("task-told")
                held.told = True
                log.info("task reported", **_names(held.task), what=what)
                return ENDS[what]
            if not self._wait(held, attempt):
                break
        log.warning("task not reported, left to its lock", **_names(held.task), what=what, problem=problem)
        return End.UNTOLD

    def _wait(self, held: Held, attempt: int) -> bool:
        pause = REPEAT_SECONDS[min(attempt, len(REPEAT_SECONDS) - 1)] * random.uniform(0.8, 1.2)
        margin = min(SAFETY_SECONDS, self.tasks.lock_seconds / 4)
        if time.monotonic() + pause > held.deadline - margin:
            return False
        held.lost.wait(pause)
        return True

    def _gone(self, held: Held, what: str) -> End:
        """404: an earlier report got through though its answer was lost, or the case was withdrawn (D10)."""
        try:
            done = self.tasks.was_completed(held.task.id)
        except OneThingError:
            done = None
        log.info("task is gone", **_names(held.task), what=what, completed_before=done)
        return End.COMPLETED if done else End.LOST

    def _lose(self, held: Held) -> End:
        held.lost.set()
        log.warning("lock lost, outcome discarded", **_names(held.task))
        return End.LOST

    def _poison(self, held: Held, what: str, error: EngineRefused) -> End:
        """The engine refuses this very report: one incident instead of a loop (D9, finding 8). A 500 may also come from a
        database that is away: where the outcome is kept, it is reported again as often as a failing step runs."""
        log.error("engine refuses the report", **_names(held.task), what=what, problem=f"{error.http_status}")
        again = self.replays and what == "complete" and error.http_status >= 500
        left, delay = next_failure(held.task, self.back_off) if again else (0, 0.0)
        message = f"引擎不接受办理结果（{what}，{error.http_status} {error.type}）；请检查变量与模型后重试"
        try:
            self.tasks.failure(held.task.id, message, error.reason[:2000], left, delay)
        except OneThingError as second:
            log.error("task not reported, left to its lock", **_names(held.task), problem=type(second).__name__)
            return End.UNTOLD
        return End.UNTOLD if again else End.FAILED


def describe(error: BaseException) -> tuple[str, str]:
    """Message and details for the incident: our own sentences, else type and place, never values (D17)."""
    frames = "".join(traceback.format_tb(error.__traceback__))
    if isinstance(error, OneThingError):
        return f"{error.code}: {error.message}", frames
    last = traceback.extract_tb(error.__traceback__)[-1:] or []
    place = "".join(f" @ {frame.filename.rsplit('/', 1)[-1]}:{frame.lineno}" for frame in last)
    return f"{type(error).__name__}{place}", frames


def _names(task: Task) -> dict[str, str]:
    return {"task": task.id, "topic": task.topic, "application": task.application_no}
