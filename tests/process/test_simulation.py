"""`onething simulate`: the same seed tells the same story, nobody hangs, and what is broken is said."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from onething.catalogue import load_catalogue
from onething.cli.main import app
from onething.vocabulary import ItemState
from simulation.account import give_account
from simulation.clock import START, simulated_time
from simulation.people import People
from simulation.run import play
from simulation.story import Story, stories
from simulation.summary import HEAD, as_json, bundle_rows, markdown
from simulation.town import Town
from simulation.world import World

HOME = Path(__file__).resolve().parents[2]
CATALOGUE = load_catalogue(HOME)
PAGE = HOME / "docs" / "simulation.md"


def test_every_item_is_in_a_story_and_a_seed_makes_the_same_ones(town: Town) -> None:
    calendar = town.tools.calendar
    made = [stories(CATALOGUE, calendar, list(CATALOGUE.in_plan_order()), seed, 1, START) for seed in (1, 1, 2)]
    assert made[0] == made[1] != made[2]
    chosen = {(story.bundle, item) for story in made[2] for item in story.items}
    assert chosen == {(bundle.slug, row.item) for bundle in CATALOGUE.in_plan_order() for row in bundle.rows}


def story(outcome: Any) -> dict[str, Any]:
    """Everything but which of two branches of the whole case was faster."""
    told = as_json(outcome, 1)
    return {**told, "told": [{**one, "path": one["path"] if one["item"] else sorted(one["path"])} for one in told["told"]]}


@pytest.mark.engine
def test_the_same_seed_tells_the_same_story_and_the_page_has_it(town: Town) -> None:
    bundle = CATALOGUE.bundle("open-restaurant")
    first, second = (play(town, [bundle], 1, 2) for _ in range(2))
    assert story(first) == story(second)
    assert first.last == second.last
    assert first.problems == []
    assert town.clock.offset == timedelta(), "and then it is today again"
    row = "| " + " | ".join(bundle_rows(first, CATALOGUE)[0]) + " |"
    assert row in PAGE.read_text(encoding="utf-8"), "run `onething simulate --all --seed 1 --summary docs/simulation.md`"
    assert play(town, [bundle], 2, 2).accounts != first.accounts
    assert "| " + " | ".join(HEAD) + " |" in markdown(first, CATALOGUE, 1)


@pytest.mark.engine
@pytest.mark.parametrize(("until", "open_states"), [
    ("accepted", {ItemState.SUBMITTED.label, ItemState.RECEIVED.label}),
    ("decided", {ItemState.SUBMITTED.label, ItemState.RECEIVED.label, ItemState.ACCEPTED.label, ItemState.PRE_REVIEWED.label}),
])
def test_until_stops_where_it_says(town: Town, until: str, open_states: set[str]) -> None:
    outcome = play(town, [CATALOGUE.bundle("newborn")], 3, 2, until=until)
    states = {told.state for account in outcome.accounts for told in account.told if told.item}
    assert states
    assert not states & open_states


@pytest.mark.engine
def test_a_case_that_hangs_is_a_problem(town: Town) -> None:
    class Nobody(People):
        def when(self, call):  # type: ignore[no-untyped-def]
            return START + timedelta(days=3000) if call.key == "approval-decision" else super().when(call)

    with simulated_time(town.clock, town.tools.calendar, town.var / "simulated-years"):
        story = Story("hanging", "open-restaurant", ("outdoor-advertising-permit",), START)
        [life] = World(town, Nobody(CATALOGUE, town.tools.calendar)).play([story])
        account = give_account(town, life)
    [problem] = account.problems
    assert "没有走到终点" in problem
    assert "审批决定" in problem
    assert account.told[1].late == ("承诺办结时限", "法定办结时限")
    town.work(life.number)


@pytest.mark.engine
def test_the_command_tells_it_all_in_json() -> None:
    done = CliRunner().invoke(app, ["simulate", "open-car-wash", "--seed", "1", "--cases", "1", "--json"])
    assert done.exit_code == 0, done.output
    report = json.loads(done.stdout)
    assert (report["seed"], report["cases"], report["problems"]) == (1, 1, [])
    assert all(told["path"] for told in report["told"] if told["item"])


def test_the_command_wants_one_bundle_or_all() -> None:
    for arguments in (["simulate"], ["simulate", "newborn", "--all"]):
        done = CliRunner().invoke(app, arguments)
        assert done.exit_code == 1
        assert re.search("--all", done.stderr)
