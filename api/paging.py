"""Long lists a page at a time: what of them is shown, and where the rest is."""

from __future__ import annotations

from dataclasses import dataclass

SIZE = 20
LONGEST = 6
"""Digits of a page number that are read."""


@dataclass(frozen=True)
class Pages:
    """`number` is the page that is shown, from 1; a number that makes no sense shows the nearest page there is."""

    number: int
    total: int
    name: str = "page"
    size: int = SIZE

    @property
    def last(self) -> int:
        return max(1, -(-self.total // self.size))

    @property
    def skip(self) -> int:
        return (self.number - 1) * self.size

    def address(self, number: int) -> str:
        """Where another page of the same list is."""
        return f"?{self.name}={number}"


def pages(asked: str, total: int, name: str = "page", size: int = SIZE) -> Pages:
    """`asked` is what an address says; anything but a number is the first page."""
    last = Pages(1, total, name, size).last
    number = int(asked[:LONGEST]) if asked.isascii() and asked.isdigit() else 1
    return Pages(min(max(1, number), last), total, name, size)
