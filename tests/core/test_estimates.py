"""What a bundle promises for a choice, and when it would end (R71-R77, R122; F13)."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from onething.catalogue import Bundle, load_catalogue
from onething.deadlines import CHINA, CalendarNotPublished, WorkCalendar, kind_of, ledger_rows
from onething.estimates import CriticalPath, Step, critical_path, estimate, steps_of

HOME = Path(__file__).resolve().parents[2]
CATALOGUE = load_catalogue(HOME)
CALENDAR = WorkCalendar.load(HOME / "catalogue" / "calendars", provisional=True)
STRICT = WorkCalendar.load(HOME / "catalogue" / "calendars", provisional=False)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=CHINA)


def step(item: str, days: int, *fronts: str, decides: bool = True) -> Step:
    return Step(item, days, max(days - 1, 1), fronts, decides)


def test_r71_items_side_by_side_take_as_long_as_the_slowest() -> None:
    assert critical_path([step("a", 5), step("b", 12), step("c", 12, decides=False)]) == CriticalPath(13, ("b",))


def test_r74_r77_a_back_item_decides_within_what_its_pre_review_left() -> None:
    """20 days in front, 10 behind: reviewed by day 9 of its own, then one day is left when the result comes."""
    assert critical_path([step("front", 20), step("back", 10, "front")]) == CriticalPath(22, ("front", "back"))
    assert critical_path([Step("front", 20, 19), Step("back", 10, 4, ("front",))]).days == 27


def test_r75_a_front_result_that_comes_in_time_costs_nothing() -> None:
    assert critical_path([step("front", 5), step("back", 10, "front")]) == CriticalPath(11, ("back",))


def test_r80_a_chain_of_three_links_adds_up() -> None:
    chain = [step("county", 20), step("city", 20, "county"), step("change", 20, "city")]
    assert critical_path(chain) == CriticalPath(23, ("county", "city", "change"))


def test_r25_an_item_that_is_not_chosen_is_not_waited_for() -> None:
    bundle = CATALOGUE.bundle("open-medical-institution")
    items = [row.item for row in bundle.rows]
    whole = critical_path(steps_of(CATALOGUE, bundle, items))
    assert whole.items[:2] == tuple(items[:2])
    assert critical_path(steps_of(CATALOGUE, bundle, items[2:4])).days < whole.days
    assert steps_of(CATALOGUE, bundle, items[1:2])[0].fronts == ()


def test_r52_r61_the_day_it_would_end_has_intake_acceptance_and_handling() -> None:
    """Handed in on Friday at 16:30: taken in on Monday at 10:30, accepted on Tuesday, then ten working days."""
    found = estimate(STRICT, [step("a", 10)], at("2026-11-20T16:30"))
    assert found.intake is not None
    assert (found.intake.due, found.acceptance.due) == (at("2026-11-23T10:30"), at("2026-11-24T17:00"))
    assert found.ends.due == at("2026-12-08T17:00")
    assert (found.note, found.provisional) == ("", False)
    received = estimate(STRICT, [step("a", 10)], at("2026-11-20T16:30"), received_at=at("2026-11-20T16:40"))
    assert (received.intake, received.ends.due) == (None, at("2026-12-07T17:00"))


def test_r74_the_wait_for_the_front_result_is_a_pause_in_the_ledger() -> None:
    found = estimate(STRICT, [step("front", 5), step("back", 3, "front")], at("2026-11-23T09:00"))
    paused = [row["day"] for row in ledger_rows(found.items["back"]) if kind_of(row) == "paused"]
    assert paused == ["2026-11-26", "2026-11-27", "2026-11-30"]
    assert found.items["front"].due == at("2026-12-01T17:00")
    assert found.items["back"].due == at("2026-12-02T17:00")


def random_bundle(rng: random.Random) -> list[Step]:
    steps: list[Step] = []
    for number in range(rng.randint(1, 7)):
        fronts = [one.item for one in steps if rng.random() < 0.3]
        days = rng.randint(1, 20)
        decides = bool(fronts) or rng.random() < 0.8
        steps.append(Step(f"i{number}", days, rng.randint(1, days), tuple(fronts), decides))
    return steps


def test_r72_days_on_the_path_and_the_date_agree_on_two_thousand_random_bundles() -> None:
    rng = random.Random(11)
    for _ in range(2000):
        steps = random_bundle(rng)
        submitted = at("2024-01-02T00:00") + timedelta(minutes=rng.randrange(600 * 24 * 60))
        found = estimate(STRICT, steps, submitted)
        assert found.intake is not None
        counted = STRICT.working_days_between(found.intake.due.date(), found.ends.due.date())
        assert counted == critical_path(steps).days == found.path.days, (steps, submitted)


def test_f13_an_estimate_into_an_unpublished_year_is_provisional_or_refused() -> None:
    found = estimate(CALENDAR, [step("a", 20)], at("2026-12-15T10:00"))
    assert found.provisional
    assert "2027 年放假安排尚未公布" in found.note
    with pytest.raises(CalendarNotPublished, match=r"cn-2027\.yaml"):
        estimate(STRICT, [step("a", 20)], at("2026-12-15T10:00"))


@pytest.mark.parametrize("bundle", CATALOGUE.in_plan_order(), ids=lambda bundle: bundle.slug)
def test_r122_every_bundle_has_a_promise_no_shorter_than_its_slowest_item(bundle: Bundle) -> None:
    items = [row.item for row in bundle.rows]
    steps = steps_of(CATALOGUE, bundle, items)
    path = critical_path(steps)
    assert path.days >= max(CATALOGUE.items[item].limits.promised.days for item in items)
    assert path.days <= 1 + sum(CATALOGUE.items[item].limits.promised.days for item in path.items)
    for front, back in zip(path.items, path.items[1:], strict=False):
        assert front in bundle.fronts_of(back)
