"""数据共享和电子证照应用需求清单: what is shared, by whom, for which material or field (R112, R113, R125)."""

import pytest

from onething.catalogue import Bundle
from onething.guides.demands import CONFIRMED, FIELD, HEAD, UNKNOWN_HOLDER, demand_document, demand_list
from tests.guides.reading import BUNDLES, CATALOGUE, CITY, JINSHUI, check_full, check_plain, name


@pytest.mark.parametrize("bundle", BUNDLES, ids=name)
def test_r125_every_bundle_yields_its_list(bundle: Bundle) -> None:
    """Counted anew: every government-held material and every field a register fills in, once each."""
    items = [CATALOGUE.items[row.item] for row in bundle.rows]
    used = {use.key for item in items for use in item.materials if CATALOGUE.materials[use.key].source == "government"}
    filled = {key for item in items for key in item.fields if CATALOGUE.fields[key].shared}
    rows = demand_list(CATALOGUE, bundle)
    assert len(rows) == len(set(rows))
    assert {len(row) for row in rows} == {len(HEAD)}
    assert {row[0] for row in rows} == {bundle.name}
    assert sorted(row[2] for row in rows if row[6] != FIELD) == sorted(CATALOGUE.materials[key].name for key in used)
    assert sorted(row[2] for row in rows if row[6] == FIELD) == sorted(CATALOGUE.fields[key].label for key in filled)
    for row in rows:
        named = [item.name for item in items if f"“{item.name}”" in row[1]]
        assert named, "for which item"
        check_plain(iter(row))


@pytest.mark.parametrize("bundle", BUNDLES, ids=name)
def test_r125_the_document_tells_every_row_once(bundle: Bundle) -> None:
    for district in (CITY, JINSHUI):
        found = demand_document(CATALOGUE, bundle, district)
        check_full(found, bundle, district)
        rows = demand_list(CATALOGUE, bundle)
        offices = [section for section in found.sections if section.key.startswith("office-")]
        assert sum(len(section.tables[0].rows) for section in offices) == len(rows)
        assert {section.title for section in offices} == {row[4] for row in rows}


def test_r125_all_bundles_together_are_the_sum() -> None:
    every = demand_list(CATALOGUE)
    assert every == [row for bundle in BUNDLES for row in demand_list(CATALOGUE, bundle)]
    assert len({row[0] for row in every}) == 50


def test_r125_open_restaurant() -> None:
    found = {row[2]: row for row in demand_list(CATALOGUE, CATALOGUE.bundles["open-restaurant"])}
    licence = found["营业执照"]
    assert licence[3:6] == ("电子证照", "市场监管部门", "营业执照电子证照")
    assert licence[1].count("”“") == 3, "one row for all four items"
    assert found["申请人身份信息"][3] == "电子证照、数据"
    assert found["单位名称"][3:7] == ("数据", "市场监管部门", "企业登记信息", "自动填写申请表，申请人核对")


def test_r125_newborn_needs_the_birth_certificate_only_where_it_is_not_applied_for() -> None:
    found = {row[2]: row for row in demand_list(CATALOGUE, CATALOGUE.bundles["newborn"])}
    assert found["出生医学证明"][6] == "免于提交材料（没有一并选办“出生医学证明签发”时）"


def test_r125_change_ethnicity_has_no_row_twice_for_its_four_situations() -> None:
    rows = demand_list(CATALOGUE, CATALOGUE.bundles["change-ethnicity"])
    assert [row[2] for row in rows].count("居民户口簿") == 1


def test_r125_who_should_share_it_is_to_be_settled_where_nobody_is_named() -> None:
    unknown = [row for row in demand_list(CATALOGUE) if row[4] == UNKNOWN_HOLDER]
    nameless = {material.name for material in CATALOGUE.materials.values()
                if material.source == "government" and not material.holder}
    assert {row[2] for row in unknown} == nameless
    assert all(row[7] != CONFIRMED for row in unknown)
