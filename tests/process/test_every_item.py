"""Every item of all 50 bundles on each way to its end: refused, not accepted, withdrawn, every limit passed once.

All cases of a way are played together, as in a town, and judged one bundle at a time. `make prove` plays every bundle,
`make test` those that `cover` chooses: together they have every shape that the flow tells apart, in a quarter of the items.
That each bundle comes to its end where everything is granted is in every run: test_happy_paths.py.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

import pytest

from onething.cases import FINAL_CASE_STATES
from onething.catalogue import Bundle, load_catalogue
from onething.store import applications, supervision
from onething.supervision import NEVER_OVERDUE
from onething.vocabulary import CaseState, Channel, Clock, DeliveryWay, ItemKind, ItemState, SupervisionKind
from simulation.account import Account, give_account
from simulation.clock import START, simulated_time
from simulation.people import Answer, Call, People
from simulation.story import OFFICE_DAY, Story, Withdrawal, covering_choices, depth, moment_after
from simulation.town import Town
from simulation.world import Life, World
from tests.process.cover import cover

pytestmark = [pytest.mark.engine, pytest.mark.timeout(900)]
CATALOGUE = load_catalogue(Path(__file__).resolve().parents[2])
BUNDLES = CATALOGUE.in_plan_order()
COVER = cover(CATALOGUE)
each_bundle = pytest.mark.parametrize("bundle", [
    pytest.param(bundle, id=bundle.slug, marks=() if bundle.slug in COVER else pytest.mark.prove) for bundle in BUNDLES
])
Lives = Mapping[str, list[Life]]


class RefuseAtDepth(People):
    """Grants what stands in front, refuses the items so many decisions deep; `Story.name` ends with the depth."""

    def answer(self, call: Call) -> Answer:
        plain, bundle = super().answer(call), self.catalogue.bundle(call.story.bundle)
        if call.key == "approval-decision" and depth(bundle, call.item, call.story.items) == int(call.story.name[-1]):
            return {**plain, "approval_decision": "refuse", "approval_reason": "不符合法定条件"}
        return plain


class NotAccepting(People):
    def answer(self, call: Call) -> Answer:
        plain = super().answer(call)
        if call.key == "acceptance-review":
            return {**plain, "acceptance_decision": "refuse", "acceptance_reason": "不属于本机关职权范围"}
        return plain


class Latecomers(People):
    """Nobody does anything before its limit has passed, nor before 视为受理."""

    def when(self, call: Call) -> datetime:
        last = call.shown.get("statutory_due") if call.key == "approval-decision" else None
        limits = [limit for limit in (call.due, last, call.at) if isinstance(limit, datetime)]
        silent = call.key == "acceptance-review" and self.catalogue.items[call.item].kind == ItemKind.LICENCE
        return moment_after(self.calendar, max(limits), 6 * OFFICE_DAY if silent else 1)


def play(town: Town, people: type[People], stories: list[Story]) -> Lives:
    with simulated_time(town.clock, town.tools.calendar, town.var / "simulated-years"):
        lives = World(town, people(CATALOGUE, town.tools.calendar)).play(stories)
    found = defaultdict(list)
    for life in lives:
        found[life.story.bundle].append(life)
    return found


def choices(bundle: Bundle) -> list[tuple[str, tuple[str, ...]]]:
    return [(f"{bundle.slug}/{turn}", items) for turn, items in enumerate(covering_choices(bundle))]


def healthy(town: Town, lives: list[Life]) -> list[Account]:
    accounts = [give_account(town, life) for life in lives]
    assert [problem for account in accounts for problem in account.problems] == []
    return accounts


def reached(town: Town, lives: list[Life]) -> dict[str, set[str]]:
    """Item -> the states it ended in, over all cases."""
    found = defaultdict(set)
    for life in lives:
        case = town.case(life.number)
        assert case.state in FINAL_CASE_STATES, (life.story.name, case.state)
        for row in case.items:
            found[row.item].add(row.state)
    return found


@pytest.fixture(scope="module")
def asked(request: pytest.FixtureRequest) -> list[Bundle]:
    """Those that a test of this run is about: what nobody judges is not played."""
    about = {test.callspec.params["bundle"].slug for test in request.session.items if test.parent is request.node}
    return [bundle for bundle in BUNDLES if bundle.slug in about]


@pytest.fixture(scope="module")
def refused(town: Town, asked: list[Bundle]) -> Lives:
    stories, known = [], set()
    for bundle in asked:
        for name, items in choices(bundle):
            for level in sorted({depth(bundle, item, items) for item in items}):
                here = {(bundle.slug, item) for item in items if depth(bundle, item, items) == level}
                if here - known:
                    stories.append(Story(f"{name}/{level}", bundle.slug, items, START))
                    known |= here
    return play(town, RefuseAtDepth, stories)


@pytest.fixture(scope="module")
def not_accepted(town: Town, asked: list[Bundle]) -> Lives:
    return play(town, NotAccepting, [
        Story(name, bundle.slug, items, START) for bundle in asked for name, items in choices(bundle)
        if any(CATALOGUE.items[item].has_acceptance_decision for item in items)
    ])


@pytest.fixture(scope="module")
def withdrawn(town: Town, asked: list[Bundle]) -> Lives:
    """One item after another, those behind first, an hour apart; the last withdrawal ends the case."""
    stories = []
    for bundle in asked:
        for name, items in choices(bundle):
            behind_first = sorted(items, key=lambda item: -depth(bundle, item, items))
            one_by_one = tuple(Withdrawal(2 + place, item) for place, item in enumerate(behind_first))
            stories.append(Story(name, bundle.slug, items, START, withdrawals=one_by_one))
    return play(town, Slow, stories)


class Slow(People):
    """The window is quick, the departments leave time to withdraw."""

    def when(self, call: Call) -> datetime:
        return moment_after(self.calendar, call.at, 1 if call.key == "intake-review" else 3 * OFFICE_DAY)


@pytest.fixture(scope="module")
def late(town: Town, asked: list[Bundle]) -> Lives:
    return play(town, Latecomers, [
        Story(name, bundle.slug, items, START, channel=Channel.WINDOW, way=DeliveryWay.COUNTER)
        for bundle in asked for name, items in choices(bundle)
    ])


@each_bundle
def test_r65_r79_r91_every_item_refused(town: Town, refused: Lives, bundle: Bundle) -> None:
    lives = refused[bundle.slug]
    healthy(town, lives)
    ended = reached(town, lives)
    assert set(ended) == {row.item for row in bundle.rows}
    for item, states in ended.items():
        assert ItemState.REFUSED in states, item
        assert states <= {ItemState.REFUSED, ItemState.APPROVED, ItemState.ENDED_BY_RULE}


@each_bundle
def test_r61_r65_every_item_not_accepted(town: Town, not_accepted: Lives, bundle: Bundle) -> None:
    lives = not_accepted[bundle.slug]
    healthy(town, lives)
    for item, states in reached(town, lives).items():
        if CATALOGUE.items[item].has_acceptance_decision:
            assert states == {ItemState.NOT_ACCEPTED}, item
        else:
            assert states <= {ItemState.APPROVED, ItemState.ENDED_BY_RULE}, item


@each_bundle
def test_r86_r87_every_item_withdrawn(town: Town, withdrawn: Lives, bundle: Bundle) -> None:
    lives = withdrawn[bundle.slug]
    healthy(town, lives)
    assert {state for states in reached(town, lives).values() for state in states} == {ItemState.WITHDRAWN}
    assert {town.case(life.number).state for life in lives} == {CaseState.WITHDRAWN}
    asked = {deed.item for life in lives for deed in life.deeds if (deed.key, deed.what) == ("withdraw", "withdrawn")}
    with_others = {mate for item in asked for row in bundle.rows if row.item == item and row.parallel
                   for mate in bundle.block(row.parallel)}
    assert asked | with_others == {row.item for row in bundle.rows}


@each_bundle
def test_r70_r72_r123_every_limit_passed_once(town: Town, late: Lives, bundle: Bundle) -> None:
    """All offices are late with everything: marked and told once each, nothing hangs, and the law accepts for them."""
    lives = late[bundle.slug]
    healthy(town, lives)
    for life in lives:
        case = town.case(life.number)
        assert {row.state for row in case.items} == {ItemState.APPROVED}
        with town.tools.store.reading() as session:
            clocks = applications.clocks(session, life.number)
            told = [(one.item, one.clock) for one in supervision.of_case(session, life.number)
                    if one.kind == SupervisionKind.OVERDUE]
        office = {(row.item, row.clock) for row in clocks if row.clock not in NEVER_OVERDUE}
        assert sorted(told) == sorted(set(told))
        assert {(row.item, row.clock) for row in clocks if row.overdue_at} == set(told)
        assert office == set(told)
        deemed = {row.item for row in case.items if row.accepted_by == "依法视为受理"}
        assert deemed == {row.item for row in clocks if row.clock == Clock.DEEMED_ACCEPTANCE}

