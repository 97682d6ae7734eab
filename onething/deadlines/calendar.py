"""Due times of every clock of a case, on working days and office hours."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path

import yaml

from onething.deadlines.clock import CHINA
from onething.deadlines.days import WorkingDays, Year, load_years
from onething.deadlines.ledger import Deadline, LedgerDay, Pause
from onething.errors import CatalogueError

Hours = tuple[tuple[time, time], ...]
DEEMED_ACCEPTANCE_DAYS = 5  # Administrative Licensing Law art. 32
INTAKE_HOURS = 2


class WorkCalendar(WorkingDays):
    """Working days plus office hours per channel. All instants are aware; results are in China's time zone."""

    def __init__(self, years: dict[int, Year], hours: dict[str, Hours], *, provisional: bool) -> None:
        super().__init__(years, provisional=provisional)
        self.hours = hours

    @classmethod
    def load(cls, directory: Path, *, provisional: bool) -> WorkCalendar:
        return cls(load_years(directory), _load_hours(directory / "office-hours.yaml"), provisional=provisional)

    def acceptance_due(self, received_at: datetime) -> Deadline:
        """Close of the next working day: the day of receipt is not counted (R61)."""
        return self.limit_due(received_at, 1, "收件当日不计入")

    def deemed_acceptance_due(self, received_at: datetime) -> Deadline:
        return self.limit_due(received_at, DEEMED_ACCEPTANCE_DAYS, "收件当日不计入")

    def limit_due(
        self, started_at: datetime, days: int, first: str = "受理当日不计入", pauses: Sequence[Pause] = ()
    ) -> Deadline:
        """Close of the `days`-th working day after the start; paused working days are not counted (R64, R90)."""
        start = started_at.astimezone(CHINA).date()
        rows, counted = [LedgerDay(start, False, first, 0)], 0
        for day in self.from_day(start + timedelta(days=1)):
            works, reason = self.judge(day)
            pause = next((p for p in pauses if works and p.covers(day)), None)
            counts = works and pause is None
            counted += counts
            rows.append(LedgerDay(day, counts, pause.reason if pause else reason, counted))
            if counted == days:
                break
        return Deadline(self._closing(rows[-1].day), self._provisional(rows), tuple(rows))

    def same_day_due(self, at: datetime, channel: str = "window") -> Deadline:
        """Close of business today, or of the next working day when today's is over (R97, R98)."""
        local = at.astimezone(CHINA)
        day = local.date()
        if not self.is_working_day(day) or local.time() >= self.hours[channel][-1][1]:
            day = self.next_working_day(day)
        rows = (LedgerDay(day, True, "当天送达", 1),)
        return Deadline(self._closing(day, channel), self._provisional(rows), rows)

    def intake_due(self, submitted_at: datetime, channel: str = "online") -> Deadline:
        """Two office hours; what comes in out of hours starts at the next opening (R49, R52, R60)."""
        left, rows = timedelta(hours=INTAKE_HOURS), []
        start = submitted_at.astimezone(CHINA)
        for day in self.from_day(start.date()):
            works, reason = self.judge(day)
            for opens, closes in self.hours[channel] if works else ():
                begin = max(start, datetime.combine(day, opens, CHINA))
                end = datetime.combine(day, closes, CHINA)
                if begin < end:
                    if end - begin >= left:
                        rows.append(LedgerDay(day, True, f"{begin:%H:%M} 起计满 {INTAKE_HOURS} 个工作小时", 0))
                        return Deadline(begin + left, self._provisional(rows), tuple(rows))
                    left -= end - begin
                    rows.append(LedgerDay(day, True, f"{begin:%H:%M}—{closes:%H:%M} 计入", 0))
            if not works or not rows:
                rows.append(LedgerDay(day, False, reason if not works else "已过办公时间", 0))
        raise AssertionError("days never end")

    def remaining_working_days(self, now: datetime, due: datetime) -> int:
        """Working days left after today; 0 on the last day; negative once overdue."""
        today, last = now.astimezone(CHINA).date(), due.astimezone(CHINA).date()
        if now >= due:
            return min(self.working_days_between(today, last), -1)
        return self.working_days_between(today, last)

    def _closing(self, day: date, channel: str = "window") -> datetime:
        return datetime.combine(day, self.hours[channel][-1][1], CHINA)

    def _provisional(self, rows: Sequence[LedgerDay]) -> bool:
        return any(not self.published(row.day) for row in rows)


def _load_hours(path: Path) -> dict[str, Hours]:
    data = yaml.safe_load(path.read_text(encoding="utf-8"))
    return {channel: _hours(channel, data.get(channel) or []) for channel in ("window", "online")}


def _hours(channel: str, spans: list[str]) -> Hours:
    try:
        pairs = tuple(tuple(time.fromisoformat(part) for part in span.split("-")) for span in spans)
        ordered = [moment for pair in pairs for moment in pair]
        if not pairs or any(len(pair) != 2 for pair in pairs) or ordered != sorted(set(ordered)):
            raise ValueError(spans)
    except ValueError as error:
        raise CatalogueError(
            "catalogue/calendars/office-hours.yaml", channel, "办公时间不正确", "请写成 09:00-12:00，按先后排列"
        ) from error
    return pairs  # type: ignore[return-value]
