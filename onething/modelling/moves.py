"""What stands elsewhere in one diagram than in another."""

from __future__ import annotations

from lxml import etree

from onething.modelling.names import NAMESPACES, find_all, tag

Place = tuple[tuple[float, ...], ...]


def moves(before: etree._Element, after: etree._Element) -> list[str]:
    """Ids of the elements of both that were moved, in the order of the diagram.

    What went along is left out: the content of a box, what sits on a node, lines with a moved end.
    """
    old, new = _places(before), _places(after)
    moved = {name: _shift(old[name], new[name]) for name in new if name in old and old[name] != new[name]}
    elements = {one.get("id"): one for one in after.iter(etree.Element) if one.get("id")}
    return [name for name, shift in moved.items() if name in elements and not _went_along(elements[name], shift, moved)]


def _places(model: etree._Element) -> dict[str, Place]:
    """Bounds or points, and the bounds of the name."""
    found = {}
    for shape in find_all(model, ".//bpmndi:BPMNPlane/*"):
        box = find_all(shape, "dc:Bounds") + find_all(shape, "bpmndi:BPMNLabel/dc:Bounds")
        points = shape.findall("di:waypoint", NAMESPACES)
        sizes = [tuple(float(one.get(key, 0)) for key in ("x", "y", "width", "height")) for one in box]
        found[shape.get("bpmnElement", "")] = (*((float(p.get("x", 0)), float(p.get("y", 0))) for p in points), *sizes)
    return found


def _shift(before: Place, after: Place) -> tuple[float, ...] | None:
    """How far all of it was moved; None where it changed its form."""
    ways = {(b[0] - a[0], b[1] - a[1]) for a, b in zip(before, after, strict=False)}
    same = len(before) == len(after) and all(a[2:] == b[2:] for a, b in zip(before, after, strict=True))
    return ways.pop() if same and len(ways) == 1 else None


def _went_along(one: etree._Element, shift: tuple[float, ...] | None, moved: dict[str, tuple[float, ...] | None]) -> bool:
    ends = [one.get("sourceRef"), one.get("targetRef")]
    if one.tag in (tag("bpmn", "dataInputAssociation"), tag("bpmn", "dataOutputAssociation")):
        ends = [part.text for part in one.iterchildren(tag("bpmn", "sourceRef"), tag("bpmn", "targetRef"))]
        ends.append(one.getparent().get("id"))
    if any(end in moved for end in ends if end):
        return True
    carriers = [*(box.get("id") for box in one.iterancestors(tag("bpmn", "subProcess"))), one.get("attachedToRef")]
    return shift is not None and any(moved.get(name) == shift for name in carriers if name in moved)
