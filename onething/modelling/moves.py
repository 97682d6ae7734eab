"""What stands elsewhere in one diagram than in another."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from math import hypot

from lxml import etree

from onething.modelling.names import find_all, tag, waypoints
from onething.modelling.shapes import Point

CLOSE, CLOSE_NAME = 0.5, 2  # px a line or node, and a name, may differ: a modeler measures names anew when it saves
Shift = Point


@dataclass(frozen=True)
class Place:
    """The corner of a node or the points of a line; the size of a node; the middle and top of the name."""

    points: tuple[Point, ...]
    size: tuple[float, ...]
    label: Point | None

    def shifts(self, other: Place) -> list[Shift]:
        return [(b[0] - a[0], b[1] - a[1]) for a, b in zip(self.points, other.points, strict=False)]

    def moved(self, other: Place, common: Shift) -> bool:
        """More than the whole diagram."""
        if self.size != other.size or len(self.points) != len(other.points):
            return True
        label = [(other.label[0] - self.label[0], other.label[1] - self.label[1])] if self.label and other.label else []
        return not all(_near(way, common, CLOSE) for way in self.shifts(other)) or not all(
            _near(way, common, CLOSE_NAME) for way in label
        )


def moves(before: etree._Element, after: etree._Element) -> tuple[list[str], Shift]:
    """Ids of the elements of both that were moved, in the order of the diagram; and how far most of the diagram was, which
    is no move of its elements: some modelers move all when they open a file. What lies right of room that was made moved more
    than the diagram did, however much it is.

    What went along is left out: the content of a box, what sits on a node, lines with a moved end.
    """
    old, new = _places(before), _places(after)
    both = [name for name in new if name in old]
    ways = Counter(way for name in both for way in old[name].shifts(new[name])[:1])
    often = [way for way, count in ways.items() if count * 4 > len(both) or not any(way)]
    common = min(often, key=lambda way: hypot(*way), default=(0.0, 0.0))
    moved = {name for name in both if old[name].moved(new[name], common)}
    rigid = {name: next(iter(shifts)) for name in moved if len(shifts := set(old[name].shifts(new[name]))) == 1
             and old[name].size == new[name].size}
    elements = {one.get("id"): one for one in after.iter(etree.Element) if one.get("id")}
    return [one for one in both if one in moved and one in elements and not _went_along(elements[one], moved, rigid)], common


def _places(model: etree._Element) -> dict[str, Place]:
    found = {}
    for shape in find_all(model, ".//bpmndi:BPMNPlane/*"):
        points = waypoints(shape)
        box, label = (next(iter(find_all(shape, path)), None) for path in ("dc:Bounds", "bpmndi:BPMNLabel/dc:Bounds"))
        size = () if box is None else _numbers(box, "width", "height")
        corner = points if box is None else [_numbers(box, "x", "y")]
        name = None if label is None else (float(label.get("x", 0)) + float(label.get("width", 0)) / 2, float(label.get("y", 0)))
        found[shape.get("bpmnElement", "")] = Place(tuple(corner), size, name)
    return found


def _numbers(one: etree._Element, first: str, second: str) -> Point:
    return float(one.get(first, 0)), float(one.get(second, 0))


def _near(one: Shift, other: Shift, most: float) -> bool:
    return abs(one[0] - other[0]) <= most and abs(one[1] - other[1]) <= most


def _went_along(one: etree._Element, moved: set[str], rigid: dict[str, Shift]) -> bool:
    ends = [one.get("sourceRef"), one.get("targetRef")]
    if one.tag in (tag("bpmn", "dataInputAssociation"), tag("bpmn", "dataOutputAssociation")):
        ends = [part.text for part in one.iterchildren(tag("bpmn", "sourceRef"), tag("bpmn", "targetRef"))]
        ends.append(one.getparent().get("id"))
    if any(end in moved for end in ends if end):
        return True
    carriers = [*(box.get("id") for box in one.iterancestors(tag("bpmn", "subProcess"))), one.get("attachedToRef")]
    own = rigid.get(one.get("id", ""))
    return own is not None and any(rigid.get(name) == own for name in carriers if name)
