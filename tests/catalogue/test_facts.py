"""Facts with their sources: what is said of the 163 items, and that nothing is missing (R6, R7, R13)."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from pydantic import ValidationError
from typer.testing import CliRunner

from onething.application_form import FieldNeed, check_form
from onething.catalogue import Item, load_catalogue
from onething.catalogue.facts import Basis, Fact, FormField
from onething.cli.main import app
from onething.completeness import CONFIRMED, ELEMENTS, MISSING, by_department, by_element, statements

CATALOGUE = load_catalogue(Path(__file__).resolve().parents[2])
STATEMENTS = statements(CATALOGUE)
every_item = pytest.mark.parametrize("item", CATALOGUE.items.values(), ids=lambda item: item.slug)


@every_item
def test_r6_r7_r13_every_item_says_what_a_guide_must_say(item: Item) -> None:
    assert item.basis
    assert item.conditions
    assert item.fee
    assert item.intermediary
    assert item.attention
    assert item.common_errors
    assert len(item.review_points) >= 2
    assert all(use.basis for use in item.materials), "材料依据"


@every_item
def test_promised_is_never_longer_and_a_confirmed_limit_names_its_article(item: Item) -> None:
    limits = item.limits
    assert limits.promised.days <= limits.statutory.days
    if limits.statutory.confirmed:
        assert "《" in limits.statutory.source
        assert "条" in limits.statutory.source


def test_r7_every_material_has_nine_parts() -> None:
    for material in CATALOGUE.materials.values():
        assert material.issuer, material.key
        assert material.standard, material.key
        assert material.source == "applicant" or (material.trust == "A" and material.dataset), material.key


def test_nothing_is_missing_and_both_ways_of_counting_agree() -> None:
    assert [one for one in STATEMENTS if one.state == MISSING] == []
    offices, elements = by_department(CATALOGUE, STATEMENTS), by_element(STATEMENTS)
    assert sum(sum(counts.values()) for counts in offices.values()) == len(STATEMENTS)
    assert set(elements) == set(ELEMENTS)
    assert elements["设定依据"][CONFIRMED] > 300
    assert len(offices) == len({row.department for bundle in CATALOGUE.bundles.values() for row in bundle.rows}) == 31


def test_what_is_confirmed_says_where_it_stands() -> None:
    with pytest.raises(ValidationError, match="出处"):
        Fact(text="不收费", confirmed=True)
    with pytest.raises(ValidationError, match="版本日期"):
        Basis(law="《某法》", article="第一条", confirmed=True)
    with pytest.raises(ValidationError, match="options"):
        FormField(key="a", label="甲", section="乙", type="choice")
    with pytest.raises(ValidationError, match="error"):
        FormField(key="a", label="甲", section="乙", type="text", pattern=r"\d")


def test_no_number_of_a_person_or_office_is_invented() -> None:
    """Only short numbers that are the same everywhere; no address or local telephone."""
    for hotline in CATALOGUE.service.hotlines:
        assert hotline.number.isdigit()
        assert len(hotline.number) == 5, hotline.name
    for district in CATALOGUE.districts.values():
        for window in district.windows:
            assert not window.address.confirmed or window.address.source


def test_the_list_of_a_lead_department_has_what_the_editor_could_not_settle() -> None:
    done = CliRunner().invoke(app, ["catalogue", "completeness", "--department", "press-publication", "--json"])
    notes = [row["text"] for row in json.loads(done.stdout) if row["element"] == "编者说明"]
    led = [bundle for bundle in CATALOGUE.bundles.values() if bundle.lead == "press-publication"]
    assert notes
    assert set(notes) == {note for bundle in led for note in bundle.editor_notes}


@pytest.mark.parametrize("key", ["business_area", "seedling_pond_area", "livestock_land_area"])
@pytest.mark.parametrize(("value", "told"), [(0, "不能小于 1 平方米"), (9_999_999_999, "不能大于 ")])
def test_r24_where_something_is_done_has_an_area(key: str, value: int, told: str) -> None:
    need = FieldNeed(CATALOGUE.fields[key], ("food-business-license",))
    assert [told in fault.message for fault in check_form([need], {key: value})] == [True]
    assert check_form([need], {key: 60.5}) == []
