"""一表申请: each field once, the same file everywhere, checked again on the server (R111, R112, R114)."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onething.application_form import (
    FieldNeed,
    certified,
    check_form,
    example,
    examples,
    fields_for,
    form_file,
    holder_of,
    named_in,
    naming,
    read_value,
    said,
    sections,
    tidied,
)
from onething.catalogue import Bundle, load_catalogue
from onething.catalogue.check import check_references
from onething.catalogue.facts import FormField
from onething.eligibility import check_choice, materials_for
from onething.errors import CatalogueError, InvalidInput, OneThingError

HOME = Path(__file__).resolve().parents[2]
CATALOGUE = load_catalogue(HOME)
BUNDLES = CATALOGUE.in_plan_order()
every_bundle = pytest.mark.parametrize("bundle", BUNDLES, ids=lambda bundle: bundle.slug)


def field(**more: Any) -> FieldNeed:
    return FieldNeed(FormField(**{"key": "a", "label": "面积", "section": "场所", "type": "number"} | more), ("x",))


NEEDS = [
    field(), field(key="b", label="地址"), field(key="c", label="地址", section="住所"),
    field(key="d", label="电话", section="联系"),
]


@pytest.mark.parametrize(("text", "keys"), [
    ("请修改“面积”", "a"), ("“面积”、「电话」都与证件不一致", "ad"), ('"电话"少一位', "d"), ("“地址”不对", "bc"),
    ("“场所”请重新填写", "ab"),
    ("面积不对", ""), ("“营业面积”不对", ""), ("请在申请表上“签名”", ""), ("“面积", ""), ("", ""),
])
def test_r43_the_fields_that_are_named_in_quotation_marks(text: str, keys: str) -> None:
    assert [need.field.key for need in named_in(text, NEEDS)] == list(keys)


TERM = [field(key="from", label="起始日期", type="date"), field(key="to", label="终止日期", type="date", not_before="from")]


@pytest.mark.parametrize(("first", "last", "bad"), [
    ("2027-01-10", "2027-01-01", True), ("2027-01-01", "2027-01-01", False), ("2027-01-01", "2028-01-01", False),
    ("2027-13-01", "2027-01-01", False), (None, "2027-01-01", False), (" 2027-01-10 ", "2027-01-01", True),
    ("20270110", "2027-01-11", False), ("2027-01-10", "20270101", True),
])
def test_a_term_does_not_end_before_it_begins(first: str | None, last: str, bad: bool) -> None:
    """A day that is none is told by itself."""
    found = [error.message for error in check_form(TERM, {"from": first, "to": last})]
    assert ("“终止日期”不能早于“起始日期”；请核对这两个日期" in found) == bad
    assert not bad or len(found) == 1


@pytest.mark.parametrize(("key", "first"), [
    ("outdoor_ad_end", "nothing"), ("outdoor_ad_end", "business_area"), ("business_area", "outdoor_ad_end"),
])
def test_dates_are_compared_with_dates_that_exist(key: str, first: str) -> None:
    wrong = CATALOGUE.fields[key].model_copy(update={"not_before": first})
    with pytest.raises(CatalogueError, match=rf"fields\.yaml：{key}\.not_before.*{first}"):
        check_references(replace(CATALOGUE, fields={**CATALOGUE.fields, key: wrong}))


def test_r43_what_is_ticked_is_what_is_read() -> None:
    for chosen in ([NEEDS[0]], NEEDS[1:3], [NEEDS[0], NEEDS[3]]):
        assert named_in(naming(chosen, "与证件不一致"), NEEDS) == chosen
    assert naming([], "缺签名") == "缺签名"
    assert naming([NEEDS[0]]) == "请修改申请表的“面积”"


@every_bundle
def test_every_field_can_be_named(bundle: Bundle) -> None:
    """No label or section holds a quotation mark, which would hide it."""
    needs = fields_for(CATALOGUE, bundle, [row.item for row in bundle.rows])
    assert all(need in named_in(naming([need]), needs) for need in needs)


def problems(need: FieldNeed, value: Any) -> list[str]:
    return [fault.message for fault in check_form([need], {} if value is None else {need.field.key: value})]


@pytest.mark.parametrize(("need", "value", "told"), [
    (field(), None, "请填写“面积”"), (field(), "大", "请填写数字"), (field(minimum=1), 0, "不能小于 1"),
    (field(maximum=9, unit="平方米"), "10", "不能大于 9 平方米"), (field(), True, "请填写数字"),
    (field(type="date"), "2026-2-30", "年-月-日"), (field(type="text", max_length=3), "一二三四", "最多 3 个字"),
    (field(type="text", pattern=r"\d{3}", error="请填写三位数字", example="123"), "12", "请填写三位数字"),
    (field(type="choice", options=({"value": "b", "label": "乙"},)), "c", "选项不正确"),
    (field(type="checks", options=({"value": "b", "label": "乙"},)), ["b", "c"], "选项不正确"),
    (field(type="boolean"), None, "请选择"), (field(type="text"), {"value": "x"}, ""), (field(type="text"), ["x"], ""),
])
def test_r114_the_server_checks_again_and_says_what_to_do(need: FieldNeed, value: Any, told: str) -> None:
    found = problems(need, value)
    assert found == [] if not told else told in found[0]


def test_a_field_nobody_asked_for_is_refused_and_what_may_be_left_out_may_be() -> None:
    assert [fault.code for fault in check_form([], {"status": "completed"})] == ["unknown-field"]
    assert problems(field(required=False), None) == []


def test_values_come_in_the_type_of_their_field_and_in_words() -> None:
    number, checks = field(), field(key="c", type="checks", options=({"value": "b", "label": "乙"},))
    assert tidied([number, checks], {"a": " 12.5 ", "c": "b"}) == {"a": 12.5, "c": ["b"]}
    assert read_value(field(type="boolean").field, "no") is False
    assert said(checks.field, ["b"]) == "乙"
    assert said(field(type="date").field, "2026-12-01") == "2026年12月1日"
    assert said(field(unit="平方米").field, 12) == "12 平方米"


@every_bundle
def test_r114_the_file_for_pages_and_tasklist_is_generated(bundle: Bundle) -> None:
    """`onething catalogue forms` writes it anew."""
    path = HOME / "forms" / "applications" / f"{bundle.slug}.form"
    assert json.loads(path.read_text(encoding="utf-8")) == form_file(CATALOGUE, bundle)


@every_bundle
def test_r111_the_file_asks_exactly_the_fields_and_tasklist_can_draw_it(bundle: Bundle) -> None:
    made, every = form_file(CATALOGUE, bundle), [row.item for row in bundle.rows]
    needs = fields_for(CATALOGUE, bundle, every)
    keys = [part["key"] for part in made["components"] if "key" in part]
    assert sorted(keys) == sorted(need.field.key for need in needs)
    assert {part["type"] for part in made["components"]} <= {
        "text", "textfield", "textarea", "number", "datetime", "radio", "checklist", "checkbox"
    }
    ids = [part["id"] for part in made["components"]]
    assert len(set(ids)) == len(ids)
    for part in made["components"]:
        if "items" in part.get("properties", {}):
            assert set(part["properties"]["items"].split()) < set(every)


@every_bundle
def test_the_examples_pass_the_check(bundle: Bundle) -> None:
    needs = fields_for(CATALOGUE, bundle, [row.item for row in bundle.rows])
    assert check_form(needs, examples(needs)) == []


@given(st.data())
@settings(max_examples=300, deadline=None)
def test_r111_r112_nothing_is_asked_twice_in_any_choice(data: st.DataObject) -> None:
    """Of any bundle: no field, no question and no document twice, under its key or under its name; nothing is asked that
    one of the chosen items makes, nor that government holds."""
    bundle = data.draw(st.sampled_from(BUNDLES))
    chosen = data.draw(st.sets(st.sampled_from([row.item for row in bundle.rows]), min_size=1))
    try:
        check_choice(CATALOGUE, bundle, sorted(chosen), {})
    except (InvalidInput, OneThingError):
        return
    questions = CATALOGUE.questions_of(bundle)
    answers = {q.key: data.draw(st.sampled_from([o.value for o in q.options] or [True, False])) for q in questions
               if q.type != "number"}
    needs, fields = materials_for(CATALOGUE, bundle, chosen, answers), fields_for(CATALOGUE, bundle, chosen)
    for names in (
        [need.material.key for need in needs], [need.material.name for need in needs], [one.field.key for one in fields],
        [one.field.label for one in fields], [question.key for question in questions],
        [question.text for question in questions],
    ):
        assert len(set(names)) == len(names), [name for name in names if names.count(name) > 1]
    assert {len(need.items) for need in needs} <= set(range(1, len(chosen) + 1))
    results = {CATALOGUE.items[item].result.name for item in chosen}
    for need in needs:
        assert not need.upload or need.material.source == "applicant"
        assert not (need.upload or need.fetched) or need.material.name not in results
        assert set(need.items) <= chosen
    assert sum(len(found) for found in sections(fields).values()) == len(fields)


@every_bundle
def test_the_form_asks_who_applies_first_and_then_in_the_order_of_the_items(bundle: Bundle) -> None:
    order = list(sections(fields_for(CATALOGUE, bundle, [row.item for row in bundle.rows])))
    who = [name for name in order if name in ("单位信息", "个人信息")]
    assert order[: len(who)] == who
    first = [
        min(place for place, row in enumerate(bundle.rows) if name in _sections_of(row.item)) for name in order[len(who):]
    ]
    assert first == sorted(first)


def _sections_of(item: str) -> set[str]:
    return {CATALOGUE.fields[key].section for key in CATALOGUE.items[item].fields}


@every_bundle
def test_what_the_thing_itself_tells_is_chosen_before_anybody_writes(bundle: Bundle) -> None:
    """And is right: nothing but choices of fields that this bundle asks for."""
    needs = fields_for(CATALOGUE, bundle, [row.item for row in bundle.rows])
    found = {fault.field for fault in check_form(needs, bundle.presets)}
    assert not found & {f"form.{key}" for key in bundle.presets}


@pytest.mark.parametrize(("presets", "named"), [({"no_such": "x"}, "no_such"), ({"fire_venue_kind": "airport"}, "airport")])
def test_a_preset_that_is_no_choice_of_the_form_is_refused_with_its_place(presets: dict[str, str], named: str) -> None:
    wrong = CATALOGUE.bundle("open-restaurant").model_copy(update={"presets": presets})
    with pytest.raises(CatalogueError, match=rf"open-restaurant\.yaml：presets.*{named}"):
        check_references(replace(CATALOGUE, bundles={**CATALOGUE.bundles, wrong.slug: wrong}))


@pytest.mark.parametrize("source", ["no_such_field", "business_area", "household_settle_address"])
def test_what_a_field_starts_as_has_to_be_a_shared_field_of_its_type(source: str) -> None:
    wrong = CATALOGUE.fields["premises_address"].model_copy(update={"starts_as": source})
    with pytest.raises(CatalogueError, match=rf"fields\.yaml：premises_address\.starts_as.*{source}"):
        check_references(replace(CATALOGUE, fields={**CATALOGUE.fields, wrong.key: wrong}))


def test_r83_a_certificate_states_what_its_rule_says_under_the_names_it_has() -> None:
    item = CATALOGUE.items["food-business-license"]
    form = {"legal_representative": "张三", "food_business_items": ["hot", "cold"], "food_business_form": "", "business_area": 60}
    assert certified(CATALOGUE, item, form) == [("法定代表人（负责人）", "张三"), ("经营项目", "热食类食品制售、冷食类食品制售")]


@pytest.mark.parametrize("slug", [slug for slug, item in CATALOGUE.items.items() if item.result.certificate])
def test_r83_it_is_known_what_every_certificate_states(slug: str) -> None:
    item = CATALOGUE.items[slug]
    lines = certified(CATALOGUE, item, {key: example(CATALOGUE.fields[key]) for key in item.fields})
    assert len(lines) == len(dict(lines)), "no name twice"
    assert lines or slug in ("tax-clearance-declaration", "cremation-certificate")
    assert not any("证件号码" in name or "电话" in name for name, _ in lines), "numbers of people stay in the file"


def test_r83_a_certificate_is_for_the_child_the_buyer_or_the_new_company() -> None:
    for slug, key in (
        ("birth-medical-certificate", "child_name"), ("real-estate-registration", "buyer_name"),
        ("self-employed-registration", "proposed_company_name"),
    ):
        assert holder_of(CATALOGUE, CATALOGUE.items[slug], {key: "某某"}) == "某某"
        assert not any(value == "某某" for _, value in certified(CATALOGUE, CATALOGUE.items[slug], {key: "某某"})), "once"
    assert holder_of(CATALOGUE, CATALOGUE.items["food-business-license"], {"company_name": "某某"}) == ""


PAST, NUMBER = {"type": "date", "past": True}, {"type": "text", "identity": True}
BOXES = {"type": "checks", "options": [{"value": "none", "label": "没有"}, {"value": "a", "label": "甲"}]}


@pytest.mark.parametrize(("asked", "value", "told"), [
    (PAST, "2026-11-29", "不能晚于今天"), (PAST, "2026-11-28", ""), (NUMBER, "abc", "证件的号码"),
    (NUMBER, "110105 19491231-002x", ""), (NUMBER, "11010519491231002X", ""),
    (NUMBER, "110105194912310021", "证件的号码"), (NUMBER, "E12345678", ""),
    ({"type": "number", "unit": "人"}, 100_001, "不能大于 100000 人"),
    ({"type": "number", "unit": "人", "maximum": 200_000}, 100_001, ""),
    (BOXES, ["none", "a"], "不能再选"), (BOXES, ["none"], ""),
])
def test_r112_what_cannot_be_is_refused(asked: dict[str, Any], value: Any, told: str) -> None:
    found = check_form([field(**asked)], {"a": value}, date(2026, 11, 28))
    assert [told in one.message for one in found] == ([True] if told else [])
