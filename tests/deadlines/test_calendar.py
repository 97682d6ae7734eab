"""The calendar against two independent libraries and a brute-force oracle (R60, R61, R64, R90, R97, R98; F13)."""

from datetime import date, datetime, timedelta
from pathlib import Path

import chinese_calendar
import holidays
import pytest
from hypothesis import given
from hypothesis import strategies as st

from onething.deadlines import CHINA, CalendarNotPublished, Pause, WorkCalendar
from onething.deadlines.days import load_years
from onething.errors import CatalogueError

FOLDER = Path(__file__).resolve().parents[2] / "catalogue" / "calendars"
CALENDAR = WorkCalendar.load(FOLDER, provisional=True)
STRICT = WorkCalendar.load(FOLDER, provisional=False)
YEARS = range(2024, 2027)
DAYS = [date(year, 1, 1) + timedelta(days=n) for year in YEARS for n in range(366 if year == 2024 else 365)]
moments = st.datetimes(datetime(2024, 1, 1), datetime(2026, 6, 30)).map(lambda at: at.replace(tzinfo=CHINA))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=CHINA)


def test_every_day_agrees_with_both_libraries() -> None:
    other = holidays.country_holidays("CN", years=YEARS)
    for day in DAYS:
        assert STRICT.is_working_day(day) == chinese_calendar.is_workday(day) == other.is_working_day(day), day


@given(moments, st.integers(1, 60))
def test_r64_a_limit_equals_the_oracle(start: datetime, days: int) -> None:
    day, left = start.date(), days
    while left:
        day += timedelta(days=1)
        left -= chinese_calendar.is_workday(day)
    deadline = STRICT.limit_due(start, days)
    assert deadline.due == datetime.combine(day, datetime.min.time(), CHINA).replace(hour=17)
    assert sum(row.counts for row in deadline.days) == days
    assert [row.day for row in deadline.days] == [start.date() + timedelta(days=n) for n in range(len(deadline.days))]


@given(moments, st.integers(1, 30), st.integers(1, 20), st.integers(0, 20))
def test_r90_a_pause_gives_back_its_working_days_and_no_more(start: datetime, days: int, after: int, long: int) -> None:
    begin = start.date() + timedelta(days=after)
    pause = Pause(begin, begin + timedelta(days=long), "等待前置结果")
    plain, paused = STRICT.limit_due(start, days), STRICT.limit_due(start, days, pauses=[pause])
    kept = [row for row in paused.days if row.counts]
    assert len(kept) == days
    assert not any(pause.covers(row.day) for row in kept)
    lost = sum(row.reason == "等待前置结果" for row in paused.days)
    assert STRICT.working_days_between(plain.due.date(), paused.due.date()) == lost


def test_a_pause_over_a_weekend_gains_nothing() -> None:
    friday = at("2026-11-20T10:00")
    pause = Pause(date(2026, 11, 21), date(2026, 11, 23), "听证")
    assert STRICT.limit_due(friday, 3, pauses=[pause]).due == STRICT.limit_due(friday, 3).due


@pytest.mark.parametrize(
    ("submitted", "due"),
    [
        ("2026-11-23T09:30", "2026-11-23T11:30"),
        ("2026-11-23T11:00", "2026-11-23T14:00"),
        ("2026-11-20T16:30", "2026-11-23T10:30"),
        ("2026-11-21T10:00", "2026-11-23T11:00"),
        ("2026-09-30T16:00", "2026-10-08T10:00"),
        ("2026-10-10T16:00", "2026-10-12T10:00"),
    ],
)
def test_r60_two_hours_are_office_hours(submitted: str, due: str) -> None:
    assert STRICT.intake_due(at(submitted)).due == at(due)


@pytest.mark.parametrize(
    ("received", "due"),
    [
        ("2026-11-23T16:59", "2026-11-24T17:00"),
        ("2026-11-20T09:00", "2026-11-23T17:00"),
        ("2026-09-30T09:00", "2026-10-08T17:00"),
        ("2026-02-13T09:00", "2026-02-14T17:00"),
    ],
)
def test_r61_acceptance_ends_at_the_close_of_the_next_working_day(received: str, due: str) -> None:
    assert STRICT.acceptance_due(at(received)).due == at(due)


def test_r97_the_same_day_is_the_next_working_day_after_hours() -> None:
    assert STRICT.same_day_due(at("2026-11-23T10:00")).due == at("2026-11-23T17:00")
    assert STRICT.same_day_due(at("2026-11-23T17:00")).due == at("2026-11-24T17:00")
    assert STRICT.same_day_due(at("2026-11-21T10:00")).due == at("2026-11-23T17:00")


def test_a_limit_into_an_unpublished_year_is_provisional_or_refused() -> None:
    start = at("2026-12-21T10:00")
    assert not CALENDAR.limit_due(start, 5).provisional
    deadline = CALENDAR.limit_due(start, 20)
    assert deadline.provisional
    assert any(row.reason == "元旦（暂定）" for row in deadline.days)
    with pytest.raises(CalendarNotPublished, match=r"cn-2027\.yaml"):
        STRICT.limit_due(start, 20)


def test_remaining_days_turn_negative_once_overdue() -> None:
    due = STRICT.limit_due(at("2026-11-20T10:00"), 2).due
    assert STRICT.remaining_working_days(at("2026-11-20T18:00"), due) == 2
    assert STRICT.remaining_working_days(at("2026-11-24T09:00"), due) == 0
    assert STRICT.remaining_working_days(at("2026-11-26T09:00"), due) == -2


def test_coverage_ends_with_the_last_published_year() -> None:
    assert CALENDAR.covered_until == date(2026, 12, 31)
    assert CALENDAR.coverage_days_left(date(2026, 11, 23)) == 38


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("year: 2025\nholidays: []\nworkdays: []", "year"),
        ("year: 2027\nholidays: [{date: 2026-01-01, name: 元旦}]", r"holidays\[0\]"),
        ("year: 2027\nholidays: [{date: 2027-01-01}, {date: 2027-01-01}]", r"holidays\[1\]"),
        ("year: 2027\nholidays: [{date: tomorrow}]", r"holidays\[0\]"),
        ("year: 2027\nholidays: [{date: 2027-01-01}]\nworkdays: [{date: 2027-01-01}]", "workdays"),
    ],
)
def test_a_fault_names_file_key_and_cure(tmp_path: Path, text: str, key: str) -> None:
    (tmp_path / "cn-2027.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(CatalogueError, match=rf"cn-2027\.yaml：{key}.*请"):
        load_years(tmp_path)
