"""综合受理窗口业务手册: one standard for taking in, for all 50 bundles (R21, R23, R24, R39, R42, R46, R112)."""

import pytest

from onething.catalogue import Bundle
from onething.catalogue.conditions import parse
from onething.eligibility import materials_for, offers
from onething.guides.document import Document, Group, Section
from onething.guides.manual import counter_manual
from onething.promises import consequence, kinds_for
from tests.guides.reading import BUNDLES, CATALOGUE, CITY, JINSHUI, check_full, name, words


def manual(slug: str) -> Document:
    return counter_manual(CATALOGUE, CATALOGUE.bundles[slug], JINSHUI)


def group(section: Section, title: str) -> Group:
    return next(group for group in section.groups if group.title == title)


def lines(found: Group) -> str:
    return "\n".join(line.text for line in found.lines)


@pytest.mark.parametrize("bundle", BUNDLES, ids=name)
def test_r21_every_bundle_has_a_manual_without_gaps(bundle: Bundle) -> None:
    for district in (CITY, JINSHUI):
        check_full(counter_manual(CATALOGUE, bundle, district), bundle, district)


@pytest.mark.parametrize("bundle", BUNDLES, ids=name)
def test_r21_r39_every_material_has_both_standards_and_every_item_its_points(bundle: Bundle) -> None:
    found = counter_manual(CATALOGUE, bundle, JINSHUI)
    needs = materials_for(CATALOGUE, bundle, [row.item for row in bundle.rows], None)
    section = found.section("materials")
    assert [group.title for group in section.groups] == [need.material.name for need in needs]
    for need, said in zip(needs, section.groups, strict=True):
        text = lines(said)
        assert f"法定形式：{need.material.standard}" in text
        assert text.count("齐全：") == 1
        assert ("获取不到时" in text) == (need.material.source == "government")
        for kind in kinds_for(need):
            assert consequence(need, kind) in text
    everything = set(words(found))
    for item in (CATALOGUE.items[row.item] for row in bundle.rows):
        assert {point.text for point in item.review_points} <= everything
        assert {f"错误：{error.wrong}。正确：{error.right}" for error in item.common_errors} <= everything


@pytest.mark.parametrize("bundle", BUNDLES, ids=name)
def test_r24_every_answer_says_what_the_rules_make_of_it(bundle: Bundle) -> None:
    """Against the rules that decide for applicants, not against the manual's own reading of the conditions."""
    section = counter_manual(CATALOGUE, bundle, JINSHUI).section("questions")
    rows = {(row[0], row[1]): row[2] for table in section.tables for row in table.rows}
    for question in CATALOGUE.questions_of(bundle):
        assert question.text in {asked for asked, _ in rows}
        if question.type == "number":
            continue
        for answer in [True, False] if question.type == "boolean" else [option.value for option in question.options]:
            said = rows[question.text, question.said(answer)]
            for offer in offers(bundle, {question.key: answer}):
                if offer.row.when and {key for option in parse(offer.row.when) for key, _, _ in option} == {question.key}:
                    item = CATALOGUE.items[offer.row.item].name
                    assert f"{'' if offer.needed else '不'}需要办理“{item}”" in said
                    assert offer.needed or f"；需要办理“{item}”" not in f"；{said}"


def test_r24_a_number_is_told_with_its_threshold() -> None:
    table = manual("open-bookstore").section("questions").tables[0]
    assert ("营业面积是多少？", "不小于 200 平方米", "需要办理“公共场所卫生许可”") in table.rows


def test_r23_the_licence_is_looked_at_first_where_the_plan_says_so() -> None:
    restaurant = manual("open-restaurant").section("licence")
    assert any("先行取得营业执照" in line.text for line in restaurant.lines)
    assert any(line.link == "/bundles/start-company" for line in restaurant.lines)
    assert "没有先行取得营业执照" in lines(group(manual("open-restaurant").section("outcomes"), "不予收件"))
    for slug in ("newborn", "start-company"):
        assert [line.text for line in manual(slug).section("licence").lines] == ["本一件事不要求先行取得营业执照"]


def test_r21_open_restaurant() -> None:
    found = manual("open-restaurant")
    report = lines(group(found.section("materials"), "排水水质检测报告"))
    assert "告知承诺（须告知的不利后果）" in report
    assert "撤销已作出的决定" in report
    rules = lines(group(found.section("materials"), "管理制度"))
    assert "全部事项一并办理时不实行" in rules
    assert "选办的事项中只有“食品经营许可”用到它时，可以容缺受理" in rules
    licence = lines(group(found.section("materials"), "营业执照"))
    assert "从市场监管部门共享“营业执照电子证照”" in licence
    assert "用于：“食品经营许可”“设置大型户外广告" in licence
    assert "食品经营许可" in [group.title for group in found.section("review").groups]
    assert any("承诺书" in row[0] for row in found.section("papers").tables[0].rows)
    assert ("补交容缺材料“管理制度”", "5 个工作日（待核实）") in [row[:2] for row in found.section("clocks").tables[0].rows]
    assert "组织一次联合勘验" in "".join(line.text for line in found.section("hand-on").lines)


def test_r21_newborn_is_asked_by_situation_and_uses_results_of_its_own_items() -> None:
    found = manual("newborn")
    assert "不同情形不能同时选择" in "".join(line.text for line in found.section("choice").lines)
    assert "由本次办理的“出生医学证明签发”产生" in lines(group(found.section("materials"), "出生医学证明"))
    assert "监护人" in lines(group(found.section("applicant"), "核对身份"))
    assert not any("承诺书" in row[0] for row in found.section("papers").tables[0].rows)
    assert "不需要" in lines(found.section("papers").groups[0])


def test_r21_r96_change_ethnicity_is_decided_on_two_levels() -> None:
    at_home = "".join(line.text for line in manual("change-ethnicity").section("delivery").lines)
    assert "市级复审”（郑州市）" in at_home
    in_the_city = counter_manual(CATALOGUE, CATALOGUE.bundles["change-ethnicity"], CITY)
    assert "跨层级" not in "".join(line.text for line in in_the_city.section("delivery").lines)
    said = lines(group(manual("change-ethnicity").section("applicant"), "代为办理"))
    assert "没有授权委托书" in said


def test_r56_r69_departments_that_are_not_connected_or_authorised_the_window_are_named() -> None:
    assert "新闻出版部门的系统尚未对接" in "".join(line.text for line in manual("open-bookstore").section("hand-on").lines)
    merged = JINSHUI.model_copy(update={"merge_intake_acceptance": ("market-regulation",)})
    found = counter_manual(CATALOGUE, CATALOGUE.bundles["open-restaurant"], merged).section("hand-on")
    assert "市场监管部门已授权窗口受理：收件即受理" in "".join(line.text for line in found.lines)


def test_r112_a_material_nobody_holds_yet_says_so() -> None:
    text = lines(group(manual("open-bathhouse").section("materials"), "投资项目备案信息"))
    assert "从提供部门（待核实）共享" in text
