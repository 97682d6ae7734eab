"""What differs between two editions of a guide, in sentences (R17, R20)."""

import copy
from collections.abc import Callable, Iterator
from typing import Any, get_args

import pytest
from pydantic import BaseModel

from onething.catalogue import Bundle, Item, Material
from onething.catalogue.facts import FormField
from onething.catalogue.knowledge import Knowledge
from onething.catalogue.models import Question
from onething.catalogue.service import Service
from onething.catalogue.version import edition_of, version_of
from onething.guides.change_words import AREAS, NAMES
from onething.guides.changes import Change, changes
from tests.guides.reading import BUNDLES, CATALOGUE, check_plain, name

Edition = dict[str, Any]
SILENT = ("slug", "number", "key", "group", "value")
"""Names and numbers for programs: a new one is another bundle, item or question."""


def edition(slug: str = "open-restaurant") -> Edition:
    return copy.deepcopy(edition_of(CATALOGUE, CATALOGUE.bundles[slug]))


def said(edit: Callable[[Edition], Any], slug: str = "open-restaurant") -> list[str]:
    before, after = edition(slug), edition(slug)
    edit(after)
    assert version_of(before) != version_of(after)
    found = changes(before, after)
    check_plain(change.text for change in found)
    return [change.text for change in found]


def licence(data: Edition) -> dict[str, Any]:
    return data["items"]["food-business-license"]


@pytest.mark.parametrize("bundle", BUNDLES, ids=name)
def test_r20_an_edition_does_not_differ_from_itself(bundle: Bundle) -> None:
    assert changes(edition(bundle.slug), edition(bundle.slug)) == []


def test_r20_the_model_is_told_where_both_editions_know_it() -> None:
    one, other = edition() | {"model": "a1"}, edition() | {"model": "b2"}
    older = {room: data for room, data in one.items() if room != "model"}
    assert changes(one, other) == [Change("其他", "流程模型有变化")]
    assert changes(one, one) == changes(older, other) == []
    assert changes(one | {"model": {"case": "a", "intake": "b"}}, one | {"model": {"case": "c", "intake": "d"}}) == [
        Change("其他", "流程模型有变化")]


def test_r20_a_shorter_limit() -> None:
    assert said(lambda data: licence(data)["limits"]["promised"].update(days=8)) == [
        "“食品经营许可”承诺办结时限由 10 个工作日改为 8 个工作日"]
    assert said(lambda data: licence(data)["limits"]["promised"].update(confirmed=True, source="承诺")) == [
        "“食品经营许可”承诺办结时限的出处由“无”改为“承诺”", "“食品经营许可”承诺办结时限已核实"]


def test_r20_an_item_comes_and_goes_without_all_it_brings_along() -> None:
    def drop(data: Edition) -> None:
        data["bundle"]["rows"] = data["bundle"]["rows"][1:]
        del data["items"]["food-business-license"]

    assert said(drop) == ["删去事项“食品经营许可”"]
    after = edition()
    drop(after)
    assert [change.text for change in changes(after, edition())] == [
        "增加事项“食品经营许可”（市场监管部门办理，承诺 10 个工作日）"]


def test_r20_materials() -> None:
    def edit(data: Edition) -> None:
        uses = licence(data)["materials"]
        uses[:] = [use for use in uses if use["key"] != "management-rules"]
        uses.append({"key": "lease-contract", "required": False, "when": "premises == leased"})
        data["materials"]["premises-plan"].update(standard="标明功能区和尺寸", copies=2, source="government")

    assert said(edit) == [
        "“食品经营许可”不再需要材料“管理制度”", "“食品经营许可”增加材料“场地租赁合同”",
        "材料“场所平面图”的来源方式由“申请人提交”改为“政府部门共享，免于提交”",
        "材料“场所平面图”的受理标准由“标明各功能区、出入口和尺寸，与现场一致，由申请人签字或者盖章”改为“标明功能区和尺寸”",
        "材料“场所平面图”的份数由 1 份改为 2 份",
    ]


def test_r20_a_condition_is_told_in_the_words_of_its_question() -> None:
    assert said(lambda data: data["bundle"]["rows"][2].update(when=None)) == [
        "“公众聚集场所投入使用、营业前消防安全检查”的适用情形由“‘您的场所营业前要办消防安全检查吗？’答‘是’”改为“无”"]


def test_r20_tolerance_and_promises() -> None:
    def edit(data: Edition) -> None:
        use = next(use for use in licence(data)["materials"] if use["key"] == "management-rules")
        use["tolerance"], use["promise"] = None, False

    assert said(edit) == [
        "“食品经营许可”的材料“管理制度”的容缺受理由“5 个工作日内补交”改为“无”",
        "“食品经营许可”的材料“管理制度”的是否实行告知承诺由“是”改为“否”",
    ]


def test_r20_fields_of_the_form() -> None:
    def edit(data: Edition) -> None:
        licence(data)["fields"].remove("business_area")
        licence(data)["fields"].append("premises_floors")
        data["fields"]["premises_address"]["label"] = "场所地址"

    assert said(edit) == [
        "“食品经营许可”申请表增加“所在楼层”", "“食品经营许可”申请表不再填写“经营面积”",
        "申请表“场所地址”的名称由“经营场所地址”改为“场所地址”",
    ]


