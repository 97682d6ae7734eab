"""10,000 random ledgers against an independent count, and the mistakes of other systems (R61, R64, R72, R90; F13)."""

from __future__ import annotations

import random
from bisect import bisect_right
from datetime import date, datetime, time, timedelta
from pathlib import Path

import chinese_calendar
import pytest

from onething.deadlines import CHINA, Deadline, Pause, WorkCalendar, due_note, kind_of, ledger_rows, recompute
from onething.errors import CatalogueError
from onething.vocabulary import Clock

FOLDER = Path(__file__).resolve().parents[2] / "catalogue" / "calendars"
CALENDAR = WorkCalendar.load(FOLDER, provisional=False)
WORKING = [
    day for n in range((date(2026, 12, 31) - date(2024, 1, 1)).days + 1)
    if chinese_calendar.is_workday(day := date(2024, 1, 1) + timedelta(days=n))
]
"""Every working day of three years by a library that knows nothing of our files."""


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=CHINA)


def closing(day: date) -> datetime:
    return datetime.combine(day, time(17), CHINA)


def independent_due(started_at: datetime, days: int, pauses: list[tuple[datetime, datetime]]) -> datetime:
    """The same limit by another way: index into the list of working days, leave out those that closed in a pause."""
    following = WORKING[bisect_right(WORKING, started_at.astimezone(CHINA).date()):]
    running = [day for day in following if not any(a <= closing(day) < b for a, b in pauses)]
    return closing(running[days - 1])


def random_case(rng: random.Random) -> tuple[datetime, int, int, list[tuple[datetime, datetime]]]:
    started_at = at("2024-01-01T00:00") + timedelta(minutes=rng.randrange(2 * 365 * 24 * 60))
    pauses, moment = [], started_at
    for _ in range(rng.randrange(4)):
        begin = moment + timedelta(minutes=rng.randrange(20 * 24 * 60))
        moment = begin + timedelta(minutes=rng.choice([0, 90, 24 * 60, 60 * 60, rng.randrange(30 * 24 * 60)]))
        pauses.append((begin, moment))
    return started_at, rng.randint(1, 45), rng.choice([0, 0, 10, 15]), pauses


def test_r90_ten_thousand_random_ledgers_equal_an_independent_count() -> None:
    rng, paused, extended = random.Random(20261124), 0, 0
    for _ in range(10_000):
        started_at, days, extra, instants = random_case(rng)
        pauses = [CALENDAR.pause(begin, end, "检测") for begin, end in instants]
        found = recompute(CALENDAR, Clock.PROMISED, started_at, days, pauses=pauses, extra_days=extra)
        assert found.due == independent_due(started_at, days + extra, instants), (started_at, days, extra, instants)
        rows = ledger_rows(found)
        assert sum(kind_of(row) == "counted" for row in rows) == rows[-1]["counted"] == days + extra
        paused += any(kind_of(row) == "paused" for row in rows)
        extended += extra > 0
    assert min(paused, extended) > 3000, "the sample is about pauses and extensions"


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("2026-11-20T17:00:01", "2026-11-23T08:59"), ("2026-11-21T10:00", "2026-11-22T10:00"),
        ("2026-09-30T18:00", "2026-10-07T23:00"),
    ],
    ids=["friday-evening-to-monday", "saturday-to-sunday", "national-day"],
)
def test_r90_a_pause_over_days_off_adds_no_wall_clock_time(start: str, end: str) -> None:
    """Others add the seconds of the pause to the due time; no office hour has passed, so nothing is added."""
    began = at(start) - timedelta(days=2)
    plain = recompute(CALENDAR, Clock.PROMISED, began, 5)
    paused = recompute(CALENDAR, Clock.PROMISED, began, 5, pauses=[CALENDAR.pause(at(start), at(end), "听证")])
    assert paused.due == plain.due
    assert paused.days == plain.days


def test_r90_a_pause_never_moves_the_hour_of_the_day() -> None:
    rng = random.Random(7)
    for _ in range(300):
        started_at, days, extra, instants = random_case(rng)
        pauses = [CALENDAR.pause(begin, end, "鉴定") for begin, end in instants]
        due = recompute(CALENDAR, Clock.STATUTORY, started_at, days, pauses=pauses, extra_days=extra).due
        assert (due.hour, due.minute, due.second, due.microsecond) == (17, 0, 0, 0)


