"""Whether the engine answers, for those who cannot ask it: the front door tells people from what is written down here."""

from __future__ import annotations

import threading
import time

import structlog

from onething.bootstrap import Tools
from onething.engine.client import EngineClient
from onething.store import troubles
from workers.rounds import again

log = structlog.get_logger(__name__)
WHAT = "流程引擎没有应答：申请照常收下，恢复后自动开始办理。请检查引擎进程和它的数据库"
SAID_EVERY = 15.0


class Pulse:
    """Asks every few seconds; what missed two beats is away. Several processes may do so: one that gets an answer is right."""

    def __init__(self, tools: Tools, engine: EngineClient) -> None:
        self.tools, self.engine, self.stopped = tools, engine, threading.Event()
        self._missed, self._said = 0, -SAID_EVERY

    def run(self, pause_seconds: float = 5) -> None:
        again("pulse", self.beat, self.stopped, pause_seconds)

    def beat(self) -> None:
        self._say()
        self._missed = 0 if self.engine.health() else self._missed + 1
        if self._missed >= 2:
            with self.tools.store.transaction() as session:
                troubles.open_(session, self.tools.clock.now(), troubles.ENGINE_AWAY, troubles.AWAY, "", WHAT)
        elif not self._missed and self._told():
            with self.tools.store.transaction() as session:
                troubles.close(session, self.tools.clock.now(), [troubles.ENGINE_AWAY])

    def _say(self) -> None:
        """The workers themselves are alive."""
        if time.monotonic() - self._said >= SAID_EVERY:
            with self.tools.store.transaction() as session:
                troubles.beat(session, self.tools.clock.now())
            self._said = time.monotonic()

    def _told(self) -> bool:
        with self.tools.store.reading() as session:
            return troubles.engine_is_away(session)
