"""`onething model sync`: the catalogue's changes arrive in a model and nothing that a person drew or placed is touched."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from lxml import etree

from onething.catalogue import Bundle, Catalogue
from onething.modelling.lint import lint_model
from onething.modelling.names import ModelError, find_all, parse, tag
from onething.modelling.read import boxes, precedence, read_model
from onething.modelling.saving import as_it_was
from onething.modelling.sync import Synced, sync
from tests.modelling import test_models as drawing
from tests.modelling.hand import (
    bounds_of,
    by_id,
    changed,
    connect,
    insert,
    move,
    note,
    pieces,
    place_of,
    put,
    user_task,
    without,
)

HOME = Path(__file__).resolve().parents[2]
PROCESSES = sorted(path.stem for path in HOME.glob("bpmn/bundles/*.bpmn"))
NEWBORN, HOUSE = "newborn", "second-hand-home-transfer"
CARD, BIRTH, VACCINE = "social-security-card", "birth-medical-certificate", "vaccination-certificate"
GEOMETRY = (
    drawing.test_nothing_overlaps_and_no_line_crosses_a_node_or_a_label,
    drawing.test_labels_stay_clear_as_the_canvas_writes_them,
    drawing.test_boxes_stand_apart_and_no_line_runs_through_a_strange_one,
    drawing.test_flows_meet_only_where_they_part_or_join,
    drawing.test_front_results_never_lie_on_another_line,
)


def file_of(process: str) -> str:
    return f"bpmn/bundles/{process}.bpmn"


def text_of(process: str) -> bytes:
    return (HOME / file_of(process)).read_bytes()


def synced(data: bytes, catalogue: Catalogue, bundle: Bundle) -> Synced:
    return sync(data, file_of(bundle.process), bundle, catalogue)


def lint(data: bytes, catalogue: Catalogue, process: str) -> list[str]:
    file = file_of(process)
    return [f"{f.element}: {f.message}" for f in lint_model(parse(data, file), file, catalogue, HOME)]


def readable(data: bytes, folder: Path) -> None:
    """The picture obeys what the drawings of `model new` obey."""
    file = folder / "synced.bpmn"
    file.write_bytes(data)
    for rule in GEOMETRY:
        rule(file)


def edited(process: str, edit: Callable[[etree._Element], object]) -> bytes:
    data = text_of(process)
    model = parse(data, process)
    edit(model)
    return as_it_was(model, data)


def by_hand(model: etree._Element) -> None:
    """A morning's work in Camunda Modeler on the model of 新生儿."""
    move(model, "intake-call", 3, -14)
    move(model, "box-birth-registration", 0, 7)
    by_id(model, "delivery-call").set("name", "送达\n（含邮寄）")
    by_id(model, "archive").set("{http://bpmn.io/schema/bpmn/biocolor/1.0}stroke", "#1e88e5")
    last = bounds_of(model, "archive")
    call = user_task(model, "Activity_1", "电话回访", (int(last.get("x", "0")) - 4, 10, 120, 60))
    insert(model, "delivery-call-to-archive", call)
    gate = put(model, "exclusiveGateway", "Gateway_1", (480, 276, 50, 50), f"box-{VACCINE}", name="再看一次")
    insert(model, f"{VACCINE}-start-to-{VACCINE}-acceptance", gate)
    note(model, "TextAnnotation_1", "产妇可由家属代办\n（见办法第八条）", "intake-call", (10, 230, 140, 50))


def kept(before: bytes, after: bytes, *, but: set[str] = frozenset()) -> None:
    """Everything of `before` is in `after`, in its order, the same to the byte; `but` are the ids that had to change."""
    old, new = pieces(parse(before, "before")), pieces(parse(after, "after"))
    assert old.keys() - but <= new.keys()
    assert [name for name in new if name in old] == [name for name in old if name in new]
    assert {name for name in old.keys() & new.keys() if old[name] != new[name]} == but & old.keys() & new.keys()


def gone(before: bytes, after: bytes) -> set[str]:
    return pieces(parse(before, "b")).keys() - pieces(parse(after, "a")).keys()


# nothing to do


@pytest.mark.parametrize("process", PROCESSES)
def test_a_model_in_line_with_the_catalogue_keeps_every_byte(process: str, catalogue: Catalogue) -> None:
    data = text_of(process)
    assert synced(data, *catalogue.processes()[process]) == Synced(data, ())


