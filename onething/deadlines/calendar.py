"""Due times of every clock of a case, on working days and office hours. Pure but for `WorkCalendar.load`."""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from pathlib import Path

from onething.deadlines.clock import in_china
from onething.deadlines.days import WorkingDays, Year
from onething.deadlines.hours import OfficeHours
from onething.deadlines.ledger import PAUSED, Deadline, LedgerDay, Pause
from onething.deadlines.load import Stamps, load_hours, load_years, stamps

DEEMED_ACCEPTANCE_DAYS = 5  # Administrative Licensing Law art. 32
RECEIPT = "收件当日不计入"
START = "受理当日不计入"
TOLD = "告知当日不计入"


class WorkCalendar(WorkingDays):
    """Working days plus office hours per channel. All instants are aware; results are in China's time zone.

    Limits in days end at the window's close of business, whatever the channel: that is when people go home.
    """

    def __init__(self, years: dict[int, Year], hours: dict[str, OfficeHours], *, provisional: bool) -> None:
        super().__init__(years, provisional=provisional)
        self.hours = hours
        self.folder: Path | None = None
        self._seen: Stamps = ()
        self._looked = -math.inf

    @classmethod
    def load(cls, directory: Path, *, provisional: bool) -> WorkCalendar:
        """Read the year files and office-hours.yaml; raises `CatalogueError`."""
        seen = stamps(directory)
        calendar = cls(load_years(directory), load_hours(directory / "office-hours.yaml"), provisional=provisional)
        calendar.folder, calendar._seen = directory, seen
        return calendar

    def refresh(self, every: float = 0.0) -> bool:
        """Read the files again if one came or changed; True when it did. A fault is raised once and keeps the old days.
        Nobody looks again within `every` seconds."""
        if self.folder is None or time.monotonic() - self._looked < every:
            return False
        self._looked = time.monotonic()
        if (seen := stamps(self.folder)) == self._seen:
            return False
        self._seen = seen
        years, hours = load_years(self.folder), load_hours(self.folder / "office-hours.yaml")
        self.years, self.hours = years, hours
        return True

    def counter(self, channel: str, district: str) -> str:
        """The office hours that hold for this channel there: the district's own, or those of the city (R27)."""
        local = f"{channel}@{district}"
        return local if local in self.hours else channel

    def acceptance_due(self, received_at: datetime) -> Deadline:
        """Close of the next working day: the day of receipt is not counted (R61)."""
        return self.limit_due(received_at, 1, RECEIPT)

    def deemed_acceptance_due(self, received_at: datetime) -> Deadline:
        """Close of the 5th working day, when silence becomes acceptance (视为受理)."""
        return self.limit_due(received_at, DEEMED_ACCEPTANCE_DAYS, RECEIPT)

    def limit_due(
        self, started_at: datetime, days: int, first: str = START, pauses: Sequence[Pause] = ()
    ) -> Deadline:
        """Close of the `days`-th working day after the start; paused working days are not counted (R64, R90).

        `first` is the reason why the day of the start is not counted. Raises `CalendarNotPublished`.
        """
        return self._count(in_china(started_at).date(), days, first, pauses)

    def with_pauses(self, deadline: Deadline, pauses: Sequence[Pause]) -> Deadline:
        """The limit of `deadline` counted anew with all its pauses (not only the newest one) (R90)."""
        return self._count(deadline.days[0].day, deadline.days[-1].counted, deadline.days[0].reason, pauses)

    def pause(self, start_at: datetime, end_at: datetime, reason: str) -> Pause:
        """A working day is paused when the clock stands still at its close of business.

        So a pause within one working day moves nothing, and one over a weekend gains no weekend days.
        """
        start, end = in_china(start_at), in_china(end_at)
        if end < start:
            raise ValueError("a pause cannot end before it starts")
        first = start.date() + timedelta(days=start > self._closing(start.date()))
        return Pause(first, end.date() + timedelta(days=end > self._closing(end.date())), reason)

    def same_day_due(self, at: datetime, channel: str = "window") -> Deadline:
        """Close of business today, or of the next working day when today's is over or never was (R97, R98)."""
        local, rows = in_china(at), []
        for day in self.from_day(local.date()):
            works, reason = self.judge(day)
            if works and local < self._closing(day, channel):
                rows.append(LedgerDay(day, True, "当天送达", 1))
                return Deadline(self._closing(day, channel), self._provisional(rows), tuple(rows))
            rows.append(LedgerDay(day, False, "当日办公时间已过" if works else reason, 0))
        raise AssertionError("days never end")

    def intake_due(self, submitted_at: datetime, channel: str = "online") -> Deadline:
        """The office hours ("2小时") the window has for what came in by `channel` (R49, R52, R60)."""
        return self.working_hours(submitted_at, self.hours[channel].intake_hours, channel)

    def working_hours(self, start: datetime, hours: float = 2, channel: str = "online") -> Deadline:
        """`hours` office hours from `start`; out of hours the count begins at the next opening (R60)."""
        left, rows, local = timedelta(hours=hours), [], in_china(start)
        if left <= timedelta():
            raise ValueError("a limit needs at least a moment")
        for day in self.from_day(local.date()):
            works, reason = self.judge(day)
            spans = self.hours[channel].open_from(local, day) if works else []
            if not spans:
                rows.append(LedgerDay(day, False, "当日办公时间已过" if works else reason, 0))
            for begin, end in spans:
                if end - begin >= left:
                    rows.append(LedgerDay(day, True, f"{begin:%H:%M} 起，计满 {hours:g} 个工作小时", 0))
                    return Deadline(begin + left, self._provisional(rows), tuple(rows))
                left -= end - begin
                rows.append(LedgerDay(day, True, f"{begin:%H:%M}—{end:%H:%M} 计入", 0))
        raise AssertionError("days never end")

    def intake_explanation(self, submitted_at: datetime, channel: str = "online") -> str:
        """How "2小时" was read for this submission, for the receipt (R60)."""
        office, local, deadline = self.hours[channel], in_china(submitted_at), self.intake_due(submitted_at, channel)
        day = next(row.day for row in deadline.days if row.counts)
        begin = office.open_from(local, day)[0][0]
        start = "自提交时起" if begin == local else f"提交时不在办公时间，自 {_moment(begin)} 开始办公时起"
        return (
            f"窗口审查的 {office.intake_hours} 小时按办公时间计算，办公时间为{office.label}："
            f"{start}，至 {_moment(deadline.due)} 止。" + self.provisional_note(deadline)
        )

    def provisional_note(self, deadline: Deadline) -> str:
        """What to say beside 暂定; empty when every day of the ledger is published."""
        years = sorted({row.day.year for row in deadline.days if not self.published(row.day)})
        named = "、".join(f"{year} 年" for year in years)
        return f"{named}放假安排尚未公布，农历节日和调休未计入，截止日期为暂定，公布后重新计算。" if years else ""

    def remaining_working_days(self, now: datetime, due: datetime) -> int:
        """Working days left after today; 0 on the last day; negative once overdue."""
        left = self.working_days_between(in_china(now).date(), in_china(due).date())
        return min(left, -1) if now >= due else left

    def _count(self, start: date, days: int, first: str, pauses: Sequence[Pause]) -> Deadline:
        if days < 1:
            raise ValueError("a limit has at least one working day")
        rows, counted = [LedgerDay(start, False, first, 0)], 0
        for day in self.from_day(start + timedelta(days=1)):
            works, reason = self.judge(day)
            pause = next((p for p in pauses if works and p.covers(day)), None)
            counts = works and pause is None
            counted += counts
            rows.append(LedgerDay(day, counts, f"{pause.reason}{PAUSED}" if pause else reason, counted))
            if counted == days:
                break
        return Deadline(self._closing(rows[-1].day), self._provisional(rows), tuple(rows))

    def _closing(self, day: date, channel: str = "window") -> datetime:
        return self.hours[channel].closing(day)

    def _provisional(self, rows: Sequence[LedgerDay]) -> bool:
        return any(not self.published(row.day) for row in rows)


def _moment(at: datetime) -> str:
    return f"{at.month}月{at.day}日 {at:%H:%M}"
