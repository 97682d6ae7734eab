"""The audit trail: each record carries the hash of the one before it. What proves its end is kept elsewhere (anchors.py)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from contextvars import ContextVar
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

from sqlalchemy import insert, select, text
from sqlalchemy.orm import Session

from onething.store.sealed import ring_of
from onething.store.tables import Audit

GENESIS = "0" * 64
TURN = timedelta(seconds=60)  # longer than any step waits for a lock
CHAIN_LOCK = 77_010_101  # any constant; PostgreSQL serialises the writers of the chain on it
ORIGIN: ContextVar[str] = ContextVar("origin", default="")
"""The network address whose request is being answered; empty in the workers."""
ROWS = Audit.__table__
LAST = select(ROWS.c.seq, ROWS.c.at, ROWS.c.hash).order_by(ROWS.c.seq.desc()).limit(1)
PAGE, WAITING = 1000, "audit"
MODEL_CHANGED = "change-model"
"""A running case was put on another version of its model; `process`, `before` and `after` say which."""


def record(
    session: Session, at: datetime, actor: str, action: str, *, number: str = "", item: str = "", **detail: Any
) -> None:
    """Append one record, with the transaction. `detail` holds codes, reasons and ids, never personal data (S12).

    It is written at the end of the transaction (`write`): there is one chain for the whole city, and nobody is to wait for it
    while somebody else draws a paper.
    """
    session.info.setdefault(WAITING, []).append({
        "at": at, "actor": actor, "action": action, "number": number, "item": item, "detail": detail, "ip": ORIGIN.get(),
    })


def write(session: Session) -> None:
    """Take the turn at the chain and put what waits behind its end.

    Who had to wait for the turn gets the time of the record before, so that the trail stays in the order of time; a clock that
    is further back is left as it is, to be seen.
    """
    if not (waiting := session.info.pop(WAITING, [])):
        return
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": CHAIN_LOCK})
    last = head(session)
    seq, at, previous = (last.seq, last.at, last.hash) if last else (0, None, GENESIS)
    rows = []
    for row in waiting:
        seq, at = seq + 1, at if at and row["at"] < at < row["at"] + TURN else row["at"]
        row |= {"seq": seq, "at": at, "previous": previous}
        row["hash"] = previous = digest(SimpleNamespace(**row))
        rows.append(row)
    session.connection().execute(insert(ROWS), rows)


def trace(session: Session, before: str, after: str) -> list[str]:
    """Of a change of personal data: what it was and what it became, as keyed hashes. They prove a value and tell none."""
    ring = ring_of(session)
    return [ring.index("audit", value) if value else "" for value in (before, after)]


def head(session: Session) -> Any:
    """`seq`, `at` and `hash` of the newest record that is written, or None."""
    return session.connection().execute(LAST).first()


def digest(row: Any) -> str:
    """SHA-256 over the canonical JSON of the record and the hash before it."""
    content = [row.seq, row.at.timestamp(), row.actor, row.action, row.number, row.item, row.detail, row.previous]
    if row.ip:  # records of before there was one keep their hash
        content.append(row.ip)
    return hashlib.sha256(json.dumps(content, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def fits(row: Any, seq: int, previous: str) -> bool:
    """Whether it is that record, behind the one with this hash, and as it was written."""
    return row.seq == seq and row.previous == previous and row.hash == digest(row)


def first_fault(rows: Iterable[Any]) -> int | None:
    """The sequence number of the first record that does not fit the chain, or None."""
    expected, previous = 1, GENESIS
    for row in rows:
        if not fits(row, expected, previous):
            return row.seq
        expected, previous = row.seq + 1, row.hash
    return None


def trail(session: Session, number: str | None = None) -> list[Audit]:
    write(session)
    query = select(Audit).order_by(Audit.seq)
    return list(session.scalars(query.where(Audit.number == number) if number else query))


def done_since(session: Session, number: str, actor: str, action: str, since: datetime, **detail: Any) -> bool:
    """Whether it is on record, with this `detail` among others."""
    query = select(Audit.detail).where(Audit.number == number, Audit.actor == actor, Audit.action == action, Audit.at >= since)
    return any(detail.items() <= found.items() for found in session.scalars(query))


def everything(session: Session) -> Iterator[Any]:
    """All records in their order, however many: a page at a time."""
    after = 0
    while page := session.connection().execute(select(ROWS).where(ROWS.c.seq > after).order_by(ROWS.c.seq).limit(PAGE)).all():
        yield from page
        after = page[-1].seq