def test_handwork_alone_is_nothing_to_do(catalogue: Catalogue) -> None:
    data = edited(NEWBORN, by_hand)
    assert data != text_of(NEWBORN)
    assert lint(data, catalogue, NEWBORN) == []
    assert synced(data, *catalogue.processes()[NEWBORN]) == Synced(data, ())


# every bundle


@pytest.mark.parametrize("place", [-1, 0], ids=["last", "first"])
@pytest.mark.parametrize("process", PROCESSES)
def test_an_item_goes_and_comes_back(process: str, place: int, catalogue: Catalogue, tmp_path: Path) -> None:
    full, bundle = catalogue.processes()[process]
    item = bundle.rows[place].item
    fewer, smaller = without(catalogue, process, item)
    less = synced(text_of(process), fewer, smaller)
    assert [change.split("：")[0] for change in less.changes] == [f"删去“{full.items[item].name}”（{item}）"]
    assert item not in boxes(parse(less.data, "less"))
    assert not [one for one in pieces(parse(less.data, "less")) if one.startswith((f"{item}-", f"box-{item}-"))]
    assert lint(less.data, fewer, process) == []
    assert synced(less.data, fewer, smaller) == Synced(less.data, ())
    more = synced(less.data, full, bundle)
    assert lint(more.data, full, process) == []
    assert precedence(parse(more.data, "more")) == {(front, row.item) for row in bundle.rows for front in row.after}
    assert pieces(parse(more.data, "more")).keys() == pieces(parse(text_of(process), "first")).keys(), "the ids of the scaffold"
    assert synced(more.data, full, bundle) == Synced(more.data, ())
    readable(more.data, tmp_path)


def test_the_last_row_comes_back_to_its_place(catalogue: Catalogue) -> None:
    fewer = without(catalogue, "open-restaurant", "urban-drainage-permit")
    less = synced(text_of("open-restaurant"), *fewer)
    more = synced(less.data, *catalogue.processes()["open-restaurant"])
    old, new = (pieces(parse(data, "x")) for data in (text_of("open-restaurant"), more.data))
    boxed = [name for name in old if "urban-drainage-permit" in name and "joint" not in name]
    assert len(boxed) > 50
    assert all(old[name] == new[name] for name in boxed)


# handwork stays


def test_an_item_is_removed_and_handwork_elsewhere_stays(catalogue: Catalogue) -> None:
    data, (fewer, bundle) = edited(NEWBORN, by_hand), without(catalogue, NEWBORN, CARD)
    done = synced(data, fewer, bundle)
    kept(data, done.data, but=gone(data, done.data) | {"choose-items", "items-done"})
    assert all(CARD in name for name in gone(data, done.data))
    assert lint(done.data, fewer, NEWBORN) == []
    assert synced(done.data, fewer, bundle) == Synced(done.data, ())


def test_an_item_is_added_and_handwork_stays(catalogue: Catalogue) -> None:
    less = synced(text_of(NEWBORN), *without(catalogue, NEWBORN, BIRTH)).data
    model = parse(less, "less")
    by_hand(model)
    data = as_it_was(model, less)
    done = synced(data, *catalogue.processes()[NEWBORN])
    kept(data, done.data, but={"choose-items", "items-done"})
    assert done.changes == (
        "增加“出生医学证明签发”（birth-medical-certificate），摆在“撤回申请”下面",
        "增加前置关系：“出生医学证明签发”（birth-medical-certificate） → "
        "“对新出生婴儿办理出生登记（国内出生）”（birth-registration）",
    )
    assert lint(done.data, catalogue, NEWBORN) == []
    assert synced(done.data, *catalogue.processes()[NEWBORN]) == Synced(done.data, ())


def test_an_item_is_renamed_and_only_its_name_changes(catalogue: Catalogue) -> None:
    data, (own, bundle) = edited(NEWBORN, by_hand), catalogue.processes()[NEWBORN]
    item = own.items[CARD]
    other = replace(own, items={**own.items, CARD: item.model_copy(update={"name": "社会保障卡首次申领"})})
    done = synced(data, other, bundle)
    assert done.changes == (f"事项“{item.name}”改名为“社会保障卡首次申领”",)
    kept(data, done.data, but={f"box-{CARD}"})
    assert by_id(parse(done.data, "x"), f"box-{CARD}").get("name") == "社会保障卡首次申领"
    assert done.data.count("社会保障卡首次申领".encode()) == 2, "the box and what it tells the steps in it"
    assert synced(done.data, other, bundle) == Synced(done.data, ())


