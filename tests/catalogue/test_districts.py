"""各区县可结合实际拓展: districts add and shorten, and take nothing away (R27)."""

from __future__ import annotations

import shutil
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from onething.catalogue import Catalogue, load_catalogue
from onething.catalogue.version import as_of, edition_of, version_of
from onething.deadlines import CHINA, WorkCalendar
from onething.errors import CatalogueError

HOME = Path(__file__).resolve().parents[2]
CATALOGUE = load_catalogue(HOME)
WASH, SIGN = "open-car-wash", "outdoor-advertising-permit"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    shutil.copytree(HOME / "catalogue", tmp_path / "catalogue")
    return tmp_path


def put(home: Path, place: str, **entry: Any) -> None:
    path = home / "catalogue" / "districts" / place
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(yaml.safe_dump(entry, allow_unicode=True), encoding="utf-8")


def row(item: str, **more: Any) -> dict[str, Any]:
    return {"item": item, "department": "urban-management", "levels": ["county"]} | more


def test_r27_the_shipped_districts_extend_and_shorten() -> None:
    local = CATALOGUE.in_district("410105")
    assert [r.item for r in local.bundle(WASH).rows] == [*(r.item for r in CATALOGUE.bundle(WASH).rows), SIGN]
    assert "signboard" in {q.key for q in local.questions_of(local.bundle(WASH))}
    assert local.bundle(WASH).process == "open-car-wash-410105"
    assert CATALOGUE.bundle(WASH).process == WASH
    shorter, usual = (one.items["small-food-shop-registration"].limits.promised.days for one in (local, CATALOGUE))
    assert shorter < usual
    assert CATALOGUE.in_district("410122") is CATALOGUE
    assert local.version(WASH) != CATALOGUE.version(WASH)
    assert local.version("newborn") == CATALOGUE.version("newborn"), "what is not extended is the city's"


@pytest.mark.parametrize("district", ["410105", "410173"])
def test_r27_no_district_drops_an_item_or_lengthens_a_limit(district: str) -> None:
    local = CATALOGUE.in_district(district)
    assert local is not CATALOGUE
    for slug, bundle in CATALOGUE.bundles.items():
        assert {r.item for r in bundle.rows} <= {r.item for r in local.bundle(slug).rows}
    for slug, item in CATALOGUE.items.items():
        assert local.items[slug].limits.promised.days <= item.limits.promised.days
        assert local.items[slug].limits.statutory == item.limits.statutory


def test_r27_a_district_adds_a_bundle_and_an_item_of_its_own(home: Path) -> None:
    item = yaml.safe_load((HOME / "catalogue/items/outdoor-advertising-permit.yaml").read_text(encoding="utf-8"))
    bundle = yaml.safe_load((HOME / "catalogue/bundles/open-car-wash.yaml").read_text(encoding="utf-8"))
    put(home, "410122/items/street-stall-filing.yaml", **item | {"slug": "street-stall-filing", "name": "临时摊点备案"})
    put(home, "410122/bundles/open-street-stall.yaml", **bundle | {
        "slug": "open-street-stall", "name": "摆夜市摊", "short_name": "摆夜市摊", "number": 90, "questions": [],
        "rows": [row("street-stall-filing")], "joint_acts": [],
    })
    local = load_catalogue(home).in_district("410122")
    assert local.bundle("open-street-stall").process == "open-street-stall"
    assert "open-street-stall" in load_catalogue(home).processes()
    assert "open-street-stall" not in load_catalogue(home).bundles


@pytest.mark.parametrize(("place", "entry", "told"), [
    ("410122/items/food-business-license.yaml", {"extends": "food-business-license", "promised": {"days": 99}},
     "410122/items/food-business-license.yaml：promised.days：99 个工作日长于全市承诺"),
    ("410122/items/x.yaml", {"extends": "no-such-item"}, "全市目录中没有“no-such-item”"),
    ("410122/bundles/x.yaml", {"extends": "no-such-thing"}, "全市目录中没有“no-such-thing”"),
    ("410122/bundles/open-car-wash.yaml", {"extends": WASH, "rows": [row("urban-drainage-permit")]}, "已有这个事项"),
    ("410122/bundles/open-car-wash.yaml", {"extends": WASH, "rows": [row("no-such-item")]}, "“no-such-item”没有定义"),
    ("410122/bundles/open-car-wash.yaml", {"extends": WASH, "rows": [row(SIGN, when="unasked == true")]}, "“unasked”没有定义"),
    ("410122/bundles/open-car-wash.yaml", {"extends": WASH, "drop": ["urban-drainage-permit"]}, "Extra inputs"),
])
def test_r27_what_a_district_may_not_do_is_told_with_file_and_cure(
    home: Path, place: str, entry: dict[str, Any], told: str
) -> None:
    put(home, place, **entry)
    with pytest.raises(CatalogueError) as refused:
        load_catalogue(home)
    assert told in refused.value.message


def test_r27_the_whole_entry_of_the_city_may_not_be_written_anew(home: Path) -> None:
    shutil.copy(HOME / "catalogue/items/food-business-license.yaml", home / "catalogue" / "districts")
    folder = home / "catalogue/districts/410122/items"
    folder.mkdir(parents=True)
    shutil.move(home / "catalogue/districts/food-business-license.yaml", folder)
    with pytest.raises(CatalogueError, match="用 extends 只写增加的内容"):
        load_catalogue(home)


def test_r20_an_edition_brings_the_catalogue_of_its_day_back() -> None:
    bundle = CATALOGUE.bundle("open-restaurant")
    kept = edition_of(CATALOGUE, bundle)
    item = CATALOGUE.items["food-business-license"]
    limits = item.limits.model_copy(update={"promised": item.limits.promised.model_copy(update={"days": 3})})
    changed = Catalogue(**vars(CATALOGUE) | {
        "items": CATALOGUE.items | {item.slug: item.model_copy(update={"limits": limits})}, "versions": {}, "local": {},
    })
    assert changed.version(bundle.slug) != CATALOGUE.version(bundle.slug)
    before = as_of(changed, kept)
    assert before.items[item.slug].limits.promised.days == item.limits.promised.days
    assert version_of(edition_of(before, before.bundle(bundle.slug))) == CATALOGUE.version(bundle.slug)


def test_r27_r49_a_district_counts_its_own_office_hours(home: Path) -> None:
    calendar = WorkCalendar.load(home / "catalogue" / "calendars", provisional=True)
    noon = datetime(2026, 11, 26, 11, 30, tzinfo=CHINA)
    assert calendar.counter("window", "410105") == "window"
    assert calendar.counter("online", "410173") == "online"
    city, local = (calendar.intake_due(noon, calendar.counter("window", code)).due for code in ("410105", "410173"))
    assert (city.hour, city.minute, local.hour, local.minute) == (14, 30, 15, 0)
    hours = home / "catalogue" / "districts" / "410173" / "office-hours.yaml"
    hours.write_text('window: {hours: ["18:00-09:00"], intake_hours: 2, confirmed: false}', encoding="utf-8")
    with pytest.raises(CatalogueError, match=r"districts/410173/office-hours\.yaml：window\.hours"):
        calendar.refresh()
