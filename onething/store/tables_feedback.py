"""What applicants say about their case: questions to who handles it, and 好差评 after it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from onething.store.sealed import Sealed
from onething.store.tables import Base


class CaseQuestion(Base):
    """咨询 on a case: asked of the group that handles it, answered once, kept with the case."""

    __tablename__ = "case_question"
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    number: Mapped[str] = mapped_column(ForeignKey("application.number"), index=True)
    office: Mapped[str] = mapped_column(String(100), index=True)
    question = Sealed()
    asked_at: Mapped[datetime]
    answer = Sealed()
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[str] = mapped_column(default="")


class Rating(Base):
    """One 好差评, once per case: `ratings.given` is asked under the lock of the case; the constraint is older and wider.

    `account_id` is for one's own data only; `offices` are the reviewers' groups of the case, which name department and district.

    No foreign key to the case: the archive of a case takes in every table that has one, and departments read the archive.
    """

    __tablename__ = "rating"
    __table_args__ = (UniqueConstraint("number", "channel"),)
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    number: Mapped[str] = mapped_column(String(40))
    channel: Mapped[str] = mapped_column(String(10))
    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"), index=True)
    bundle: Mapped[str] = mapped_column(String(64))
    district: Mapped[str] = mapped_column(String(6), index=True)
    offices: Mapped[list[Any]]
    grade: Mapped[str] = mapped_column(String(20))
    questions_version: Mapped[int]
    answers: Mapped[dict[str, Any]]
    text = Sealed()
    at: Mapped[datetime] = mapped_column(index=True)


class RatingLink(Base):
    """The address in the SMS about the result: whoever has it may rate this case once, without a login.

    `id` is a hash of the token. The token must go out the same however often the SMS is tried: it is made anew each time, by
    the key of the blind index from `notice`, so that nobody can rate who reads this table.
    """

    __tablename__ = "rating_link"
    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    number: Mapped[str] = mapped_column(String(40), unique=True)
    notice: Mapped[str] = mapped_column(String(160), index=True)
    made_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
