"""暂定 limits are counted anew when the file of their year arrives: store, applicant and engine (R72, R90; F13)."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from onething.deadlines import CHINA
from onething.store import applications, audit, notices
from simulation.clock import year_file
from simulation.town import Town
from tests.process.test_approval import clock, near, timer_of
from workers import clocks
from workers.watch import Watch

pytestmark = pytest.mark.engine
CASES = [("open-restaurant", "food-business-license"), ("open-hotel", "hotel-special-trade-permit")]


@dataclass
class Calendars:
    """The calendars of a town in December of `year`; what comes next year is not published."""

    folder: Path
    year: int

    def arrive(self) -> None:
        away = [date(self.year + 1, 1, day) for day in range(4, 9)]
        (self.folder / f"cn-{self.year + 1}.yaml").write_text(year_file(self.year + 1, *away), encoding="utf-8")


@pytest.fixture
def calendars(town: Town, tmp_path: Path) -> Iterator[Calendars]:
    today = datetime.now(CHINA).date()
    year = today.year + (today > date(today.year, 12, 20))
    kept = town.tools.calendar.folder
    for source in kept.glob("*.yaml"):
        if source.stem <= f"cn-{year}" or source.stem == "office-hours":
            shutil.copy(source, tmp_path / source.name)
    if not (tmp_path / f"cn-{year}.yaml").exists():
        (tmp_path / f"cn-{year}.yaml").write_text(year_file(year), encoding="utf-8")
    town.tools.calendar.folder = tmp_path
    town.tools.calendar.refresh()
    town.clock.offset = datetime(year, 12, 24, 10, tzinfo=CHINA) - datetime.now(CHINA)
    try:
        yield Calendars(tmp_path, year)
    finally:
        town.clock.offset = timedelta()
        town.tools.calendar.folder = kept
        town.tools.calendar.refresh()


def told(town: Town, number: str) -> list[str]:
    with town.tools.store.reading() as session:
        return [row.text for row in notices.of_case(session, number) if ":recounted-" in row.key]


@pytest.mark.parametrize(("bundle", "item"), CASES)
def test_r72_r90_f13_a_provisional_limit_is_counted_anew_when_its_year_arrives(
    town: Town, calendars: Calendars, bundle: str, item: str
) -> None:
    number = town.submit(bundle, [item])
    town.work(number, until="approval-decision")
    before = {name: clock(town, number, item, name) for name in ("promised", "statutory")}
    assert all(row.provisional for row in before.values())
    assert "为暂定日期" in town.admin.form_variables(town.task(number, "approval-decision", item).id)["due_note"]
    Watch(town.tools).look()
    assert clock(town, number, item).due_at == before["promised"].due_at, "nothing arrived, nothing moved"
    assert told(town, number) == []

    calendars.arrive()
    watch = Watch(town.tools)
    watch.look()
    after = {name: clock(town, number, item, name) for name in before}
    for name, row in after.items():
        assert not row.provisional
        assert row.due_at == town.tools.calendar.limit_due(row.started_at, row.days).due
        assert row.due_at > before[name].due_at, "five days off in the middle"
        assert any(line["reason"] == "假日放假" for line in row.ledger)
        town.wait(lambda name=name, due=row.due_at: near(timer_of(town, number, f"{item}-{name}").due, due))
    decision = town.task(number, "approval-decision", item)
    town.wait(lambda: near(town.task(number, "approval-decision", item).due, after["promised"].due_at))
    town.wait(lambda: town.admin.form_variables(decision.id)["due_note"] == clocks.note_of(after["promised"]))
    assert "暂定" not in town.admin.form_variables(decision.id)["due_note"]
    [text] = told(town, number)
    assert "承诺办结时限截止日期原为暂定的" in text
    assert clocks.day_text(after["promised"]) in text

    Watch(town.tools).look()
    watch.look()
    assert len(told(town, number)) == 1
    with town.tools.store.reading() as session:
        moved = [row.detail["clock"] for row in audit.trail(session, number) if row.action == "recount-deadline"]
        assert sorted(moved) == ["promised", "statutory"]
        assert applications.get(session, number).state == "in-progress"
    town.work(number)


@pytest.mark.parametrize(("bundle", "item"), CASES)
def test_r90_f13_a_clock_that_stands_still_is_recounted_silently_and_stays_stopped(
    town: Town, calendars: Calendars, bundle: str, item: str
) -> None:
    number = town.submit(bundle, [item])
    town.work(number, until="approval-decision")
    hearing = {"approval_decision": "special", "special_kind": "hearing", "procedure_reason": "申请人要求听证"}
    town.do(town.task(number, "approval-decision", item), hearing)
    step = town.task(number, "special-step", item)
    town.wait(lambda: timer_of(town, number, f"{item}-promised").suspended)
    calendars.arrive()
    Watch(town.tools).look()
    row = clock(town, number, item)
    assert (bool(row.paused_at), row.provisional) == (True, False)
    town.wait(lambda: near(timer_of(town, number, f"{item}-promised").due, row.due_at))
    assert timer_of(town, number, f"{item}-promised").suspended
    assert town.task(number, "special-step", item).due is None
    assert told(town, number) == [], "the day is told when the clock runs again"
    town.do(step, {"special_outcome": "听证会已举行"})
    town.wait(lambda: not timer_of(town, number, f"{item}-promised").suspended)
    town.work(number)
