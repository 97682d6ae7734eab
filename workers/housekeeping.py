"""Sweeping up: files that were written and never got their row (I7), and what has been kept for long enough (S25)."""

from __future__ import annotations

import threading
from datetime import timedelta

import structlog

from onething import retention
from onething.bootstrap import Tools
from onething.errors import OneThingError
from onething.store import documents

AGE = timedelta(hours=24)
"""No upload and no paper takes so long from its file to its row."""
EVERY = timedelta(hours=6)

log = structlog.get_logger(__name__)


class Housekeeping:
    """Beside the relay; several processes may sweep at once."""

    def __init__(self, tools: Tools) -> None:
        self.tools, self.stopped = tools, threading.Event()

    def run(self) -> None:
        while not self.stopped.is_set():
            try:
                sweep_files(self.tools)
                retention.run(self.tools, apply=True, automatic=True)
            except (OneThingError, OSError) as error:
                log.warning("sweeping is tried again later", problem=type(error).__name__)
            self.stopped.wait(EVERY.total_seconds())


def sweep_files(tools: Tools, age: timedelta = AGE) -> int:
    """How many files nobody knows were removed."""
    with tools.store.reading() as session:
        count = documents.sweep(session, tools.clock.now() - age)
    if count:
        log.info("unused files removed", count=count)
    return count
