"""Working-day and working-hour arithmetic on year files, with a ledger for every deadline. Pure but for loading."""

from onething.deadlines.calendar import WorkCalendar
from onething.deadlines.clock import CHINA, Clock, FixedClock, SystemClock
from onething.deadlines.days import CalendarNotPublished, load_years
from onething.deadlines.ledger import Deadline, LedgerDay, Pause, ledger_rows

__all__ = [
    "CHINA", "CalendarNotPublished", "Clock", "Deadline", "FixedClock", "LedgerDay", "Pause", "SystemClock",
    "WorkCalendar", "ledger_rows", "load_years",
]
