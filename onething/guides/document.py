"""A document as sections, groups and lines: the one shape that page, paper and API show (R17)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from onething.catalogue.facts import UNKNOWN, Fact

NONE = "无"
T = TypeVar("T")


@dataclass(frozen=True)
class Line:
    """`confirmed` False is shown as 待核实. `link` is a path of the front door."""

    text: str
    confirmed: bool = True
    source: str = ""
    link: str = ""

    @property
    def doubtful(self) -> bool:
        """To be marked 待核实: not where text or source has these words already."""
        return not self.confirmed and UNKNOWN not in self.text + self.source


@dataclass(frozen=True)
class Group:
    """Lines under one heading; without a `title` they stand for everything."""

    lines: tuple[Line, ...]
    title: str = ""


@dataclass(frozen=True)
class Table:
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[float, ...] = ()


@dataclass(frozen=True)
class Section:
    key: str
    title: str
    groups: tuple[Group, ...] = ()
    tables: tuple[Table, ...] = ()

    @property
    def empty(self) -> bool:
        return not self.tables and not any(group.lines for group in self.groups)

    @property
    def lines(self) -> list[Line]:
        return [line for group in self.groups for line in group.lines]


@dataclass(frozen=True)
class Document:
    title: str
    subtitle: str
    version: str
    sections: tuple[Section, ...]

    def section(self, key: str) -> Section:
        return next(section for section in self.sections if section.key == key)


def line(fact: Fact) -> Line:
    return Line(fact.text, fact.confirmed, fact.source)


def one(key: str, title: str, *lines: Line | str) -> Section:
    """A section of one group; 无 where nothing is to be said."""
    found = tuple(entry if isinstance(entry, Line) else Line(entry) for entry in lines)
    return Section(key, title, (Group(found or (Line(NONE),)),))


def by_item(
    key: str, title: str, items: Sequence[T], name: Callable[[T], str], lines: Callable[[T], Iterable[Line]]
) -> Section:
    """What holds for each item; items that say the same stand together, and what holds for all has no heading."""
    same: dict[tuple[Line, ...], list[str]] = {}
    for item in items:
        same.setdefault(tuple(lines(item)) or (Line(NONE),), []).append(name(item))
    if len(same) == 1:
        return Section(key, title, (Group(next(iter(same))),))
    return Section(key, title, tuple(Group(said, "、".join(names)) for said, names in same.items()))
