"""What outside systems told us: one row per event, and the nonces of signed messages that must not come twice (S18)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from onething.store.sealed import Sealed
from onething.store.tables import Base


class CallbackEvent(Base):
    """One event about a case: a parcel signed for, a decision made elsewhere. `order_key` is ours, `receipt`
    theirs. Every system, and every department, numbers its events by itself."""

    __tablename__ = "callback_event"
    system: Mapped[str] = mapped_column(String(20), primary_key=True)
    department: Mapped[str] = mapped_column(String(64), primary_key=True, default="")
    event: Mapped[str] = mapped_column(String(64), primary_key=True)
    number: Mapped[str] = mapped_column(ForeignKey("application.number"), index=True)
    item: Mapped[str] = mapped_column(String(64), default="")
    kind: Mapped[str] = mapped_column(String(20))
    order_key: Mapped[str] = mapped_column(default="")
    receipt: Mapped[str] = mapped_column(String(100), default="")
    note = Sealed()
    happened_at: Mapped[datetime]
    received_at: Mapped[datetime]
    key_id: Mapped[str] = mapped_column(String(64))
    digest: Mapped[str] = mapped_column(String(64))


class CallbackNonce(Base):
    """A signed message that was taken; kept until its time is so old that it would be refused anyway."""

    __tablename__ = "callback_nonce"
    key_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    nonce: Mapped[str] = mapped_column(String(64), primary_key=True)
    received_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
