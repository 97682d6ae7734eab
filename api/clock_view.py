"""One clock as it is shown: what it is about, and what is left of it."""

from __future__ import annotations

from dataclasses import dataclass

from onething.bootstrap import Tools
from onething.catalogue import Bundle, Catalogue
from onething.deliveries import in_scope
from onething.store import Deadline
from onething.supervision import APPLICANTS
from onething.vocabulary import Clock


@dataclass(frozen=True)
class ClockView:
    """`minutes_left` of a clock of hours that ends before another working day; none where days are counted."""

    clock: Clock
    row: Deadline
    subject: str
    days_left: int
    minutes_left: int | None
    overdue: bool

    @property
    def paused(self) -> bool:
        return self.row.paused_at is not None and self.row.ended_at is None

    @property
    def by_applicant(self) -> bool:
        return self.clock in APPLICANTS

    @property
    def tone(self) -> str:
        if self.row.ended_at:
            return "off"
        if self.paused:
            return "warn"
        return "bad" if self.overdue else "warn" if self.days_left <= 1 else "running"


def clock_view(tools: Tools, catalogue: Catalogue, bundle: Bundle, row: Deadline) -> ClockView:
    now = tools.clock.now()
    overdue = bool(row.overdue_at) or (row.ended_at is None and row.paused_at is None and row.due_at <= now)
    left = tools.calendar.remaining_working_days(now, row.due_at)
    minutes = max(0, int((row.due_at - now).total_seconds() // 60)) if not row.days and left <= 0 else None
    return ClockView(Clock(row.clock), row, _subject(catalogue, bundle, row.item), left, minutes, overdue)


def _subject(catalogue: Catalogue, bundle: Bundle, scope: str) -> str:
    """What a clock is about: the case, an item, or the items of a parallel block together."""
    names = [catalogue.items[item].name for item in in_scope(bundle, [row.item for row in bundle.rows], scope)]
    return "、".join(names) if scope else "整个办件"
