"""Columns whose values are sealed in the database and plain in Python: `name = Sealed()` in a table.

A value is sealed when its row is written, for the row's own key, and opened when somebody looks at it. The engine's dialect
carries the ring, since that is what SQLAlchemy gives a type. An empty value hides nothing and is stored empty.
"""

from __future__ import annotations

import json
import weakref
from typing import Any

from sqlalchemy import String, Text, TypeDecorator, inspect
from sqlalchemy.orm import Session, mapped_column

from onething.store.keyring import Ring
from onething.store.sealing import Place, SealBroken, is_sealed, seal, unseal


def ring_of(session: Session) -> Ring:
    """The keys of the store this session is of."""
    return session.get_bind().dialect.ring  # type: ignore[attr-defined]


class Cell:
    """What a sealed column holds: as it was read, to be opened, or as it was set, to be sealed."""

    __slots__ = ("place_of", "plain", "ring", "row", "stored")

    def __init__(self, stored: str = "", ring: Ring | None = None) -> None:
        self.stored, self.ring, self.plain = stored, ring, None

    @classmethod
    def of(cls, row: Any, field: Sealed, value: Any) -> Cell:
        cell = cls()
        cell.row, cell.place_of, cell.plain = weakref.ref(row), field.place, value  # the row is complete only when written
        return cell

    def opened(self, kind: type, place: Place) -> Any:
        if self.plain is None:
            self.plain = open_value(self.ring, kind, place, self.stored)
        return self.plain

    def sealed(self, ring: Ring) -> str:
        return self.stored or seal_value(ring, self.place_of(self.row()), self.plain)


def open_value(ring: Ring | None, kind: type, place: Place, stored: str) -> Any:
    """Raises `SealBroken`; also for a value that is not sealed, unless the store is from before the encryption."""
    if ring is None:
        raise SealBroken(place, "没有密钥")
    if is_sealed(stored):
        text = unseal(ring.key, place, stored)
    elif ring.plain:
        text = stored
    else:
        raise SealBroken(place, "内容没有加密")
    return text if kind is str else json.loads(text)


def seal_value(ring: Ring, place: Place, plain: Any) -> str:
    return seal(ring.active, place, plain if isinstance(plain, str) else json.dumps(plain))


class SealedText(TypeDecorator[Cell]):
    """Takes cells and the empty text, so that nothing plain gets into the column by another way."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Any) -> str | None:
        if isinstance(value, Cell):
            return value.sealed(dialect.ring)
        if value:
            raise TypeError("a sealed column is set through its row and cannot be compared")
        return value

    def process_result_value(self, value: str | None, dialect: Any) -> Any:
        return Cell(value, dialect.ring) if value else value


class Sealed:
    """A field of a table: text, or a dictionary or list as JSON. `index` names the column of its blind index."""

    def __init__(self, kind: type = str, *, index: str = "") -> None:
        self.kind, self.index = kind, index

    def __set_name__(self, table: Any, name: str) -> None:
        self.name, self.slot = name, f"sealed_{name}"
        setattr(table, self.slot, mapped_column(name, SealedText, nullable=False, default=""))
        if self.index:
            setattr(table, self.index, mapped_column(Blind(f"{table.__tablename__}.{name}"), index=True, default=""))

    def __get__(self, row: Any, table: Any = None) -> Any:
        if row is None:
            return getattr(table, self.slot)
        cell = getattr(row, self.slot)
        return cell.opened(self.kind, self.place(row)) if cell else self.kind()

    def __set__(self, row: Any, value: Any) -> None:
        if self.index:
            setattr(row, self.index, Wanted(value))
        kept = inspect(row).dict.get(self.slot)
        if kept and kept.stored and open_value(kept.ring, self.kind, self.place(row), kept.stored) == value:
            return  # the same again is no change of the row
        setattr(row, self.slot, Cell.of(row, self, value) if value else "")

    def place(self, row: Any) -> Place:
        mapper = inspect(type(row))
        return (mapper.local_table.name, *mapper.primary_key_from_instance(row), self.name)


class Wanted(str):
    """A plain value on its way to the blind index."""


class Blind(TypeDecorator[str]):
    """The blind index of a field: equal values are found by a keyed hash that tells nothing else."""

    impl = String(64)
    cache_ok = True

    def __init__(self, purpose: str) -> None:
        super().__init__()
        self.purpose = purpose

    def process_bind_param(self, value: str | None, dialect: Any) -> str | None:
        return dialect.ring.index(self.purpose, spelled(value)) if value and isinstance(value, Wanted) else value


def spelled(value: str) -> str:
    """As one writes an id number: no blanks, capital letters."""
    return "".join(value.split()).upper()
