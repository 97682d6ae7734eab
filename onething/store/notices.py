"""Messages to the applicant, at most one per key."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from onething.store import outbox
from onething.store.tables import Notice


def give(session: Session, at: datetime, number: str, what: str, text: str, *, item: str = "") -> None:
    """Record the message and promise its SMS; the same `what` for the same item is given once."""
    key = key_of(number, what, item)
    if session.get(Notice, key) is None:
        session.add(Notice(key=key, number=number, item=item, text=text, created_at=at))
        outbox.put(session, at, f"sms:{key}", "sms", notice=key)


def key_of(number: str, what: str, item: str = "") -> str:
    return f"{number}:{item}:{what}"


def get(session: Session, key: str) -> Notice:
    return session.get_one(Notice, key)


def of_case(session: Session, number: str) -> list[Notice]:
    return list(session.scalars(select(Notice).where(Notice.number == number).order_by(Notice.created_at, Notice.key)))
