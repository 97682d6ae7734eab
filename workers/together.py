"""Group commit: what several threads want to have written goes into one transaction."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

V = TypeVar("V")
R = TypeVar("R")


@dataclass
class _Place(Generic[V]):
    value: V
    result: Any = None
    error: Exception | None = None


class Together(Generic[V, R]):
    """Whoever comes while another commits is taken along by the next one. `commit` gives one result per value, in order."""

    def __init__(self, commit: Callable[[Sequence[V]], Sequence[R]]) -> None:
        self.commit = commit
        self._guard, self._committing = threading.Lock(), threading.Lock()
        self._waiting: list[_Place[V]] = []

    def save(self, value: V) -> R:
        """What came of it, once it is committed; raises what the commit raised."""
        mine = _Place(value)
        with self._guard:
            self._waiting.append(mine)
        with self._committing:
            with self._guard:
                batch, self._waiting = self._waiting, []
            if batch:
                self._settle(batch)
        if mine.error:
            raise mine.error
        return mine.result

    def _settle(self, batch: Sequence[_Place[V]]) -> None:
        try:
            results = self.commit([place.value for place in batch])
        except Exception as error:
            for place in batch:
                place.error = error
        else:
            for place, result in zip(batch, results, strict=True):
                place.result = result
