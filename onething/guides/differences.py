"""Where two editions of a guide differ: paths through their data, with lists compared by what their entries are called. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

ENTRY_KEYS = (
    ("item",), ("key",), ("group",), ("value",), ("front", "back"), ("law", "article"), ("wrong",), ("question",), ("kind",),
    ("number", "name"), ("text",),
)
"""What an entry of a list is known by: the first of these that it has."""
NAMED = (("departments",), ("questions",), ("knowledge",))
"""Where a key is a name of somebody's: one that is missing was added or taken away. Elsewhere it is one that this edition
knew nothing of yet."""
ORDER = "order"


@dataclass(frozen=True)
class Difference:
    """`path` leads to it; `entry`: it was added to a list or taken from it. A path that ends in `ORDER`: entries moved."""

    path: tuple[str, ...]
    before: Any
    after: Any
    entry: bool = False


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Difference]:
    """What an added or removed item brings along is not told again."""
    for room in ("items", "materials", "fields"):
        for name in sorted(before.get(room, {}).keys() & after.get(room, {}).keys()):
            yield from _walk((room, name), before[room][name], after[room][name])
    for room in sorted((before.keys() & after.keys()) - {"items", "materials", "fields"}):
        yield from _walk((room,), before[room], after[room])


def _walk(path: tuple[str, ...], before: Any, after: Any) -> Iterator[Difference]:
    if before == after or (empty(before) and empty(after)):
        return
    if path in NAMED:
        before, after = before or {}, after or {}
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        keys = [*before, *(key for key in after if key not in before)]
        for key in keys:
            if path in NAMED or (key in before and key in after):
                yield from _walk((*path, key), before.get(key), after.get(key))
    elif _entries(before) and _entries(after):
        yield from _lists(path, before or (), after or ())
    else:
        yield Difference(path, before, after)


def empty(value: Any) -> bool:
    return value is None or (not isinstance(value, bool | int | float) and len(value) == 0)


def _entries(value: Any) -> bool:
    return value is None or (isinstance(value, list | tuple) and all(isinstance(entry, Mapping) for entry in value))


def _lists(path: tuple[str, ...], before: Sequence[Any], after: Sequence[Any]) -> Iterator[Difference]:
    was, now = by_name(before), by_name(after)
    yield from (Difference((*path, name), was[name], None, entry=True) for name in was if name not in now)
    for name, entry in now.items():
        if name in was:
            yield from _walk((*path, name), was[name], entry)
        else:
            yield Difference((*path, name), None, entry, entry=True)
    if [name for name in was if name in now] != [name for name in now if name in was]:
        yield Difference((*path, ORDER), None, None)


def by_name(entries: Sequence[Mapping[str, Any]]) -> dict[str, Mapping[str, Any]]:
    """Each entry under what it is called; a second of the same name gets a mark."""
    found: dict[str, Mapping[str, Any]] = {}
    for entry in entries:
        keys = next((keys for keys in ENTRY_KEYS if all(key in entry for key in keys)), tuple(entry))
        name = " ".join(str(entry[key]) for key in keys if entry[key])
        while name in found:
            name += "′"
        found[name] = entry
    return found


def at(edition: Mapping[str, Any], path: tuple[str, ...]) -> Any:
    """What a path leads to in one edition; None where there is nothing."""
    value: Any = edition
    for part in path:
        if isinstance(value, list | tuple) and _entries(value):
            value = by_name(value)
        value = value.get(part) if isinstance(value, Mapping) else None
    return value
