"""The committed models: complete, agreeing with the catalogue, readable as drawings (R22, R26, R61, R70-R79)."""

from collections.abc import Callable
from itertools import combinations, pairwise
from pathlib import Path

import pytest
from lxml import etree

from onething.catalogue import Catalogue
from onething.engine import contract
from onething.errors import Conflict
from onething.modelling.lint import lint_all
from onething.modelling.names import NAMESPACES, ModelError, find_all, local, parse, tag
from onething.modelling.read import forms, messages, precedence, read_model, topics
from onething.modelling.scaffold import new_model, scaffold

HOME = Path(__file__).resolve().parents[2]
MODELS = sorted(HOME.glob("bpmn/*/*.bpmn"))
Box = tuple[float, float, float, float]


def test_there_is_one_model_for_each_bundle_and_each_shared_process(catalogue: Catalogue) -> None:
    assert {path.stem for path in HOME.glob("bpmn/bundles/*.bpmn")} == set(catalogue.processes())
    assert {path.stem for path in HOME.glob("bpmn/shared/*.bpmn")} == set(contract.SHARED_PROCESSES)


def test_lint_finds_nothing(catalogue: Catalogue) -> None:
    assert lint_all(HOME, catalogue) == []


def test_names_shared_with_workers_and_forms_are_used_both_ways() -> None:
    models = [read_model(path) for path in MODELS]
    assert set().union(*map(topics, models)) == set(contract.TOPICS)
    assert set().union(*map(messages, models)) == set(contract.MESSAGES)
    assert set().union(*map(forms, models)) == set(contract.FORMS) == {p.stem for p in HOME.glob("forms/*.form")}


def test_precedence_is_read_from_the_drawing(catalogue: Catalogue) -> None:
    model = read_model(HOME / "bpmn/bundles/open-medical-institution.bpmn")
    edges = precedence(model)
    assert len(edges) >= 7
    assert edges == {(f, r.item) for r in catalogue.bundle("open-medical-institution").rows for f in r.after}


def test_a_model_belongs_to_the_analyst_once_it_is_there(catalogue: Catalogue, tmp_path: Path) -> None:
    path = new_model("open-car-wash", catalogue, tmp_path)
    path.write_text("drawn by hand", encoding="utf-8")
    with pytest.raises(Conflict, match="归流程分析员所有"):
        new_model("open-car-wash", catalogue, tmp_path)
    assert path.read_text(encoding="utf-8") == "drawn by hand"


def test_the_same_entry_is_drawn_the_same_twice(catalogue: Catalogue) -> None:
    bundle = catalogue.bundle("newborn")
    assert scaffold(bundle, catalogue) == scaffold(bundle, catalogue)


LAUGHS = "<!DOCTYPE x [" + '<!ENTITY l0 "lol">' + "".join(
    f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10)
) + "]>{}"


