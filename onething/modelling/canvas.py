"""Drawing a model: every call adds the element and its place in the diagram together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from lxml import etree

from onething.modelling.names import NAMESPACES, XSI, camunda, tag

Point = tuple[float, float]
HISTORY_TIME_TO_LIVE = "P3650D"
EVENT, GATEWAY = 36, 50
CHARACTER = 12  # width of a Chinese character in a diagram label, px


@dataclass(frozen=True)
class Shape:
    """A placed node: its id and bounds in px."""

    id: str
    x: float
    y: float
    width: float
    height: float

    @property
    def cx(self) -> float:
        return self.x + self.width / 2

    @property
    def cy(self) -> float:
        return self.y + self.height / 2

    @property
    def right(self) -> float:
        return self.x + self.width

    @property
    def bottom(self) -> float:
        return self.y + self.height

    def east(self) -> Point:
        return self.right, self.cy

    def west(self) -> Point:
        return self.x, self.cy

    def north(self) -> Point:
        return self.cx, self.y

    def south(self) -> Point:
        return self.cx, self.bottom


def label_size(text: str, per_line: int = 12) -> tuple[float, float]:
    lines = -(-len(text) // per_line)
    return min(len(text), per_line) * CHARACTER + 2, lines * 14


class Canvas:
    """One process with its diagram. Coordinates of nodes are centres; of boxes, the upper left corner."""

    def __init__(self, process_id: str, name: str) -> None:
        self.root = etree.Element(tag("bpmn", "definitions"), nsmap=NAMESPACES)
        self.root.set("id", f"definitions-{process_id}")
        self.root.set("targetNamespace", "https://onething.example/bpmn")
        self.root.set("exporter", "onething")
        self.process = etree.SubElement(self.root, tag("bpmn", "process"), id=process_id, name=name, isExecutable="true")
        self.process.set(camunda("historyTimeToLive"), HISTORY_TIME_TO_LIVE)
        diagram = etree.SubElement(self.root, tag("bpmndi", "BPMNDiagram"), id=f"diagram-{process_id}")
        self.plane = etree.SubElement(
            diagram, tag("bpmndi", "BPMNPlane"), id=f"plane-{process_id}", bpmnElement=process_id
        )
        self.scope = self.process
        self._messages: dict[str, str] = {}

    # nodes

    def start(self, node_id: str, name: str, x: float, y: float, *, asynchronous: bool = False) -> Shape:
        shape = self._event("startEvent", node_id, name, x, y)
        if asynchronous:
            self.element(node_id).set(camunda("asyncBefore"), "true")
        return shape

    def end(self, node_id: str, name: str, x: float, y: float, *, label: Point | None = None) -> Shape:
        return self._event("endEvent", node_id, name, x, y, label=label)

    def catch(self, node_id: str, name: str, x: float, y: float, message: str, *, label: Point | None = None) -> Shape:
        shape = self._event("intermediateCatchEvent", node_id, name, x, y, label=label)
        self._message_definition(node_id, message)
        return shape

    def message_start(self, node_id: str, name: str, x: float, y: float, message: str) -> Shape:
        shape = self._event("startEvent", node_id, name, x, y)
        self._message_definition(node_id, message)
        return shape

    def gateway(
        self, kind: str, node_id: str, name: str, x: float, y: float, *, label: Point | None = None
    ) -> Shape:
        """`kind`: exclusive, parallel or inclusive. `label` is the upper left corner of the name."""
        shape = self._node(f"{kind}Gateway", node_id, name, x, y, GATEWAY, GATEWAY)
        if name:
            width, height = label_size(name)
            corner = label or (x - width / 2, y + GATEWAY / 2 + 4)
            self._label(node_id, corner, (width, height))
        if kind == "exclusive":
            self._di(node_id).set("isMarkerVisible", "true")
        return shape

    def service(self, node_id: str, name: str, x: float, y: float, topic: str, *, step: str = "",
                width: float = 100, height: float = 60) -> Shape:
        """An external task; `step` becomes a local input parameter for a topic that serves several nodes."""
        shape = self._node("serviceTask", node_id, name, x, y, width, height)
        element = self.element(node_id)
        element.set(camunda("type"), "external")
        element.set(camunda("topic"), topic)
        if step:
            self.inputs(node_id, {"step": step})
        return shape

    def user(self, node_id: str, name: str, x: float, y: float, form: str, group: str, due: str) -> Shape:
        shape = self._node("userTask", node_id, name, x, y, 120, 80)
        element = self.element(node_id)
        element.set(camunda("formRef"), form)
        element.set(camunda("formRefBinding"), "deployment")
        element.set(camunda("candidateGroups"), f"${{{group}}}")
        element.set(camunda("dueDate"), f"${{{due}}}")
        return shape

    def call(self, node_id: str, name: str, x: float, y: float, process: str, ins: Sequence[str], outs: Sequence[str],
             *, width: float = 120) -> Shape:
        shape = self._node("callActivity", node_id, name, x, y, width, 80)
        element = self.element(node_id)
        element.set("calledElement", process)
        element.set(camunda("calledElementBinding"), "deployment")
        extension = self._extension(node_id)
        etree.SubElement(extension, camunda("in"), businessKey="#{execution.processBusinessKey}")
        for name_ in ins:
            etree.SubElement(extension, camunda("in"), source=name_, target=name_)
        for name_ in outs:
            etree.SubElement(extension, camunda("out"), source=name_, target=name_)
        return shape

    @contextmanager
    def box(self, node_id: str, name: str, x: float, y: float, width: float, height: float, *,
            event: bool = False) -> Iterator[Shape]:
        """An expanded sub-process; what is drawn inside the block belongs to it."""
        shape = self._node("subProcess", node_id, name, x + width / 2, y + height / 2, width, height)
        self._di(node_id).set("isExpanded", "true")
        outer, self.scope = self.scope, self.element(node_id)
        if event:
            self.scope.set("triggeredByEvent", "true")
        try:
            yield shape
        finally:
            self.scope = outer

    def timer(self, node_id: str, name: str, host: Shape, x: float, due: str, *, interrupting: bool = False) -> Shape:
        """A boundary timer at the lower edge of `host`; its label sits right of the flow that leaves it."""
        shape = self._boundary(node_id, name, host, x, interrupting)
        definition = etree.SubElement(self.element(node_id), tag("bpmn", "timerEventDefinition"), id=f"{node_id}-due")
        date = etree.SubElement(definition, tag("bpmn", "timeDate"))
        date.set(f"{{{XSI}}}type", "bpmn:tFormalExpression")
        date.text = f"${{{due}}}"
        return shape

    def message_boundary(self, node_id: str, name: str, host: Shape, x: float, message: str) -> Shape:
        shape = self._boundary(node_id, name, host, x, interrupting=True)
        self._message_definition(node_id, message)
        return shape

    def annotation(self, node_id: str, text: str, x: float, y: float, width: float, height: float) -> None:
        element = etree.SubElement(self.scope, tag("bpmn", "textAnnotation"), id=node_id)
        etree.SubElement(element, tag("bpmn", "text")).text = text
        self._bounds(node_id, x, y, width, height)

    def data_object(self, node_id: str, name: str, x: float, y: float) -> Shape:
        """A data object of 36 by 50 px with its name beneath; x and y are its upper left corner."""
        etree.SubElement(self.scope, tag("bpmn", "dataObject"), id=f"{node_id}-data")
        reference = etree.SubElement(self.scope, tag("bpmn", "dataObjectReference"), id=node_id, name=name)
        reference.set("dataObjectRef", f"{node_id}-data")
        self._bounds(node_id, x, y, 36, 50)
        width, height = label_size(name)
        self._label(node_id, (x + 18 - width / 2, y + 53), (width, height))
        return Shape(node_id, x, y, 36, 50)

    # connections

    def flow(self, source: Shape, target: Shape, points: Sequence[Point], *, name: str = "", condition: str = "",
             default: bool = False, label: Point | None = None) -> None:
        """A sequence flow along `points`; `condition` without ${}."""
        flow_id = f"{source.id}-to-{target.id}"
        element = etree.SubElement(self.scope, tag("bpmn", "sequenceFlow"), id=flow_id)
        if name:
            element.set("name", name)
        element.set("sourceRef", source.id)
        element.set("targetRef", target.id)
        if condition:
            expression = etree.SubElement(element, tag("bpmn", "conditionExpression"))
            expression.set(f"{{{XSI}}}type", "bpmn:tFormalExpression")
            expression.text = f"${{{condition}}}"
        if default:
            self.element(source.id).set("default", flow_id)
        self._connect(source.id, "outgoing", flow_id)
        self._connect(target.id, "incoming", flow_id)
        self._edge(flow_id, points)
        if name and label:
            self._label(flow_id, label, label_size(name))

    def straight(self, source: Shape, target: Shape, **options: object) -> None:
        self.flow(source, target, [source.east(), target.west()], **options)  # type: ignore[arg-type]

    def data_out(self, box: Shape, data: Shape, points: Sequence[Point]) -> None:
        """The result of `box` becomes `data`."""
        association_id = f"{box.id}-gives-{data.id}"
        association = etree.Element(tag("bpmn", "dataOutputAssociation"), id=association_id)
        etree.SubElement(association, tag("bpmn", "targetRef")).text = data.id
        self._insert(box.id, association)
        self._edge(association_id, points)

    def data_in(self, data: Shape, box: Shape, points: Sequence[Point]) -> None:
        """`box` needs `data` before it is decided. The schema wants a property as the target."""
        association_id = f"{data.id}-for-{box.id}"
        element = self.element(box.id)
        held = element.find(tag("bpmn", "property"))
        if held is None:
            held = etree.Element(tag("bpmn", "property"), id=f"{box.id}-front", name="front-result")
            self._insert(box.id, held)
        association = etree.Element(tag("bpmn", "dataInputAssociation"), id=association_id)
        etree.SubElement(association, tag("bpmn", "sourceRef")).text = data.id
        etree.SubElement(association, tag("bpmn", "targetRef")).text = held.get("id")
        self._insert(box.id, association)
        self._edge(association_id, points)

    def inputs(self, node_id: str, values: dict[str, str | None]) -> None:
        """Local input parameters; None declares a variable of the box that a step fills in later."""
        holder = etree.SubElement(self._extension(node_id), camunda("inputOutput"))
        for name, value in values.items():
            parameter = etree.SubElement(holder, camunda("inputParameter"), name=name)
            parameter.text = value

    def element(self, node_id: str) -> etree._Element:
        return next(e for e in self.root.iter(etree.Element) if e.get("id") == node_id)

    def write(self) -> bytes:
        etree.indent(self.root, "  ")
        return etree.tostring(self.root, xml_declaration=True, encoding="UTF-8") + b"\n"

    # inner workings

    def _node(self, kind: str, node_id: str, name: str, x: float, y: float, width: float, height: float) -> Shape:
        element = etree.SubElement(self.scope, tag("bpmn", kind), id=node_id)
        if name:
            element.set("name", name)
        self._bounds(node_id, x - width / 2, y - height / 2, width, height)
        return Shape(node_id, x - width / 2, y - height / 2, width, height)

    def _event(self, kind: str, node_id: str, name: str, x: float, y: float, *, label: Point | None = None) -> Shape:
        shape = self._node(kind, node_id, name, x, y, EVENT, EVENT)
        width, height = label_size(name)
        self._label(node_id, label or (x - width / 2, y + EVENT / 2 + 4), (width, height))
        return shape

    def _boundary(self, node_id: str, name: str, host: Shape, x: float, interrupting: bool) -> Shape:
        shape = self._node("boundaryEvent", node_id, name, x, host.bottom, EVENT, EVENT)
        element = self.element(node_id)
        element.set("attachedToRef", host.id)
        element.set("cancelActivity", "true" if interrupting else "false")
        self._label(node_id, (x + 6, host.bottom + EVENT / 2 + 2), label_size(name))
        return shape

    def _message_definition(self, node_id: str, message: str) -> None:
        if message not in self._messages:
            reference = f"message-{message}"
            self.process.addprevious(etree.Element(tag("bpmn", "message"), id=reference, name=message))
            self._messages[message] = reference
        definition = etree.SubElement(self.element(node_id), tag("bpmn", "messageEventDefinition"))
        definition.set("id", f"{node_id}-message")
        definition.set("messageRef", self._messages[message])

    def _extension(self, node_id: str) -> etree._Element:
        element = self.element(node_id)
        extension = element.find(tag("bpmn", "extensionElements"))
        if extension is None:
            extension = etree.Element(tag("bpmn", "extensionElements"))
            element.insert(0, extension)
        return extension

    def _connect(self, node_id: str, direction: str, flow_id: str) -> None:
        reference = etree.Element(tag("bpmn", direction))
        reference.text = flow_id
        self._insert(node_id, reference)

    def _insert(self, node_id: str, child: etree._Element) -> None:
        """In the order of the BPMN schema: extensions, incoming, outgoing, property, data associations, the rest."""
        order = ["extensionElements", "incoming", "outgoing", "property", "dataInputAssociation", "dataOutputAssociation"]
        rank, element, position = order.index(etree.QName(child).localname), self.element(node_id), 0
        for index, sibling in enumerate(element):
            name = etree.QName(sibling).localname
            if name in order and order.index(name) <= rank:
                position = index + 1
        element.insert(position, child)

    def _di(self, node_id: str) -> etree._Element:
        return next(e for e in self.plane if e.get("bpmnElement") == node_id)

    def _bounds(self, node_id: str, x: float, y: float, width: float, height: float) -> None:
        shape = etree.SubElement(self.plane, tag("bpmndi", "BPMNShape"), id=f"{node_id}-di", bpmnElement=node_id)
        _numbers(etree.SubElement(shape, tag("dc", "Bounds")), x=x, y=y, width=width, height=height)

    def _edge(self, edge_id: str, points: Sequence[Point]) -> None:
        edge = etree.SubElement(self.plane, tag("bpmndi", "BPMNEdge"), id=f"{edge_id}-di", bpmnElement=edge_id)
        for x, y in points:
            _numbers(etree.SubElement(edge, tag("di", "waypoint")), x=x, y=y)

    def _label(self, node_id: str, corner: Point, size: tuple[float, float]) -> None:
        label = etree.SubElement(self._di(node_id), tag("bpmndi", "BPMNLabel"))
        bounds = etree.SubElement(label, tag("dc", "Bounds"))
        _numbers(bounds, x=corner[0], y=corner[1], width=size[0], height=size[1])


def _numbers(element: etree._Element, **values: float) -> None:
    for name, value in values.items():
        element.set(name, str(round(value)))
