"""The picture of a model: everything drawn, readable, inside its frame, with live colours (R15, look.md)."""

import re
from collections import Counter
from pathlib import Path

import pytest
from lxml import etree

from onething.modelling.names import ModelError, find_all, local, parse, tag
from onething.modelling.picture import STATES, picture
from onething.modelling.read import read_model

HOME = Path(__file__).resolve().parents[2]
MODELS = sorted(HOME.glob("bpmn/*/*.bpmn"))
NAMED = ("Event", "Gateway", "Task", "callActivity", "subProcess", "Reference", "sequenceFlow")
SVG = "{http://www.w3.org/2000/svg}"
SMALL = """<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:di="http://www.omg.org/spec/DD/20100524/DI"
  xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:dc="http://www.omg.org/spec/DD/20100524/DC">
  <process id="p" name="A &lt;b&gt; &amp; C">{elements}</process>
  <bpmndi:BPMNDiagram><bpmndi:BPMNPlane bpmnElement="p">{shapes}</bpmndi:BPMNPlane></bpmndi:BPMNDiagram></definitions>"""
EVERY_KIND = {
    "start": '<startEvent id="start" name="开始"><timerEventDefinition/></startEvent>',
    "thrown": '<intermediateThrowEvent id="thrown" name="告知"><messageEventDefinition/></intermediateThrowEvent>',
    "or": '<complexGateway id="or" name="酌情"/>',
    "task": '<task id="task" name="对材料是否齐全、是否符合法定形式作出审查（含补正）"/>',
    "closed": '<subProcess id="closed" name="收起"/>',
    "looped": '<task id="looped" name="逐项"><multiInstanceLoopCharacteristics isSequential="true"/></task>',
    "note": '<textAnnotation id="note"><text>第一行\n第二行</text></textAnnotation>',
}


def small(elements: dict[str, str], edges: str = "") -> etree._Element:
    """A model with these elements in a row and no bounds for labels."""
    shapes = "".join(
        f'<bpmndi:BPMNShape bpmnElement="{one}"><dc:Bounds x="{200 * n}" y="0" width="120" height="80"/></bpmndi:BPMNShape>'
        for n, one in enumerate(elements)
    )
    return parse(SMALL.format(elements="".join(elements.values()), shapes=shapes + edges).encode(), "small.bpmn")


def drawn(svg: str) -> etree._Element:
    return etree.fromstring(svg.encode())


def texts(svg: str) -> list[list[str]]:
    """The lines of every text."""
    return [[line.text or "" for line in text] for text in drawn(svg).iter(f"{SVG}text")]


def joined(svg: str) -> set[str]:
    return {"".join(lines).replace(" ", "") for lines in texts(svg)}


@pytest.mark.parametrize("path", MODELS, ids=lambda path: path.stem)
def test_every_name_and_every_line_is_drawn(path: Path) -> None:
    model = read_model(path)
    svg = picture(model)
    groups = {g.get("data-element"): g for g in drawn(svg).iter(f"{SVG}g") if g.get("data-element")}
    wanted = Counter(
        e.get("name").replace(" ", "") for e in find_all(model, "bpmn:process//*") if e.get("name") and local(e).endswith(NAMED)
    )
    found = Counter("".join(lines).replace(" ", "") for lines in texts(svg))
    assert not wanted - found, "a name is lost"
    for shape in find_all(model, ".//bpmndi:BPMNPlane/*"):
        assert len(groups[shape.get("bpmnElement")]) >= 1
    for flow in model.iter(tag("bpmn", "sequenceFlow")):
        assert len(groups[flow.get("id")].findall(f"{SVG}path")) == 2, f"{flow.get('id')} wants a line and a head"


@pytest.mark.parametrize("path", MODELS, ids=lambda path: path.stem)
def test_no_text_leaves_the_frame(path: Path) -> None:
    root = drawn(picture(read_model(path), marked={}))
    left, top, width, height = map(float, root.get("viewBox", "").split())
    assert (root.get("width"), root.get("height")) == (f"{width:g}", f"{height:g}")
    for text in root.iter(f"{SVG}text"):
        size = float(text.get("font-size", "0"))
        for line in text:
            x, y = float(line.get("x", "")), float(line.get("y", ""))
            wide = sum(size if ord(character) > 0x2E80 else 0.6 * size for character in line.text or "")
            start = x - wide / 2 if text.get("text-anchor") == "middle" else x
            assert left <= start, line.text
            assert start + wide <= left + width, line.text
            assert top <= y - size, line.text
            assert y + 0.3 * size <= top + height, line.text


