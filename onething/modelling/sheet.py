"""The sheet a model is drawn on: elements in the order of the BPMN schema, bounds, edges and labels."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from copy import deepcopy
from typing import Self

from lxml import etree

from onething.modelling.names import BPMN, NAMESPACES, ModelError, camunda, find_all, local, tag, waypoints
from onething.modelling.shapes import Point

HISTORY_TIME_TO_LIVE = "P3650D"
ORDER = (
    "documentation", "extensionElements", "incoming", "outgoing", "property", "dataInputAssociation",
    "dataOutputAssociation", "multiInstanceLoopCharacteristics",
)
ARTIFACTS = ("textAnnotation", "association", "group")


class Sheet:
    """One process and its diagram plane; a new one, or `opened` on a model that is there."""

    def __init__(self, process_id: str, name: str) -> None:
        self.root = etree.Element(tag("bpmn", "definitions"), nsmap=NAMESPACES)
        self.root.set("id", f"definitions-{process_id}")
        self.root.set("targetNamespace", "https://onething.example/bpmn")
        self.root.set("exporter", "onething")
        self.process = etree.SubElement(self.root, tag("bpmn", "process"), id=process_id, name=name)
        self.process.set("isExecutable", "true")
        self.process.set(camunda("historyTimeToLive"), HISTORY_TIME_TO_LIVE)
        diagram = etree.SubElement(self.root, tag("bpmndi", "BPMNDiagram"), id=f"diagram-{process_id}")
        self.plane = etree.SubElement(
            diagram, tag("bpmndi", "BPMNPlane"), id=f"plane-{process_id}", bpmnElement=process_id
        )
        self.scope = self.process
        self._messages: dict[str, str] = {}
        self.formal = "bpmn:tFormalExpression"

    @classmethod
    def opened(cls, root: etree._Element) -> Self:
        """To draw into `root`. Raises `ModelError` for a model without process or diagram."""
        sheet, processes = cls.__new__(cls), find_all(root, "bpmn:process")
        own = processes[0].get("id") if processes else None
        planes = sorted(root.iter(tag("bpmndi", "BPMNPlane")), key=lambda plane: plane.get("bpmnElement") != own)
        if not processes or not planes:
            raise ModelError("流程模型里没有流程或没有图形；请用 Modeler 打开并重新保存")
        sheet.root, sheet.process, sheet.scope, sheet.plane = root, processes[0], processes[0], planes[0]
        sheet._messages = {one.get("name", ""): one.get("id", "") for one in find_all(root, "bpmn:message")}
        prefix = next((prefix for prefix, uri in root.nsmap.items() if uri == BPMN), None)
        sheet.formal = f"{prefix}:tFormalExpression" if prefix else "tFormalExpression"
        return sheet

    def element(self, node_id: str) -> etree._Element:
        return next(e for e in self.root.iter(etree.Element) if e.get("id") == node_id)

    def points(self, line: str) -> list[Point]:
        return waypoints(self._di(line))

    def adopt(self, sheet: Sheet, name: str, into: etree._Element, *, offset: Point = (0, 0),
              points: Sequence[Point] = ()) -> None:
        """An element of another sheet with its place, moved by `offset` or led along `points`; the nodes that a flow joins are
        told of it."""
        element, place = deepcopy(sheet.element(name)), deepcopy(sheet._di(name))
        into.append(element)
        self.plane.append(place)
        for spot in place.iter(tag("dc", "Bounds")):
            _shift(spot, *offset)
        if points:
            self.lead(name, points)
        for end, direction in (("sourceRef", "outgoing"), ("targetRef", "incoming")):
            node = element.get(end)
            if node and all(one.text != name for one in self.element(node).iter(tag("bpmn", direction))):
                self._connect(node, direction, name)

    def lead(self, line: str, points: Sequence[Point]) -> None:
        """The line by other points, as many as it has."""
        for spot, (x, y) in zip(self._di(line).findall("di:waypoint", NAMESPACES), points, strict=True):
            _numbers(spot, x=x, y=y)

    def enlarge(self, box: str, more: float) -> None:
        for bounds in self._di(box).findall("dc:Bounds", NAMESPACES):
            _numbers(bounds, height=float(bounds.get("height", 0)) + more)

    def shift(self, names: Collection[str], dx: float, dy: float) -> None:
        """Nodes with their names; of lines all points."""
        for place in self.plane:
            if place.get("bpmnElement") in names:
                for spot in place.iter(tag("dc", "Bounds"), tag("di", "waypoint")):
                    _shift(spot, dx, dy)

    def write(self) -> bytes:
        self.artifacts_last()
        etree.indent(self.root, "  ")
        return etree.tostring(self.root, xml_declaration=True, encoding="UTF-8") + b"\n"

    def artifacts_last(self) -> None:
        """The schema wants artifacts after all flow elements of a process or sub-process."""
        for holder in (self.process, *self.process.iter(tag("bpmn", "subProcess"))):
            first = next((child for child in holder.iterchildren(etree.Element) if local(child) in ARTIFACTS), None)
            for late in [] if first is None else list(first.itersiblings(etree.Element)):
                if local(late) not in ARTIFACTS:
                    first.addprevious(late)

    def _extension(self, node_id: str) -> etree._Element:
        element = self.element(node_id)
        extension = element.find(tag("bpmn", "extensionElements"))
        if extension is None:
            extension = etree.Element(tag("bpmn", "extensionElements"))
            self._insert(node_id, extension)
        return extension

    def _connect(self, node_id: str, direction: str, flow_id: str) -> None:
        reference = etree.Element(tag("bpmn", direction))
        reference.text = flow_id
        self._insert(node_id, reference)

    def _insert(self, node_id: str, child: etree._Element) -> None:
        """In the order of the BPMN schema: extensions, incoming, outgoing, property, data associations, the rest."""
        rank, element, position = ORDER.index(etree.QName(child).localname), self.element(node_id), 0
        for index, sibling in enumerate(element):
            name = local(sibling) if isinstance(sibling.tag, str) else ""
            if name in ORDER and ORDER.index(name) <= rank:
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


def _shift(spot: etree._Element, dx: float, dy: float) -> None:
    _numbers(spot, x=float(spot.get("x", 0)) + dx, y=float(spot.get("y", 0)) + dy)


def _numbers(element: etree._Element, **values: float) -> None:
    for name, value in values.items():
        element.set(name, str(round(value)))