@pytest.mark.parametrize(
    "text",
    [
        '<!DOCTYPE x [<!ENTITY a "b">]><x/>', '<!DOCTYPE x SYSTEM "file:///etc/passwd"><x/>', "<x>", "",
        '<!DOCTYPE lolz [<!ENTITY l "lol"><!ENTITY m "&l;&l;&l;&l;&l;&l;&l;&l;">]><x>&m;</x>', "<x>" + " " * 2_100_000 + "</x>",
        LAUGHS.format("<x>&l9;</x>"), LAUGHS.format('<x y="&l9;"/>'),
        '<!DOCTYPE x [<!ENTITY % p SYSTEM "http://127.0.0.1:9/e.dtd"> %p;]><x/>',
        '<x xmlns:i="http://www.w3.org/2001/XInclude"><i:include href="file:///etc/passwd" parse="text"/></x>',
        "<a>" * 41 + "</a>" * 41, "<a>" * 300_000, "<x " + " ".join(f'a{n}="1"' for n in range(100_000)) + ">",
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_s16_hostile_xml_is_refused(text: str, encoding: str) -> None:
    with pytest.raises(ModelError, match=r"bad\.bpmn"):
        parse(text.encode(encoding), "bad.bpmn")


def test_s16_as_deep_as_allowed_is_read() -> None:
    assert parse(("<a>" * 40 + "</a>" * 40).encode(), "deep.bpmn").tag == "a"


# the drawing


def bounds(element: etree._Element) -> Box:
    box = element.find("dc:Bounds", NAMESPACES)
    x, y, w, h = (float(box.get(k)) for k in ("x", "y", "width", "height"))
    return x, y, x + w, y + h


def overlap(a: Box, b: Box) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def label_bounds(text: str, box: Box) -> Box:
    """What the canvas fills: text in the middle of its bounds, 11 px a Chinese character, at most 90 px a line."""
    width = sum(11 if ord(character) > 0x2E80 else 6.5 for character in text)
    middle, height = (box[0] + box[2]) / 2, 14 * -(-width // 90)
    return middle - min(width, 90) / 2, box[1], middle + min(width, 90) / 2, box[1] + height


def containers(model: etree._Element) -> dict[str, set[str]]:
    """Node id -> the sub-processes around it, itself included."""
    return {
        e.get("id"): {e.get("id")} | {a.get("id") for a in e.iterancestors(tag("bpmn", "subProcess"))}
        for e in model.iter(etree.Element) if e.get("id")
    }


def segments(model: etree._Element) -> list[tuple[str, Box]]:
    found = []
    for edge in find_all(model, ".//bpmndi:BPMNEdge"):
        points = [(float(p.get("x")), float(p.get("y"))) for p in edge.findall("di:waypoint", NAMESPACES)]
        for (x1, y1), (x2, y2) in pairwise(points):
            assert x1 == x2 or y1 == y2, f"{edge.get('bpmnElement')} is not drawn at right angles"
            found.append((edge.get("bpmnElement"), (min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2))))
    return found


@pytest.mark.parametrize("path", MODELS, ids=lambda path: path.stem)
def test_nothing_overlaps_and_no_line_crosses_a_node_or_a_label(path: Path) -> None:
    model = read_model(path)
    kinds = {e.get("id"): local(e) for e in model.iter(etree.Element) if e.get("id")}
    shapes = {s.get("bpmnElement"): bounds(s) for s in find_all(model, ".//bpmndi:BPMNShape")}
    solid = {i: box for i, box in shapes.items() if kinds[i] != "subProcess"}
    boundary = {i for i in solid if kinds[i] == "boundaryEvent"}
    for (one, a), (two, b) in combinations(solid.items(), 2):
        assert not overlap(a, b) or one in boundary or two in boundary, f"{one} lies on {two}"
    labels = {e.getparent().get("bpmnElement"): bounds(e) for e in find_all(model, ".//bpmndi:BPMNLabel")}
    for (one, a), (two, b) in combinations(labels.items(), 2):
        assert not overlap(a, b), f"the labels of {one} and {two} overlap"
    for one, a in labels.items():
        touched = [i for i, box in solid.items() if i != one and overlap(a, box)]
        assert not touched, f"the label of {one} lies on {touched}"
    flows = {f.get("id"): (f.get("sourceRef"), f.get("targetRef")) for f in find_all(model, ".//bpmn:sequenceFlow")}
    for edge, line in segments(model):
        ends = flows.get(edge, ())
        crossed = [i for i, box in solid.items() if i not in ends and overlap(line, shrink(box)) and i not in edge]
        assert not crossed, f"{edge} runs through {crossed}"
        hit = [i for i, box in labels.items() if overlap(line, shrink(box))]
        assert not hit, f"{edge} runs through the label of {hit}"


@pytest.mark.parametrize("path", MODELS, ids=lambda path: path.stem)
def test_labels_stay_clear_as_the_canvas_writes_them(path: Path) -> None:
    model = read_model(path)
    texts = {e.get("id"): e.get("name") or "" for e in model.iter(etree.Element) if e.get("id")}
    labels = {
        owner: label_bounds(texts[owner], bounds(e)) for e in find_all(model, ".//bpmndi:BPMNLabel")
        if (owner := e.getparent().get("bpmnElement"))
    }
    assert max(len(texts[owner]) for owner in labels) <= 12
    for edge, line in segments(model):
        hit = [owner for owner, box in labels.items() if overlap(line, shrink(box))]
        assert not hit, f"{edge} runs through the label of {hit}"


@pytest.mark.parametrize("path", MODELS, ids=lambda path: path.stem)
def test_boxes_stand_apart_and_no_line_runs_through_a_strange_one(path: Path) -> None:
    model = read_model(path)
    inside = containers(model)
    boxed = {box for around in inside.values() for box in around} & {e.get("id") for e in model.iter(tag("bpmn", "subProcess"))}
    shapes = {s.get("bpmnElement"): bounds(s) for s in find_all(model, ".//bpmndi:BPMNShape")}
    for (one, a), (two, b) in combinations({i: shapes[i] for i in boxed}.items(), 2):
        assert not overlap(a, b) or one in inside[two] or two in inside[one], f"{one} lies on {two}"
    ends = {f.get("id"): (f.get("sourceRef"), f.get("targetRef")) for f in find_all(model, ".//bpmn:sequenceFlow")}
    hosts = {e.get("id"): e.get("attachedToRef") for e in model.iter(tag("bpmn", "boundaryEvent"))}
    for edge, line in segments(model):
        own = set().union(*(inside[end] | {hosts.get(end)} for end in ends.get(edge, ())), inside[edge])
        strange = [i for i in boxed - own if overlap(line, shrink(shapes[i]))]
        assert not strange, f"{edge} runs through {strange}"


@pytest.mark.parametrize("path", MODELS, ids=lambda path: path.stem)
def test_flows_meet_only_where_they_part_or_join(path: Path) -> None:
    model = read_model(path)
    ends = {f.get("id"): {f.get("sourceRef"), f.get("targetRef")} for f in find_all(model, ".//bpmn:sequenceFlow")}
    lines = [(edge, line) for edge, line in segments(model) if edge in ends]
    for (one, a), (two, b) in combinations(lines, 2):
        touch = a[0] <= b[2] and b[0] <= a[2] and a[1] <= b[3] and b[1] <= a[3]
        assert not touch or ends[one] & ends[two], f"{one} crosses {two}"


@pytest.mark.parametrize("path", MODELS, ids=lambda path: path.stem)
def test_front_results_never_lie_on_another_line(path: Path) -> None:
    model = read_model(path)
    data = {a.get("id"): (a.findtext("bpmn:sourceRef", a.findtext("bpmn:targetRef", "", NAMESPACES), NAMESPACES))
            for a in model.iter(tag("bpmn", "dataInputAssociation"), tag("bpmn", "dataOutputAssociation"))}
    lines = segments(model)
    for edge, a in lines:
        for other, b in lines:
            if edge in data and data.get(other) != data[edge]:
                along = min(a[2], b[2]) - max(a[0], b[0]), min(a[3], b[3]) - max(a[1], b[1])
                assert min(along) < 0 or max(along) == 0, f"{edge} lies on {other}"


@pytest.mark.parametrize(
    ("moved", "by", "check"),
    [
        ("archive", (-100, 0), test_nothing_overlaps_and_no_line_crosses_a_node_or_a_label),
        ("box-fire-safety-inspection", (0, -100), test_boxes_stand_apart_and_no_line_runs_through_a_strange_one),
        ("box-fire-safety-inspection", (-120, 0), test_boxes_stand_apart_and_no_line_runs_through_a_strange_one),
    ],
)
def test_a_node_moved_out_of_place_is_seen(
    moved: str, by: tuple[int, int], check: Callable[[Path], None], tmp_path: Path
) -> None:
    model = read_model(HOME / "bpmn/bundles/open-restaurant.bpmn")
    place = find_all(model, f".//bpmndi:BPMNShape[@bpmnElement='{moved}']/dc:Bounds")[0]
    for axis, shift in zip("xy", by, strict=True):
        place.set(axis, str(int(place.get(axis, "0")) + shift))
    file = tmp_path / "moved.bpmn"
    file.write_bytes(etree.tostring(model))
    with pytest.raises(AssertionError, match=moved):
        check(file)


@pytest.mark.parametrize("path", MODELS, ids=lambda path: path.stem)
def test_a_page_is_readable_without_zoom(path: Path, catalogue: Catalogue) -> None:
    model = read_model(path)
    shapes = [bounds(s) for s in find_all(model, ".//bpmndi:BPMNShape")]
    width = max(box[2] for box in shapes) - min(box[0] for box in shapes)
    known = catalogue.processes()
    block = path.stem in known and any(row.parallel for row in known[path.stem][1].rows)
    assert width <= (1980 if block else 1740)


def shrink(box: Box) -> Box:
    return box[0] + 1, box[1] + 1, box[2] - 1, box[3] - 1


@pytest.mark.parametrize("path", MODELS, ids=lambda path: path.stem)
def test_every_node_has_a_chinese_name_and_every_flow_its_ends(path: Path) -> None:
    model = read_model(path)
    for element in model.iter(etree.Element):
        kind = local(element)
        if kind.endswith(("Task", "Event", "Gateway")) or kind in ("callActivity", "subProcess", "dataObjectReference"):
            assert any("\u4e00" <= c <= "\u9fff" for c in element.get("name") or ""), element.get("id")
        if kind == "sequenceFlow":
            ends = [find_all(model, f".//*[@id='{element.get(ref)}']")[0] for ref in ("sourceRef", "targetRef")]
            assert element.get("id") in [e.text for e in ends[0].findall(tag("bpmn", "outgoing"))]
            assert element.get("id") in [e.text for e in ends[1].findall(tag("bpmn", "incoming"))]
