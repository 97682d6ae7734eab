"""A circuit breaker: a system that fails again and again is left alone for a while, so that nobody waits for it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Literal, TypeVar

from onething.gateways.interface import GatewayError, GatewayRefused

T = TypeVar("T")
State = Literal["closed", "open", "half-open"]


class Breaker:
    """Open after `threshold` failures in a row; after `rest_seconds` one call is let through to try. Thread-safe."""

    def __init__(
        self, threshold: int = 3, rest_seconds: float = 10, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.threshold, self.rest_seconds = threshold, rest_seconds
        self.failures, self.times_opened = 0, 0
        self._clock, self._lock = clock, threading.Lock()
        self._opened_at: float | None = None
        self._probing = False

    @property
    def state(self) -> State:
        with self._lock:
            if self._opened_at is None:
                return "closed"
            return "half-open" if self._probing or self._rested() else "open"

    @property
    def open(self) -> bool:
        return self.state != "closed"

    def run(self, call: Callable[[], T]) -> T:
        """Carry out `call`, or refuse at once. A refusal of the order by the system is an answer, not a failure."""
        probe = self._enter()
        failed = True
        try:
            result = call()
            failed = False
            return result
        except GatewayRefused:
            failed = False
            raise
        finally:
            self._leave(failed, probe)

    def require(self) -> None:
        """Raises what `run` would while it is open, and begins nothing: asking is no try."""
        with self._lock:
            self._require()

    def _require(self) -> None:
        if self._opened_at is not None and (self._probing or not self._rested()):
            raise GatewayError("对方系统连续出错，暂停调用；稍后自动重试", code="circuit-open")

    def _enter(self) -> bool:
        """True for the one call that tries whether the system is back."""
        with self._lock:
            self._require()
            self._probing = self._opened_at is not None
            return self._probing

    def _leave(self, failed: bool, probe: bool) -> None:
        """Calls that began before it opened may end later: they neither close it nor prolong its rest."""
        with self._lock:
            if probe:
                self._probing = False
                self._opened_at = self._clock() if failed else None
                self.failures = self.failures + 1 if failed else 0
            elif self._opened_at is None:
                self.failures = self.failures + 1 if failed else 0
                if self.failures >= self.threshold:
                    self._opened_at = self._clock()
                    self.times_opened += 1

    def _rested(self) -> bool:
        return self._opened_at is not None and self._clock() - self._opened_at >= self.rest_seconds
