"""The town's time: the system's clock with an offset, and days off for years that are not published yet."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from onething.deadlines import CHINA, WorkCalendar
from onething.deadlines.days import FIXED_HOLIDAYS

START = datetime(2030, 3, 4, 9, tzinfo=CHINA)
"""A Monday. Far enough ahead that no timer of the engine fires by itself, so that a story never depends on today."""
YEARS = (2030, 2031, 2032)


class ShiftedClock:
    """Moved by `offset`; between two moves it runs like the system's clock."""

    def __init__(self) -> None:
        self.offset = timedelta()

    def now(self) -> datetime:
        return datetime.now(UTC) + self.offset

    def go_to(self, moment: datetime) -> None:
        self.offset = moment - datetime.now(UTC)


def year_file(year: int, *more: date) -> str:
    """A year file with the holidays of fixed date and `more` days off. It stands for a notice, and is none."""
    off = sorted({*(date(year, month, day) for month, day in FIXED_HOLIDAYS), *more})
    days = "\n".join(f"  - {{date: {day}, name: 假日}}" for day in off)
    return f"year: {year}\nsource: {{notice: 模拟用，并非放假通知, number: 模拟, confirmed: false}}\nholidays:\n{days}\n"


@contextmanager
def simulated_time(clock: ShiftedClock, calendar: WorkCalendar, folder: Path) -> Iterator[None]:
    """Inside, `calendar` knows the simulated years and the real office hours; afterwards it is today again."""
    kept = calendar.folder
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copy(kept / "office-hours.yaml", folder)
    for year in YEARS:
        (folder / f"cn-{year}.yaml").write_text(year_file(year), encoding="utf-8")
    calendar.folder = folder
    calendar.refresh()
    try:
        yield
    finally:
        calendar.folder = kept
        calendar.refresh()
        clock.offset = timedelta()
