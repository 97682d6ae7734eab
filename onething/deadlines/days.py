"""Which days are working days: year files first, a documented rule where a year is not published yet."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from onething.errors import CatalogueError, OneThingError

FIXED_HOLIDAYS = {
    (1, 1): "元旦", (5, 1): "劳动节", (5, 2): "劳动节", (10, 1): "国庆节", (10, 2): "国庆节", (10, 3): "国庆节",
}
"""Statutory days with a fixed date. The lunar ones (春节, 清明, 端午, 中秋) and 调休 are not guessed for a year
that is not published: its results are 暂定 and computed again when the file arrives."""


class CalendarNotPublished(OneThingError):
    default_code = "calendar-not-published"
    default_status = 503


@dataclass(frozen=True)
class Year:
    year: int
    off: dict[date, str]
    work: dict[date, str]


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
        return (self.covered_until - today).days

    def published(self, day: date) -> bool:
        return day.year in self.years

    def judge(self, day: date) -> tuple[bool, str]:
        """Whether `day` is a working day, and why; raises `CalendarNotPublished`."""
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
        return next(d for d in self.from_day(day + timedelta(days=1)) if self.is_working_day(d))

    def working_days_between(self, start: date, end: date) -> int:
        """Working days after `start` up to and including `end`; negative when `end` lies before `start`."""
        if end < start:
            return -self.working_days_between(end, start)
        return sum(self.is_working_day(start + timedelta(days=n + 1)) for n in range((end - start).days))

    def _judge_provisionally(self, day: date) -> tuple[bool, str]:
        if not self.provisional:
            raise CalendarNotPublished(
                f"{day.year} 年的放假安排尚未录入；请添加 catalogue/calendars/cn-{day.year}.yaml，"
                "或打开 ONETHING_ALLOW_PROVISIONAL_CALENDAR"
            )
        if (day.month, day.day) in FIXED_HOLIDAYS:
            return False, f"{FIXED_HOLIDAYS[day.month, day.day]}（暂定）"
        return (False, "周末（暂定）") if day.weekday() >= 5 else (True, "工作日（暂定）")


@lru_cache
def load_years(directory: Path) -> dict[int, Year]:
    """Read cn-<year>.yaml; a fault names file, key and cure."""
    years = {}
    for path in sorted(directory.glob("cn-*.yaml")):
        year = _year(path, yaml.safe_load(path.read_text(encoding="utf-8")))
        years[year.year] = year
    if not years:
        raise CatalogueError("catalogue/calendars", "文件夹", "没有任何 cn-<年>.yaml", "请从版本库恢复")
    return years


def _year(path: Path, data: dict[str, Any]) -> Year:
    file = f"catalogue/calendars/{path.name}"
    year = data.get("year")
    if path.stem != f"cn-{year}":
        raise CatalogueError(file, "year", f"“{year}”与文件名不一致", "请使两者相同")
    tables = {key: _table(file, key, year, data.get(key) or []) for key in ("holidays", "workdays")}
    both = tables["holidays"].keys() & tables["workdays"].keys()
    if both:
        raise CatalogueError(file, "workdays", f"{min(both)} 同时列为放假和上班", "请删去其中一处")
    return Year(year, tables["holidays"], tables["workdays"])


def _table(file: str, key: str, year: int, entries: list[dict[str, Any]]) -> dict[date, str]:
    table: dict[date, str] = {}
    for position, entry in enumerate(entries):
        day, place = entry.get("date"), f"{key}[{position}].date"
        if not isinstance(day, date):
            raise CatalogueError(file, place, f"“{day}”不是日期", "请写成 2026-10-01 的形式")
        if day.year != year:
            raise CatalogueError(file, place, f"{day} 不在 {year} 年内", "请移到对应年份的文件")
        if day in table:
            raise CatalogueError(file, place, f"{day} 重复", "请删去一处")
        table[day] = str(entry.get("name") or "")
    return table
