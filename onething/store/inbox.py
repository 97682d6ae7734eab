"""The inbox: every fetched task with what became of it. Written for many tasks at once, since each commit costs a disk's turn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cache
from typing import Any

from sqlalchemy import Update, bindparam, delete, insert, select, update
from sqlalchemy.orm import Session

from onething.store.tables_work import Inbox


class InboxState(StrEnum):
    """RUNNING: begun. OUTCOME: the work is done and kept, the engine has not heard. The others are ends."""

    RUNNING = "RUNNING"
    OUTCOME = "OUTCOME"
    COMPLETED = "COMPLETED"
    FAILED = "FAILED"
    LOST = "LOST"


ROWS = Inbox.__table__
KNOWN = select(ROWS.c.task_id, ROWS.c.state, ROWS.c.attempts, ROWS.c.outcome).where(
    ROWS.c.task_id.in_(bindparam("ids", expanding=True))
)
"""Tables and statements as they are, not objects of them: this runs for every task, and objects cost three times as much."""

KEPT = frozenset({InboxState.OUTCOME, InboxState.COMPLETED})


@dataclass(frozen=True)
class Begun:
    """A task a worker has locked."""

    task_id: str
    topic: str
    number: str
    instance: str
    worker: str


@dataclass(frozen=True)
class Known:
    """`outcome` is None unless the work was done before; `attempts` counts this time and those that never ended."""

    outcome: dict[str, Any] | None
    attempts: int


def begin(session: Session, at: datetime, lock_until: datetime, tasks: Sequence[Begun]) -> dict[str, Known]:
    """Write down that these tasks are begun; what is known of each. One row per task, however often it comes."""
    known_rows = session.connection().execute(KNOWN, {"ids": [one.task_id for one in tasks]})
    rows = {row.task_id: row for row in known_rows}
    known = {one.task_id: _known(rows.get(one.task_id)) for one in tasks}
    fresh = [one for one in tasks if one.task_id not in rows]
    if fresh:
        session.connection().execute(insert(ROWS), [
            {"task_id": one.task_id, "worker": one.worker, "topic": one.topic, "number": one.number, "outcome": None,
             "instance": one.instance, "state": InboxState.RUNNING, "attempts": 1, "lock_until": lock_until, "updated_at": at}
            for one in fresh
        ])
    again = [one for one in tasks if one.task_id in rows and known[one.task_id].outcome is None]
    if again:
        _change(session, [
            {"id": one.task_id, "worker": one.worker, "state": InboxState.RUNNING, "attempts": known[one.task_id].attempts,
             "lock_until": lock_until, "updated_at": at} for one in again
        ])
    return known


def _known(row: Any) -> Known:
    if row is None:
        return Known(None, 1)
    if row.state in KEPT:
        return Known(row.outcome or {}, row.attempts)
    return Known(None, row.attempts + 1 if row.state == InboxState.RUNNING else 1)


def keep(session: Session, at: datetime, outcomes: Mapping[str, Mapping[str, Any]]) -> None:
    """The work of these tasks is done; from here on they are only reported, never done again."""
    _change(session, [
        {"id": task_id, "state": InboxState.OUTCOME, "outcome": dict(outcome), "updated_at": at}
        for task_id, outcome in outcomes.items()
    ])


def end(session: Session, at: datetime, ends: Mapping[str, InboxState]) -> None:
    """How the engine took it."""
    _change(session, [{"id": task_id, "state": state, "updated_at": at} for task_id, state in ends.items()])


def _change(session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    if not rows:
        return
    session.connection().execute(_update(*(name for name in rows[0] if name != "id")), list(rows))


@cache
def _update(*names: str) -> Update:
    return update(ROWS).where(ROWS.c.task_id == bindparam("id")).values({name: bindparam(name) for name in names})


def unfinished(session: Session, before: datetime, limit: int = 500) -> list[Inbox]:
    """Begun, or done and not told, with a lock that ran out before then: their worker is gone, or was never heard."""
    query = select(Inbox).where(Inbox.state.in_([InboxState.RUNNING, InboxState.OUTCOME]), Inbox.lock_until < before)
    return list(session.scalars(query.order_by(Inbox.lock_until).limit(limit)))


def forget(session: Session, before: datetime) -> int:
    """Drop what ended long ago; returns how many."""
    ended = [InboxState.COMPLETED, InboxState.FAILED, InboxState.LOST]
    return session.execute(delete(Inbox).where(Inbox.state.in_(ended), Inbox.updated_at < before)).rowcount  # type: ignore[attr-defined]
