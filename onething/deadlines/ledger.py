"""A deadline is a ledger: every day counted, skipped or paused, with the reason, for citizen and reviewer alike."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

PAUSED = "（暂停）"


@dataclass(frozen=True)
class LedgerDay:
    """One day: `counted` is how many working days have been counted up to and including it (0 in a clock of hours)."""

    day: date
    counts: bool
    reason: str
    counted: int


@dataclass(frozen=True)
class Deadline:
    """`due` is an aware instant; `provisional` (暂定) when a year without a published arrangement was touched."""

    due: datetime
    provisional: bool
    days: tuple[LedgerDay, ...]


@dataclass(frozen=True)
class Pause:
    """From `start` until the day before `end` no day counts; `end` itself counts again (R90).

    `WorkCalendar.pause` makes one from two instants.
    """

    start: date
    end: date
    reason: str

    def __post_init__(self) -> None:
        if self.end < self.start:
            raise ValueError(f"a pause cannot end ({self.end}) before it starts ({self.start})")

    def covers(self, day: date) -> bool:
        return self.start <= day < self.end


def clock_entry(deadline: Deadline) -> dict[str, Any]:
    """A deadline as the store keeps it: due_at, days (working days of the limit, 0 in a clock of hours), ledger."""
    return {
        "due_at": deadline.due, "days": deadline.days[-1].counted, "provisional": deadline.provisional,
        "ledger": ledger_rows(deadline),
    }


def ledger_rows(deadline: Deadline) -> list[dict[str, Any]]:
    """The ledger as plain rows for the store."""
    return [
        {"day": row.day.isoformat(), "counts": row.counts, "reason": row.reason, "counted": row.counted}
        for row in deadline.days
    ]


def kind_of(row: Mapping[str, Any]) -> str:
    """What became of a day of a stored ledger: counted, paused or skipped."""
    return "counted" if row["counts"] else "paused" if row["reason"].endswith(PAUSED) else "skipped"
