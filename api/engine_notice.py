"""Whether pages say that the engine is away. The front door never asks it: the workers write it down (`workers/pulse.py`)."""

from __future__ import annotations

import time
from contextlib import suppress

from onething.errors import Unavailable
from onething.store import Store, troubles

KEPT_SECONDS = 5.0


class EngineNotice:
    """Asked by every page, read from the store every few seconds."""

    def __init__(self, store: Store) -> None:
        self.store, self._away, self._read_at = store, False, -KEPT_SECONDS

    def away(self) -> bool:
        if time.monotonic() - self._read_at >= KEPT_SECONDS:
            self._read_at = time.monotonic()
            with suppress(Unavailable), self.store.reading() as session:
                self._away = troubles.engine_is_away(session)
        return self._away
