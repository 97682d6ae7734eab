"""What a person has to look at, one row per cause; closed when it is cured, kept for those who ask later."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from onething.store.tables_work import Beat, Trouble

ENGINE_LOST = "engine:forgotten"
"""The engine does not know many cases it should: only a person decides what is to be done."""
ENGINE_AWAY, AWAY = "engine:away", "engine-away"
"""The engine does not answer: people are told that what they hand in starts later."""
WORKERS, SILENT = "workers", timedelta(minutes=1)
SEAL = "seal"
"""Stored content that does not open where it lies; closed by `onething keys verify` once it opens again."""


def open_(session: Session, at: datetime, key: str, kind: str, number: str, what: str) -> bool:
    """Whether it is new; found again, only the time it was seen changes."""
    row = session.get(Trouble, key[:200])
    fresh = row is None or row.closed_at is not None
    if row is None:
        row = Trouble(key=key[:200], kind=kind, number=number, what=what, since=at, seen_at=at)
        session.add(row)
    elif fresh:
        row.since, row.closed_at = at, None
    row.what, row.seen_at = what[:2000], at
    return fresh


def close(session: Session, at: datetime, keys: Collection[str]) -> int:
    """These are cured; returns how many were open."""
    query = select(Trouble).where(Trouble.key.in_([key[:200] for key in keys]), Trouble.closed_at.is_(None))
    rows = list(session.scalars(query))
    for row in rows:
        row.closed_at = at
    return len(rows)


def standing(session: Session, kinds: Collection[str] = ()) -> list[Trouble]:
    """Open ones, oldest first."""
    query = select(Trouble).where(Trouble.closed_at.is_(None)).order_by(Trouble.since, Trouble.key)
    return list(session.scalars(query.where(Trouble.kind.in_(kinds)) if kinds else query))


def tally(session: Session) -> dict[str, int]:
    """Kind -> how many are open."""
    query = select(Trouble.kind, func.count()).where(Trouble.closed_at.is_(None)).group_by(Trouble.kind)
    return dict(session.execute(query).all())


def engine_is_away(session: Session) -> bool:
    row = session.get(Trouble, ENGINE_AWAY)
    return row is not None and row.closed_at is None


def beat(session: Session, now: datetime) -> None:
    """The workers are alive."""
    session.merge(Beat(program=WORKERS, at=now))


def workers_are_away(session: Session, now: datetime) -> bool:
    """They have been silent for a minute; where none ever said anything, nothing is known."""
    row = session.get(Beat, WORKERS)
    return row is not None and now - row.at > SILENT
