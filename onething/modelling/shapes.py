"""Placed nodes and the size of their labels."""

from __future__ import annotations

from dataclasses import dataclass

Point = tuple[float, float]
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


def label_size(text: str) -> tuple[float, float]:
    """Width and height of a one-line label in px; Latin letters and digits take half a character."""
    return sum(CHARACTER if ord(character) > 0x2E80 else CHARACTER // 2 + 1 for character in text) + 2, 14
