"""What was said about open limits: warnings, overdue marks and reminders."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from onething.store.tables import Base


class SupervisionEvent(Base):
    """One warning, overdue mark or reminder (催办) about one run of a clock; `key` makes it at most one."""

    __tablename__ = "supervision_event"
    key: Mapped[str] = mapped_column(String(200), primary_key=True)
    number: Mapped[str] = mapped_column(ForeignKey("application.number"), index=True)
    item: Mapped[str] = mapped_column(String(64), default="")
    clock: Mapped[str] = mapped_column(String(20))
    kind: Mapped[str] = mapped_column(String(20), index=True)
    at: Mapped[datetime]
    due_at: Mapped[datetime]
    actor: Mapped[str]
    told: Mapped[str] = mapped_column(Text)
