"""Whether pages say that cases do not move: the engine is away or the workers are. The front door asks neither: the workers write
down how the engine is, and that they are alive (`workers/pulse.py`)."""

from __future__ import annotations

import time
from contextlib import suppress

from onething.bootstrap import Tools
from onething.errors import Unavailable
from onething.store import troubles

KEPT_SECONDS = 5.0


class EngineNotice:
    """Asked by every page, read from the store every few seconds."""

    def __init__(self, tools: Tools) -> None:
        self.tools, self._away, self._read_at = tools, False, -KEPT_SECONDS

    def away(self) -> bool:
        if time.monotonic() - self._read_at >= KEPT_SECONDS:
            self._read_at = time.monotonic()
            with suppress(Unavailable), self.tools.store.reading() as session:
                self._away = troubles.engine_is_away(session) or troubles.workers_are_away(session, self.tools.clock.now())
        return self._away
