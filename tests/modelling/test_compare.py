"""`onething model diff`: every kind of change is told in a sentence, and what is equal is told by nothing."""

from collections.abc import Callable
from copy import deepcopy
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from onething.modelling.compare import Difference, compare, marks, told, unmarked
from onething.modelling.moves import moves
from onething.modelling.names import camunda, find_all, parse, tag
from onething.modelling.paints import CHANGES
from onething.modelling.picture import picture
from onething.modelling.read import read_model
from tests.modelling.hand import by_id, insert, move, note, place_of, put, shift, user_task

HOME = Path(__file__).resolve().parents[2]
MODELS = sorted(HOME.glob("bpmn/*/*.bpmn"))
NEWBORN = read_model(HOME / "bpmn/bundles/newborn.bpmn")
CARD = "social-security-card"
Edit = Callable[[etree._Element], object]


def text(path: str, value: str) -> Edit:
    return lambda model: setattr(find_all(model, path)[0], "text", value)


def attribute(name: str, key: str, value: str) -> Edit:
    return lambda model: by_id(model, name).set(key, value)


def take(name: str) -> Edit:
    """As a modeler deletes it: with its place."""
    def edit(model: etree._Element) -> None:
        for one in (by_id(model, name), place_of(model, name)):
            one.getparent().remove(one)

    return edit


def call_back(model: etree._Element) -> None:
    insert(model, "delivery-call-to-archive", user_task(model, "Activity_1", "电话回访", (1500, 10, 120, 60)))


def documented(model: etree._Element) -> None:
    etree.SubElement(by_id(model, "archive"), tag("bpmn", "documentation")).text = "每月核对"


def repeated(model: etree._Element) -> None:
    etree.SubElement(by_id(model, "archive"), tag("bpmn", "multiInstanceLoopCharacteristics"), isSequential="true")


def in_another_box(model: etree._Element) -> None:
    by_id(model, "box-vaccination-certificate").append(by_id(model, f"{CARD}-result"))


def own_extension(model: etree._Element) -> None:
    etree.SubElement(by_id(model, "archive"), tag("bpmn", "ioSpecification"))


def bend(model: etree._Element) -> None:
    place_of(model, "archive-to-archived")[0].set("y", "99")


