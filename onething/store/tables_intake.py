"""What intake keeps: checks and judgements per material version, promises, dispatch, the ledger of originals."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from onething.store.sealed import Sealed
from onething.store.tables import Base


class IntakeCheck(Base):
    """One look of the window at a case: who, when, with which outcome; `late` names defects told too late (R59)."""

    __tablename__ = "intake_check"
    number: Mapped[str] = mapped_column(ForeignKey("application.number"), primary_key=True)
    check_no: Mapped[int] = mapped_column(primary_key=True)
    task_id: Mapped[str] = mapped_column(String(64), unique=True)
    outcome: Mapped[str] = mapped_column(String(20))
    clerk: Mapped[str]
    checked_at: Mapped[datetime]
    late: Mapped[list[Any]]
    late_reason = Sealed()
    late_reason_by: Mapped[str] = mapped_column(default="")


class MaterialJudgement(Base):
    """Two judgements on one version of a material in one check: complete, and of legal form (R42)."""

    __tablename__ = "material_judgement"
    number: Mapped[str] = mapped_column(ForeignKey("application.number"), primary_key=True)
    check_no: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    version: Mapped[int]
    complete: Mapped[bool]
    legal: Mapped[bool]
    problem = Sealed()


class SharedMaterial(Base):
    """What the data-sharing gateway gave for a government-held material: its receipt, or why there is none (R40)."""

    __tablename__ = "shared_material"
    number: Mapped[str] = mapped_column(ForeignKey("application.number"), primary_key=True)
    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    receipt: Mapped[str]
    problem: Mapped[str] = mapped_column(Text, default="")
    fetched_at: Mapped[datetime]


class Dispatch(Base):
    """The case as it was sent to one department; all chosen departments get a row together (R50, R55-R57)."""

    __tablename__ = "dispatch"
    number: Mapped[str] = mapped_column(ForeignKey("application.number"), primary_key=True)
    department: Mapped[str] = mapped_column(String(64), primary_key=True)
    way: Mapped[str] = mapped_column(String(10))
    sent_at: Mapped[datetime]
    pulled_at: Mapped[datetime | None]
    pulled_by: Mapped[str] = mapped_column(default="")


class PaperHandover(Base):
    """The ledger of originals handed to the lead department (R51); `received_at` is the lead's acknowledgement."""

    __tablename__ = "paper_handover"
    number: Mapped[str] = mapped_column(ForeignKey("application.number"), primary_key=True)
    originals: Mapped[list[Any]]
    receiver = Sealed()
    note = Sealed()
    handed_by: Mapped[str]
    handed_at: Mapped[datetime]
    received_by: Mapped[str] = mapped_column(default="")
    received_at: Mapped[datetime | None]


class Promise(Base):
    """A missing material the applicant may hand in later (容缺受理), or replaces by a promise (告知承诺) (R46-R48)."""

    __tablename__ = "promise"
    number: Mapped[str] = mapped_column(ForeignKey("application.number"), primary_key=True)
    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    item: Mapped[str] = mapped_column(String(64))
    days: Mapped[int]
    consequence: Mapped[str] = mapped_column(Text)
    signed_name = Sealed()
    signed_at: Mapped[datetime]
    due_at: Mapped[datetime | None]
    handed_in_at: Mapped[datetime | None]
    told_at: Mapped[datetime | None]
