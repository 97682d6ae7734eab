"""Working days against two independent libraries, for every day of the published years (R61, R64; F13)."""

from datetime import date, datetime, timedelta
from pathlib import Path

import chinese_calendar
import holidays
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onething.deadlines import CHINA, CalendarNotPublished, FixedClock, SystemClock, WorkCalendar

FOLDER = Path(__file__).resolve().parents[2] / "catalogue" / "calendars"
CALENDAR = WorkCalendar.load(FOLDER, provisional=True)
STRICT = WorkCalendar.load(FOLDER, provisional=False)
DAYS = [date(2024, 1, 1) + timedelta(days=n) for n in range((date(2027, 1, 1) - date(2024, 1, 1)).days)]


def test_f13_every_day_agrees_with_both_libraries() -> None:
    other = holidays.country_holidays("CN", years=range(2024, 2027))
    for day in DAYS:
        assert STRICT.is_working_day(day) == chinese_calendar.is_workday(day) == other.is_working_day(day), day
        assert CALENDAR.judge(day) == STRICT.judge(day), "the provisional rule leaves published years alone"


def test_f13_long_holidays_and_weekends_worked() -> None:
    spring = [date(2026, 2, 15) + timedelta(days=n) for n in range(9)]
    national = [date(2025, 10, 1) + timedelta(days=n) for n in range(8)]
    assert not any(STRICT.is_working_day(day) for day in spring + national)
    assert STRICT.judge(date(2026, 2, 16)) == (False, "春节放假")
    assert STRICT.judge(date(2026, 2, 28)) == (True, "春节调休上班")
    assert STRICT.judge(date(2024, 2, 4)) == (True, "春节调休上班")
    assert STRICT.judge(date(2026, 11, 21)) == (False, "周末")


def test_every_shipped_year_names_its_confirmed_notice() -> None:
    numbers = {year: entry.source.number for year, entry in STRICT.years.items()}
    assert numbers == {2024: "国办发明电〔2023〕7号", 2025: "国办发明电〔2024〕12号", 2026: "国办发明电〔2025〕7号"}
    assert all(entry.source.confirmed for entry in STRICT.years.values())


@settings(deadline=None)
@given(st.sampled_from(DAYS[90:-90]), st.integers(-40, 40))
def test_added_working_days_are_counted_back(day: date, count: int) -> None:
    there = STRICT.add_working_days(day, count)
    days = [d for d in DAYS if min(day, there) < d <= max(day, there)]
    assert STRICT.working_days_between(day, there) == sum(map(chinese_calendar.is_workday, days)) * (-1) ** (count < 0)
    if count:
        assert STRICT.is_working_day(there)
    if count > 0:
        assert STRICT.working_days_between(day, there) == count


def test_adding_none_stays_and_one_is_the_next() -> None:
    saturday = date(2026, 11, 21)
    assert STRICT.add_working_days(saturday, 0) == saturday
    assert STRICT.add_working_days(saturday, 1) == STRICT.next_working_day(saturday) == date(2026, 11, 23)
    assert STRICT.add_working_days(saturday, -1) == date(2026, 11, 20)


def test_f13_an_unpublished_year_is_refused_by_name_or_follows_the_fixed_days() -> None:
    with pytest.raises(CalendarNotPublished, match=r"2027 年.*cn-2027\.yaml") as raised:
        STRICT.is_working_day(date(2027, 3, 1))
    assert (raised.value.year, raised.value.code) == (2027, "calendar-not-published")
    off = {date(2027, *day) for day in ((1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3))}
    for n in range(365):
        day = date(2027, 1, 1) + timedelta(days=n)
        works, reason = CALENDAR.judge(day)
        assert works == (day.weekday() < 5 and day not in off)
        assert reason.endswith("（暂定）")


def test_a_moment_is_no_day() -> None:
    with pytest.raises(TypeError, match="moment"):
        STRICT.is_working_day(datetime(2026, 10, 1, tzinfo=CHINA))


def test_coverage_ends_with_the_last_published_year_before_a_gap() -> None:
    assert CALENDAR.covered_until == date(2026, 12, 31)
    assert CALENDAR.coverage_days_left(date(2026, 11, 24)) == 37
    assert CALENDAR.coverage_days_left(date(2027, 1, 2)) == -2
    gap = WorkCalendar({2024: STRICT.years[2024], 2026: STRICT.years[2026]}, {}, provisional=False)
    assert gap.covered_until == date(2024, 12, 31)


def test_clocks_are_aware_and_a_fixed_one_stands_still() -> None:
    assert SystemClock().now().tzinfo is not None
    clock = FixedClock(datetime(2026, 11, 24, 9, tzinfo=CHINA))
    assert clock.now() == clock.now()
    clock.advance(timedelta(days=300))
    assert clock.now() == datetime(2027, 9, 20, 9, tzinfo=CHINA)
    for wrong in (FixedClock, clock.set):
        with pytest.raises(ValueError, match="time zone"):
            wrong(datetime(2026, 11, 24))
