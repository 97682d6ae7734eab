"""What can go wrong between us and the engine, by kind, so that callers need not read messages (D12).

EngineError
├─ EngineUnreachable     no answer: not started, timed out, connection lost; the effect of the call is unknown
├─ EngineUnauthorised    401 or 403
├─ EngineRefused         any other answer that is not 2xx; carries status, type and message
│  ├─ TaskGone           404 on an external task: completed before, or its case ended
│  ├─ TaskNotOurs        400 on an external task: another worker holds it
│  └─ ModelRefused       a deployment the engine does not accept; names file, line and cure
└─ VariableError         a value that may not become a process variable
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from onething.errors import EngineError, Unavailable

OVERTAKEN = ("optimisticlocking", "updated by another transaction")
"""What the engine calls two commits that met, by exception or, where a form was submitted, by sentence only."""
ENDED = re.compile(r"doesn't exist|does not exist|No job found|execution is null|task is null")


class EngineUnreachable(EngineError, Unavailable):
    default_code = "engine-unreachable"


class EngineUnauthorised(EngineError):
    default_code = "engine-unauthorised"

    def __init__(self, status: int, message: str) -> None:
        super().__init__(f"流程引擎拒绝了登录或权限（{status}）：{message}。请核对账号与授权")
        self.http_status = status


class EngineRefused(EngineError):
    """The engine answered, and the answer is no. `type` is the engine's exception name, "" when it gave none."""

    default_code = "engine-refused"

    def __init__(self, http_status: int, type_: str, message: str) -> None:
        super().__init__(f"流程引擎没有执行（{http_status} {type_}）：{message}")
        self.http_status, self.type, self.reason = http_status, type_, message

    @property
    def transient(self) -> bool:
        """Worth the same request again: overload, two commits that met on one row, or somebody in between who answered."""
        overtaken = any(words in (self.type + self.reason).lower() for words in OVERTAKEN)
        return overtaken or self.http_status < 400 or self.http_status in (429, 502, 503, 504)

    @property
    def gone(self) -> bool:
        """What was asked about has ended. Not every resource answers 404 for that (measured on both flavours)."""
        return self.http_status == 404 or bool(ENDED.search(self.reason))


class TaskGone(EngineRefused):
    default_code = "task-gone"


class TaskNotOurs(EngineRefused):
    default_code = "task-not-ours"


class ModelRefused(EngineRefused):
    default_code = "model-refused"

    def __init__(self, http_status: int, type_: str, message: str, sentence: str) -> None:
        super().__init__(http_status, type_, message)
        self.message = sentence
        self.args = (sentence,)


class VariableError(EngineError):
    default_code = "variable"
    default_status = 500


class BusinessError(EngineError):
    """A handler's refusal by rule; becomes a BPMN error. `code` must be caught by the model (lint proves it)."""

    default_code = "business"

    def __init__(self, code: str, message: str, variables: Mapping[str, Any] | None = None) -> None:
        super().__init__(message, code=code)
        self.variables = dict(variables or {})