STEP = f".//*[@id='{CARD}-deemed-acceptance']//camunda:property"
RETURN = "用户任务“统一退还材料”（material-return）的"
TOLD: list[tuple[str, str, Edit]] = [
    ("added", "新增用户任务“电话回访”（Activity_1），在“送达”之后，在“归档”之前", call_back),
    ("added", "新增框“另办”（Activity_2）", lambda m: put(m, "subProcess", "Activity_2", (1, 1, 9, 9), name="另办")),
    ("added", "新增批注“第一 第二”（TextAnnotation_1）",
     lambda m: note(m, "TextAnnotation_1", "第一\n第二", "archive", (1, 1, 9, 9))),
    ("removed", "删去自动任务“归档”（archive），在“送达”之后，在“已归档”之前", take("archive")),
    ("removed", f"删去框“社会保障卡申领”（box-{CARD}），内有 21 个元素，在“选办事项”之后，在“分别领取？”之前",
     take(f"box-{CARD}")),
    ("renamed", "调用活动 delivery-call 改名：由“送达”改为“送达上门”", attribute("delivery-call", "name", "送达上门")),
    ("renamed", "流程线“收件？” → “同时办理”上的字由“是”改为“收下”", attribute("taken-in-to-split", "name", "收下")),
    ("renamed", f"批注 {CARD}-department 的文字由“人力资源社会保障部门”改为“社保中心”",
     text(f".//*[@id='{CARD}-department']/bpmn:text", "社保中心")),
    ("rewired", "流程线“送达” → “归档”改接为“送达” → “已归档”", attribute("delivery-call-to-archive", "targetRef", "archived")),
    ("rewired", "流程线“收件？” → “同时办理”的条件由“${intake_outcome == 'accepted'}”改为“${papers_held}”",
     text(".//*[@id='taken-in-to-split']/bpmn:conditionExpression", "${papers_held}")),
    ("rewired", "删去流程线“归档” → “已归档”", take("archive-to-archived")),
    ("rewired", "删去前置关系“对新出生婴儿办理出生登记（国内出生）” → “社会保障卡申领”",
     take(f"result-of-birth-registration-for-box-{CARD}")),
    ("rewired", "排他网关“收件？”（taken-in）的默认流程线由“收件？ → 不予收件”改为“收件？ → 同时办理”",
     attribute("taken-in", "default", "taken-in-to-split")),
    ("changed", "自动任务“归档”（archive）的主题由“archive”改为“result-push”",
     attribute("archive", camunda("topic"), "result-push")),
    ("changed", "自动任务“登记退还”（record-return）的步骤由“returned”改为“record”",
     lambda m: find_all(m, ".//*[@id='record-return']//camunda:property")[0].set("value", "record")),
    ("changed", f"{RETURN}表单由“material-return”改为“opinion”", attribute("material-return", camunda("formRef"), "opinion")),
    ("changed", f"{RETURN}办理岗位由“${{window_group}}”改为“${{lead_group}}”",
     attribute("material-return", camunda("candidateGroups"), "${lead_group}")),
    ("changed", f"{RETURN}期限由“${{return_due}}”改为“${{intake_due}}”",
     attribute("material-return", camunda("dueDate"), "${intake_due}")),
    ("changed", f"边界事件“承诺10日”（{CARD}-promised）的计时由“${{promised_due}}”改为“${{statutory_due}}”",
     text(f".//*[@id='{CARD}-promised']//bpmn:timeDate", "${statutory_due}")),
    ("changed", "调用活动“收件”（intake-call）的传入“channel”由“channel”改为“way”",
     lambda m: find_all(m, ".//*[@id='intake-call']//camunda:in[@target='channel']")[0].set("source", "way")),
    ("changed", "开始事件“申请人撤回”（case-withdrawn）的等待的消息由“case-withdrawn”改为“item-withdrawn”",
     lambda m: find_all(m, ".//*[@id='case-withdrawn']/*[@messageRef]")[0].set("messageRef", "message-item-withdrawn")),
    ("changed", f"框“社会保障卡申领”（box-{CARD}）的输入“item”由“{CARD}”改为“x”",
     text(f".//*[@id='box-{CARD}']//camunda:inputParameter[@name='item']", "x")),
    ("changed", "自动任务“归档”（archive）的说明设为“每月核对”", documented),
    ("changed", "自动任务“归档”（archive）的重复设为“是（依次）”", repeated),
    ("changed", "自动任务“归档”（archive）的主题“archive”去掉了", lambda m: by_id(m, "archive").attrib.pop(camunda("topic"))),
    ("changed", "自动任务“归档”（archive）的类型由“自动任务”改为“用户任务”".replace("自动任务“归档”", "用户任务“归档”"),
     lambda m: setattr(by_id(m, "archive"), "tag", tag("bpmn", "userTask"))),
    ("changed", f"自动任务“结果互通”（{CARD}-result）换了地方：由“社会保障卡申领”改为“预防接种证办理”", in_another_box),
    ("changed", "自动任务“归档”（archive）的其他设置有改动", own_extension),
    ("changed", "流程“新生儿出生一件事”（newborn）的历史保留期限由“P3650D”改为“P1D”",
     attribute("newborn", camunda("historyTimeToLive"), "P1D")),
    ("moved", "只移动了调用活动“收件”（intake-call）", lambda m: move(m, "intake-call", 5, 5)),
    ("moved", f"只移动了框“社会保障卡申领”（box-{CARD}）", lambda m: move(m, f"box-{CARD}", 0, 40)),
    ("moved", "只改了流程线“归档” → “已归档”的走向", bend),
]


def edited(*edits: Edit) -> etree._Element:
    model = deepcopy(NEWBORN)
    for edit in edits:
        edit(model)
    return parse(etree.tostring(model), "edited")


def sentences(found: list[Difference], kind: str) -> list[str]:
    return [one.sentence for one in found if one.kind == kind]


