"""Every clock of a case against a brute-force oracle (R49, R52, R60, R61, R64, R72, R90, R97, R98; F13)."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import count, islice
from pathlib import Path

import chinese_calendar
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onething.deadlines import CHINA, CalendarNotPublished, Pause, WorkCalendar, ledger_rows
from onething.engine.variables import date_text

FOLDER = Path(__file__).resolve().parents[2] / "catalogue" / "calendars"
CALENDAR = WorkCalendar.load(FOLDER, provisional=True)
STRICT = WorkCalendar.load(FOLDER, provisional=False)
OPEN_MINUTES = [*range(9 * 60, 12 * 60), *range(13 * 60, 17 * 60)]
moments = st.datetimes(datetime(2024, 1, 1), datetime(2026, 6, 30), timezones=st.sampled_from([CHINA, UTC]))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=CHINA)


def closing(day: date) -> datetime:
    return datetime.combine(day, time(17), CHINA)


@settings(max_examples=500, deadline=None)
@given(moments, st.integers(1, 60))
def test_r64_r72_a_limit_equals_the_oracle(start: datetime, days: int) -> None:
    first = start.astimezone(CHINA).date()
    day, left = first, days
    while left:
        day += timedelta(days=1)
        left -= chinese_calendar.is_workday(day)
    deadline = STRICT.limit_due(start, days)
    assert deadline.due == closing(day)
    assert not deadline.provisional
    assert [row.counted for row in deadline.days if row.counts] == list(range(1, days + 1))
    assert [row.day for row in deadline.days] == [first + timedelta(days=n) for n in range((day - first).days + 1)]


@settings(deadline=None)
@given(moments, st.integers(1, 30), st.lists(st.tuples(st.integers(0, 30), st.integers(0, 20)), max_size=3))
def test_r90_pauses_give_back_their_working_days_once(
    start: datetime, days: int, gaps: list[tuple[int, int]]
) -> None:
    first = start.astimezone(CHINA).date()
    pauses = [Pause(begin := first + timedelta(days=a), begin + timedelta(days=n), "等待前置结果") for a, n in gaps]
    plain = STRICT.limit_due(start, days)
    paused = STRICT.with_pauses(plain, pauses)
    assert paused == STRICT.limit_due(start, days, pauses=pauses)
    kept = [row.day for row in paused.days if row.counts]
    assert len(kept) == days
    assert not any(pause.covers(day) for pause in pauses for day in kept)
    lost = sum(row.reason == "等待前置结果（暂停）" for row in paused.days)
    assert STRICT.working_days_between(plain.due.date(), paused.due.date()) == lost


@settings(deadline=None)
@given(moments, st.timedeltas(timedelta(), timedelta(days=15)))
def test_r90_a_day_is_paused_when_the_clock_stands_at_its_close(start: datetime, long: timedelta) -> None:
    pause = STRICT.pause(start, start + long, "听证")
    for n in range(-2, 20):
        day = start.astimezone(CHINA).date() + timedelta(days=n)
        assert pause.covers(day) == (start <= closing(day) < start + long)


def test_r90_a_pause_over_a_weekend_gains_no_weekend() -> None:
    plain = STRICT.limit_due(at("2026-11-20T10:00"), 3)
    over_weekend = STRICT.pause(at("2026-11-20T18:00"), at("2026-11-23T08:00"), "听证")
    assert STRICT.with_pauses(plain, [over_weekend]).due == plain.due
    from_friday = STRICT.pause(at("2026-11-20T10:00"), at("2026-11-23T08:00"), "听证")
    running = STRICT.limit_due(at("2026-11-18T10:00"), 3)
    assert running.due == at("2026-11-23T17:00")
    assert STRICT.with_pauses(running, [from_friday]).due == at("2026-11-24T17:00")


def test_r90_the_ledger_tells_every_day() -> None:
    waiting = Pause(date(2026, 9, 29), date(2026, 9, 30), "等待前置结果")
    deadline = STRICT.limit_due(at("2026-09-28T10:00"), 2, pauses=[waiting])
    rows = [(row["day"][5:], row["counts"], row["reason"]) for row in ledger_rows(deadline)]
    assert rows == [
        ("09-28", False, "受理当日不计入"), ("09-29", False, "等待前置结果（暂停）"), ("09-30", True, "工作日"),
        *((f"10-0{n}", False, "国庆节放假") for n in range(1, 8)), ("10-08", True, "工作日"),
    ]


@pytest.mark.parametrize(
    ("submitted", "due"),
    [
        ("2026-11-23T09:30", "2026-11-23T11:30"),
        ("2026-11-23T11:00", "2026-11-23T14:00"),
        ("2026-11-23T12:30", "2026-11-23T15:00"),
        ("2026-11-23T15:00", "2026-11-23T17:00"),
        ("2026-11-23T00:00", "2026-11-23T11:00"),
        ("2026-11-20T16:30", "2026-11-23T10:30"),
        ("2026-11-20T17:00", "2026-11-23T11:00"),
        ("2026-11-21T10:00", "2026-11-23T11:00"),
        ("2026-09-30T16:00", "2026-10-08T10:00"),
        ("2026-10-10T16:00", "2026-10-12T10:00"),
        ("2026-02-14T23:59", "2026-02-24T11:00"),
    ],
)
@pytest.mark.parametrize("channel", ["window", "online"])
def test_r49_r52_r60_two_hours_are_office_hours(submitted: str, due: str, channel: str) -> None:
    assert STRICT.intake_due(at(submitted), channel).due == at(due)


@settings(deadline=None)
@given(moments.map(lambda at: at.replace(second=0, microsecond=0)), st.integers(1, 20))
def test_r60_office_hours_equal_the_minute_by_minute_oracle(start: datetime, hours: int) -> None:
    midnight = start.astimezone(CHINA).replace(hour=0, minute=0)
    days = (midnight + timedelta(days=n) for n in count())
    minutes = (
        day + timedelta(minutes=minute) for day in days if chinese_calendar.is_workday(day) for minute in OPEN_MINUTES
    )
    last = next(islice((minute for minute in minutes if minute >= start), hours * 60 - 1, None))
    assert STRICT.working_hours(start, hours).due == last + timedelta(minutes=1)


def test_r60_the_receipt_explains_how_two_hours_were_read() -> None:
    inside, outside = at("2026-11-20T16:30"), at("2026-11-20T18:00")
    assert STRICT.intake_explanation(inside) == (
        "窗口审查的 2 小时按办公时间计算，办公时间为工作日 09:00—12:00、13:00—17:00（待核实）：自提交时起，至 11月23日 10:30 止。"
    )
    late = "：提交时不在办公时间，自 11月23日 09:00 开始办公时起，至 11月23日 11:00 止。"
    assert STRICT.intake_explanation(outside).endswith(late)
    assert "2027 年放假安排尚未公布" in CALENDAR.intake_explanation(at("2026-12-31T18:00"))


@pytest.mark.parametrize(
    ("received", "due"),
    [
        ("2026-11-23T00:00", "2026-11-24T17:00"),
        ("2026-11-23T23:59", "2026-11-24T17:00"),
        ("2026-11-20T09:00", "2026-11-23T17:00"),
        ("2026-11-21T09:00", "2026-11-23T17:00"),
        ("2026-09-30T09:00", "2026-10-08T17:00"),
        ("2026-02-13T09:00", "2026-02-14T17:00"),
    ],
)
def test_r61_acceptance_ends_at_the_close_of_the_next_working_day(received: str, due: str) -> None:
    deadline = STRICT.acceptance_due(at(received))
    assert deadline.due == at(due)
    assert deadline.days[0].reason == "收件当日不计入"


def test_r61_an_instant_is_read_in_china() -> None:
    late_in_utc = datetime(2026, 11, 23, 16, 30, tzinfo=UTC)  # already Tuesday in China
    assert STRICT.acceptance_due(late_in_utc).due == at("2026-11-25T17:00")
    with pytest.raises(ValueError, match="time zone"):
        STRICT.acceptance_due(datetime(2026, 11, 23, 16, 30))


def test_silence_becomes_acceptance_after_five_working_days() -> None:
    assert STRICT.deemed_acceptance_due(at("2026-02-12T09:00")).due == at("2026-02-26T17:00")
    assert STRICT.deemed_acceptance_due(at("2026-11-23T09:00")).due == at("2026-11-30T17:00")


def test_r97_r98_the_same_day_is_the_next_working_day_after_hours() -> None:
    assert STRICT.same_day_due(at("2026-11-23T10:00")).due == at("2026-11-23T17:00")
    assert STRICT.same_day_due(at("2026-11-23T16:59")).due == at("2026-11-23T17:00")
    assert STRICT.same_day_due(at("2026-11-21T10:00")).due == at("2026-11-23T17:00")
    late = STRICT.same_day_due(at("2026-11-20T17:00"))
    assert late.due == at("2026-11-23T17:00")
    assert [row.reason for row in late.days] == ["当日办公时间已过", "周末", "周末", "当天送达"]


def test_f13_a_limit_into_an_unpublished_year_is_provisional_or_refused() -> None:
    start = at("2026-12-21T10:00")
    assert not CALENDAR.limit_due(start, 8).provisional
    assert CALENDAR.provisional_note(CALENDAR.limit_due(start, 8)) == ""
    deadline = CALENDAR.limit_due(start, 9)
    assert (deadline.provisional, deadline.due) == (True, at("2027-01-04T17:00"))
    assert any(row.reason == "元旦放假（暂定）" for row in deadline.days)
    assert "2027 年放假安排尚未公布" in CALENDAR.provisional_note(deadline)
    assert STRICT.limit_due(start, 8).due == at("2026-12-31T17:00")
    late = at("2026-12-31T18:00")
    assert CALENDAR.same_day_due(late).provisional
    assert CALENDAR.intake_due(late).provisional
    for refused in (STRICT.same_day_due, STRICT.intake_due, STRICT.acceptance_due):
        with pytest.raises(CalendarNotPublished, match=r"cn-2027\.yaml"):
            refused(late)


def test_f13_china_has_no_summer_time() -> None:
    assert {at(f"2026-{month:02}-15T12:00").utcoffset() for month in range(1, 13)} == {timedelta(hours=8)}


@settings(deadline=None)
@given(moments, st.integers(1, 40), st.integers(0, 90))
def test_r72_remaining_days_follow_the_due_day(start: datetime, days: int, later: int) -> None:
    due, now = STRICT.limit_due(start, days).due, start + timedelta(days=later)
    left = STRICT.remaining_working_days(now, due)
    assert (left < 0) == (now >= due)
    if now < due:
        today = now.astimezone(CHINA).date()
        counted = (today + timedelta(days=n + 1) for n in range((due.date() - today).days))
        assert left == sum(map(chinese_calendar.is_workday, counted))


def test_r72_remaining_days_turn_negative_once_overdue() -> None:
    due = at("2026-11-24T17:00")
    for now, left in (("20T18:00", 2), ("24T16:59", 0), ("24T17:00", -1), ("25T09:00", -1), ("26T09:00", -2)):
        assert STRICT.remaining_working_days(at(f"2026-11-{now}"), due) == left


def test_what_would_never_end_or_run_backwards_is_refused() -> None:
    monday = at("2026-11-23T10:00")
    for days in (0, -1):
        with pytest.raises(ValueError, match="at least one"):
            CALENDAR.limit_due(monday, days)
    with pytest.raises(ValueError, match="at least"):
        CALENDAR.working_hours(monday, 0)
    with pytest.raises(ValueError, match="before it starts"):
        Pause(date(2026, 11, 24), date(2026, 11, 23), "听证")
    with pytest.raises(ValueError, match="before it starts"):
        CALENDAR.pause(monday, monday - timedelta(minutes=1), "听证")


def test_a_due_time_reaches_the_engine_in_its_own_format() -> None:
    assert date_text(STRICT.acceptance_due(at("2026-11-23T10:00")).due) == "2026-11-24T17:00:00.000+0800"