def test_r20_fees_and_answers() -> None:
    assert said(lambda data: licence(data)["fee"].update(text="每件 50 元")) == [
        "“食品经营许可”的收费情况由“不收费”改为“每件 50 元”"]
    assert said(lambda data: licence(data).update(fee=None)) == ["“食品经营许可”的收费情况由“不收费”改为“无”"]
    entry = edition()["knowledge"]["entries"][0]
    assert said(lambda data: data["knowledge"]["entries"].append({**entry, "question": "要多久？"})) == [
        "新增常见问题“要多久？”"]
    assert said(lambda data: data["knowledge"]["entries"].pop(0)) == [f"删去常见问题“{entry['question']}”"]
    assert said(lambda data: data.update(knowledge=None))[0].startswith("删去常见问题")


def test_r20_who_leads_and_who_decides() -> None:
    assert said(lambda data: data["bundle"].update(lead="fire-rescue")) == ["牵头部门由“市场监管部门”改为“消防救援机构”"]
    assert said(lambda data: data["bundle"]["rows"][0].update(department="urban-management", levels=["county"])) == [
        "“食品经营许可”的办理部门由“市场监管部门”改为“住房城乡建设(城市管理)部门”",
        "“食品经营许可”的行使层级由“市级、县级”改为“县级”",
    ]
    assert said(lambda data: data["departments"].update({"fire-rescue": "消防救援局"})) == [
        "部门名称由“消防救援机构”改为“消防救援局”"]
    assert said(lambda data: data["bundle"]["rows"].reverse()) == ["事项的排列顺序有调整"]


def test_r20_newborn_and_change_ethnicity() -> None:
    assert said(lambda data: data["bundle"]["rows"][2].update(after=[]), "newborn") == [
        "“对新出生婴儿办理出生登记（国内出生）”的前置事项由“出生医学证明签发”改为“无”"]
    assert said(lambda data: data["bundle"]["notes"].append("带户口簿"), "change-ethnicity") == ["增加说明“带户口簿”"]
    assert said(lambda data: data["questions"]["basis"]["options"].pop(), "change-ethnicity") == [
        "问题“申请人依据哪一种情形变更民族成份？”删去选项“年满十八周岁不满二十周岁”"]
    assert said(lambda data: data["questions"].pop("parent_insurance"), "newborn") == [
        "不再询问“父母参加城乡居民医保的情况是哪一种？”"]


def test_r20_what_comes_first_is_what_matters_most() -> None:
    before, after = edition(), edition()
    after["service"]["ways"].pop()
    licence(after)["fee"]["text"] = "每件 50 元"
    after["fields"]["premises_address"]["help"] = ""
    after["materials"]["premises-plan"]["note"] = ""
    licence(after)["limits"]["statutory"]["days"] = 20
    after["bundle"]["rows"][0]["remark"] = "新增备注"
    assert [change.area for change in changes(before, after)] == list(AREAS)


def test_r20_an_older_edition_that_knew_less_is_no_change() -> None:
    old = edition()
    for item in old["items"].values():
        del item["supervision"]
    del old["service"]["baseline"], old["questions"]
    assert changes(old, edition()) == changes(edition(), old) == []


# whatever is edited


def leaves(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from leaves(inner, (*path, key))
    elif isinstance(value, list) and any(isinstance(inner, dict) for inner in value):
        for position, inner in enumerate(value):
            yield from leaves(inner, (*path, position))
    else:
        yield path


def another(value: Any) -> Any:
    if isinstance(value, bool):
        return not value
    if isinstance(value, int | float):
        return value + 1
    if isinstance(value, list):
        return value[1:] if value else ["改动"]
    return "改动" if value is None else f"{value}改动"


def edited(data: Any, path: tuple[Any, ...]) -> Any:
    """A copy along the path, with another value at its end."""
    if not path:
        return another(data)
    fresh = copy.copy(data)
    fresh[path[0]] = edited(data[path[0]], path[1:])
    return fresh


def is_told(path: tuple[Any, ...]) -> bool:
    return path[:2] != ("bundle", "questions") and path != ("knowledge", "bundle") and path[-1] not in SILENT


@pytest.mark.parametrize("slug", ["open-restaurant", "newborn", "change-ethnicity", "second-hand-home-transfer", "open-bar"])
def test_r20_whatever_is_edited_is_told_in_plain_chinese(slug: str) -> None:
    """Every single value of the edition, one after the other."""
    before = edition(slug)
    for path in leaves(before):
        found = changes(before, edited(before, path))
        assert found or not is_told(path), path
        check_plain(change.text for change in found)
        assert {change.area for change in found} <= set(AREAS)


def keys(model: type[BaseModel]) -> Iterator[str]:
    def inside(annotation: Any) -> Iterator[str]:
        if isinstance(annotation, type) and issubclass(annotation, BaseModel):
            yield from keys(annotation)
        for argument in get_args(annotation):
            yield from inside(argument)

    for key, field in model.model_fields.items():
        yield key
        yield from inside(field.annotation)


def test_r20_every_key_of_the_catalogue_has_a_chinese_name() -> None:
    known = {key for model in (Bundle, Item, Material, FormField, Question, Knowledge, Service) for key in keys(model)}
    assert known <= NAMES.keys()
