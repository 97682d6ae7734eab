"""What stops, extends or joins the work on items: special steps, extensions, joint acts and their opinions."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from onething.store.sealed import Sealed
from onething.store.tables import Base


class SpecialStep(Base):
    """One special step of an item, its wait for a front result, or a step that an analyst added; `stops_clock` as the law had it
    at the start."""

    __tablename__ = "special_step"
    number: Mapped[str] = mapped_column(ForeignKey("application.number"), primary_key=True)
    item: Mapped[str] = mapped_column(String(64), primary_key=True)
    sequence: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    stops_clock: Mapped[bool]
    reason = Sealed()
    started_at: Mapped[datetime]
    started_by: Mapped[str]
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[str] = mapped_column(default="")
    outcome = Sealed()


class Extension(Base):
    """The one extension of an item's limit that may be asked for; `granted` is None until the head has decided."""

    __tablename__ = "extension"
    number: Mapped[str] = mapped_column(ForeignKey("application.number"), primary_key=True)
    item: Mapped[str] = mapped_column(String(64), primary_key=True)
    days: Mapped[int]
    reason = Sealed()
    asked_at: Mapped[datetime]
    asked_by: Mapped[str]
    granted: Mapped[bool | None]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[str] = mapped_column(default="")
    decision_reason = Sealed()


class JointAct(Base):
    """One appointment of several departments, with one record, organised by the lead (R84, R85).

    `participants` are `[item, reviewer group]` pairs, as chosen with the case.
    """

    __tablename__ = "joint_act"
    number: Mapped[str] = mapped_column(ForeignKey("application.number"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(20), primary_key=True)
    state: Mapped[str] = mapped_column(String(20))
    participants: Mapped[list[Any]]
    reason = Sealed()
    appointed_for: Mapped[datetime | None]
    place = Sealed()
    organised_by: Mapped[str] = mapped_column(default="")
    record = Sealed()
    recorded_at: Mapped[datetime | None]
    recorded_by: Mapped[str] = mapped_column(default="")


class JointOpinion(Base):
    """The one opinion of a department in a joint act."""

    __tablename__ = "joint_opinion"
    number: Mapped[str] = mapped_column(ForeignKey("application.number"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(20), primary_key=True)
    department: Mapped[str] = mapped_column(String(64), primary_key=True)
    opinion: Mapped[str] = mapped_column(String(20))
    text = Sealed()
    given_at: Mapped[datetime]
    given_by: Mapped[str]
