"""Editions of the guides, and values of registers that applicants say are wrong (R20, R115)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from onething.store.sealed import Sealed
from onething.store.tables import Base


class GuideEdition(Base):
    """What a guide said, whole, under its version; never changed. The newest of a bundle and district is in force."""

    __tablename__ = "guide_edition"
    version: Mapped[str] = mapped_column(String(16), primary_key=True)
    bundle: Mapped[str] = mapped_column(String(64), primary_key=True)
    district: Mapped[str] = mapped_column(String(6), primary_key=True)
    content: Mapped[dict[str, Any]]
    effective_at: Mapped[datetime]


class DataDispute(Base):
    """争议处理: the register said `shared`, the applicant says `stated`; the office that shares the data answers."""

    __tablename__ = "data_dispute"
    number: Mapped[str] = mapped_column(ForeignKey("application.number"), primary_key=True)
    field: Mapped[str] = mapped_column(String(48), primary_key=True)
    department: Mapped[str] = mapped_column(String(64))
    dataset: Mapped[str]
    shared = Sealed()
    stated = Sealed()
    raised_at: Mapped[datetime]
    answer = Sealed()
    answered_by: Mapped[str] = mapped_column(default="")
    answered_at: Mapped[datetime | None]