def test_a_name_that_a_person_gave_a_box_stays(catalogue: Catalogue) -> None:
    data = edited(NEWBORN, lambda model: by_id(model, f"box-{CARD}").set("name", "办社保卡"))
    own, bundle = catalogue.processes()[NEWBORN]
    renamed = own.items[CARD].model_copy(update={"name": "社会保障卡首次申领"})
    done = synced(data, replace(own, items={**own.items, CARD: renamed}), bundle)
    assert by_id(parse(done.data, "x"), f"box-{CARD}").get("name") == "办社保卡"
    assert "框上手写的名称“办社保卡”不变" in done.changes[0]


def test_limits_and_departments_follow_unless_a_person_worded_them(catalogue: Catalogue) -> None:
    own, bundle = catalogue.processes()[NEWBORN]
    item = own.items[CARD]
    limits = item.limits.model_copy(update={"promised": item.limits.promised.model_copy(update={"days": 3})})
    office = next(slug for slug in own.departments if slug != bundle.row(CARD).department)
    rows = tuple(row.model_copy(update={"department": office}) if row.item == CARD else row for row in bundle.rows)
    other, moved = changed(replace(own, items={**own.items, CARD: item.model_copy(update={"limits": limits})}), bundle, rows=rows)
    done = synced(text_of(NEWBORN), other, moved)
    assert lint(done.data, other, NEWBORN) == []
    kept(text_of(NEWBORN), done.data, but={f"{CARD}-promised", f"{CARD}-department"})
    assert len(done.changes) == 2

    def worded(model: etree._Element) -> None:
        by_id(model, f"{CARD}-promised").set("name", "承诺尽快")
        by_id(model, f"{CARD}-department").find(tag("bpmn", "text")).text = "社保中心（二楼）"

    assert synced(edited(NEWBORN, worded), other, moved).changes == ()


def test_precedence_comes_and_goes_between_boxes_that_stay(catalogue: Catalogue, tmp_path: Path) -> None:
    """In a model without any: there is no margin for it, and it is drawn where it is clear."""
    process = "hire-employees"
    own, bundle = catalogue.processes()[process]
    front, back, other = bundle.rows[1].item, bundle.rows[4].item, bundle.rows[0].item
    after = {back: (front,), other: (front,)}
    rows = tuple(row.model_copy(update={"after": after.get(row.item, ())}) for row in bundle.rows)
    more = synced(text_of(process), *(linked := changed(own, bundle, rows=rows)))
    assert len(more.changes) == 2
    kept(text_of(process), more.data)
    assert lint(more.data, linked[0], process) == []
    readable(more.data, tmp_path)
    less = synced(more.data, own, bundle)
    assert all(change.startswith("删去前置关系") for change in less.changes)
    assert pieces(parse(less.data, "less")) == pieces(parse(text_of(process), "first"))


def test_a_new_row_goes_round_what_stands_in_its_way(catalogue: Catalogue, tmp_path: Path) -> None:
    less = synced(text_of(NEWBORN), *without(catalogue, NEWBORN, BIRTH)).data
    model = parse(less, "less")
    low = max(int(one.get("y", "0")) + int(one.get("height", "0")) for one in model.iter(tag("dc", "Bounds")))
    note(model, "TextAnnotation_2", "这里以后要用", "intake-call", (600, low + 80, 200, 60))
    user_task(model, "Activity_2", "备用", (250, low + 40, 100, 60))
    data = as_it_was(model, less)
    done = synced(data, *catalogue.processes()[NEWBORN])
    kept(data, done.data, but={"choose-items", "items-done"})
    after = parse(done.data, "after")
    assert int(bounds_of(after, f"box-{BIRTH}").get("y", "0")) >= low + 80 + 60
    ends = [(p.get("x"), p.get("y")) for p in place_of(after, f"choose-items-to-box-{BIRTH}").iter(tag("di", "waypoint"))]
    assert int(ends[-2][0]) < 250, "the usual column is taken"


