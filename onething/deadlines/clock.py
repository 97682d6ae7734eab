"""The time, injected everywhere so that a case can be driven through months in seconds."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

CHINA = ZoneInfo("Asia/Shanghai")


class Clock(Protocol):
    def now(self) -> datetime:
        """An aware instant."""
        ...


class SystemClock:
    def now(self) -> datetime:
        return datetime.now(UTC)


class FixedClock:
    """Stands still until it is advanced."""

    def __init__(self, at: datetime) -> None:
        self.set(at)

    def now(self) -> datetime:
        return self._at

    def advance(self, by: timedelta) -> None:
        self._at += by

    def set(self, at: datetime) -> None:
        if at.tzinfo is None:
            raise ValueError("a clock needs a time zone")
        self._at = at


def in_china(at: datetime) -> datetime:
    """`at` in China's time. Refuses a naive time: Python would read it in the time zone of the machine."""
    if at.tzinfo is None:
        raise ValueError("a moment needs a time zone")
    return at.astimezone(CHINA)
