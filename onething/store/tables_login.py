"""Logins that are under way at an identity provider, and how often somebody did something lately."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from onething.store.tables import Base


class LoginSession(Base):
    """A live login. `id` is a hash of what the browser has: who reads this table can be nobody (S20)."""

    __tablename__ = "login_session"
    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"), index=True)
    csrf: Mapped[str] = mapped_column(String(64))
    device: Mapped[str] = mapped_column(String(10), default="")
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]


class LoginAttempt(Base):
    """Somebody was sent to an identity provider. `state` and `browser` are hashes of what has to come back; used once."""

    __tablename__ = "login_attempt"
    state: Mapped[str] = mapped_column(String(64), primary_key=True)
    browser: Mapped[str] = mapped_column(String(64))
    door: Mapped[str] = mapped_column(String(20))
    nonce: Mapped[str] = mapped_column(String(64))
    verifier: Mapped[str] = mapped_column(String(128))
    target: Mapped[str] = mapped_column(Text)
    expires_at: Mapped[datetime] = mapped_column(index=True)


class RateLimit(Base):
    """The last uses under one key, in seconds since 1970; `key` is a keyed hash of what was done and by whom (S22)."""

    __tablename__ = "rate_limit"
    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    times: Mapped[list[Any]]
    expires_at: Mapped[datetime] = mapped_column(index=True)
