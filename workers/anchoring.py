"""Every few minutes the newest record of the audit trail is signed and kept outside of the database (S12)."""

from __future__ import annotations

import threading

import structlog

from onething import anchors
from onething.bootstrap import Tools
from onething.errors import OneThingError
from onething.papers.signing import LocalAuthority
from onething.store import audit

EVERY_SECONDS = 240.0
"""Five minutes at most are asked for."""

log = structlog.get_logger(__name__)


class Anchoring:
    """Beside the relay; several processes may anchor at once."""

    def __init__(self, tools: Tools, authority: LocalAuthority) -> None:
        self.tools, self.authority, self.stopped = tools, authority, threading.Event()

    def run(self) -> None:
        """Until stopped, and once more then: what was done last is not the least."""
        while not self.stopped.wait(EVERY_SECONDS):
            self._try()
        self._try()

    def _try(self) -> None:
        try:
            anchor(self.tools, self.authority)
        except (OneThingError, OSError) as error:
            log.warning("the audit trail is anchored again later", problem=type(error).__name__)


def anchor(tools: Tools, authority: LocalAuthority) -> bool:
    """Whether there was anything new to sign."""
    with tools.store.reading() as session:
        newest = audit.head(session)
    return newest is not None and anchors.keep(tools.settings.audit_heads_path, authority, newest, tools.clock.now())
