"""A block made higher where nothing is in the way: its lower edge goes down with what sits on it, nothing else moves."""

from __future__ import annotations

from lxml import etree

from onething.modelling.canvas import Canvas
from onething.modelling.names import find_all
from onething.modelling.rows import TURN
from onething.modelling.shapes import Shape
from onething.modelling.space import Space


class Growing:
    """`block` in the model on `canvas`. On its lower edge is the message that takes it back, whose line turns `TURN` px below."""

    def __init__(self, canvas: Canvas, block: etree._Element) -> None:
        self.canvas, self.block, self.space = canvas, block.get("id", ""), Space(canvas.plane)
        self.low = self._shape().bottom
        events = [one.get("id", "") for one in find_all(canvas.process, f".//*[@attachedToRef='{self.block}']")]
        self.events = [one for one in events if (place := self.space.shape(one)) and place.cy == self.low]
        self.lines = [
            flow.get("id", "") for one in self.events
            for flow in find_all(canvas.process, f".//bpmn:sequenceFlow[@sourceRef='{one}']")
        ]

    def _shape(self) -> Shape:
        shape = self.space.shape(self.block)
        assert shape is not None
        return shape

    def by(self, more: float) -> bool:
        """False, and nothing changed, where something is in the way."""
        own, block = [self.block, *self.events, *self.lines], self._shape()
        if not self.space.free(Shape("", block.x - 2, self.low + 1, block.width + 4, more + TURN), own):
            return False
        before = {line: self.canvas.points(line) for line in self.lines}
        ways = {line: [(x, y + more if self.low < y <= self.low + TURN else y) for x, y in points]
                for line, points in before.items()}
        self.canvas.shift(self.events, 0, more)
        for line, points in ways.items():
            self.canvas.lead(line, points)
        if not all(self.space.clear(points, own) for points in ways.values()):
            self.canvas.shift(self.events, 0, -more)
            for line, points in before.items():
                self.canvas.lead(line, points)
            return False
        self.canvas.enlarge(self.block, more)
        return True
