"""`python -m tests.fault.poison`: a worker whose handler does to the loop what a handler can do wrong, by business key."""

from __future__ import annotations

import math
import os
import signal
import threading
from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from onething import logs
from onething.bootstrap import build_tools
from onething.engine.client import EngineClient
from onething.engine.identity import credentials_of
from onething.engine.worker import BusinessError, Task, TaskFailure, Worker
from onething.errors import InvalidInput, NotFound
from onething.settings import get_settings
from workers.inbox import StoreInbox

TOPIC = "poison"


def _raise(error: BaseException) -> Callable[[Task], Any]:
    def handler(task: Task) -> Any:
        raise error

    return handler


def _recurse(task: Task) -> Any:
    return _recurse(task)


def _die(task: Task) -> Any:
    os.kill(os.getpid(), signal.SIGKILL)


def _hang(task: Task) -> Any:
    threading.Event().wait()


def _gives(value: Any) -> Callable[[Task], Any]:
    return lambda task: {"given": value}


PAYLOADS: Mapping[str, Callable[[Task], Any]] = {
    "text-5000": _gives("长" * 5000), "text-4001": _gives("x" * 4001), "text-2mib": _gives("x" * 2 * 1024 * 1024),
    "nul": _gives("a\0b"), "lone-surrogate": _gives("a\ud800b"), "emoji-5000": _gives("🀄" * 5000),
    "bidi": _gives("\u202e\u2066abc"), "1e308": _gives(1e308), "1e309": _gives(math.inf), "nan": _gives(math.nan),
    "minus-inf": _gives(-math.inf), "huge-number": _gives(2 ** 200), "number-2-63": _gives(2 ** 63),
    "decimal": _gives(Decimal("1.10")), "bytes": _gives(b"\xff\xfe"), "dict": _gives({"value": 1, "type": "Object"}),
    "list": _gives([1, 2, 3]), "set": _gives({1}), "object": _gives(object()), "naive-time": _gives(datetime(2026, 1, 1)),
    "json-2mib": _gives({"rows": ["x" * 1000] * 2000}), "class": _gives(int), "function": _gives(print),
    "complex": _gives(1j), "name-number": lambda task: {1: "x"}, "name-none": lambda task: {None: "x"},
    "name-empty": lambda task: {"": "x"}, "name-5000": lambda task: {"n" * 5000: "x"},
    "returns-none": lambda task: None, "returns-text": lambda task: "ok", "returns-list": lambda task: ["ok"],
    "raises-value": _raise(ValueError("x" * 5000)), "raises-key": _raise(KeyError("missing")),
    "raises-exit": _raise(SystemExit(3)), "raises-interrupt": _raise(KeyboardInterrupt()),
    "raises-memory": _raise(MemoryError()), "recursion": _recurse, "raises-input": _raise(InvalidInput("填写有误")),
    "raises-not-found": _raise(NotFound("没有")), "undeclared-code": _raise(BusinessError("nobody-catches-this", "x")),
    "failure-minus": _raise(TaskFailure("x", "y", -3, 0)), "surrogate-error": _raise(ValueError("\ud800")),
    "dies": _die, "hangs": _hang,
}


def handle(task: Task) -> Any:
    return PAYLOADS[task.application_no](task)


def main() -> None:
    settings = get_settings()
    logs.configure("poison")
    tools = build_tools(settings)
    engine = EngineClient(settings.rest_url, *credentials_of(settings.var_dir, "workers"))
    worker = Worker(
        engine, {TOPIC: handle}, slots=6, lock_seconds=settings.worker_lock_seconds, inbox=StoreInbox(tools),
        variables=(), poll_seconds=2, longest_seconds=15,
    )
    signal.signal(signal.SIGTERM, lambda *_: worker.stop())
    worker.run()


if __name__ == "__main__":
    main()
