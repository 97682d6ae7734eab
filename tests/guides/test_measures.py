"""七个一 in figures, item by item before and as one thing after (R111, R122)."""

from dataclasses import fields

import pytest

from onething.catalogue import Bundle
from onething.eligibility import check_choice
from onething.guides.measures import (
    HEAD,
    NAMES,
    Figures,
    all_measures,
    choices,
    measure_document,
    measure_rows,
    measures_of,
    saved,
    totals,
)
from tests.guides.reading import BUNDLES, CATALOGUE, CITY, JINSHUI, check_full, check_plain, name, words

EVERY = all_measures(CATALOGUE)


@pytest.mark.parametrize("bundle", BUNDLES, ids=name)
def test_r122_what_was_is_counted_anew(bundle: Bundle) -> None:
    """By hand from the catalogue: every item for itself, one after the other."""
    found, base = measures_of(CATALOGUE, bundle), CATALOGUE.service.baseline
    forms = asked = brought = ways = visits = days = 0
    for slug in found.items:
        item = CATALOGUE.items[slug]
        forms += 1
        asked += len(item.fields) + len(base.own_form_fields)
        brought += len(item.materials)
        ways += len(base.steps_per_item)
        visits += base.visits_per_item
        days += item.limits.statutory.days
    assert found.before == Figures(forms, asked, brought, ways, visits, days)


@pytest.mark.parametrize("bundle", BUNDLES, ids=name)
def test_r111_r122_what_is_is_counted_anew(bundle: Bundle) -> None:
    found = measures_of(CATALOGUE, bundle)
    items = {slug: CATALOGUE.items[slug] for slug in found.items}
    asked = {key for item in items.values() for key in item.fields if not CATALOGUE.fields[key].shared}
    keys = {use.key for item in items.values() for use in item.materials}
    brought = {key for key in keys if CATALOGUE.materials[key].source == "applicant"
               and not set(CATALOGUE.materials[key].result_of) & items.keys()}
    assert found.after.fields == len(asked) + len(CATALOGUE.service.baseline.own_form_fields)
    assert found.after.materials == len(brought)
    assert (found.after.forms, found.after.visits) == (1, 2)
    longest = max(item.limits.promised.days for item in items.values())
    assert longest <= found.after.days <= 1 + sum(item.limits.promised.days for item in items.values())
    if not any(row.after for row in bundle.rows):
        decides = [item.limits.promised.days + item.has_acceptance_decision for item in items.values()]
        assert (found.after.days, found.after.steps) == (max(decides), 5)


@pytest.mark.parametrize("found", EVERY, ids=lambda found: found.bundle)
def test_r122_one_thing_is_never_more_than_its_parts(found) -> None:
    for field in fields(Figures):
        assert getattr(found.after, field.name) <= getattr(found.before, field.name)
        assert 0 <= found.saved[field.name] < 100


@pytest.mark.parametrize("bundle", BUNDLES, ids=name)
def test_r122_what_is_counted_is_what_one_applicant_may_choose(bundle: Bundle) -> None:
    """Exclusive situations are not added up: nobody would have gone through all of them."""
    found = measures_of(CATALOGUE, bundle)
    check_choice(CATALOGUE, bundle, list(found.items), {})
    assert list(found.items) in choices(bundle)
    assert (len(found.items) < len(bundle.rows)) == bool(bundle.situations)
    assert any("互斥的情形" in sentence for sentence in found.assumptions) == bool(bundle.situations)


@pytest.mark.parametrize("bundle", BUNDLES, ids=name)
def test_r111_r122_every_bundle_has_its_document(bundle: Bundle) -> None:
    for district in (CITY, JINSHUI):
        found = measure_document(CATALOGUE, bundle, district)
        check_full(found, bundle, district)
        assert [row[0] for row in found.section("ones").tables[0].rows] == [
            "一次告知", "一表申请", "一套材料", "一窗（端）受理", "一网办理", "限时办结", "统一出件",
        ]
        assert not any(line.confirmed for line in found.section("assumptions").lines), "nobody counted it"


def test_r122_open_restaurant() -> None:
    found = measures_of(CATALOGUE, CATALOGUE.bundles["open-restaurant"])
    assert (found.before.forms, found.after.forms, found.saved["forms"]) == (4, 1, 75)
    assert (found.before.visits, found.after.visits) == (8, 2)
    assert (found.before.steps, found.after.steps) == (20, 5)
    limits = [CATALOGUE.items[item].limits for item in found.items]
    assert found.before.days == sum(limit.statutory.days for limit in limits)
    assert found.after.days == 1 + max(limit.promised.days for limit in limits)
    assert f"{found.before.days} 个工作日减为 {found.after.days} 个工作日以内" in "".join(
        words(measure_document(CATALOGUE, CATALOGUE.bundles["open-restaurant"], JINSHUI)))


def test_r80_r122_a_chain_of_levels_has_a_decision_for_each_link() -> None:
    found = measures_of(CATALOGUE, CATALOGUE.bundles["change-ethnicity"])
    assert len(found.items) == 3
    assert found.after.steps == 5 + 2
    assert found.before.forms == 3


def test_r122_newborn_has_one_of_two_insurances() -> None:
    found = measures_of(CATALOGUE, CATALOGUE.bundles["newborn"])
    assert len([item for item in found.items if item.startswith("newborn-insurance")]) == 1


def test_r122_percents_are_rounded_and_say_100_only_where_nothing_is_left() -> None:
    assert saved(Figures(3, 8, 3, 0, 3, 300), Figures(1, 7, 2, 0, 0, 1)) == {
        "forms": 67, "fields": 13, "materials": 33, "steps": 0, "visits": 100, "days": 99,
    }


def test_r120_r122_the_rows_for_an_export_add_up() -> None:
    rows = measure_rows(EVERY)
    assert len(rows) == len(EVERY) + 1 == 51
    assert {len(row) for row in rows} == {len(HEAD)}
    before, after = totals(EVERY)
    for at, key in enumerate(NAMES):
        column = 2 + at * 3
        assert int(rows[-1][column]) == sum(int(row[column]) for row in rows[:-1]) == getattr(before, key)
        assert int(rows[-1][column + 1]) == sum(int(row[column + 1]) for row in rows[:-1]) == getattr(after, key)
        assert rows[-1][column + 2].endswith("%")
    check_plain(cell for row in (HEAD, *rows) for cell in row)
