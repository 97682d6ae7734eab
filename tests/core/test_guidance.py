"""What one applicant is told for one choice, from the catalogue alone; knowledge and versions (R30, R33-R35, R37)."""

import dataclasses
import shutil
from datetime import date
from pathlib import Path

import pytest

from onething.catalogue import Catalogue, load_catalogue
from onething.catalogue.knowledge import export_knowledge, owners_of
from onething.catalogue.version import guide_version
from onething.eligibility import materials_for
from onething.errors import CatalogueError, InvalidInput
from onething.guidance import check_question, gap_lines, missing_names, notification
from onething.numbers import guidance_number, is_case_number
from onething.vocabulary import GuidanceKind

HOME = Path(__file__).resolve().parents[2]
NATIONAL_FIRST = {
    "newborn", "open-restaurant", "second-hand-home-transfer", "start-company", "employee-retirement",
    "marriage-and-childbearing",
}


def told(catalogue: Catalogue, slug: str, items: list[str], answers: dict | None = None):
    return notification(catalogue, catalogue.bundle(slug), "410105", items, answers or {})


def test_r33_the_notification_is_for_this_choice_only(catalogue: Catalogue) -> None:
    one = told(catalogue, "open-restaurant", ["food-business-license"], {})
    both = told(catalogue, "open-restaurant", ["food-business-license", "urban-drainage-permit"])
    assert [item.name for item in one.items] == ["食品经营许可"]
    extra = [m for m in both.materials if m.name not in {m.name for m in one.materials}]
    assert "排水方案和排水管网图" in {m.name for m in extra}
    assert {m.items for m in extra} == {("城镇污水排入排水管网许可",)}
    assert [m.items for m in both.materials if m.name == "营业执照"] == [("食品经营许可", "城镇污水排入排水管网许可")]
    assert not next(m for m in both.materials if m.name == "营业执照").upload
    assert not any("互不等待" in step for step in one.steps)
    assert any("互不等待" in step for step in both.steps)
    assert any("营业执照" in note for note in one.notes)


def test_r33_answers_order_and_what_was_left_out_are_told(catalogue: Catalogue) -> None:
    item = "fire-safety-inspection"
    needed = told(catalogue, "open-restaurant", ["food-business-license"], {"fire_area_reached": True})
    assert needed.said[0][1] == "是"
    assert any(catalogue.items[item].name in note and "没有选择" in note for note in needed.notes)
    unsure = told(catalogue, "open-restaurant", ["food-business-license"], {})
    assert any("您还没有回答" in note for note in unsure.notes)
    newborn = ["birth-medical-certificate", "birth-registration"]
    whole = told(catalogue, "newborn", newborn, {"parent_insurance": "one-enrolled"})
    assert whole.items[1].fronts == ("出生医学证明签发",)
    assert any("出生医学证明签发" in step and "再对" in step for step in whole.steps)
    back_only = told(catalogue, "newborn", ["birth-registration"])
    assert any("要用到“出生医学证明签发”的结果" in note for note in back_only.notes)


def test_r33_another_situation_is_no_missing_front(catalogue: Catalogue) -> None:
    chosen = ["retirement-recorded-normal", "housing-fund-retirement-withdrawal"]
    notes = told(catalogue, "employee-retirement", chosen, {"retirement": "recorded-normal"}).notes
    assert not [note for note in notes if "要用到" in note]


@pytest.mark.parametrize("bundle", load_catalogue(HOME).in_plan_order(), ids=lambda bundle: bundle.slug)
def test_r33_every_bundle_can_be_told_and_unconfirmed_limits_say_so(catalogue: Catalogue, bundle) -> None:
    items = [row.item for row in bundle.rows if not row.situation] or [bundle.rows[0].item]
    whole = notification(catalogue, bundle, "410105", items, {})
    assert len(whole.items) == len(items)
    assert [item.promised.confirmed for item in whole.items] == [
        catalogue.items[item].limits.promised.confirmed for item in items
    ]
    assert whole.steps[0].startswith("申请")
    assert whole.steps[-1].startswith("送达")
    queries = [item for item in items if not catalogue.items[item].has_acceptance_decision]
    assert any("不需要受理决定" in step for step in whole.steps) == bool(queries)
    assert whole == type(whole).model_validate(whole.model_dump(mode="json")), "kept with the answer without loss"


