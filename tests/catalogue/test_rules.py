"""The catalogue's own rules: order, situations, conditions, materials, limits."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from onething.catalogue import Bundle, Catalogue, District, load_catalogue
from onething.catalogue.conditions import variables_of
from onething.eligibility import materials_for
from onething.vocabulary import Audience, ItemKind

CATALOGUE = load_catalogue(Path(__file__).resolve().parents[2])
BUNDLES = CATALOGUE.in_plan_order()
CONDITIONAL_REMARKS = (
    "各地根据“放管服”", "依照《建设项目", "允许开采", "兼营KTV", "营业面积200", "有住宿",
    "包含游泳", "跨省域", "随迁子女", "自愿换领身份证",
)
CHAINS = [
    ("open-medical-institution", "medical-institution-establishment", "medical-institution-practice-registration"),
    ("open-medical-institution", "medical-institution-practice-registration", "physician-practice-registration"),
    ("open-medical-institution", "medical-institution-practice-registration", "nurse-practice-registration"),
    ("change-ethnicity", "ethnicity-first-review-parents", "ethnicity-second-review-parents"),
    ("change-ethnicity", "ethnicity-second-review-parents", "ethnicity-change"),
    ("change-ethnicity", "ethnicity-second-review-adult", "ethnicity-change"),
    ("close-company", "tax-clearance-declaration", "tax-deregistration"),
    ("close-company", "tax-deregistration", "enterprise-deregistration"),
    ("newborn", "birth-medical-certificate", "birth-registration"),
    ("newborn", "birth-registration", "social-security-card"),
    ("adoption", "domestic-adoption-registration", "adoption-household-entry"),
    ("new-home-deed-tax", "home-count-query", "deed-tax-declaration"),
    ("new-home-deed-tax", "deed-tax-declaration", "deed-tax-certificate"),
    ("housing-fund-loan", "housing-fund-loan-new-home", "mortgage-first-registration"),
    ("after-death", "death-certificate-natural", "cremation-certificate"),
    ("after-death", "death-certificate-unnatural", "death-household-cancellation"),
    ("start-company", "enterprise-registration", "housing-fund-employer-registration"),
]
LAWS = {
    "outdoor-advertising-permit": "《城市市容和环境卫生管理条例》",
    "urban-drainage-permit": "《城镇污水排入排水管网许可管理办法》",
}
"""Items that not everybody needs by law, whatever the plan remarks."""
every_bundle = pytest.mark.parametrize("bundle", BUNDLES, ids=lambda bundle: bundle.slug)


@pytest.mark.parametrize(("slug", "front", "back"), CHAINS)
def test_order_that_must_hold(slug: str, front: str, back: str) -> None:
    """R76, R80: front items are known to their back items."""
    assert front in CATALOGUE.bundle(slug).fronts_of(back)


@every_bundle
def test_every_edge_has_its_reason(bundle: Bundle) -> None:
    """R71, R74: an order without a reason would only slow the case down."""
    edges = {(front, row.item) for row in bundle.rows for front in row.after}
    assert {(note.front, note.back) for note in bundle.precedence_notes} == edges
    assert all(note.source for note in bundle.precedence_notes)


@every_bundle
def test_parallel_blocks_have_no_order_inside(bundle: Bundle) -> None:
    """R26: what the law makes parallel does not wait for itself."""
    for row in bundle.rows:
        if row.parallel:
            assert not set(row.after) & set(bundle.block(row.parallel))


@every_bundle
def test_situations_have_a_question_with_their_options(bundle: Bundle) -> None:
    """R19: rows of different options exclude each other, and one question decides."""
    questions = {question.key: question for question in bundle.questions}
    for situation in bundle.situations:
        used = {row.option for row in bundle.rows if row.situation == situation.group}
        asked = {option.value for option in questions[situation.question].options}
        assert len(used) > 1
        assert used == asked


@every_bundle
def test_questions_are_used(bundle: Bundle) -> None:
    """R24: nobody is asked what nothing depends on."""
    decided = {situation.question for situation in bundle.situations}
    conditions = set().union(*(variables_of(row.when) for row in bundle.rows if row.when))
    own, shared = {question.key for question in bundle.questions}, conditions & CATALOGUE.questions.keys()
    assert own | shared == decided | conditions
    assert own | shared <= {question.key for question in CATALOGUE.questions_of(bundle)}


@every_bundle
def test_remarks_that_are_conditions_work_as_rules(bundle: Bundle) -> None:
    """R24: a remark that limits an item has its condition; another row has one only where a law says who needs the item."""
    for row in bundle.rows:
        limited = any(words in row.remark for words in CONDITIONAL_REMARKS)
        assert bool(row.when) == (limited or row.item in LAWS), row.item
        if row.item in LAWS:
            asked = [one for one in CATALOGUE.questions_of(bundle) if one.key in variables_of(row.when or "")]
            assert all(LAWS[row.item] in question.note for question in asked), "the question says which law"


@every_bundle
def test_no_result_is_asked_back_as_material(bundle: Bundle) -> None:
    """R112: what an item of the bundle makes is not asked for another of its items."""
    results = {CATALOGUE.items[row.item].result.name for row in bundle.rows}
    needs = materials_for(CATALOGUE, bundle, [row.item for row in bundle.rows], None)
    assert not {need.material.name for need in needs if need.upload or need.fetched} & results


def test_licence_first_is_for_entry_into_a_trade() -> None:
    """R23: all enterprise bundles but the life of the company itself, and no individual one."""
    without = {bundle.slug for bundle in BUNDLES if not bundle.licence_first}
    individual = {bundle.slug for bundle in BUNDLES if bundle.audience is Audience.INDIVIDUAL}
    assert without - individual == {
        "start-company", "register-self-employed", "hire-employees", "enterprise-real-estate", "close-company",
    }


def test_queries_and_partners() -> None:
    """R92, R93: a query makes no certificate; a partner's item belongs to a partner, and the other way round."""
    for item in CATALOGUE.items.values():
        assert not (item.kind is ItemKind.QUERY and item.result.certificate), item.slug
    for bundle in BUNDLES:
        for row in bundle.rows:
            partner = CATALOGUE.departments[row.department].kind == "partner"
            assert (CATALOGUE.items[row.item].kind is ItemKind.PARTNER) == partner, row.item


def test_limits_say_where_they_come_from() -> None:
    """R72: each statutory limit names its source."""
    assert all(item.limits.statutory.source for item in CATALOGUE.items.values())


def test_slugs_are_short_and_materials_are_used() -> None:
    """R22, R111: names fit diagrams and routes; no material is defined for nobody."""
    assert all(len(slug) <= 48 for slug in [*CATALOGUE.items, *CATALOGUE.bundles, *CATALOGUE.departments])
    assert {use.key for item in CATALOGUE.items.values() for use in item.materials} == set(CATALOGUE.materials)
    assert {bundle.theme for bundle in BUNDLES} == set(CATALOGUE.themes)


@pytest.mark.parametrize("key", ["materials", "review_points"])
def test_r39_nobody_has_a_list_of_materials_of_their_own(catalogue: Catalogue, key: str) -> None:
    """One list for the whole province: a district or a bundle that brings its own is refused."""
    district, bundle = catalogue.districts["410105"], catalogue.bundle("open-restaurant")
    for model, entry in ((District, district), (Bundle, bundle)):
        data = entry.model_dump(mode="json")
        assert model.model_validate(data) == entry
        with pytest.raises(ValidationError, match=key):
            model.model_validate({**data, key: ["own"]})
