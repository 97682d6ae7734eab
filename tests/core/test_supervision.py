"""Warnings, overdue marks and 暂定 limits over the ledger, without an engine (R61, R70, R72, R90, R123; F13)."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from onething.catalogue import load_catalogue
from onething.catalogue.models import Supervision
from onething.deadlines import CHINA, FixedClock, WorkCalendar, clock_entry
from onething.errors import Conflict
from onething.store import (
    Application,
    ApplicationItem,
    Promise,
    accounts,
    applications,
    audit,
    notices,
    outbox,
    procedures,
    supervision,
)
from onething.supervision import check_reminder, warning_step
from onething.vocabulary import Clock, PromiseKind, StepKind, SupervisionKind
from tests.stores import empty_store
from workers import clocks, recounting, supervise
from workers.watch import Watch

HOME = Path(__file__).resolve().parents[2]
CATALOGUE = load_catalogue(HOME)
FOOD, FIRE = "food-business-license", "fire-safety-inspection"
FRIDAY = "2026-11-20T10:00"


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=CHINA)


@pytest.fixture
def tools(tmp_path: Path) -> Iterator[Any]:
    store = empty_store(tmp_path)
    folder = tmp_path / "calendars"
    shutil.copytree(HOME / "catalogue" / "calendars", folder)
    yield SimpleNamespace(
        store=store, catalogue=CATALOGUE, catalogue_of=lambda case: CATALOGUE, clock=FixedClock(at(FRIDAY)),
        calendar=WorkCalendar.load(folder, provisional=True),
    )
    store.close()


def case(tools: Any, number: str = "N1", items: tuple[str, ...] = (FOOD,), state: str = "in-progress") -> str:
    with tools.store.transaction() as session:
        account = accounts.ensure(session, "dev:a", "citizen", "张三")
        applications.add(session, Application(
            number=number, bundle="open-restaurant", account_id=account.id, idempotency_key=number, district="410105",
            channel="online", state=state, delivery_way="electronic", applicant={}, answers={}, submitted_at=tools.clock.now(),
            items=[
                ApplicationItem(item=item, position=n, department="d", reviewer_group=f"reviewer-{n}", state="accepted")
                for n, item in enumerate(items)
            ],
        ), [])
    return number


def run(tools: Any, number: str, clock: Clock, item: str, days: int) -> None:
    """A clock of `days` working days that starts now."""
    now = tools.clock.now()
    with tools.store.transaction() as session:
        clocks.start(session, number, clock, item, now, tools.calendar.limit_due(now, days))


def said(tools: Any, number: str = "N1") -> list[tuple[str, str, str]]:
    with tools.store.reading() as session:
        return [(row.kind, row.item, row.told) for row in supervision.of_case(session, number)]


def sweeps(tools: Any, text: str) -> None:
    """Twice, as at least once means."""
    tools.clock.set(at(text))
    supervise.sweep(tools)
    supervise.sweep(tools)


def row_of(tools: Any, clock: Clock, item: str = FOOD, number: str = "N1") -> Any:
    with tools.store.reading() as session:
        return supervision.clock(session, number, item, clock)


def change(tools: Any, clock: Clock, item: str = FOOD, number: str = "N1", **values: Any) -> None:
    with tools.store.transaction() as session:
        row = supervision.clock(session, number, item, clock)
        for name, value in values.items():
            setattr(row, name, value)


# when somebody is told


def test_r123_a_warning_is_due_at_each_step_and_never_the_moment_a_short_limit_begins() -> None:
    rule = Supervision(warn_before=(3, 1))
    found = {left: warning_step(rule, 10, left) for left in (9, 4, 3, 2, 1, 0)}
    assert found == {9: None, 4: None, 3: 3, 2: 3, 1: 1, 0: 1}
    assert warning_step(rule, 1, 1) is warning_step(rule, 1, 0) is None
    assert [warning_step(rule, 3, left) for left in (3, 2, 1)] == [None, None, 1]
    assert warning_step(Supervision(warn_before=()), 10, 0) is None
    assert warning_step(Supervision(warn_before=(0,)), 10, 0) == 0


def test_r72_r123_each_step_is_told_once_to_the_group_that_has_the_task(tools: Any) -> None:
    number = case(tools)
    run(tools, number, Clock.PROMISED, FOOD, 10)  # until Friday 4 December
    sweeps(tools, "2026-11-30T18:00")
    assert said(tools) == []
    sweeps(tools, "2026-12-01T09:00")
    sweeps(tools, "2026-12-02T09:00")
    assert said(tools) == [("warning", FOOD, "reviewer-0")]
    sweeps(tools, "2026-12-03T09:00")
    assert said(tools) == [("warning", FOOD, "reviewer-0")] * 2
    with tools.store.reading() as session:
        pushed = [entry.body for entry in outbox.keyed(session, "warning:")]
    assert [body["to"] for body in pushed] == [["reviewer-0"]] * 2
    assert len({body["event"] for body in pushed}) == 2
    assert row_of(tools, Clock.PROMISED).due_at == at("2026-12-04T17:00"), "a warning never moves the limit"


def test_r70_r72_what_ran_out_is_marked_told_and_counted_once(tools: Any) -> None:
    number = case(tools)
    run(tools, number, Clock.PROMISED, FOOD, 2)
    sweeps(tools, "2026-11-24T17:01")
    sweeps(tools, "2026-11-25T09:00")
    desk = SimpleNamespace(tools=tools)
    for _ in range(2):
        supervise.handle(SimpleNamespace(variables={"item": FOOD}, application_no=number), desk)  # type: ignore[arg-type]
    lead = CATALOGUE.bundle("open-restaurant").lead
    assert said(tools) == [("overdue", FOOD, f"lead-{lead}-410105 supervisor-410105")]
    assert row_of(tools, Clock.PROMISED).overdue_at == at("2026-11-24T17:01")
    with tools.store.reading() as session:
        assert supervision.counts(session)[SupervisionKind.OVERDUE] == 1
        assert len([row for row in audit.trail(session, number) if row.action == "overdue"]) == 1
        assert [row.state for row in applications.get(session, number).items] == ["accepted"], "nothing is decided by it"


def test_r90_a_clock_that_stands_still_is_neither_warned_about_nor_overdue(tools: Any) -> None:
    number = case(tools)
    run(tools, number, Clock.PROMISED, FOOD, 5)
    change(tools, Clock.PROMISED, paused_at=at("2026-11-23T10:00"))
    sweeps(tools, "2026-12-15T09:00")
    assert said(tools) == []


def test_r88_nothing_is_said_about_what_has_ended(tools: Any) -> None:
    number = case(tools, state="completed")
    run(tools, number, Clock.PROMISED, FOOD, 5)
    other = case(tools, "N2")
    run(tools, other, Clock.PROMISED, FOOD, 5)
    with tools.store.transaction() as session:
        applications.end_all_clocks(session, other, tools.clock.now())
    sweeps(tools, "2026-12-15T09:00")
    assert said(tools) == said(tools, other) == []


def test_r46_an_applicants_own_day_and_silence_make_no_office_late(tools: Any) -> None:
    number = case(tools)
    for clock in (Clock.SUPPLEMENT, Clock.DEEMED_ACCEPTANCE):
        run(tools, number, clock, FOOD, 5)
    sweeps(tools, "2026-12-15T09:00")
    assert [kind for kind, _, _ in said(tools)] == []


def test_r123_reminders_are_counted_by_day_and_refused_where_they_make_no_sense() -> None:
    check_reminder(Supervision(reminders_a_day=2), 1, ended_at=None, paused_at=None)
    moment = at(FRIDAY)
    for rule, given, ended, paused, sentence in (
        (Supervision(), 1, None, None, "每天最多 1 次"), (Supervision(reminders_a_day=0), 0, None, None, "未开放催办"),
        (Supervision(), 0, moment, None, "已经办完"), (Supervision(), 0, None, moment, "计时已暂停"),
    ):
        with pytest.raises(Conflict, match=sentence):
            check_reminder(rule, given, ended_at=ended, paused_at=paused)


# cases other systems got wrong


def test_wrong_elsewhere_r72_waiting_more_than_n_days_fires_after_minutes(tools: Any) -> None:
    number = case(tools)
    run(tools, number, Clock.PROMISED, FOOD, 5)
    for minutes in (1, 5, 10, 59):
        tools.clock.set(at(FRIDAY) + timedelta(minutes=minutes))
        supervise.sweep(tools)
    sweeps(tools, "2026-11-23T23:59")
    assert said(tools) == [], "four working days are left"
    sweeps(tools, "2026-11-24T00:00")
    assert [kind for kind, _, _ in said(tools)] == ["warning"]


def test_wrong_elsewhere_r58_r70_a_false_overdue_after_four_correction_rounds(tools: Any) -> None:
    """Others let the clock of the first round run on: by the fourth the case was weeks late."""
    number = case(tools, state="submitted")
    tools.clock.set(at("2026-11-02T10:00"))
    for _ in range(4):
        started = tools.clock.now()
        with tools.store.transaction() as session:
            due = tools.calendar.intake_due(started)
            applications.start_clock(session, number, Clock.INTAKE, "", started, clock_entry(due))
        tools.clock.advance(timedelta(minutes=90))
        supervise.sweep(tools)
        with tools.store.transaction() as session:
            applications.end_clock(session, number, Clock.INTAKE, "", tools.clock.now())
        tools.clock.advance(timedelta(days=7) - timedelta(minutes=90))  # the applicant takes a week
        supervise.sweep(tools)
    assert said(tools) == []
    with tools.store.transaction() as session:
        due = tools.calendar.intake_due(tools.clock.now())
        applications.start_clock(session, number, Clock.INTAKE, "", tools.clock.now(), clock_entry(due))
    tools.clock.advance(timedelta(hours=4))
    supervise.sweep(tools)
    assert [kind for kind, _, _ in said(tools)] == ["overdue"], "a round that is late is late, whatever came before"


def test_wrong_elsewhere_r70_linked_items_are_counted_twice(tools: Any) -> None:
    """The front item is late, its back item waits: one item is overdue, not two; each clock of it once."""
    number = case(tools, items=(FOOD, FIRE))
    run(tools, number, Clock.PROMISED, FOOD, 3)
    run(tools, number, Clock.PROMISED, FIRE, 3)
    change(tools, Clock.PROMISED, FIRE, paused_at=at("2026-11-23T10:00"))
    for text in ("2026-11-25T17:01", "2026-11-26T09:00", "2026-11-27T09:00"):
        sweeps(tools, text)
    assert [(kind, item) for kind, item, _ in said(tools) if kind == "overdue"] == [("overdue", FOOD)]
    with tools.store.reading() as session:
        assert supervision.counts(session)[SupervisionKind.OVERDUE] == 1


# a year arrives


def publish(tools: Any) -> None:
    """As if 2027 were published, with 4 to 8 January off."""
    fixed = ("01-01", "01-04", "01-05", "01-06", "01-07", "01-08", "05-01", "05-02", "10-01", "10-02", "10-03")
    days = "\n".join(f"  - {{date: 2027-{day}, name: 假日}}" for day in fixed)
    text = f"year: 2027\nsource: {{notice: 试验用, number: 试验, confirmed: false}}\nholidays:\n{days}\n"
    (tools.calendar.folder / "cn-2027.yaml").write_text(text, encoding="utf-8")


def recounted(tools: Any, number: str = "N1") -> list[str]:
    with tools.store.reading() as session:
        return [row.key for row in notices.of_case(session, number) if ":recounted-" in row.key]


def aligned(tools: Any) -> int:
    with tools.store.reading() as session:
        return len(outbox.keyed(session, "align:"))


def test_f13_every_kind_of_clock_is_counted_as_it_was_started(tools: Any) -> None:
    number, calendar, now = case(tools), tools.calendar, at("2026-12-31T16:50")
    tools.clock.set(now)
    started = {
        Clock.INTAKE: (calendar.intake_due(now), ""), Clock.DIGITISING: (calendar.intake_due(now, "window"), ""),
        Clock.RETURN: (calendar.limit_due(now, 1, "撤回当日不计入"), ""), Clock.PRE_REVIEW: (calendar.limit_due(now, 4), FOOD),
        Clock.STATUTORY: (calendar.limit_due(now, 20), FOOD), Clock.ACCEPTANCE: (calendar.acceptance_due(now), FOOD),
    }
    with tools.store.transaction() as session:
        for clock, (deadline, item) in started.items():
            assert deadline.provisional
            clocks.start(session, number, clock, item, now, deadline)
    publish(tools)
    Watch(tools).look()
    expected = {
        Clock.INTAKE: calendar.intake_due(now), Clock.DIGITISING: calendar.intake_due(now, "window"),
        Clock.RETURN: calendar.limit_due(now, 1, "撤回当日不计入"), Clock.PRE_REVIEW: calendar.limit_due(now, 4),
        Clock.STATUTORY: calendar.limit_due(now, 20), Clock.ACCEPTANCE: calendar.acceptance_due(now),
    }
    for clock, deadline in expected.items():
        row = row_of(tools, clock, started[clock][1])
        assert {name: getattr(row, name) for name in clock_entry(deadline)} == clock_entry(deadline), clock
        assert not row.provisional
    assert {key.split(":")[2].rpartition("-")[0] for key in recounted(tools)} == {"recounted-intake", "recounted-acceptance"}
    assert aligned(tools) == 1


def test_r90_f13_pauses_and_extension_days_stay_in_the_count(tools: Any) -> None:
    number = case(tools)
    tools.clock.set(at("2026-12-28T10:00"))
    run(tools, number, Clock.PROMISED, FOOD, 3)
    with tools.store.transaction() as session:
        step = procedures.start_step(
            session, number, FOOD, StepKind.HEARING, stops_clock=True, reason="听证", at=at("2026-12-29T10:00"), by="r"
        )
        procedures.end_step(step, at("2026-12-30T18:00"), "r", "已听证")
        clocks.recount(session, tools, number, FOOD, more_days=10)
    publish(tools)
    Watch(tools).look()
    row = row_of(tools, Clock.PROMISED)
    pause = tools.calendar.pause(at("2026-12-29T10:00"), at("2026-12-30T18:00"), "听证")
    assert row.days == 13
    assert row.due_at == tools.calendar.limit_due(at("2026-12-28T10:00"), 13, pauses=[pause]).due
    assert len(recounted(tools)) == 1


def test_f13_the_day_for_a_missing_material_moves_with_its_clock(tools: Any) -> None:
    number = case(tools)
    tools.clock.set(at("2026-12-30T10:00"))
    run(tools, number, Clock.SUPPLEMENT, FOOD, 5)
    due, moment = row_of(tools, Clock.SUPPLEMENT).due_at, tools.clock.now()
    with tools.store.transaction() as session:
        session.add(Promise(
            number=number, key="lease", kind=PromiseKind.TOLERANCE, item=FOOD, days=5, consequence="", signed_name="张三",
            signed_at=moment, due_at=due,
        ))
        outbox.put(session, due, f"supplement-due:{number}:lease", "supplement-due", number=number, material="lease")
    publish(tools)
    Watch(tools).look()
    later = row_of(tools, Clock.SUPPLEMENT).due_at
    assert later > due
    with tools.store.reading() as session:
        assert session.get(Promise, (number, "lease")).due_at == later
        assert [entry.next_at for entry in outbox.keyed(session, "supplement-due:")] == [later]
    assert len(recounted(tools)) == 1


def test_f13_a_mark_made_on_a_provisional_day_is_taken_back(tools: Any) -> None:
    number = case(tools)
    tools.clock.set(at("2026-12-30T10:00"))
    run(tools, number, Clock.PROMISED, FOOD, 3)
    sweeps(tools, "2027-01-05T18:00")
    assert row_of(tools, Clock.PROMISED).overdue_at
    publish(tools)
    watch = Watch(tools)
    watch.look()
    assert row_of(tools, Clock.PROMISED).overdue_at is None
    sweeps(tools, "2027-01-12T18:00")
    assert [kind for kind, _, _ in said(tools)].count("overdue") == 2, "the new day may be missed as well, once"


def test_f13_what_stays_provisional_or_is_refused_by_setting_is_left_alone(tools: Any) -> None:
    number = case(tools)
    tools.clock.set(at("2026-12-30T10:00"))
    run(tools, number, Clock.PROMISED, FOOD, 5)
    before = row_of(tools, Clock.PROMISED)
    assert recounting.recount_provisional(tools) == 0
    tools.calendar.provisional = False
    assert recounting.recount_provisional(tools) == 0
    supervise.sweep(tools)
    after = row_of(tools, Clock.PROMISED)
    assert (after.due_at, after.ledger, after.provisional) == (before.due_at, before.ledger, True)
    assert aligned(tools) == 0


def test_f13_a_faulty_file_stops_no_warning_and_a_file_that_came_overnight_is_seen_at_the_start(tools: Any) -> None:
    number = case(tools)
    tools.clock.set(at("2026-12-30T10:00"))
    run(tools, number, Clock.PROMISED, FOOD, 3)
    watch = Watch(tools)
    watch.look()
    (tools.calendar.folder / "cn-2027.yaml").write_text("year: 2027", encoding="utf-8")
    tools.clock.set(at("2027-01-04T10:00"))
    watch.look()
    assert [kind for kind, _, _ in said(tools)] == ["warning"]
    publish(tools)
    tools.calendar = WorkCalendar.load(tools.calendar.folder, provisional=True)
    Watch(tools).look()
    assert not row_of(tools, Clock.PROMISED).provisional