def test_gateways_that_were_drawn_anew_are_found(catalogue: Catalogue) -> None:
    """An analyst deleted and redrew them: only what they do tells what they are."""
    less = synced(text_of(NEWBORN), *without(catalogue, NEWBORN, BIRTH)).data
    data = less.replace(b'"choose-items"', b'"Gateway_a"').replace(b'"items-done"', b'"Gateway_b"')
    done = synced(data, *catalogue.processes()[NEWBORN])
    model = parse(done.data, "x")
    assert by_id(model, f"Gateway_a-to-box-{BIRTH}").get("sourceRef") == "Gateway_a"
    assert lint(done.data, catalogue, NEWBORN) == []


# joint acts and blocks


def test_a_joint_act_comes_and_goes(catalogue: Catalogue, tmp_path: Path) -> None:
    process = "open-restaurant"
    own, bundle = catalogue.processes()[process]
    alone = changed(own, bundle, joint_acts=())
    less = synced(text_of(process), *alone)
    assert less.changes == ("删去“联合勘验”（joint-inspection）：清单里已没有它",)
    assert not [name for name in pieces(parse(less.data, "x")) if "joint" in name]
    assert lint(less.data, alone[0], process) == []
    more = synced(less.data, own, bundle)
    assert pieces(parse(more.data, "more")).keys() == pieces(parse(text_of(process), "first")).keys()
    readable(more.data, tmp_path)


def test_a_box_comes_back_into_the_hole_of_its_block(catalogue: Catalogue, tmp_path: Path) -> None:
    own, bundle = catalogue.processes()[HOUSE]
    item = next(row.item for row in bundle.rows[2:] if row.parallel)
    fewer = without(catalogue, HOUSE, item)
    less = synced(text_of(HOUSE), *fewer)
    assert lint(less.data, fewer[0], HOUSE) == []
    more = synced(less.data, own, bundle)
    assert lint(more.data, own, HOUSE) == []
    assert bounds_of(parse(more.data, "x"), f"box-{item}").attrib == bounds_of(parse(text_of(HOUSE), "y"), f"box-{item}").attrib
    readable(more.data, tmp_path)


def parallel_too(catalogue: Catalogue) -> tuple[Catalogue, Bundle]:
    own, bundle = catalogue.processes()[HOUSE]
    rows = tuple(row.model_copy(update={"parallel": "registration"}) if n == 3 else row for n, row in enumerate(bundle.rows))
    return changed(own, bundle, rows=rows)


def test_a_block_does_not_grow_by_itself_and_takes_a_box_once_it_was_enlarged(catalogue: Catalogue) -> None:
    wanted, bundle = parallel_too(catalogue)
    item = bundle.rows[3].item
    with pytest.raises(ModelError, match=rf"依法并行办理.*放不下.*{item}.*拉低 \d+ 像素"):
        synced(text_of(HOUSE), wanted, bundle)

    def enlarged(model: etree._Element) -> None:
        block = bounds_of(model, "block-registration")
        low = int(block.get("y", "0")) + int(block.get("height", "0"))
        for place in (*model.iter(tag("dc", "Bounds")), *model.iter(tag("di", "waypoint"))):
            if int(place.get("y", "0")) > low + 1:
                place.set("y", str(int(place.get("y", "0")) + 400))
        block.set("height", str(int(block.get("height", "0")) + 330))

    done = synced(edited(HOUSE, enlarged), wanted, bundle)
    assert lint(done.data, wanted, HOUSE) == []
    assert by_id(parse(done.data, "x"), f"box-{item}").getparent().get("id") == "block-registration"
    assert synced(done.data, wanted, bundle) == Synced(done.data, ())


def test_a_block_goes_when_the_law_no_longer_wants_it_and_comes_back(catalogue: Catalogue, tmp_path: Path) -> None:
    own, bundle = catalogue.processes()[HOUSE]
    rows = tuple(row.model_copy(update={"parallel": None}) for row in bundle.rows)
    apart = changed(own, bundle, rows=rows)
    loose = synced(text_of(HOUSE), *apart)
    assert lint(loose.data, apart[0], HOUSE) == []
    assert "block-registration" not in boxes(parse(loose.data, "x"))
    again = synced(loose.data, own, bundle)
    assert lint(again.data, own, HOUSE) == []
    readable(again.data, tmp_path)


# refusals


def in_the_box(model: etree._Element) -> None:
    user_task(model, "Activity_9", "核对指纹", (400, 300, 100, 60), f"box-{CARD}")


