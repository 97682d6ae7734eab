"""The watch over all open limits: a year that arrives, warnings, limits that ran out. Runs beside the relay."""

from __future__ import annotations

import threading

import structlog

from onething.bootstrap import Tools
from onething.errors import CatalogueError
from workers import recounting, supervise
from workers.rounds import again

log = structlog.get_logger(__name__)


class Watch:
    """Looks again and again; each look is safe to repeat, and several processes may look at once."""

    def __init__(self, tools: Tools) -> None:
        self.tools, self.stopped = tools, threading.Event()
        self._years_are_new = True  # also when a file came while nobody was running

    def run(self, pause_seconds: float = 20) -> None:
        again("watch", self.look, self.stopped, pause_seconds)

    def look(self) -> None:
        """Once over everything that is open."""
        try:
            self._years_are_new |= self.tools.calendar.refresh()
        except CatalogueError as error:  # the days known so far stay
            log.error("a year file is faulty", problem=error.message)
        if self._years_are_new:
            recounting.recount_provisional(self.tools)
            self._years_are_new = False
        supervise.sweep(self.tools)
