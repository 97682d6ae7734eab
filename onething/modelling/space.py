"""Free space in a diagram that others drew: where a new row fits, and which of several lines runs clear."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from itertools import pairwise

from lxml import etree

from onething.modelling.names import NAMESPACES, find_all, tag, waypoints
from onething.modelling.shapes import Point, Shape

NEAR = 5  # px: two lines side by side closer than this look like one
Segment = tuple[float, float, float, float]
"""Left, top, right, bottom of a straight piece of a line."""


class Space:
    """What the diagram plane holds, read anew at every question: between two of them something may have been drawn."""

    def __init__(self, plane: etree._Element) -> None:
        self.plane = plane

    def shape(self, element: str) -> Shape | None:
        """Where an element is drawn; None if it is not."""
        return next((shape for shape in self._shapes() if shape.id == element), None)

    def free(self, room: Shape, inside: Collection[str] = ()) -> bool:
        """Nothing stands in `room` and no line runs through it; `inside` are the boxes around it and what may be there."""
        occupied = (*self._shapes(inside), *self._labels(inside))
        lines = (piece for points in self._lines(inside) for piece in _pieces(points))
        return not any(_meets(room, one) for one in occupied) and not any(_crosses(room, piece) for piece in lines)

    def lowest(self, room: Shape, inside: Collection[str] = (), *, gap: float = 0) -> Shape:
        """`room`, or the first place straight beneath it that is free; `gap` px below what is in the way."""
        ends = {one.bottom + gap for one in (*self._shapes(inside), *self._labels()) if one.bottom + gap > room.y}
        ends |= {bottom + gap for points in self._lines() for _, _, _, bottom in _pieces(points) if bottom + gap > room.y}
        if self.free(room, inside):
            return room
        for y in sorted(ends):
            with_gap = Shape(room.id, room.x, y - gap, room.width, room.height + gap)
            if self.free(with_gap, inside):
                return Shape(room.id, room.x, y, room.width, room.height)
        raise AssertionError("below everything is always room")

    def clear(self, points: Sequence[Point], through: Collection[str] = (), *, joins: bool = True) -> bool:
        """No node, box or name lies in the way and no other line is covered; one that begins in the same point may be, and
        where the line `joins` others, one that ends in the same point. `through` are boxes the line may enter."""
        pieces = list(_pieces(points))
        solid = [one for one in (*self._shapes(through), *self._labels())
                 if not any(_touches(one, end) for end in (points[0], points[-1]))]
        if any(_crosses(one, piece, 1) for one in solid for piece in pieces):
            return False
        others = [line for line in self._lines() if line and line[0] != points[0] and not (joins and line[-1] == points[-1])]
        return not any(_covers(mine, other) for line in others for other in _pieces(line) for mine in pieces)

    def first_clear(
        self, ways: Sequence[Sequence[Point]], through: Collection[str] = (), *, joins: bool = True
    ) -> Sequence[Point]:
        """The first way that is clear, or else simply the first: an ugly line is better than none."""
        return next((way for way in ways if self.clear(way, through, joins=joins)), ways[0])

    def _shapes(self, without: Collection[str] = ()) -> Iterator[Shape]:
        for shape in self.plane.iter(tag("bpmndi", "BPMNShape")):
            bounds, element = shape.find("dc:Bounds", NAMESPACES), shape.get("bpmnElement", "")
            if bounds is not None and element not in without:
                yield _shape(element, bounds)

    def _labels(self, without: Collection[str] = ()) -> Iterator[Shape]:
        for place in self.plane:
            for bounds in find_all(place, "bpmndi:BPMNLabel/dc:Bounds") if place.get("bpmnElement") not in without else ():
                yield _shape("", bounds)

    def _lines(self, without: Collection[str] = ()) -> Iterator[list[Point]]:
        for edge in self.plane.iter(tag("bpmndi", "BPMNEdge")):
            if edge.get("bpmnElement") in without:
                continue
            yield waypoints(edge)


def _shape(element: str, bounds: etree._Element) -> Shape:
    return Shape(element, *(float(bounds.get(name, 0)) for name in ("x", "y", "width", "height")))


def _pieces(points: Sequence[Point]) -> Iterator[Segment]:
    for (x1, y1), (x2, y2) in pairwise(points):
        yield min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2)


def _meets(one: Shape, other: Shape) -> bool:
    return one.x < other.right and other.x < one.right and one.y < other.bottom and other.y < one.bottom


def _crosses(one: Shape, piece: Segment, margin: float = 0) -> bool:
    left, top, right, bottom = piece
    return (one.x - margin < right and left < one.right + margin
            and one.y - margin < bottom and top < one.bottom + margin)


def _touches(one: Shape, point: Point) -> bool:
    return one.x <= point[0] <= one.right and one.y <= point[1] <= one.bottom


def _covers(mine: Segment, other: Segment) -> bool:
    """Both run the same way, side by side within `NEAR` px, for more than a point."""
    upright, level = mine[0] == mine[2] and other[0] == other[2], mine[1] == mine[3] and other[1] == other[3]
    if upright and abs(mine[0] - other[0]) < NEAR:
        return min(mine[3], other[3]) > max(mine[1], other[1])
    return level and abs(mine[1] - other[1]) < NEAR and min(mine[2], other[2]) > max(mine[0], other[0])