def behind_the_box(model: etree._Element) -> None:
    insert(model, f"box-{CARD}-to-{CARD}-outlet", user_task(model, "Activity_9", "核对指纹", (1290, 1500, 100, 60)))


def a_remark(model: etree._Element) -> None:
    note(model, "TextAnnotation_9", "核对指纹", f"box-{CARD}", (10, 1500, 140, 50))


def an_event(model: etree._Element) -> None:
    put(model, "boundaryEvent", "Event_9", (500, 1500, 36, 36), name="核对指纹", attachedToRef=f"box-{CARD}")


def a_reader(model: etree._Element) -> None:
    """A step of one's own that reads the result of 出生登记."""
    task = user_task(model, "Activity_9", "核对指纹", (10, 1500, 100, 60))
    association = etree.SubElement(task, tag("bpmn", "dataInputAssociation"), id="DataInputAssociation_9")
    etree.SubElement(association, tag("bpmn", "sourceRef")).text = "result-of-birth-registration"


@pytest.mark.parametrize(
    ("edit", "item", "place"),
    [(in_the_box, CARD, "框里有"), (behind_the_box, CARD, "还连着它"), (a_remark, CARD, "还连着它"), (an_event, CARD, "还连着它"),
     (a_reader, "birth-registration", "还连着它")],
)
def test_handwork_in_a_box_that_should_go_is_named_and_not_lost(
    edit: Callable[[etree._Element], None], item: str, place: str, catalogue: Catalogue
) -> None:
    fewer = without(catalogue, NEWBORN, item)
    name = catalogue.items[item].name
    with pytest.raises(ModelError) as refused:
        synced(edited(NEWBORN, edit), *fewer)
    told = refused.value.message
    assert told.startswith(f"bpmn/bundles/newborn.bpmn：要删去“{name}”（{item}）：清单里已没有它")
    assert place in told
    assert "“核对指纹”（" in told
    assert "请先在 Modeler 中" in told


def second_box(model: etree._Element) -> None:
    twin = put(model, "subProcess", "Activity_8", (10, 3000, 100, 80), name="又一个")
    holder = etree.SubElement(etree.SubElement(twin, tag("bpmn", "extensionElements")), tag("camunda", "inputOutput"))
    etree.SubElement(holder, tag("camunda", "inputParameter"), name="item").text = CARD


def own_precedence(model: etree._Element) -> None:
    line = etree.SubElement(by_id(model, f"box-{VACCINE}"), tag("bpmn", "dataInputAssociation"), id="DataInputAssociation_7")
    etree.SubElement(line, tag("bpmn", "sourceRef")).text = "result-of-birth-registration"


def no_place(model: etree._Element) -> None:
    shape = place_of(model, "choose-items")
    shape.getparent().remove(shape)


def no_diagram(model: etree._Element) -> None:
    for diagram in find_all(model, "bpmndi:BPMNDiagram"):
        model.remove(diagram)


def no_gateway(model: etree._Element) -> None:
    by_id(model, "choose-items").tag = tag("bpmn", "parallelGateway")


@pytest.mark.parametrize(
    ("edit", "told"),
    [
        (second_box, r"有 2 个.*social-security-card.*请在 Modeler 中只留一个"),
        (own_precedence, r"手工画了清单里没有的前置关系：.*birth-registration.*→.*请在 Modeler 中删去这条连线"),
        (no_place, r"图上没有“选办事项”（choose-items）的位置；请在 Modeler"), (no_diagram, "没有图形；请用 Modeler"),
        (no_gateway, r"找不到“选办事项”.*请在 Modeler 中把它的编号改为 choose-items"),
        (lambda model: find_all(model, "bpmn:process")[0].set("id", "newborns"), "编号为 newborn；请改正"),
    ],
)
def test_a_model_that_cannot_be_understood_is_refused_with_the_cure(
    edit: Callable[[etree._Element], None], told: str, catalogue: Catalogue
) -> None:
    with pytest.raises(ModelError, match=rf"^bpmn/bundles/newborn\.bpmn：.*{told}"):
        synced(edited(NEWBORN, edit), *without(catalogue, NEWBORN, BIRTH))


