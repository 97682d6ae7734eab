"""What an analyst does to a model in Camunda Modeler, and what of it is still there afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from dataclasses import replace

from lxml import etree

from onething.catalogue import Bundle, Catalogue
from onething.engine.contract import EXTRA_STEP
from onething.modelling.box import EXTRA_IN
from onething.modelling.canvas import BUSINESS_KEY
from onething.modelling.names import NAMESPACES, camunda, find_all, local, tag


def without(catalogue: Catalogue, process: str, item: str) -> tuple[Catalogue, Bundle]:
    """The catalogue without `item` in the bundle of `process`, and that bundle."""
    own, bundle = catalogue.processes()[process]
    rows = tuple(
        row.model_copy(update={"after": tuple(front for front in row.after if front != item)})
        for row in bundle.rows if row.item != item
    )
    acts = tuple(act.model_copy(update={"items": tuple(i for i in act.items if i != item)}) for act in bundle.joint_acts)
    return changed(own, bundle, rows=rows, joint_acts=acts)


def changed(catalogue: Catalogue, bundle: Bundle, **fields: object) -> tuple[Catalogue, Bundle]:
    other = bundle.model_copy(update=fields)
    return replace(catalogue, bundles={**catalogue.bundles, bundle.slug: other}, local={}), other


def by_id(model: etree._Element, name: str) -> etree._Element:
    return find_all(model, f".//*[@id='{name}']")[0]


def place_of(model: etree._Element, name: str) -> etree._Element:
    return find_all(model, f".//*[@bpmnElement='{name}']")[0]


def bounds_of(model: etree._Element, name: str) -> etree._Element:
    return place_of(model, name).find("dc:Bounds", NAMESPACES)


def move(model: etree._Element, name: str, dx: int, dy: int) -> None:
    """A shape with what is in it and on it; lines follow with the end that is joined to it."""
    node = by_id(model, name)
    moved = {one.get("id") for one in node.iter(etree.Element) if one.get("id")}
    moved |= {one.get("id") for one in model.iter(tag("bpmn", "boundaryEvent")) if one.get("attachedToRef") in moved}
    for shape in model.iter(tag("bpmndi", "BPMNShape")):
        if shape.get("bpmnElement") in moved:
            for bounds in shape.iter(tag("dc", "Bounds")):
                shift(bounds, dx, dy)
    for flow in model.iter(tag("bpmn", "sequenceFlow")):
        points = place_of(model, flow.get("id", "")).findall("di:waypoint", NAMESPACES)
        if flow.get("id") in moved:
            for point in points:
                shift(point, dx, dy)
        else:
            for end, point in (("sourceRef", points[0]), ("targetRef", points[-1])):
                if flow.get(end) in moved:
                    shift(point, dx, dy)


def shift(place: etree._Element, dx: int, dy: int) -> None:
    place.set("x", str(int(place.get("x", "0")) + dx))
    place.set("y", str(int(place.get("y", "0")) + dy))


def put(model: etree._Element, kind: str, node_id: str, box: tuple[int, int, int, int], holder: str = "", **attributes: str
        ) -> etree._Element:
    """A new shape; `holder` is the sub-process it is drawn in. Artifacts come last, as a modeler writes them."""
    inside = by_id(model, holder) if holder else find_all(model, "bpmn:process")[0]
    node = etree.Element(tag("bpmn", kind), id=node_id, **attributes)
    first = next((one for one in inside if local(one) in ("textAnnotation", "association")), None)
    if first is None or kind in ("textAnnotation", "association"):
        inside.append(node)
    else:
        first.addprevious(node)
    plane = find_all(model, ".//bpmndi:BPMNPlane")[0]
    shape = etree.SubElement(plane, tag("bpmndi", "BPMNShape"), id=f"{node_id}_di", bpmnElement=node_id)
    etree.SubElement(shape, tag("dc", "Bounds"), **dict(zip(("x", "y", "width", "height"), map(str, box), strict=True)))
    return node


def connect(model: etree._Element, kind: str, name: str, source: str, target: str, points: list[tuple[int, int]]) -> None:
    """A line; of a flow the two nodes know."""
    line = etree.Element(tag("bpmn", kind), id=name, sourceRef=source, targetRef=target)
    by_id(model, source).addnext(line) if kind == "sequenceFlow" else find_all(model, "bpmn:process")[0].append(line)
    plane = find_all(model, ".//bpmndi:BPMNPlane")[0]
    edge = etree.SubElement(plane, tag("bpmndi", "BPMNEdge"), id=f"{name}_di", bpmnElement=name)
    for x, y in points:
        etree.SubElement(edge, tag("di", "waypoint"), x=str(x), y=str(y))
    if kind == "sequenceFlow":
        etree.SubElement(by_id(model, source), tag("bpmn", "outgoing")).text = name
        arrives(by_id(model, target), name)


def arrives(node: etree._Element, flow: str) -> None:
    """What comes in stands before what goes out: the engine insists on it."""
    end = etree.Element(tag("bpmn", "incoming"))
    end.text = flow
    after = node.find(tag("bpmn", "outgoing"))
    node.append(end) if after is None else after.addprevious(end)


def insert(model: etree._Element, flow: str, node: etree._Element) -> None:
    """Drop `node` on a flow: the flow now ends there and a new one goes on, as the modeler does it."""
    first, name = by_id(model, flow), node.get("id", "")
    target = first.get("targetRef", "")
    old = next(one for one in find_all(by_id(model, target), "bpmn:incoming") if one.text == flow)
    old.getparent().remove(old)
    first.set("targetRef", name)
    arrives(node, flow)
    bounds = bounds_of(model, name)
    x, y = int(bounds.get("x", "0")), int(bounds.get("y", "0")) + int(bounds.get("height", "0")) // 2
    points = place_of(model, flow).findall("di:waypoint", NAMESPACES)
    end = int(points[-1].get("x", "0")), int(points[-1].get("y", "0"))
    points[-1].set("x", str(x))
    points[-1].set("y", str(y))
    connect(model, "sequenceFlow", f"Flow_{name}", name, target, [(x + int(bounds.get("width", "0")), y), end])


def user_task(model: etree._Element, name: str, title: str, box: tuple[int, int, int, int], holder: str = "") -> etree._Element:
    task = put(model, "userTask", name, box, holder, name=title)
    etree.SubElement(task, tag("bpmn", "documentation")).text = "先打电话\n再填表"
    for key, value in (("formRef", "material-return"), ("formRefBinding", "deployment"), ("candidateGroups", "${window_group}"),
                       ("dueDate", "${return_due}")):
        task.set(camunda(key), value)
    return task


def extra_step(model: etree._Element, item: str, name: str, node_id: str = "Activity_9") -> etree._Element:
    """A call of 附加环节 on the line into the item's 审批; small, for there is little room where nobody made any."""
    approval = by_id(model, f"{item}-approval")
    [flow] = find_all(model, f".//bpmn:sequenceFlow[@targetRef='{item}-approval']")
    at = bounds_of(model, f"{item}-approval")
    box = (int(at.get("x", "0")) - 44, int(at.get("y", "0")) + 12, 36, 40)
    call = extra_call(model, name, node_id, box, approval.getparent().get("id", ""))
    insert(model, flow.get("id", ""), call)
    return call


