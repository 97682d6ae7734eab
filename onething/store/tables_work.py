"""Work that crosses the border of the store: promised, taken in, carried out outside, and what is stuck of it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from onething.store.tables import Base


class Outbox(Base):
    """Work promised in the same transaction as the change that causes it; a relay carries it out.

    A relay holds an entry until `claimed_until`; all entries of one case are in one relay's hands at a time. An entry that
    no repetition cures is `stuck_at` until a person lets it run again.
    """

    __tablename__ = "outbox"
    __table_args__ = (Index("ix_outbox_open", "done_at", "next_at"),)
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    key: Mapped[str] = mapped_column(String(160), unique=True)
    kind: Mapped[str] = mapped_column(String(20))
    number: Mapped[str] = mapped_column(String(40), default="", index=True)
    body: Mapped[dict[str, Any]]
    attempts: Mapped[int] = mapped_column(default=0)
    next_at: Mapped[datetime]
    claimed_by: Mapped[str] = mapped_column(default="")
    claimed_until: Mapped[datetime | None]
    stuck_at: Mapped[datetime | None]
    done_at: Mapped[datetime | None]
    error: Mapped[str] = mapped_column(Text, default="")


class Inbox(Base):
    """What became of a fetched task: a task fetched again replays its outcome instead of running twice.

    `attempts` counts the times it was begun without an end that we know of; `lock_until` is when the engine may give it to
    another worker unless the lock is extended.
    """

    __tablename__ = "inbox"
    task_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    worker: Mapped[str]
    topic: Mapped[str] = mapped_column(String(40))
    number: Mapped[str] = mapped_column(String(40))
    instance: Mapped[str] = mapped_column(String(64), default="")
    state: Mapped[str] = mapped_column(String(10), index=True)
    attempts: Mapped[int] = mapped_column(default=0)
    outcome: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    lock_until: Mapped[datetime | None]
    updated_at: Mapped[datetime]


class Effect(Base):
    """Something that leaves the house and cannot be called back: an SMS, a push, a courier's order. At most one per key."""

    __tablename__ = "effect"
    key: Mapped[str] = mapped_column(String(200), primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    number: Mapped[str] = mapped_column(String(40), default="", index=True)
    payload_hash: Mapped[str] = mapped_column(String(64))
    state: Mapped[str] = mapped_column(String(10), index=True)
    receipt: Mapped[str] = mapped_column(default="")
    attempts: Mapped[int] = mapped_column(default=0)
    claimed_by: Mapped[str] = mapped_column(default="")
    claimed_until: Mapped[datetime | None]
    problem: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class Beat(Base):
    """When programs that the front door cannot ask were last alive."""

    __tablename__ = "beat"
    program: Mapped[str] = mapped_column(String(20), primary_key=True)
    at: Mapped[datetime]


class Trouble(Base):
    """Something a person has to look at: open until it is cured. `key` keeps it one, however often it is found."""

    __tablename__ = "trouble"
    key: Mapped[str] = mapped_column(String(200), primary_key=True)
    kind: Mapped[str] = mapped_column(String(20), index=True)
    number: Mapped[str] = mapped_column(String(40), default="", index=True)
    what: Mapped[str] = mapped_column(Text)
    since: Mapped[datetime]
    seen_at: Mapped[datetime]
    closed_at: Mapped[datetime | None] = mapped_column(index=True)
