"""Tables of delivery and of the originals: one row per result, one per attempt, one per change of hands."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from onething.store.sealed import Sealed
from onething.store.tables import Base


class ResultDelivery(Base):
    """Where the result of an item is. `scope` is what is handed over together: an item, a block, or "" for the rest."""

    __tablename__ = "result_delivery"
    number: Mapped[str] = mapped_column(ForeignKey("application.number"), primary_key=True)
    item: Mapped[str] = mapped_column(String(64), primary_key=True)
    scope: Mapped[str] = mapped_column(String(64))
    state: Mapped[str] = mapped_column(String(20))
    arrived_at: Mapped[datetime | None]
    sent_by: Mapped[str] = mapped_column(default="")
    sending_note = Sealed()
    delivered_at: Mapped[datetime | None]


class DeliveryAttempt(Base):
    """One try to hand a scope over: delivered, or failed with its reason (R102)."""

    __tablename__ = "delivery_attempt"
    number: Mapped[str] = mapped_column(ForeignKey("application.number"), primary_key=True)
    scope: Mapped[str] = mapped_column(String(64), primary_key=True)
    attempt: Mapped[int] = mapped_column(primary_key=True)
    way: Mapped[str] = mapped_column(String(20))
    outcome: Mapped[str] = mapped_column(String(20))
    receiver = Sealed()
    proof_no: Mapped[str] = mapped_column(default="")
    reason = Sealed()
    at: Mapped[datetime]
    actor: Mapped[str] = mapped_column(default="")


class CustodyEntry(Base):
    """The originals of a material change hands: taken by the window, handed to the lead, returned (R104, R105)."""

    __tablename__ = "custody_entry"
    number: Mapped[str] = mapped_column(ForeignKey("application.number"), primary_key=True)
    material: Mapped[str] = mapped_column(String(64), primary_key=True)
    step: Mapped[int] = mapped_column(primary_key=True)
    holder: Mapped[str] = mapped_column(String(100))
    at: Mapped[datetime]
    actor: Mapped[str] = mapped_column(default="")
    receiver = Sealed()
    note = Sealed()
