"""Working-day and working-hour arithmetic on year files, with a ledger for every deadline. Pure but for loading."""

from onething.deadlines.calendar import WorkCalendar
from onething.deadlines.clock import CHINA, Clock, FixedClock, SystemClock
from onething.deadlines.days import CalendarNotPublished
from onething.deadlines.hours import OfficeHours
from onething.deadlines.ledger import Deadline, LedgerDay, Pause, clock_entry, kind_of, ledger_rows
from onething.deadlines.load import load_hours, load_years
from onething.deadlines.recompute import recompute
from onething.deadlines.wording import due_note

__all__ = [
    "CHINA", "CalendarNotPublished", "Clock", "Deadline", "FixedClock", "LedgerDay", "OfficeHours", "Pause",
    "SystemClock", "WorkCalendar", "clock_entry", "due_note", "kind_of", "ledger_rows", "load_hours", "load_years",
    "recompute",
]
