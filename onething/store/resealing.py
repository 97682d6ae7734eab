"""Sealing anew what an older key sealed, or nobody: in small batches while everything runs (S13).

A batch is a transaction, a file is replaced in one step: whenever this ends, each value is as it was or sealed by the active
key, and what is left is found by the name of its key. Rows that somebody holds are left for the next round.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import Text, and_, case, column, func, literal, not_, or_, select, table, true, tuple_, update
from sqlalchemy.orm import Session

from onething.errors import Conflict
from onething.store import documents, sealed_files, troubles
from onething.store.keyring import Ring
from onething.store.sealed import Sealed, open_value, seal_value, spelled
from onething.store.sealed_files import StoredFile
from onething.store.sealing import KEY_LENGTH, MARK, Place, SealBroken, where
from onething.store.session import Store
from onething.store.tables import Base

BATCH = 100
NAME = re.compile(r"[0-9a-f]{64}")
Say = Callable[[str, int], None]
"""Told what has been sealed anew since the last word: where, and how many."""


@dataclass(frozen=True)
class SealedTable:
    """A table as its rows lie in the database: `raw` gives sealed columns as text."""

    name: str
    keys: tuple[str, ...]
    fields: tuple[Sealed, ...]
    raw: Any

    def place(self, row: Any, one: Sealed) -> Place:
        return (self.name, *(row[key] for key in self.keys), one.name)

    def texts(self) -> list[Any]:
        return [self.raw.c[one.name] for one in self.fields]


@dataclass
class Tally:
    """What became of it. `broken` does not open where it lies; `left` still waits, also for who held the rows."""

    values: int = 0
    files: int = 0
    left: int = 0
    broken: dict[str, SealBroken] = field(default_factory=dict)


@cache
def tables() -> tuple[SealedTable, ...]:
    found = []
    for mapper in Base.registry.mappers:
        fields = tuple(one for one in vars(mapper.class_).values() if isinstance(one, Sealed))
        if fields:
            name, keys = mapper.local_table.name, [column(key.name, key.type) for key in mapper.primary_key]
            own = [column(one.name, Text) for one in fields] + [column(one.index) for one in fields if one.index]
            found.append(SealedTable(name, tuple(key.name for key in keys), fields, table(name, *keys, *own)))
    return tuple(sorted(found, key=lambda one: one.name))


def reseal(store: Store, say: Say = lambda _where, _count: None) -> Tally:
    """Everything by the active key. May be ended at any time and run again; once all is sealed nothing plain is read any more."""
    tally, mark = Tally(), store.ring.active.mark
    for one in tables():
        while changed := sum(_reseal_batches(store, one, mark, tally, say)):
            tally.values += changed
    for file in _files(store):
        if sealed_files.sealed_by(file.path) != store.ring.active.name and _reseal_file(file, tally):
            tally.files += 1
            say("files", 1)
    used = usage(store)
    tally.left = sum(sum(counts.values()) for key, counts in used.items() if key != store.ring.active.name)
    if store.ring.plain and "" not in used:
        store.ring.refuse_plain()
        _forget_old_pages(store)
    _tell(store, tally)
    return tally


def verify(store: Store) -> Tally:
    """Open everything where it lies; what does not open is a trouble, what opens again is none."""
    tally = Tally()
    for one in tables():
        after = None
        while rows := _rows(store, one, after, true()):
            after = tuple(rows[-1][key] for key in one.keys)
            for row in rows:
                stored = [each for each in one.fields if row[each.name]]
                tally.values += sum(_opens(store.ring, one, row, each, tally) is not None for each in stored)
    for file in _files(store):
        try:
            for _ in file.chunks():
                pass
            tally.files += 1
        except SealBroken as error:
            tally.broken[where(error.place)] = error
        except FileNotFoundError:
            continue
    _tell(store, tally)
    with store.transaction() as session:
        standing = {row.key for row in troubles.standing(session, [troubles.SEAL])}
        troubles.close(session, datetime.now(UTC), standing - {f"seal:{place}"[:200] for place in tally.broken})
    return tally


def usage(store: Store) -> dict[str, Counter[str]]:
    """Key -> how many values and files it has sealed; the empty name for what is plain."""
    found: dict[str, Counter[str]] = {}
    with store.reading() as session:
        for one in tables():
            for text in one.texts():
                key = case((text.like(f"{MARK}%"), func.substr(text, len(MARK) + 1, KEY_LENGTH)), else_="")
                for name, count in session.execute(select(key, func.count()).where(text != "").group_by(key)):
                    found.setdefault(name, Counter())["values"] += count
    for file in _files(store):
        found.setdefault(sealed_files.sealed_by(file.path), Counter())["files"] += 1
    return found


def retire(store: Store, name: str, at: datetime) -> None:
    """Drop an older key. Raises `Conflict` while anything is sealed by it."""
    used = usage(store).get(name)
    if used:
        raise Conflict(
            f"密钥 {name} 还在使用：{used['values']} 个字段、{used['files']} 个文件；请先运行 onething keys reseal",
            code="key-in-use",
        )
    store.ring.retire(name, at)


def _reseal_batches(store: Store, one: SealedTable, mark: str, tally: Tally, say: Say) -> Iterator[int]:
    """Once through the table, in the order of its keys."""
    older, after = or_(*(and_(text != "", not_(text.startswith(mark))) for text in one.texts())), None
    while True:
        with store.transaction() as session:
            rows = _page(session, one, after, older, hold=True)
            count = sum(_reseal_row(session, store.ring, one, row, mark, tally) for row in rows)
        if not rows:
            return
        after = tuple(rows[-1][key] for key in one.keys)
        say(one.name, count)
        yield count


def _reseal_row(session: Session, ring: Ring, one: SealedTable, row: Any, mark: str, tally: Tally) -> int:
    fresh: dict[str, str] = {}
    for each in one.fields:
        if row[each.name] and not row[each.name].startswith(mark):
            text = _opens(ring, one, row, each, tally)
            if text is not None:
                fresh[each.name] = seal_value(ring, one.place(row, each), text)
                if each.index:
                    fresh[each.index] = ring.index(f"{one.name}.{each.name}", spelled(text))
    if fresh:
        session.execute(update(one.raw).where(*(one.raw.c[key] == row[key] for key in one.keys)).values(fresh))
    return sum(1 for each in one.fields if each.name in fresh)


def _opens(ring: Ring, one: SealedTable, row: Any, each: Sealed, tally: Tally) -> str | None:
    place = one.place(row, each)
    try:
        return open_value(ring, str, place, row[each.name])
    except SealBroken as error:
        tally.broken[where(place)] = error
        return None


def _rows(store: Store, one: SealedTable, after: tuple[Any, ...] | None, which: Any) -> list[Any]:
    with store.reading() as session:
        return _page(session, one, after, which, hold=False)


def _page(session: Session, one: SealedTable, after: tuple[Any, ...] | None, which: Any, *, hold: bool) -> list[Any]:
    keys = [one.raw.c[key] for key in one.keys]
    query = select(one.raw).where(which).order_by(*keys).limit(BATCH)
    if after:
        query = query.where(tuple_(*keys) > tuple_(*map(literal, after)))
    if hold:  # without waiting for anybody: who waits while holding could be waited for in turn
        query = query.with_for_update(skip_locked=True)
    return list(session.execute(query).mappings())


def _files(store: Store) -> Iterator[StoredFile]:
    for path in sorted(store.files.glob("??/*")):
        if NAME.fullmatch(path.name):
            yield StoredFile(path, store.ring, 0)


def _reseal_file(file: StoredFile, tally: Tally) -> bool:
    aside: Path = documents.aside(file.path)
    try:
        sealed_files.reseal(file, aside)
    except SealBroken as error:
        aside.unlink(missing_ok=True)
        tally.broken[where(error.place)] = error
        return False
    except FileNotFoundError:  # swept away meanwhile
        return False
    return True


def _tell(store: Store, tally: Tally) -> None:
    for error in tally.broken.values():
        store.tell(error)


def _forget_old_pages(store: Store) -> None:
    """SQLite keeps what was overwritten in free pages and in its log; PostgreSQL's own VACUUM does it there."""
    if store.engine.dialect.name == "sqlite":
        with store.engine.connect() as connection:
            connection.exec_driver_sql("VACUUM")
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