def extra_call(model: etree._Element, name: str, node_id: str, box: tuple[int, int, int, int], holder: str) -> etree._Element:
    """What the template makes, wherever it is put."""
    call = put(model, "callActivity", node_id, box, holder, name=name, calledElement=EXTRA_STEP)
    call.set(camunda("calledElementBinding"), "deployment")
    given = etree.SubElement(call, tag("bpmn", "extensionElements"))
    etree.SubElement(given, camunda("in"), businessKey=BUSINESS_KEY)
    for variable in EXTRA_IN:
        etree.SubElement(given, camunda("in"), source=variable, target=variable)
    return call


def with_timer(text: str, call: str, variable: str) -> str:
    """A limit at a call that does not interrupt it, on a date that cases may have or not; drawn nowhere."""
    timer = (
        f'<bpmn:boundaryEvent id="extra" name="新时限" attachedToRef="{call}" cancelActivity="false">'
        f"<bpmn:outgoing>extra-out</bpmn:outgoing><bpmn:timerEventDefinition><bpmn:timeDate>${{{variable}}}</bpmn:timeDate>"
        '</bpmn:timerEventDefinition></bpmn:boundaryEvent><bpmn:endEvent id="extra-end" name="已登记">'
        '<bpmn:incoming>extra-out</bpmn:incoming></bpmn:endEvent>'
        '<bpmn:sequenceFlow id="extra-out" sourceRef="extra" targetRef="extra-end"/>'
    )
    return text.replace(f'<bpmn:callActivity id="{call}"', f'{timer}<bpmn:callActivity id="{call}"')


def note(model: etree._Element, name: str, text: str, target: str, box: tuple[int, int, int, int], holder: str = "") -> None:
    remark = put(model, "textAnnotation", name, box, holder)
    etree.SubElement(remark, tag("bpmn", "text")).text = text
    x, y, width, height = box
    connect(model, "association", f"Association_{name}", target, name, [(x + width, y + height), (x + width + 20, y + height)])


def pieces(model: etree._Element) -> dict[str, bytes]:
    """Every element of flow and diagram by its id or place, canonical, without what is counted for itself; in their order."""
    return dict(_pieces(model))


def _pieces(model: etree._Element) -> Iterator[tuple[str, bytes]]:
    for one in model.iter(etree.Element):
        name = one.get("id") or one.get("bpmnElement")
        if name is None:
            continue
        alone = deepcopy(one)
        for child in list(alone):
            if local(one) in ("definitions", "process", "subProcess", "BPMNPlane", "BPMNDiagram") and isinstance(child.tag, str) \
                    and (child.get("id") or child.get("bpmnElement")):
                alone.remove(child)
        if local(one) in ("definitions", "process", "subProcess", "BPMNPlane", "BPMNDiagram"):
            etree.indent(alone)  # the space between its children is nobody's
        alone.tail = None
        yield name, etree.tostring(alone, method="c14n")