@pytest.mark.parametrize(("kind", "sentence", "edit"), TOLD, ids=[f"{kind}-{n}" for n, (kind, _, _) in enumerate(TOLD)])
def test_every_kind_of_change_is_told(kind: str, sentence: str, edit: Edit) -> None:
    found = compare(NEWBORN, edited(edit))
    assert sentence.replace("新生儿出生一件事", find_all(NEWBORN, "bpmn:process")[0].get("name")) in sentences(found, kind)
    if kind in ("renamed", "moved") or (kind == "changed" and "换了地方" not in sentence):
        assert len(found) == 1, "nothing else is told"


def test_every_kind_has_an_example() -> None:
    assert {kind for kind, _, _ in TOLD} == {"added", "removed", "renamed", "rewired", "changed", "moved"}


@pytest.mark.parametrize("path", MODELS, ids=lambda path: path.stem)
def test_an_equal_model_has_no_differences(path: Path) -> None:
    """However it is laid out, and whatever order the diagram is written in."""
    model, other = read_model(path), read_model(path)
    etree.indent(other, "\t")
    plane = find_all(other, ".//bpmndi:BPMNPlane")[0]
    plane[:] = reversed(list(plane))
    assert compare(model, other) == []
    assert compare(model, parse(etree.tostring(other, method="c14n"), "x")) == []


def test_what_went_along_is_not_told() -> None:
    """With a box its content and what sits on it; with a node its lines."""
    assert moves(NEWBORN, edited(lambda m: move(m, f"box-{CARD}", 3, 40))) == ([f"box-{CARD}"], (0, 0))
    both = edited(lambda m: move(m, f"box-{CARD}", 3, 40), lambda m: move(m, f"{CARD}-result", 9, 0))
    assert moves(NEWBORN, both) == ([f"box-{CARD}", f"{CARD}-result"], (0, 0))


def test_a_whole_diagram_that_was_moved_is_told_once() -> None:
    """As some modelers do on opening; they measure names anew, too."""
    def away(model: etree._Element) -> None:
        for place in (*model.iter(tag("dc", "Bounds")), *model.iter(tag("di", "waypoint"))):
            shift(place, 140, -6)
        for bounds in find_all(model, ".//bpmndi:BPMNLabel/dc:Bounds"):
            shift(bounds, 3, 0)
            bounds.set("width", str(int(bounds.get("width", "0")) - 6))

    assert [one.sentence for one in compare(NEWBORN, edited(away))] == ["整张图移动了，各元素之间的位置不变"]
    both = compare(NEWBORN, edited(away, lambda m: move(m, "intake-call", 5, 0)))
    assert [one.element for one in both] == ["newborn", "intake-call"]


def test_what_a_modeler_leaves_out_or_puts_elsewhere_when_it_saves_is_no_difference() -> None:
    def saved(model: etree._Element) -> None:
        for event in model.iter(tag("bpmn", "boundaryEvent")):
            if event.get("cancelActivity") == "true":
                del event.attrib["cancelActivity"]
        find_all(model, "bpmn:process")[0].append(by_id(model, f"{CARD}-department"))

    assert compare(NEWBORN, edited(saved)) == []

def test_what_is_renamed_and_moved_is_not_told_as_only_moved() -> None:
    found = compare(NEWBORN, edited(attribute("archive", "name", "存档"), lambda m: move(m, "archive", 5, 5)))
    assert [one.kind for one in found] == ["renamed"]


def test_lines_to_what_is_new_or_gone_are_told_with_it() -> None:
    box = edited(take(f"box-{CARD}"))
    assert [one.kind for one in compare(NEWBORN, box)] == ["removed"]
    assert [one.kind for one in compare(box, NEWBORN)] == ["added"]


APART = [edit for _, _, edit in TOLD if edit not in (in_another_box,)][5:]  # the first ones take away what others change
MANY = st.lists(st.sampled_from(range(len(APART))), max_size=6, unique=True)


@settings(max_examples=40, deadline=None)
@given(MANY)
def test_there_are_differences_exactly_where_something_was_edited(chosen: list[int]) -> None:
    """And read backwards each one is told of the same element; what was new is gone."""
    model = deepcopy(NEWBORN)
    for number in chosen:
        try:
            APART[number](model)
        except IndexError:
            continue  # an edit before took away what this one changes
    there, back = compare(NEWBORN, model), compare(model, NEWBORN)
    assert bool(there) == bool(chosen)
    assert {one.element for one in there} == {one.element for one in back}
    assert {one.element for one in there if one.kind == "added"} == {one.element for one in back if one.kind == "removed"}
    assert {one.element for one in there if one.kind == "moved"} == {one.element for one in back if one.kind == "moved"}


