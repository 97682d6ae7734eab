"""Files in quarantine get their scan as soon as ClamAV answers again (S14)."""

from __future__ import annotations

import threading

import structlog

from onething import quarantine
from onething.bootstrap import Tools
from onething.errors import OneThingError
from onething.uploads import scanner_at

EVERY_SECONDS = 5.0

log = structlog.get_logger(__name__)


class Scanning:
    """Beside the relay; several processes may scan at once, each file is settled once."""

    def __init__(self, tools: Tools) -> None:
        self.tools, self.stopped = tools, threading.Event()

    def run(self) -> None:
        scanner = scanner_at(self.tools.settings.clamav)
        while scanner and not self.stopped.wait(EVERY_SECONDS):
            try:
                quarantine.release(self.tools.store, scanner, self.tools.clock.now())
            except (OneThingError, OSError) as error:
                log.warning("scanning is tried again later", problem=type(error).__name__)
