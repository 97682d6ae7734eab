"""Which district's office decides an item (R80)."""

import pytest

from onething.catalogue.levels import city_of, reviewer_district

CASES = [
    (["county"], "410105", "410105"), (["township"], "410105", "410105"), (["city", "county"], "410105", "410105"),
    (["city"], "410105", "410100"), (["province"], "410105", "410100"), (["province", "city"], "410122", "410100"),
    (["county"], "410100", "410100"), (["city"], "410100", "410100"),
]


@pytest.mark.parametrize(("levels", "district", "decides"), CASES)
def test_reviewer_district(levels: list[str], district: str, decides: str) -> None:
    assert reviewer_district(levels, district) == decides
    assert city_of(district) == "410100"
