"""What the full guide says where the plan asks for something particular (R1, R8, R9, R11, R12, R19, R113, R116, R117, R127)."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from onething.catalogue import Bundle, load_catalogue
from onething.eligibility import materials_for
from onething.guides.brief import brief_guide
from onething.guides.full import ATTENTION, full_guide
from onething.promises import kinds_for
from onething.vocabulary import PromiseKind

HOME = Path(__file__).resolve().parents[2]
CATALOGUE = load_catalogue(HOME)
CITY, JINSHUI = CATALOGUE.districts["410100"], CATALOGUE.districts["410105"]
PART = {PromiseKind.TOLERANCE: "容缺受理情况", PromiseKind.COMMITMENT: "书面承诺告知情况"}
every_bundle = pytest.mark.parametrize("bundle", CATALOGUE.in_plan_order(), ids=lambda bundle: bundle.slug)


def said(bundle: Bundle, key: str) -> str:
    section = full_guide(CATALOGUE, bundle, CITY).section(key)
    return "\n".join([*(group.title for group in section.groups), *(line.text for line in section.lines)])


@every_bundle
def test_r1_the_brief_guide_says_less_and_nothing_else(bundle: Bundle) -> None:
    long, short = full_guide(CATALOGUE, bundle, CITY), brief_guide(CATALOGUE, bundle, CITY)
    assert sum(len(s.lines) for s in short.sections) < sum(len(s.lines) for s in long.sections)
    assert {section.key for section in short.sections} < {section.key for section in long.sections}
    assert short.version == long.version


@every_bundle
def test_r1_the_brief_guide_names_the_items_that_answer_differently(bundle: Bundle) -> None:
    """No answer stands twice under one question; what not all items say is said of some."""
    lines = [line.text for line in brief_guide(CATALOGUE, bundle, CITY).section("attention").lines]
    assert len(set(lines)) == len(lines)
    items = [CATALOGUE.items[row.item] for row in bundle.rows]
    for key, question in ATTENTION.items():
        answers = {(fact.text, fact.confirmed) for item in items if item.attention for fact in [getattr(item.attention, key)]}
        told = [text for text in lines if text.startswith(question)]
        assert len(told) == len(answers)
        assert {text.partition("：")[2] for text in told} == {text for text, _ in answers}
        assert all("时：" in text or "其他事项：" in text for text in told) == (len(told) > 1)


@every_bundle
def test_r7_what_may_come_later_is_said_for_the_items_that_allow_it(bundle: Bundle) -> None:
    """As the application allows it: for one item alone, and not for all together where one of them does not."""
    groups = {group.title: group for group in full_guide(CATALOGUE, bundle, CITY).section("materials").groups}
    chosen = [row.item for row in bundle.rows]
    together = {need.material.key: need for need in materials_for(CATALOGUE, bundle, chosen, None)}
    for item in chosen:
        for need in materials_for(CATALOGUE, bundle, [item], None):
            for kind in kinds_for(need) if together[need.material.key].upload else ():
                [told] = [line.text for line in groups[need.material.name].lines if line.text.startswith(PART[kind])]
                assert f"”{kind.label}：" in told
                whole = kind in kinds_for(together[need.material.key])
                assert whole or f"“{CATALOGUE.items[item].name}”" in told.partition("同时办")[0]
                assert whole == ("的不可以" not in told)


def test_r7_rules_of_a_restaurant_may_come_later_without_the_fire_inspection() -> None:
    rules = next(group for group in full_guide(CATALOGUE, CATALOGUE.bundles["open-restaurant"], CITY).section("materials").groups
                 if group.title == "管理制度")
    told = [line.text for line in rules.lines if line.text.startswith(tuple(PART.values()))]
    assert [text.partition("：")[0] for text in told] == list(PART.values())
    for text in told:
        assert "办“食品经营许可”时可以" in text
        assert "同时办“公众聚集场所投入使用、营业前消防安全检查”的不可以，须一并交齐" in text


@every_bundle
def test_a_doubt_is_said_once(bundle: Bundle) -> None:
    for make in (full_guide, brief_guide):
        for section in make(CATALOGUE, bundle, CITY).sections:
            for line in section.lines:
                assert not (line.doubtful and "待核实" in line.text + line.source), line
                assert line.confirmed or line.doubtful or "待核实" in line.text + line.source
    assert "信任等级" not in said(bundle, "materials")


@every_bundle
def test_r8_r12_where_when_and_how_to_follow_it(bundle: Bundle) -> None:
    for words in ("网上办理", "窗口办理", "地址"):
        assert words in said(bundle, "ways")
    assert "我的办件" in said(bundle, "query")
    local = full_guide(CATALOGUE, bundle, JINSHUI).section("ways")
    [window] = [group for group in local.groups if "金水区" in group.title]
    assert [line.text.partition("：")[0] for line in window.lines] == ["地址", "时间"]
    assert not any(line.confirmed for line in window.lines), "nobody has confirmed an address yet"


@every_bundle
def test_r9_special_steps_are_named_and_whether_the_clock_stops(bundle: Bundle) -> None:
    flow = said(bundle, "flow")
    for row in bundle.rows:
        for use in CATALOGUE.items[row.item].special_steps:
            assert f"“{CATALOGUE.items[row.item].name}”：{use.kind.label}（" in flow
    for act in bundle.joint_acts:
        assert act.kind.label in flow


@every_bundle
def test_r11_every_item_says_what_it_costs(bundle: Bundle) -> None:
    fees = said(bundle, "fees")
    for row in bundle.rows:
        fee = CATALOGUE.items[row.item].fee
        assert fee is not None
        assert fee.text in fees


@every_bundle
def test_r19_every_situation_has_rows_of_its_own(bundle: Bundle) -> None:
    for situation in bundle.situations:
        question = next(q for q in bundle.questions if q.key == situation.question)
        options = {row.option for row in bundle.rows if row.situation == situation.group}
        assert options <= {option.value for option in question.options}
        assert len(options) > 1
    for row in bundle.rows:
        assert not row.when or (row.because and row.otherwise), "why it is needed, and why not"


@every_bundle
def test_r113_what_can_be_checked_as_an_e_licence_is_never_uploaded(bundle: Bundle) -> None:
    for need in materials_for(CATALOGUE, bundle, [row.item for row in bundle.rows], None):
        if "电子证照" in need.material.dataset:
            assert not need.upload, need.material.name


def test_r116_every_channel_ends_in_one_place() -> None:
    """Pages, API, window and synthetic people: a case is made by api/submission.py and nowhere else."""
    makers = set()
    for path in (path for room in ("api", "onething", "workers", "simulation") for path in (HOME / room).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Application":
                makers.add(path.relative_to(HOME).as_posix())
    assert makers == {"api/submission.py"}


@every_bundle
def test_r117_one_theme_for_every_channel(bundle: Bundle) -> None:
    theme = CATALOGUE.themes[bundle.theme]
    assert theme.audience == bundle.audience


@every_bundle
def test_r127_every_bundle_says_its_batch_and_what_changed(bundle: Bundle) -> None:
    assert bundle.change is not None
    assert f"清单批次：{bundle.change.since}年" in said(bundle, "name")
