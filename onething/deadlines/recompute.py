"""A clock counted anew: after a pause, an extension, or when the arrangement of a year arrives. Pure (R90; F13)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from onething.deadlines.calendar import RECEIPT, START, TOLD, WorkCalendar
from onething.deadlines.ledger import Deadline, Pause
from onething.vocabulary import Clock

OFFICE_HOURS = frozenset({Clock.INTAKE, Clock.DIGITISING})
SAME_DAY = frozenset({Clock.DELIVERY})
FIRST = {
    Clock.ACCEPTANCE: RECEIPT, Clock.DEEMED_ACCEPTANCE: RECEIPT, Clock.SUPPLEMENT: RECEIPT, Clock.CORRECTION: TOLD,
}
"""Why the day of the start is not counted; of others it is the day of acceptance."""


def recompute(
    calendar: WorkCalendar, clock: Clock, started_at: datetime, days: int, *, channel: str = "window", first: str = "",
    pauses: Sequence[Pause] = (), extra_days: int = 0,
) -> Deadline:
    """The limit of `days` working days (none in a clock of hours) with all its pauses and extension days, counted from
    its start. `first` says why the day of the start is not counted. Raises `CalendarNotPublished`."""
    if clock in OFFICE_HOURS:
        return calendar.intake_due(started_at, channel)
    if clock in SAME_DAY:
        return calendar.same_day_due(started_at)
    first = first or FIRST.get(clock, START)
    return calendar.limit_due(started_at, days + extra_days, first, pauses)
