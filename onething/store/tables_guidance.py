"""Consultations before anything is handed in: they have no clock and are no case (R28, R29, R36)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from onething.store.sealed import Sealed
from onething.store.tables import Base


class GuidanceRequest(Base):
    """A question or pre-check (咨询辅导请求). `number` is the business key of its process.

    `requester` is filled in where window staff enter a request of the hall; `notice` is the notification as it was told.
    """

    __tablename__ = "guidance_request"
    __table_args__ = (UniqueConstraint("account_id", "idempotency_key"),)
    number: Mapped[str] = mapped_column(String(40), primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"), index=True)
    idempotency_key: Mapped[str] = mapped_column(String(80))
    kind: Mapped[str] = mapped_column(String(20))
    channel: Mapped[str] = mapped_column(String(10))
    requester = Sealed(dict)
    bundle: Mapped[str] = mapped_column(String(64), index=True)
    district: Mapped[str] = mapped_column(String(6))
    items: Mapped[list[Any]]
    answers = Sealed(dict)
    question = Sealed()
    draft_id: Mapped[str] = mapped_column(String(36), default="", index=True)
    adviser_group: Mapped[str] = mapped_column(String(100))
    state: Mapped[str] = mapped_column(String(20), index=True)
    asked_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[str] = mapped_column(default="")
    adviser_name: Mapped[str] = mapped_column(default="")
    answer = Sealed()
    gaps = Sealed(list)
    guide_version: Mapped[str] = mapped_column(String(64), default="")
    notice = Sealed(dict)
    document_id: Mapped[str | None] = mapped_column(ForeignKey("document.id"))
    application_no: Mapped[str | None] = mapped_column(ForeignKey("application.number"), index=True)
    version: Mapped[int] = mapped_column(default=1)
    materials: Mapped[list[GuidanceMaterial]] = relationship(order_by="GuidanceMaterial.key", lazy="selectin")
    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012


class GuidanceMaterial(Base):
    """An upload shown to the adviser; it stays the applicant's and goes into the case only when that is handed in."""

    __tablename__ = "guidance_material"
    number: Mapped[str] = mapped_column(ForeignKey("guidance_request.number"), primary_key=True)
    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    document_id: Mapped[str] = mapped_column(ForeignKey("document.id"), index=True)
