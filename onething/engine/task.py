"""One external task as a handler sees it, and the three ways a handler can end."""

from __future__ import annotations

import os
import socket
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol

from onething.engine.errors import VariableError
from onething.engine.variables import Value, decode_known
from onething.errors import NotAllowed, OneThingError

Outcome = Mapping[str, Any]
Handler = Callable[["Task"], Outcome]


@dataclass(frozen=True)
class Task:
    """`application_no` is the business key; `retries` what the engine has left, None before the first failure."""

    id: str
    topic: str
    application_no: str
    process_instance_id: str
    activity_id: str
    variables: dict[str, Value]
    retries: int | None
    worker_id: str


class End(StrEnum):
    """How a task ended for its worker."""

    COMPLETED = "completed"
    REFUSED = "refused"
    FAILED = "failed"
    LOST = "lost"
    UNTOLD = "untold"


@dataclass(frozen=True)
class Known:
    """What an inbox knows of a task: its outcome if the work was done before, and how often it was begun in vain."""

    outcome: Outcome | None
    attempts: int = 1


class Inbox(Protocol):
    """Remembers what became of tasks, so that a delivery that comes again is answered without running again."""

    def begin(self, tasks: Sequence[Task], lock_seconds: float) -> Mapping[str, Known]:
        """Write down that these are begun. Raises `Unavailable` where nothing can be written down."""
        ...

    def done(self, task: Task, outcome: Outcome) -> None:
        """Returns when the outcome is safe."""
        ...

    def ended(self, task: Task, end: End) -> None:
        """How it ended; need not be safe at once."""
        ...


class Observer(Protocol):
    """Counts what happens; must not raise and must not wait."""

    def fetched(self, tasks: Sequence[Task]) -> None: ...

    def ended(self, task: Task, end: End, seconds: float) -> None: ...


class LocalOutcome(dict[str, Any]):
    """An outcome with variables for the task's own scope besides; only the adapter makes these."""

    def __init__(self, variables: Mapping[str, Any], local_variables: Mapping[str, Any]) -> None:
        super().__init__(variables)
        self.local_variables = dict(local_variables)


class TaskFailure(Exception):
    """A failure whose retries and delay (seconds) the handler chose itself."""

    def __init__(self, message: str, details: str, retries: int, retry_seconds: float) -> None:
        super().__init__(message)
        self.message, self.details, self.retries, self.retry_seconds = message, details, retries, retry_seconds


class ProgrammingError(OneThingError):
    """A fault in a handler that no repetition cures: an incident at once (D22)."""

    default_code = "handler"
    default_status = 500


HOPELESS = (ProgrammingError, VariableError, NotAllowed)


def new_worker_id() -> str:
    """Unique per process incarnation: a constant would let a zombie complete its twin's task (D23)."""
    return f"{socket.gethostname()}-{os.getpid()}-{uuid.uuid4()}"


def load_task(data: Mapping[str, Any], worker_id: str) -> tuple[Task, list[str]]:
    """The task and the names of the variables left out because their type is not on the allow-list.

    What the model says of the node itself (its extension properties) is there like a variable.
    """
    variables, unknown = decode_known(data.get("variables"))
    variables = {**(data.get("extensionProperties") or {}), **variables}
    task = Task(
        id=data["id"], topic=data.get("topicName") or "", application_no=data.get("businessKey") or "",
        process_instance_id=data.get("processInstanceId") or "", activity_id=data.get("activityId") or "",
        variables=variables, retries=data.get("retries"), worker_id=worker_id,
    )
    return task, unknown


def checked_outcome(outcome: Any, topic: str) -> Outcome:
    if isinstance(outcome, Mapping):
        return outcome
    kind = type(outcome).__name__
    raise ProgrammingError(f"办理步骤 {topic} 返回了 {kind}，应返回字典（没有变量时返回空字典）；请改正程序")
