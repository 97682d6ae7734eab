"""The bundles that stand for all in `make test` do so: nothing that the flow tells apart is left to `make prove` alone."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from onething.catalogue import Bundle, load_catalogue
from simulation.story import covering_choices, depth
from tests.process.cover import cover, shapes_of

CATALOGUE = load_catalogue(Path(__file__).resolve().parents[2])
ALL = CATALOGUE.in_plan_order()
CHOSEN = [bundle for bundle in ALL if bundle.slug in cover(CATALOGUE)]


def items_played(bundles: Iterable[Bundle]) -> int:
    return sum(len(items) for bundle in bundles for items in covering_choices(bundle))


def test_every_shape_is_among_the_chosen_and_they_are_few() -> None:
    found = set().union(*(shapes_of(CATALOGUE, bundle) for bundle in CHOSEN))
    assert found == set().union(*(shapes_of(CATALOGUE, bundle) for bundle in ALL))
    assert items_played(CHOSEN) * 3 < items_played(ALL)


@pytest.mark.parametrize("told_apart", [
    lambda bundle: {CATALOGUE.items[row.item].kind for row in bundle.rows},
    lambda bundle: {step.kind for row in bundle.rows for step in CATALOGUE.items[row.item].special_steps},
    lambda bundle: {depth(bundle, row.item, tuple(one.item for one in bundle.rows)) for row in bundle.rows},
    lambda bundle: {act.kind for act in bundle.joint_acts},
    lambda bundle: {level for row in bundle.rows for level in row.levels},
    lambda bundle: {CATALOGUE.departments[row.department].connected for row in bundle.rows},
    lambda bundle: {bool(row.parallel) for row in bundle.rows},
    lambda bundle: {len(covering_choices(bundle)) > 1},
], ids=["kinds", "special steps", "depths", "joint acts", "levels", "connected or not", "parallel block", "situations"])
def test_whatever_some_bundle_has_a_chosen_one_has(told_apart: Callable[[Bundle], set[object]]) -> None:
    there = set().union(*map(told_apart, ALL))
    assert there
    assert set().union(*map(told_apart, CHOSEN)) == there