@pytest.mark.parametrize("path", MODELS, ids=lambda path: path.stem)
def test_labels_have_at_most_twelve_characters_a_line(path: Path) -> None:
    model = read_model(path)
    wide = {box.get("name") for box in model.iter(tag("bpmn", "subProcess"))}
    wide |= {note.findtext(tag("bpmn", "text")) for note in model.iter(tag("bpmn", "textAnnotation"))}
    for lines in texts(picture(model)):
        assert max(map(len, lines)) <= 12 or "".join(lines) in wide, f"{lines} is too long"


def test_it_stands_alone() -> None:
    svg = picture(read_model(HOME / "bpmn/bundles/newborn.bpmn"))
    root = drawn(svg)
    assert root.get("role") == "img"
    assert root[0].tag == f"{SVG}title"
    assert root[0].text == read_model(HOME / "bpmn/bundles/newborn.bpmn").find(tag("bpmn", "process")).get("name")
    assert {local(e) for e in root.iter()} == {"svg", "title", "rect", "g", "path", "text", "tspan"}
    assert not re.search(r"href|url\(|style=|dominant-baseline", svg)


def test_live_states_have_a_colour_a_sign_and_a_legend() -> None:
    model = read_model(HOME / "bpmn/bundles/open-restaurant.bpmn")
    ids = ("submitted", "intake-call", "taken-in", "box-food-business-license", "papers", "submitted-to-intake-call")
    marked = dict(zip(ids, (*STATES, "done"), strict=True))
    plain, live = picture(model), picture(model, marked=marked)
    groups = {g.get("data-element"): etree.tostring(g).decode() for g in drawn(live).iter(f"{SVG}g")}
    for one, state in marked.items():
        assert STATES[state].stroke in groups[one]
        assert STATES[state].fill in groups[one] or one == "submitted-to-intake-call"
        assert f"<title>{STATES[state].word}</title>" in live
    words = {paint.word for paint in STATES.values()}
    assert words <= joined(live)
    assert words <= joined(picture(model, marked={}))
    assert not words & joined(plain)
    assert STATES["now"].stroke not in plain
    here = {g.get("data-element") for g in drawn(live).iter(f"{SVG}g") if g.get("data-here") is not None}
    assert here == {one for one, state in marked.items() if state in ("now", "overdue") and not one.startswith("box-")}
    assert "data-here" not in plain


def test_under_way_and_overdue_are_told_apart_without_reading() -> None:
    def red(colour: str) -> bool:
        return int(colour[1:3], 16) > 2 * int(colour[5:7], 16)

    assert red(STATES["overdue"].stroke)
    assert not red(STATES["now"].stroke)


def test_marks_on_other_elements_are_ignored_and_strange_states_refused() -> None:
    model = small(EVERY_KIND)
    assert picture(model, marked={"elsewhere": "done"}) == picture(model, marked={})
    with pytest.raises(KeyError):
        picture(model, marked={"task": "lost"})


def test_names_are_escaped() -> None:
    model = small({"t": '<task id="t" name="&lt;script&gt; &amp; “a”"/>'})
    svg = picture(model, marked={"t": "now"})
    assert "<script" not in svg
    assert "<script>&“a”" in joined(svg)
    assert drawn(svg)[0].text == "A <b> & C"


def test_every_kind_is_drawn_without_bounds_for_its_label() -> None:
    edge = '<bpmndi:BPMNEdge bpmnElement="{}"><di:waypoint x="120" y="40"/><di:waypoint x="{}" y="40"/></bpmndi:BPMNEdge>'
    lines = {
        "flow": '<sequenceFlow id="flow" name="是" sourceRef="start" targetRef="thrown"/>',
        "told": '<messageFlow id="told"/>', "beside": '<association id="beside"/>', "point": '<association id="point"/>',
    }
    edges = "".join(edge.format(one, 120 if one == "point" else 200) for one in lines)
    model = small(EVERY_KIND | {"nowhere": "".join(lines.values())}, edges)
    svg = picture(model)
    names = {"开始", "告知", "酌情", "收起", "逐项", "第一行第二行", "是", "对材料是否齐全、是否符合法定形式作出审查（含补正）"}
    assert joined(svg) == names
    long = next(lines for lines in texts(svg) if lines[0].startswith("对材料"))
    assert len(long) > 2
    assert not any(line[0] in "，、）" for line in long)


def test_a_model_without_a_diagram_is_refused() -> None:
    with pytest.raises(ModelError, match="没有图形"):
        picture(small({}))