def test_an_id_that_is_taken_is_refused(catalogue: Catalogue) -> None:
    less = synced(text_of(NEWBORN), *without(catalogue, NEWBORN, BIRTH)).data
    data = less.replace(b'"archive"', f'"{BIRTH}-outlet"'.encode())
    with pytest.raises(ModelError, match=rf"要增加.*“归档”（{BIRTH}-outlet）已用了它的编号；请先"):
        synced(data, *catalogue.processes()[NEWBORN])


@pytest.mark.parametrize("data", [b"<x", b"", b"<a/>"])
def test_what_is_no_model_names_file_and_cure(data: bytes, catalogue: Catalogue) -> None:
    with pytest.raises(ModelError, match=r"^bpmn/bundles/newborn\.bpmn：.*请"):
        synced(data, *catalogue.processes()[NEWBORN])


# the file


@pytest.mark.parametrize("prefix", ["bpmn", "bpmn2"])
def test_a_file_keeps_its_manner(prefix: str, catalogue: Catalogue) -> None:
    """What Camunda Modeler writes: its declaration, ` />`; another tool's prefix, line ends of Windows."""
    head = b'<?xml version="1.0" encoding="UTF-8"?>'
    data = text_of(NEWBORN).replace(b"<?xml version='1.0' encoding='UTF-8'?>", head).replace(b"/>", b" />")
    for old, new in ((b"<bpmn:", b"<%s:"), (b"</bpmn:", b"</%s:"), (b"xmlns:bpmn=", b"xmlns:%s="), (b'"bpmn:t', b'"%s:t')):
        data = data.replace(old, new % prefix.encode())
    data = data.replace(b"\n", b"\r\n")
    done = synced(data, *without(catalogue, NEWBORN, BIRTH))
    lines = set(data.split(b"\r\n"))
    assert all(line in lines for line in done.data.split(b"\r\n"))
    more = synced(done.data, *catalogue.processes()[NEWBORN])
    assert b"bpmn:" not in more.data.replace(b"bpmn:t", b"") if prefix == "bpmn2" else b"ns0:" not in more.data
    assert more.data.count(b"%s:tFormalExpression" % prefix.encode()) == data.count(b"tFormalExpression")
    assert b"\n" not in more.data.replace(b"\r\n", b"")


def test_every_flow_is_known_at_both_ends(catalogue: Catalogue) -> None:
    less = synced(text_of(NEWBORN), *without(catalogue, NEWBORN, BIRTH)).data
    for data in (less, synced(less, *catalogue.processes()[NEWBORN]).data):
        model = parse(data, "x")
        flows = {flow.get("id"): flow for flow in model.iter(tag("bpmn", "sequenceFlow"))}
        for end, name in (("sourceRef", "outgoing"), ("targetRef", "incoming")):
            told = {one.text: one.getparent().get("id") for one in model.iter(tag("bpmn", name))}
            assert told == {key: flow.get(end) for key, flow in flows.items()}
        drawn = [one.get("bpmnElement") for one in find_all(model, ".//bpmndi:BPMNPlane/*")]
        assert len(drawn) == len(set(drawn))
        assert all(find_all(model, f".//*[@id='{name}']") for name in drawn)


def test_artifacts_stay_last(catalogue: Catalogue) -> None:
    """As the schema of BPMN wants it."""
    less = edited(NEWBORN, lambda model: note(model, "TextAnnotation_1", "注", "intake-call", (10, 230, 140, 50)))
    less = synced(less, *without(catalogue, NEWBORN, CARD)).data
    model = parse(synced(less, *catalogue.processes()[NEWBORN]).data, "x")
    [*_, before, last] = [etree.QName(one).localname for one in find_all(model, "bpmn:process")[0]]
    assert (before, last) == ("textAnnotation", "association")


def test_the_committed_models_have_no_second_meaning() -> None:
    """`kept` does see a change: of a place, a name, an order."""
    data = text_of(NEWBORN)
    for edit in (lambda m: move(m, "archive", 1, 0), lambda m: by_id(m, "archive").set("name", "x"),
                 lambda m: find_all(m, "bpmn:process")[0].append(by_id(m, "archive")),
                 lambda m: connect(m, "sequenceFlow", "Flow_1", "archive", "archived", [(1, 1), (2, 2)])):
        with pytest.raises(AssertionError):
            kept(data, edited(NEWBORN, edit))
    assert read_model(HOME / file_of(NEWBORN)).tag == tag("bpmn", "definitions")
