"""Events that outside systems told us, each once, and the nonces they came with."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from onething.store.tables_callbacks import CallbackEvent, CallbackNonce


def use_nonce(session: Session, key_id: str, nonce: str, at: datetime, expires_at: datetime) -> bool:
    """False when it was used before, also by a request that is being answered at this moment. Forgets what has expired."""
    session.execute(delete(CallbackNonce).where(CallbackNonce.expires_at < at))
    dialect = {"postgresql": postgresql, "sqlite": sqlite}[session.get_bind().dialect.name]
    values = {"key_id": key_id, "nonce": nonce, "received_at": at, "expires_at": expires_at}
    insert = dialect.insert(CallbackNonce).values(values).on_conflict_do_nothing()
    return session.execute(insert.returning(CallbackNonce.nonce)).first() is not None


def taken_since(session: Session, key_id: str, since: datetime) -> int:
    """How many messages under this key were taken lately."""
    query = select(func.count()).where(CallbackNonce.key_id == key_id, CallbackNonce.received_at > since)
    return session.scalar(query) or 0


def event(session: Session, system: str, department: str, event_id: str) -> CallbackEvent | None:
    return session.get(CallbackEvent, (system, department, event_id))


def record(session: Session, row: CallbackEvent) -> None:
    session.add(row)
    session.flush()


def of_case(session: Session, number: str) -> list[CallbackEvent]:
    """In the order in which things happened, as far as the systems' clocks agree."""
    query = select(CallbackEvent).where(CallbackEvent.number == number)
    return list(session.scalars(query.order_by(CallbackEvent.happened_at, CallbackEvent.received_at)))
