"""Which district's office decides an item (R80), and that the city's own decides nothing that is a county's."""

from pathlib import Path

import pytest

from onething.catalogue import Row, load_catalogue
from onething.catalogue.levels import city_of, offered_in, reviewer_district
from onething.eligibility import check_place, not_offered
from onething.engine.roster import roster_of
from onething.errors import InvalidInput
from onething.vocabulary import Level

CATALOGUE = load_catalogue(Path(__file__).resolve().parents[2])
CITY, DISTRICT = "410100", "410105"
CASES = [
    (["county"], "410105", "410105"), (["township"], "410105", "410105"), (["city", "county"], "410105", "410105"),
    (["city"], "410105", "410100"), (["province"], "410105", "410100"), (["province", "city"], "410122", "410100"),
    (["city", "county"], "410100", "410100"), (["city"], "410100", "410100"),
]


@pytest.mark.parametrize(("levels", "district", "decides"), CASES)
def test_reviewer_district(levels: list[str], district: str, decides: str) -> None:
    assert reviewer_district(levels, district) == decides
    assert offered_in(levels, district)
    assert city_of(district) == "410100"


@pytest.mark.parametrize("levels", [["county"], ["township"], ["county", "township"]])
def test_the_city_itself_has_no_power_over_what_counties_alone_decide(levels: list[str]) -> None:
    assert not offered_in(levels, CITY)
    assert offered_in(levels, DISTRICT)
    assert offered_in(levels, ""), "nobody has said yet where it is"


def test_no_case_of_the_catalogue_is_decided_by_an_office_without_power() -> None:
    """Of the city and of every county, whatever is offered there."""
    for code in CATALOGUE.districts:
        for bundle in CATALOGUE.in_district(code).bundles.values():
            away = not_offered(bundle, code)
            for row in bundle.rows:
                if row.item not in away and reviewer_district(row.levels, code) == CITY:
                    assert {Level.CITY, Level.PROVINCE} & set(row.levels), (code, bundle.slug, row.item)
                assert row.item not in away or code == CITY


def test_a_block_goes_as_a_whole() -> None:
    bundle = CATALOGUE.bundle("second-hand-home-transfer")
    [first, *others] = bundle.block("registration")
    assert others
    assert not_offered(bundle, CITY) == []
    rows = [row.model_copy(update={"levels": (Level.COUNTY,)}) if row.item == first else row for row in bundle.rows]
    assert not_offered(bundle.model_copy(update={"rows": tuple(rows)}), CITY) == [first, *others]


def test_the_refusal_names_the_items_and_the_cure() -> None:
    bundle = CATALOGUE.bundle("open-hotel")
    every = [row.item for row in bundle.rows]
    with pytest.raises(InvalidInput) as refused:
        check_place(CATALOGUE, bundle, every, CITY)
    assert refused.value.code == "decided-by-counties"
    assert refused.value.message == "“旅馆业特种行业许可”由所在区县办理，市本级不办理；请在所在区县申请，或者不选"
    check_place(CATALOGUE, bundle, every, DISTRICT)
    check_place(CATALOGUE, bundle, [item for item in every if item != "hotel-special-trade-permit"], CITY)


def test_offices_of_the_city_are_those_that_have_something_to_decide_there() -> None:
    def decides(row: Row, office: str) -> bool:
        return row.department == office and offered_in(row.levels, CITY)

    roster = roster_of(CATALOGUE)
    rows = [row for bundle in CATALOGUE.bundles.values() for row in bundle.rows]
    for office in CATALOGUE.departments:
        here = f"reviewer-{office}-{CITY}" in roster.groups
        assert here == any(decides(row, office) for row in rows), office
    assert {f"reviewer-civil-affairs-{DISTRICT}", f"reviewer-market-regulation-{CITY}"} <= set(roster.groups)
    assert f"reviewer-civil-affairs-{CITY}" not in roster.groups
    assert roster.users[f"lead-civil-affairs-{CITY}"].groups == ("staff", f"lead-civil-affairs-{CITY}"), "it still leads there"
