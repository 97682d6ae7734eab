"""The audit trail: each record carries the hash of the one before it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from onething.store.tables import Audit

GENESIS = "0" * 64
TURN = timedelta(seconds=60)  # longer than any step waits for a lock
CHAIN_LOCK = 77_010_101  # any constant; PostgreSQL serialises the writers of the chain on it


def record(
    session: Session, at: datetime, actor: str, action: str, *, number: str = "", item: str = "", **detail: Any
) -> None:
    """Append one record. `detail` holds codes, reasons and ids, never personal data (S12).

    Who waited for a turn at the chain gets the time of the record before, so that the trail stays in the order of time; a clock
    that is further back is left as it is, to be seen.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": CHAIN_LOCK})
    session.flush()
    last = session.scalars(select(Audit).order_by(Audit.seq.desc()).limit(1)).first()
    if last is not None and at < last.at < at + TURN:
        at = last.at
    row = Audit(
        seq=(last.seq if last else 0) + 1, at=at, actor=actor, action=action, number=number, item=item,
        detail=detail, previous=last.hash if last else GENESIS,
    )
    row.hash = digest(row)
    session.add(row)
    session.flush()


def digest(row: Audit) -> str:
    """SHA-256 over the canonical JSON of the record and the hash before it."""
    content = [row.seq, row.at.timestamp(), row.actor, row.action, row.number, row.item, row.detail, row.previous]
    return hashlib.sha256(json.dumps(content, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def first_fault(rows: Iterable[Audit]) -> int | None:
    """The sequence number of the first record that does not fit the chain, or None."""
    expected, previous = 1, GENESIS
    for row in rows:
        if row.seq != expected or row.previous != previous or row.hash != digest(row):
            return row.seq
        expected, previous = row.seq + 1, row.hash
    return None


def trail(session: Session, number: str | None = None) -> list[Audit]:
    query = select(Audit).order_by(Audit.seq)
    return list(session.scalars(query.where(Audit.number == number) if number else query))