def test_r61_one_working_day_is_neither_24_hours_nor_24_office_hours() -> None:
    """`P1D` was read as a calendar day (Saturday 16:00) and as 24 business hours (Thursday 11:00)."""
    friday = at("2026-11-20T16:00")
    due = CALENDAR.acceptance_due(friday).due
    assert due == at("2026-11-23T17:00")
    assert due != friday + timedelta(days=1)
    assert due < CALENDAR.working_hours(friday, 24).due == at("2026-11-26T11:00")


def test_r64_n_working_days_never_run_out_within_minutes() -> None:
    """Others fired "waiting more than n days" after n minutes: the unit was lost on the way."""
    rng = random.Random(3)
    for _ in range(300):
        started_at, days, _, _ = random_case(rng)
        due = recompute(CALENDAR, Clock.PROMISED, started_at, days).due
        assert due.astimezone(CHINA).date() - started_at.date() >= timedelta(days=days)


def test_r49_r61_r97_every_kind_of_clock_is_counted_anew_as_it_was_started() -> None:
    moment = at("2026-11-20T16:30")
    same = {
        Clock.INTAKE: CALENDAR.intake_due(moment), Clock.DIGITISING: CALENDAR.intake_due(moment, "window"),
        Clock.DELIVERY: CALENDAR.same_day_due(moment), Clock.ACCEPTANCE: CALENDAR.acceptance_due(moment),
        Clock.DEEMED_ACCEPTANCE: CALENDAR.deemed_acceptance_due(moment), Clock.PROMISED: CALENDAR.limit_due(moment, 7),
        Clock.STATUTORY: CALENDAR.limit_due(moment, 20),
    }
    for clock, deadline in same.items():
        assert recompute(CALENDAR, clock, moment, counted(deadline)) == deadline, clock


def counted(deadline: Deadline) -> int:
    return deadline.days[-1].counted


def test_r72_the_note_for_the_reviewer_names_dates_and_what_was_left_out() -> None:
    plain = CALENDAR.limit_due(at("2026-11-24T10:00"), 10)
    note = due_note("受理", "承诺 {} 个工作日", at("2026-11-24T10:00"), plain.due, ledger_rows(plain))
    assert note == "自 11月24日 受理，承诺 10 个工作日，12月8日 17:00 截止（不含周末）"
    waiting = Pause(date(2026, 9, 25), date(2026, 9, 29), "听证")
    paused = CALENDAR.limit_due(at("2026-09-23T10:00"), 5, pauses=[waiting])
    note = due_note("受理", "承诺 {} 个工作日", at("2026-09-23T10:00"), paused.due, ledger_rows(paused))
    assert note == (
        "自 9月23日 受理，承诺 5 个工作日，10月9日 17:00 截止（不含中秋节、国庆节；听证暂停 1 个工作日）"
    )
    one = CALENDAR.acceptance_due(at("2026-11-24T10:00"))
    note = due_note("收件", "应在 {} 个工作日内决定是否受理", at("2026-11-24T10:00"), one.due, ledger_rows(one))
    assert note == "自 11月24日 收件，应在 1 个工作日内决定是否受理，11月25日 17:00 截止"
    open_ended = WorkCalendar.load(FOLDER, provisional=True).limit_due(at("2026-12-28T10:00"), 5)
    note = due_note("受理", "承诺 {} 个工作日", at("2026-12-28T10:00"), open_ended.due, ledger_rows(open_ended))
    assert note.endswith("1月5日 17:00 截止（不含元旦、周末），为暂定日期")


def test_f13_a_year_file_that_arrives_is_read_and_a_faulty_one_changes_nothing(tmp_path: Path) -> None:
    for name in ("cn-2025.yaml", "office-hours.yaml"):
        (tmp_path / name).write_bytes((FOLDER / name).read_bytes())
    calendar = WorkCalendar.load(tmp_path, provisional=True)
    assert calendar.limit_due(at("2025-12-30T10:00"), 3).provisional
    assert not calendar.refresh()
    arrived = tmp_path / "cn-2026.yaml"
    arrived.write_text("year: 2026", encoding="utf-8")
    with pytest.raises(CatalogueError, match=r"cn-2026\.yaml：holidays"):
        calendar.refresh()
    assert not calendar.refresh(), "the same fault is told once"
    assert calendar.limit_due(at("2025-12-30T10:00"), 3).provisional
    arrived.write_bytes((FOLDER / "cn-2026.yaml").read_bytes())
    assert calendar.refresh()
    deadline = calendar.limit_due(at("2025-12-30T10:00"), 3)
    assert (deadline.provisional, deadline.due) == (False, at("2026-01-05T17:00"))
