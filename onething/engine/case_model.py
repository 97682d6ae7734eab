"""The model that a case runs on, for who draws it: the engine is asked shortly, and has each version asked for once."""

from __future__ import annotations

import time
from functools import lru_cache
from pathlib import Path

from onething.engine.client import EngineClient
from onething.engine.identity import credentials_of
from onething.engine.roster import FRONTDOOR
from onething.errors import EngineError

PATIENCE = (0.5, 2.0)  # seconds to connect and to read: a person waits for the page
SILENCE = 10.0  # seconds in which an engine that gave no answer is not asked again


class CaseModels:
    """Asks as the front door's own user, who may read definitions and history and nothing else."""

    def __init__(self, rest_url: str, var_dir: Path) -> None:
        self.rest_url, self.var_dir = rest_url, var_dir
        self._client: EngineClient | None = None
        self._asked_again_at = 0.0
        self._xml = lru_cache(maxsize=64)(self._fetched)

    def of(self, number: str) -> bytes | None:
        """As it was deployed; None where the engine does not know the case or does not answer."""
        if time.monotonic() < self._asked_again_at:
            return None
        try:
            root = self._engine().root_instance(number)
            return self._xml(root.definition) if root else None
        except EngineError:
            self._asked_again_at = time.monotonic() + SILENCE
            return None

    def _fetched(self, definition: str) -> bytes:
        return self._engine().model_xml(definition)

    def _engine(self) -> EngineClient:
        if self._client is None:
            self._client = EngineClient(self.rest_url, *credentials_of(self.var_dir, FRONTDOOR), timeout=PATIENCE)
        return self._client
