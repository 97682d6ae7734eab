"""Which days are working days: year files first, a documented rule where a year is not published yet. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from onething.errors import OneThingError

FIXED_HOLIDAYS = {
    (1, 1): "元旦", (5, 1): "劳动节", (5, 2): "劳动节", (10, 1): "国庆节", (10, 2): "国庆节", (10, 3): "国庆节",
}
"""Statutory days with a fixed date. The lunar ones (春节, 清明, 端午, 中秋) and 调休 are not guessed for a year
that is not published: its results are 暂定 and computed again when the file arrives.

A notice may also move the last days of the December before it (30 and 31 December 2018 came with the notice for
2019). Such days belong into the file of their own calendar year."""


class CalendarNotPublished(OneThingError):
    """A result would need the year `year`, for which there is no file."""

    default_code = "calendar-not-published"
    default_status = 503

    def __init__(self, year: int) -> None:
        super().__init__(
            f"{year} 年的放假安排尚未录入；请添加 catalogue/calendars/cn-{year}.yaml，"
            "或打开 ONETHING_ALLOW_PROVISIONAL_CALENDAR"
        )
        self.year = year


@dataclass(frozen=True)
class Source:
    """The notice of the State Council's general office behind a year; `confirmed: false` is shown as 待核实."""

    notice: str
    number: str
    confirmed: bool


@dataclass(frozen=True)
class Year:
    """Days that differ from the plain week: `off` on holiday, `work` weekend days worked (调休), with their names."""

    year: int
    off: dict[date, str]
    work: dict[date, str]
    source: Source


class WorkingDays:
    """Dates only. `provisional` allows years without a file; see `FIXED_HOLIDAYS`."""

    def __init__(self, years: dict[int, Year], *, provisional: bool) -> None:
        self.years, self.provisional = years, provisional

    @property
    def covered_until(self) -> date:
        """The last day of the last published year that follows without a gap."""
        last = min(self.years)
        while last + 1 in self.years:
            last += 1
        return date(last, 12, 31)

    def coverage_days_left(self, today: date) -> int:
        """Calendar days from `today` (in China) to the end of coverage; negative when it has run out."""
        return (self.covered_until - today).days

    def published(self, day: date) -> bool:
        return day.year in self.years

    def judge(self, day: date) -> tuple[bool, str]:
        """Whether `day` is a working day, and why; raises `CalendarNotPublished`."""
        if isinstance(day, datetime):  # a datetime is a date to Python, but equals no day of a year file
            raise TypeError("a day is asked for, not a moment")
        year = self.years.get(day.year)
        if year is None:
            return self._judge_provisionally(day)
        if day in year.work:
            return True, f"{year.work[day]}上班"
        if day in year.off:
            return False, f"{year.off[day]}放假"
        return (False, "周末") if day.weekday() >= 5 else (True, "工作日")

    def is_working_day(self, day: date) -> bool:
        return self.judge(day)[0]

    def from_day(self, day: date) -> Iterator[date]:
        while True:
            yield day
            day += timedelta(days=1)

    def next_working_day(self, day: date) -> date:
        """The first working day after `day`."""
        return self.add_working_days(day, 1)

    def add_working_days(self, day: date, count: int) -> date:
        """The `count`-th working day after `day` (before it when negative); `day` itself, whatever it is, when 0."""
        step = timedelta(days=1 if count > 0 else -1)
        left = abs(count)
        while left:
            day += step
            left -= self.is_working_day(day)
        return day

    def working_days_between(self, start: date, end: date) -> int:
        """Working days after `start` up to and including `end`; negative when `end` lies before `start`."""
        if end < start:
            return -self.working_days_between(end, start)
        return sum(self.is_working_day(start + timedelta(days=n + 1)) for n in range((end - start).days))

    def _judge_provisionally(self, day: date) -> tuple[bool, str]:
        if not self.provisional:
            raise CalendarNotPublished(day.year)
        if (day.month, day.day) in FIXED_HOLIDAYS:
            return False, f"{FIXED_HOLIDAYS[day.month, day.day]}放假（暂定）"
        return (False, "周末（暂定）") if day.weekday() >= 5 else (True, "工作日（暂定）")
