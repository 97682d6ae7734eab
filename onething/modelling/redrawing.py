"""The box of an item whose kind the catalogue changed: what the new kind has more is drawn, what it has no longer goes."""

from __future__ import annotations

from collections.abc import Sequence

from lxml import etree

from onething.catalogue import Catalogue, Item, Row
from onething.modelling.box import BoxDrawing, BoxPlan
from onething.modelling.canvas import Canvas
from onething.modelling.cutting import AFTER, called, ends_of, take_out
from onething.modelling.names import ModelError, local
from onething.modelling.shapes import Point, Shape
from onething.modelling.space import Space
from onething.vocabulary import ItemKind

LINES = ("sequenceFlow", "association")


class Drawn:
    """A box as `model new` draws it for an item, on a sheet of its own."""

    def __init__(self, item: Item, row: Row, corner: Point, formal: str) -> None:
        self.canvas = Canvas("scratch", "")
        self.canvas.formal = formal
        self.box = BoxDrawing(self.canvas, BoxPlan(row, item, ""), *corner).draw()
        self.space = Space(self.canvas.plane)
        parts = (one for one in self.canvas.element(self.box.id).iterdescendants(etree.Element) if one.get("id"))
        self.parts = {one.get("id", ""): one for one in parts if _is_node(one) or local(one) in LINES}
        self.nodes = {name for name, one in self.parts.items() if _is_node(one)}

    def shape(self, node: str) -> Shape:
        shape = self.space.shape(node)
        assert shape is not None
        return shape


