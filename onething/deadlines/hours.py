"""Office hours of a channel. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time

from onething.deadlines.clock import CHINA

Span = tuple[time, time]


@dataclass(frozen=True)
class OfficeHours:
    """Opening spans of every working day, in order, and how many of these hours intake may take ("2小时")."""

    spans: tuple[Span, ...]
    intake_hours: int
    confirmed: bool

    def closing(self, day: date) -> datetime:
        """Close of business on `day`."""
        return datetime.combine(day, self.spans[-1][1], CHINA)

    def open_from(self, start: datetime, day: date) -> list[tuple[datetime, datetime]]:
        """What is left of the opening spans of `day` at `start`."""
        spans = [(datetime.combine(day, opens, CHINA), datetime.combine(day, closes, CHINA))
                 for opens, closes in self.spans]
        return [(max(start, opens), closes) for opens, closes in spans if start < closes]

    @property
    def label(self) -> str:
        spans = "、".join(f"{opens:%H:%M}—{closes:%H:%M}" for opens, closes in self.spans)
        return f"工作日 {spans}" + ("" if self.confirmed else "（待核实）")
