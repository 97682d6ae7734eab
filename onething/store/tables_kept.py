"""Answers under an Idempotency-Key, so that who asks again gets the same one."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from onething.store.sealed import Sealed
from onething.store.tables import Base


class KeptAnswer(Base):
    """`digest` is of what was asked: under the same key nothing else may be asked."""

    __tablename__ = "kept_answer"
    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"), primary_key=True)
    key: Mapped[str] = mapped_column(String(80), primary_key=True)
    digest: Mapped[str] = mapped_column(String(64))
    answer = Sealed(dict)
    kept_at: Mapped[datetime] = mapped_column(index=True)
