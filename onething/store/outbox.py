"""Promised work: put in the transaction that causes it, carried out by the relay, at least once, keyed."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from onething.store.tables import Inbox, Outbox

BACK_OFF_SECONDS = (1, 2, 5, 10, 30, 60, 300)


def put(session: Session, at: datetime, key: str, kind: str, **body: Any) -> None:
    """Promise `kind` once under `key`; a second put with the same key changes nothing."""
    session.flush()
    if session.scalars(select(Outbox.id).where(Outbox.key == key)).first() is None:
        session.add(Outbox(key=key, kind=kind, body=body, next_at=at, attempts=0, error=""))
        session.flush()


def due(session: Session, at: datetime, limit: int = 20) -> list[Outbox]:
    query = select(Outbox).where(Outbox.done_at.is_(None), Outbox.next_at <= at).order_by(Outbox.id).limit(limit)
    return list(session.scalars(query))


def done(session: Session, entry_id: int, at: datetime) -> None:
    entry = session.get_one(Outbox, entry_id)
    entry.done_at, entry.error = at, ""


def postpone(session: Session, entry_id: int, at: datetime, error: str) -> None:
    entry = session.get_one(Outbox, entry_id)
    wait = BACK_OFF_SECONDS[min(entry.attempts, len(BACK_OFF_SECONDS) - 1)]
    entry.attempts += 1
    entry.next_at, entry.error = at + timedelta(seconds=wait), error[:500]


def waiting(session: Session) -> list[Outbox]:
    return list(session.scalars(select(Outbox).where(Outbox.done_at.is_(None)).order_by(Outbox.id)))


def tally(session: Session, at: datetime) -> tuple[int, int, int | None]:
    """How many entries are due, how many are open, the newest one: changes whenever one comes or is done."""
    due, newest = func.count(case((Outbox.next_at <= at, 1))), select(func.max(Outbox.id)).scalar_subquery()
    return tuple(session.execute(select(due, func.count(), newest).where(Outbox.done_at.is_(None))).one())


def hurry(session: Session, at: datetime, numbers: Collection[str]) -> list[int]:
    """Messages of these cases that found nobody waiting are due now; their ids."""
    tried = select(Outbox).where(Outbox.done_at.is_(None), Outbox.kind == "correlate", Outbox.attempts > 0, Outbox.next_at > at)
    entries = [entry for entry in session.scalars(tried.order_by(Outbox.id)) if entry.body.get("number") in numbers]
    for entry in entries:
        entry.next_at = at
    return [entry.id for entry in entries]


def arrived(session: Session, ids: Collection[int]) -> int:
    """How many of these entries are done."""
    query = select(func.count()).where(Outbox.id.in_(ids), Outbox.done_at.is_not(None))
    return session.scalar(query) or 0


def move(session: Session, key: str, at: datetime) -> None:
    """What was promised for a day that has moved; nothing once it is done."""
    entry = session.scalars(select(Outbox).where(Outbox.key == key, Outbox.done_at.is_(None))).first()
    if entry is not None:
        entry.next_at = at


def keyed(session: Session, prefix: str) -> list[Outbox]:
    """Every entry whose key begins so, done or not."""
    return list(session.scalars(select(Outbox).where(Outbox.key.startswith(prefix, autoescape=True)).order_by(Outbox.id)))


def stored_outcome(session: Session, task_id: str) -> dict[str, Any] | None:
    row = session.get(Inbox, task_id)
    return row.outcome if row else None


def keep_outcome(
    session: Session, at: datetime, task_id: str, worker: str, topic: str, number: str, outcome: dict[str, Any]
) -> None:
    row = session.get(Inbox, task_id) or Inbox(task_id=task_id, worker=worker, topic=topic, number=number, attempts=0)
    row.attempts += 1
    row.worker, row.outcome, row.updated_at = worker, outcome, at
    session.add(row)