class Redrawing:
    """`box` of the item of `row` in the model on `canvas`. Raises `ModelError` where a person's work is in the way."""

    def __init__(self, canvas: Canvas, catalogue: Catalogue, row: Row, box: etree._Element, title: str) -> None:
        self.canvas, self.box, self.space = canvas, box, Space(canvas.plane)
        self.inside = {one.get("id", ""): one for one in box.iterdescendants(etree.Element) if one.get("id")}
        self.item, place = catalogue.items[row.item], self.space.shape(box.get("id", ""))
        self.now = f"{title}现在是{self.item.kind.label}"
        corner = (place.x, place.y) if place else (0.0, 0.0)
        self.new = Drawn(self.item, row, corner, canvas.formal)
        drawn = {name for name, one in self.inside.items() if name.startswith(f"{row.item}-") and _is_node(one)}
        self.old = None
        if place and drawn != self.new.nodes:
            others = [Drawn(item, row, corner, canvas.formal) for item in _shapes(self.item)]
            known = set().union(*(one.nodes for one in others))
            self.old = next((one for one in others if one.nodes == drawn & known != self.new.nodes), None)

    def run(self) -> str:
        """What was done, as a sentence; "" where the box is that of its kind, or one that a person drew in a way of his own."""
        if self.old is None:
            return ""
        gone = self.old.parts.keys() - self.new.parts.keys()
        more = [name for name in self.new.parts if name not in self.old.parts]
        self._refuse_what_hangs_on(gone)
        self.offsets = {name: self._offset(name) for name in self.old.nodes & self.new.nodes}
        take_out(self.canvas.root, gone & self.inside.keys())
        self._move_common()
        for name in more:
            self._add(name)
        words = [("增加", self.new, more), ("删去", self.old, [name for name in self.old.parts if name in gone])]
        told = "；".join(f"{word}{names}" for word, drawn, parts in words if (names := _names(drawn, parts)))
        return f"{self.now}，改画它的框：{told}"

    def _refuse_what_hangs_on(self, gone: set[str]) -> None:
        """Lines that a person led elsewhere, and what a person joined to a node that goes."""
        for one in self.canvas.root.iter(etree.Element):
            name = one.get("id", "")
            if name in gone and local(one) in LINES:
                strange = ends_of(one) - ends_of(self.old.parts[name])
            elif name not in gone and (ends_of(one) | {one.get("attachedToRef")}) & gone:
                strange = ends_of(one) - self.old.nodes or {name}
            else:
                continue
            if strange:
                found = self.inside.get(min(strange), one)
                raise self._refusal(f"手工画的{called(found)}还连着它", "删去或改接它")

    def _refusal(self, trouble: str, cure: str) -> ModelError:
        return ModelError(f"{self.now}，要改画它的框，但{trouble}；请先在 Modeler 中{cure}，{AFTER}", code="model-by-hand")

    def _offset(self, node: str) -> Point | None:
        """How far a person moved it; None for one that has another size, or no place."""
        was, now = self.old.shape(node), self.space.shape(node)
        if now is None or (was.width, was.height) != (now.width, now.height):
            return None
        return now.x - was.x, now.y - was.y

    def _move_common(self) -> None:
        """What both kinds have but elsewhere: 结果互通 stands beside 制证, or alone."""
        for name in self.old.nodes & self.new.nodes:
            was, now = self.old.shape(name), self.new.shape(name)
            if (was.x, was.y) != (now.x, now.y):
                self.canvas.shift([name], now.x - was.x, now.y - was.y)

    def _add(self, name: str) -> None:
        part = self.new.parts[name]
        if local(part) == "sequenceFlow":
            points = self._way(name, part)
            self.canvas.adopt(self.new.canvas, name, self.box, points=points)
            return
        host = part.get("attachedToRef") or self._nearest(name)
        offset = self.offsets.get(host) or (0.0, 0.0)
        shape = self.new.shape(name)
        as_drawn = [one for one in self.new.parts if self.offsets.get(one, offset) == offset]
        room = Shape("", shape.x + offset[0], shape.y + offset[1], shape.width, shape.height)
        around = [one.get("id", "") for one in (self.box, *self.box.iterancestors())]
        if self.offsets.get(host, ()) is None or not self.space.free(room, [*around, *as_drawn]):
            raise self._refusal(f"{called(part)}要摆的地方已被占用", f"在“{self.box.get('name')}”里移开挡住的元素")
        self.offsets[name] = offset
        self.canvas.adopt(self.new.canvas, name, self.box, offset=offset)

    def _nearest(self, name: str) -> str:
        """The node of both kinds next to it: with it it was moved."""
        shape, both = self.new.shape(name), self.old.nodes & self.new.nodes
        return min(both, key=lambda one: abs(self.new.shape(one).cx - shape.cx) + abs(self.new.shape(one).cy - shape.cy))

    def _way(self, name: str, flow: etree._Element) -> Sequence[Point]:
        """As drawn, moved with its ends; where they were moved differently, only a straight line can follow."""
        first, last = (self.offsets.get(flow.get(end, "")) for end in ("sourceRef", "targetRef"))
        points = self.new.canvas.points(name)
        if first is not None and last is not None:
            moved = [_moved(points[0], first), *(_moved(point, first) for point in points[1:-1]), _moved(points[-1], last)]
            (x1, y1), (x2, y2) = moved[-2:]
            if x1 == x2 or y1 == y2:
                return moved
        raise self._refusal("框里的元素移动过，新的流程线没有地方画", f"把“{self.box.get('name')}”里的元素摆回原处")


def _is_node(one: etree._Element) -> bool:
    return local(one) not in LINES and not local(one).endswith("EventDefinition")


def _shapes(item: Item) -> list[Item]:
    """The item as one of every kind whose box looks different."""
    results = [item.result.model_copy(update={"certificate": name}) for name in (item.name, None)]
    kinds = (ItemKind.LICENCE, ItemKind.REGISTRATION, ItemKind.QUERY)
    return [item.model_copy(update={"kind": kind, "result": result}) for kind in kinds for result in results]


def _moved(point: Point, offset: Point) -> Point:
    return point[0] + offset[0], point[1] + offset[1]


def _names(drawn: Drawn, parts: Sequence[str]) -> str:
    names = (" ".join((drawn.parts[name].get("name") or "").split()) for name in parts if name in drawn.nodes)
    return "、".join(f"“{name}”" for name in dict.fromkeys(names) if name)
