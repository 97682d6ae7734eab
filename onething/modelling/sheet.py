"""The sheet a model is drawn on: elements in the order of the BPMN schema, bounds, edges and labels."""

from __future__ import annotations

from collections.abc import Sequence

from lxml import etree

from onething.modelling.names import NAMESPACES, camunda, tag
from onething.modelling.shapes import Point

HISTORY_TIME_TO_LIVE = "P3650D"
ORDER = (
    "documentation", "extensionElements", "incoming", "outgoing", "property", "dataInputAssociation",
    "dataOutputAssociation", "multiInstanceLoopCharacteristics",
)


class Sheet:
    """One process and its diagram plane."""

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

    def element(self, node_id: str) -> etree._Element:
        return next(e for e in self.root.iter(etree.Element) if e.get("id") == node_id)

    def write(self) -> bytes:
        for annotation in list(self.root.iter(tag("bpmn", "textAnnotation"))):
            annotation.getparent().append(annotation)  # the schema wants artifacts after all flow elements
        etree.indent(self.root, "  ")
        return etree.tostring(self.root, xml_declaration=True, encoding="UTF-8") + b"\n"

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
            name = etree.QName(sibling).localname
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


def _numbers(element: etree._Element, **values: float) -> None:
    for name, value in values.items():
        element.set(name, str(round(value)))