# as people read it


def test_what_was_only_moved_is_counted() -> None:
    away = [lambda m: move(m, "intake-call", 5, 5), lambda m: move(m, f"box-{CARD}", 0, 40), bend]
    one, many = compare(NEWBORN, edited(away[0])), compare(NEWBORN, edited(*away))
    assert told(one) == ["只移动了调用活动“收件”（intake-call）"]
    assert (len(many), told(many)) == (3, ["有 3 个元素只移动了位置"])
    renamed = compare(NEWBORN, edited(attribute("archive", "name", "存档"), *away[:2]))
    assert told(renamed) == [renamed[0].sentence, "另有 2 个元素只移动了位置"]


def test_room_made_in_the_middle_is_no_move_of_the_whole_diagram() -> None:
    """Most of it lies right of the room and moves; what lies left stays, and is not told."""
    def room(model: etree._Element) -> None:
        for place in (*model.iter(tag("dc", "Bounds")), *model.iter(tag("di", "waypoint"))):
            if int(place.get("x", "0")) > 800:
                shift(place, 170, 0)

    def away(model: etree._Element) -> None:
        for place in (*model.iter(tag("dc", "Bounds")), *model.iter(tag("di", "waypoint"))):
            shift(place, 140, 0)

    alone, both = compare(NEWBORN, edited(room)), compare(NEWBORN, edited(room, away))
    assert "整张图移动了，各元素之间的位置不变" not in told(alone)
    assert [one.element for one in both] == ["newborn", *(one.element for one in alone)]
    assert "intake-call" not in {one.element for one in both}


# the picture


def test_the_picture_marks_what_is_new_or_changed_and_tells_below_what_is_gone_or_moved() -> None:
    renamed = attribute("intake-call", "name", "收件窗口")
    after = edited(call_back, renamed, take(f"box-{CARD}"), lambda m: move(m, "not-taken-in", 9, 9),
                   lambda m: move(m, "taken-in", 9, 9))
    found = compare(NEWBORN, after)
    marked = marks(NEWBORN, after, found)
    assert {name for name, mark in marked.items() if mark == "added"} == {"Activity_1", "Flow_Activity_1"}
    assert {name for name, mark in marked.items() if mark == "changed"} == {"intake-call", "delivery-call-to-archive"}
    assert set(marked.values()) == {"added", "changed"}, "what was moved stands there as it was"
    svg = picture(after, marked=marked, paints=CHANGES, notes=unmarked(after, found))
    root = etree.fromstring(svg.encode())
    drawn = {g.get("data-element"): g for g in root.iter("{*}g") if g.get("data-element")}
    for name, mark in (("Activity_1", "added"), ("intake-call", "changed")):
        assert drawn[name].get("stroke") == CHANGES[mark].stroke
    assert {drawn[name].get("stroke") for name in ("archive", "not-taken-in")}.isdisjoint(
        {paint.stroke for paint in CHANGES.values()})
    below = [*sentences(found, "removed"), "另有 2 个元素只移动了位置"]
    lines = [line for line in root.iter("{*}tspan") if line.text in below]
    assert [line.text for line in lines] == below
    left, top, width, height = map(float, root.get("viewBox", "").split())
    assert top < float(lines[0].get("y", "0")) < top + height
    assert {paint.word for paint in CHANGES.values()} <= {line.text for line in root.iter("{*}tspan")}
    assert left + width > float(lines[0].get("x", "0")) + 12 * len(lines[0].text or "") * 0.8


def test_new_boxes_are_green_with_all_that_is_in_them() -> None:
    before = edited(take(f"box-{CARD}"))
    marked = marks(before, NEWBORN, compare(before, NEWBORN))
    assert {marked[name] for name in (f"box-{CARD}", f"{CARD}-result", f"{CARD}-start-to-{CARD}-acceptance")} == {"added"}
