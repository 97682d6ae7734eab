"""Answers under an Idempotency-Key: claimed before the work and filled in after it, in the same transaction."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select, tuple_
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from onething.store.tables_kept import KeptAnswer

KEPT_FOR = timedelta(days=7)
"""Longer than any program repeats a request; an application's own key is never forgotten."""
AT_ONCE = 20


def claim(session: Session, account_id: str, key: str, digest: str, at: datetime) -> KeptAnswer | None:
    """None where the key is new, and now taken; else the earlier answer. Waits for one that is being made at this moment."""
    _forget(session, at - KEPT_FOR)
    dialect = {"postgresql": postgresql, "sqlite": sqlite}[session.get_bind().dialect.name]
    values = {"account_id": account_id, "key": key, "digest": digest, "answer": "", "kept_at": at}
    table = KeptAnswer.__table__
    insert = dialect.insert(table).values(values).on_conflict_do_nothing()
    if session.execute(insert.returning(table.c.key)).first():
        return None
    return session.get_one(KeptAnswer, (account_id, key))


def keep(session: Session, account_id: str, key: str, answer: dict[str, Any]) -> None:
    session.get_one(KeptAnswer, (account_id, key)).answer = answer


def _forget(session: Session, before: datetime) -> None:
    """A few of the oldest; rows that somebody else forgets at this moment are left to them."""
    old = select(KeptAnswer.account_id, KeptAnswer.key).where(KeptAnswer.kept_at < before).limit(AT_ONCE)
    found = [tuple(row) for row in session.execute(old.with_for_update(skip_locked=True))]
    if found:
        session.execute(delete(KeptAnswer).where(tuple_(KeptAnswer.account_id, KeptAnswer.key).in_(found)))
