"""Running cases keep the guide of their day; what a district adds runs on a model of its own (R20, R27)."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from onething.catalogue import Catalogue, Item
from onething.catalogue.levels import offered_in
from onething.store import applications, guides
from onething.vocabulary import CaseState, Clock
from simulation.town import Town

pytestmark = pytest.mark.engine


@contextmanager
def law_changed(town: Town, item: Item) -> Iterator[None]:
    """From now on the catalogue says something else of this item."""
    before = town.tools.catalogue
    after = Catalogue(**vars(before) | {"items": before.items | {item.slug: item}, "versions": {}, "local": {}})
    object.__setattr__(town.tools, "catalogue", after)
    try:
        yield
    finally:
        object.__setattr__(town.tools, "catalogue", before)


@pytest.mark.parametrize("bundle", ["open-restaurant", "open-small-food-shop"])
def test_r20_a_case_keeps_the_limits_of_the_day_it_was_handed_in(town: Town, bundle: str) -> None:
    district = "410100"
    slug = next(row.item for row in town.tools.catalogue.bundle(bundle).rows if offered_in(row.levels, district))
    item = town.tools.catalogue.in_district(district).items[slug]
    shorter = item.limits.promised.model_copy(update={"days": 2})
    changed = item.model_copy(update={"limits": item.limits.model_copy(update={"promised": shorter})})
    old = town.submit(bundle, [slug], district=district)
    town.work(old, until="acceptance-review")
    with law_changed(town, changed):
        new = town.submit(bundle, [slug], district=district)
        for number in (old, new):
            town.work(number, until="approval-decision")
        with town.tools.store.reading() as session:
            days = {
                number: next(c.days for c in applications.clocks(session, number) if c.clock == Clock.PROMISED)
                for number in (old, new)
            }
            versions = {number: applications.get(session, number).guide_version for number in (old, new)}
            kept = [row.version for row in guides.editions(session, bundle, district)]
        assert days == {old: item.limits.promised.days, new: 2}
        assert versions[old] != versions[new]
        assert set(versions.values()) <= set(kept)
        for number in (old, new):
            town.work(number)
    assert {town.case(number).state for number in (old, new)} == {CaseState.COMPLETED}


def test_r27_what_a_district_adds_is_walked_on_its_own_model(town: Town) -> None:
    number = town.submit("open-car-wash", ["outdoor-advertising-permit"], answers={"signboard": True}, district="410105")
    town.work(number)
    assert town.states(number) == {"outdoor-advertising-permit": "approved"}
    assert "open-car-wash-410105" in {activity.process.partition(":")[0] for activity in town.admin.activities(number)}
    assert "box-outdoor-advertising-permit" in town.path(number)
