"""Front results in a model that others drew: data objects and their lines, added where there is room, or taken away."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from lxml import etree

from onething.engine.contract import joint_item
from onething.modelling import box as boxes
from onething.modelling.canvas import Canvas
from onething.modelling.names import find_all
from onething.modelling.read import result_of
from onething.modelling.shapes import Point, Shape
from onething.modelling.space import Space

BESIDE, LANE = 62, 10  # px from a box to its data object; between two lines
DATA, LABEL = (36, 50), 20  # size of a data object; height of its name beneath it


class Results:
    """Draws front results on `canvas`; `shapes` are the boxes by item, `around` the block that holds an item."""

    def __init__(self, canvas: Canvas, shapes: Mapping[str, Shape], around: Mapping[str, Shape]) -> None:
        self.canvas, self.shapes, self.around = canvas, shapes, around
        self.space = Space(canvas.plane)

    def add(self, front: str, back: str) -> None:
        """The line from the result of `front` into the box of `back`; the data object first, if there is none."""
        known = result_of(self.canvas.element(self.shapes[front].id))
        place = self.space.shape(known) if known else None
        data = place or self._data(front)
        self.canvas.data_in(data, self.shapes[back], self._line(data, front, back))

    def _edge_of(self, item: str) -> float:
        """The left edge of the box, or of the block around it."""
        return self.around.get(item, self.shapes[item]).x

    def _data(self, front: str) -> Shape:
        """In the margin left of the front box, the first place and way that are clear."""
        box, joint = self.shapes[front], front.startswith(joint_item(""))
        name, heights = ("联合记录", (56, 76, 96)) if joint else ("前置结果", (180, 150, 120, 200))
        width, height = DATA
        left = min(self._edge_of(front), box.x - boxes.ACCEPTANCE + boxes.CALL["width"] / 2 if joint else box.x) - BESIDE
        places = [(left - LANE * step, box.y + down) for step in range(40) for down in heights]
        for x, y in places:
            room = Shape("", x - 8, y - 2, width + 16, height + LABEL + 2)
            way = self._out(box, Shape("", x, y, width, height), joint)
            if self.space.free(room) and self.space.clear(way, self._boxes_around(front), joins=False):
                break
        else:
            x, y = places[0]
            way = self._out(box, Shape("", x, y, width, height), joint)
        data = self.canvas.data_object(f"result-of-{front}", name, x, y)
        self.canvas.data_out(box, data, way)
        return data

    @staticmethod
    def _out(box: Shape, data: Shape, joint: bool) -> Sequence[Point]:
        start = [(box.x + 20, box.bottom), (box.x + 20, data.cy)] if joint else [(box.x, data.cy)]
        return [*start, data.east()]

    def _line(self, data: Shape, front: str, back: str) -> Sequence[Point]:
        target, left = self.shapes[back], min(data.x, self._edge_of(back)) - 16
        # from above it arrives above the row's entering flow, so that neighbours do not cross it
        usual = 36 if target.y > self.shapes[front].y else boxes.LINE + 14
        heights = [usual + LANE * step for step in range(7)] + [boxes.LINE + 14 + LANE * step for step in range(11)]
        ways = [
            [data.west(), (x, data.cy), (x, target.y + height), (target.x, target.y + height)]
            for x in (left - LANE * step for step in range(40)) for height in heights if height < target.height
        ]
        return self.space.first_clear(ways, self._boxes_around(back), joins=False)

    def _boxes_around(self, item: str) -> list[str]:
        return [self.around[item].id] if item in self.around else []


def left_over(model: etree._Element, data: str) -> bool:
    """Nothing reads this data object any more, and no note hangs on it."""
    readers = find_all(model, ".//bpmn:dataInputAssociation/bpmn:sourceRef")
    notes = find_all(model, ".//bpmn:association")
    return all(one.text != data for one in readers) and all(data not in (n.get("sourceRef"), n.get("targetRef")) for n in notes)
