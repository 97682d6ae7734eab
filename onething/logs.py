"""Structured logs: one JSON object a line, with the case's number and its trace, and nothing about a person.

A case's trace id is computed from its number, so that front door, relay and workers write the same one without passing it on.
Values of forms never get here: what is logged is named by hand, and `scrub` takes out what looks like a person's number.
"""

from __future__ import annotations

import hashlib
import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

PERSONAL = re.compile(r"(?<![0-9A-Za-z-])(?:\d{17}[0-9Xx]|1[3-9]\d{9})(?![0-9A-Za-z-])")
"""Identity numbers and mobile numbers, should one ever slip into a message; ids of tasks and cases are not of that form."""
Event = MutableMapping[str, Any]


def configure(process: str, *, level: int = logging.INFO) -> None:
    """Logs of ours and of libraries go to standard error as JSON lines. Call once, when a process begins."""
    shared = [
        structlog.contextvars.merge_contextvars, structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True), _named(process), trace, structlog.processors.format_exc_info,
        scrub,
    ]
    as_json = structlog.processors.JSONRenderer(ensure_ascii=False)
    structlog.configure(
        processors=[*shared, as_json],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr), cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared, processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, as_json],
    ))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)


def trace_id(number: str) -> str:
    """32 hex digits, as W3C trace context has them."""
    return hashlib.sha256(number.encode()).hexdigest()[:32]


def trace(_logger: Any, _method: str, event: Event) -> Event:
    if number := event.get("application"):
        event.setdefault("trace_id", trace_id(str(number)))
    return event


def scrub(_logger: Any, _method: str, event: Event) -> Event:
    for name, value in event.items():
        if isinstance(value, str):
            event[name] = PERSONAL.sub("[…]", value)
    return event


def _named(process: str) -> Any:
    def add(_logger: Any, _method: str, event: Event) -> Event:
        event["process"] = process
        return event

    return add
