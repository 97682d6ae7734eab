"""What applicants were told and agreed to when they handed in, and cases that may not be cleared (S25)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from onething.store.sealed import Sealed
from onething.store.tables import Base


class Consent(Base):
    """One text that was read, and agreed to where `kind` is separate. `sha256` is of its words and recipients as they were
    shown. `person` spoke for the applicant; `clerk` is set where it happened at the counter. `ended` has the items that a
    withdrawal stopped."""

    __tablename__ = "consent"
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    number: Mapped[str] = mapped_column(ForeignKey("application.number"), index=True)
    part: Mapped[str] = mapped_column(String(20))
    kind: Mapped[str] = mapped_column(String(10))
    version: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    recipients: Mapped[list[Any]]
    items: Mapped[list[Any]]
    agreed_at: Mapped[datetime]
    way: Mapped[str] = mapped_column(String(10))
    person = Sealed()
    relation: Mapped[str] = mapped_column(String(20), default="")
    clerk: Mapped[str] = mapped_column(default="")
    withdrawn_at: Mapped[datetime | None]
    ended: Mapped[list[Any]]


class Hold(Base):
    """A dispute or an order of a court or supervisor: nothing of the case is cleared while it stands."""

    __tablename__ = "hold"
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    number: Mapped[str] = mapped_column(String(40), index=True)
    reason = Sealed()
    placed_by: Mapped[str]
    placed_at: Mapped[datetime]
    lifted_by: Mapped[str] = mapped_column(default="")
    lifted_at: Mapped[datetime | None]