@pytest.mark.parametrize(("text", "lines"), [
    ("1. 甲\n2、乙\n（3）丙", ("甲", "乙", "丙")), ("\n甲\n\n  - 乙 \n", ("甲", "乙")), ("2.5 平方米不足", ("2.5 平方米不足",)),
    ("2026年的证明过期", ("2026年的证明过期",)), (" \n", ()),
])
def test_r34_one_line_is_one_gap(text: str, lines: tuple[str, ...]) -> None:
    assert gap_lines(text) == lines


def test_r34_what_is_missing_is_shown_to_the_adviser(catalogue: Catalogue) -> None:
    needs = materials_for(catalogue, catalogue.bundle("open-restaurant"), ["food-business-license"], {})
    assert missing_names(needs, ["premises-plan"]) == ("管理制度",)
    with pytest.raises(InvalidInput, match="至少一份"):
        check_question(GuidanceKind.PRE_CHECK, "", [])
    assert check_question(GuidanceKind.QUESTION, " 问 ", []) == "问"


def test_r37_the_version_changes_with_the_guide_and_with_nothing_else(catalogue: Catalogue) -> None:
    bundle = catalogue.bundle("newborn")
    version = guide_version(catalogue, bundle)
    assert version == guide_version(load_catalogue(HOME), bundle)
    assert version != guide_version(catalogue, bundle.model_copy(update={"notes": ("另一句",)}))
    assert version == guide_version(catalogue, bundle.model_copy(update={"editor_notes": ("编辑",)}))
    item = catalogue.items["birth-registration"]
    renamed = {**catalogue.items, item.slug: item.model_copy(update={"name": "出生登记"})}
    assert version != guide_version(dataclasses.replace(catalogue, items=renamed), bundle)
    other = {**catalogue.items, "tobacco-retail-license": item}
    assert version == guide_version(dataclasses.replace(catalogue, items=other), bundle)


def test_r29_numbers_of_consultations_are_no_case_numbers() -> None:
    number = guidance_number("410105", date(2026, 11, 23), 1)
    assert number.startswith("ZX41010520261123000001")
    assert not is_case_number(number)
    with pytest.raises(ValueError, match="six digits"):
        guidance_number("410105", date(2026, 11, 23), 1_000_000)


def test_r30_knowledge_is_owned_by_the_lead_or_a_co_department(catalogue: Catalogue) -> None:
    assert set(catalogue.knowledge) >= NATIONAL_FIRST
    for slug, known in catalogue.knowledge.items():
        assert {entry.owner for entry in known.entries} <= owners_of(catalogue.bundle(slug))


def test_r30_r35_the_export_names_every_bundle_and_says_which_has_nothing_yet(catalogue: Catalogue) -> None:
    entries = export_knowledge(catalogue)
    assert [entry["bundle"] for entry in entries] == [bundle.slug for bundle in catalogue.in_plan_order()]
    assert {entry["bundle"] for entry in entries if entry["complete"]} == set(catalogue.knowledge)
    assert all(entry["entries"] == [] for entry in entries if not entry["complete"])


GOOD = "bundle: newborn\nentries:\n  - {question: 问, answer: 答, owner: health, source: 办事指南}\n"


@pytest.mark.parametrize(("text", "key", "words"), [
    (GOOD.replace("owner: health", "owner: taxation"), "entries.owner", "taxation"),
    (GOOD.replace("}", ", confirmed: true}"), "entries.0", "审核日期"),
    (GOOD.replace("answer: 答, ", ""), "entries.0.answer", "answer"),
    (GOOD.replace("bundle: newborn", "bundle: other"), "bundle", "文件名"),
])
def test_r30_a_fault_in_the_knowledge_names_file_and_cure(tmp_path: Path, text: str, key: str, words: str) -> None:
    shutil.copytree(HOME / "catalogue", tmp_path / "catalogue")
    (tmp_path / "catalogue" / "knowledge" / "newborn.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(CatalogueError, match="knowledge/newborn") as caught:
        load_catalogue(tmp_path)
    assert caught.value.key.startswith(key)
    assert words in caught.value.message
