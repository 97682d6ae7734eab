"""好差评: kept with who said it, shown to departments without (R121)."""

from __future__ import annotations

import base64
import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from onething.errors import NotFound
from onething.store.accounts import digest
from onething.store.sealed import ring_of
from onething.store.tables_feedback import Rating, RatingLink

VALID = timedelta(days=30)


@dataclass(frozen=True)
class Said:
    """What a department may read of a rating: nothing that leads to the person or the case."""

    month: str
    bundle: str
    channel: str
    grade: str
    answers: dict[str, list[str]]
    questions_version: int
    text: str


def add(session: Session, **facts: Any) -> Rating:
    row = Rating(id=str(uuid.uuid4()), **facts)
    session.add(row)
    session.flush()
    return row


def given(session: Session, number: str) -> Rating | None:
    """Whichever way it came; the first where an older version took one for each."""
    return session.scalars(select(Rating).where(Rating.number == number).order_by(Rating.at)).first()


def of_account(session: Session, account_id: str) -> list[Rating]:
    return list(session.scalars(select(Rating).where(Rating.account_id == account_id).order_by(Rating.at.desc())))


def about(session: Session, offices: Collection[str], limit: int = 200) -> list[Said]:
    """Ratings of cases these offices had a part in, newest month first; within a month in an order that tells nothing."""
    rows = session.scalars(select(Rating).order_by(Rating.at.desc()).limit(20 * limit))
    mine = [row for row in rows if not set(offices).isdisjoint(row.offices)][:limit]
    return [
        Said(f"{row.at:%Y-%m}", row.bundle, row.channel, row.grade, row.answers, row.questions_version, row.text)
        for row in sorted(mine, key=lambda row: (f"{row.at:%Y-%m}", row.id), reverse=True)
    ]


def offer(session: Session, at: datetime, number: str, notice: str) -> None:
    """Make the link that goes out with this notice, once per case."""
    if session.scalars(select(RatingLink).where(RatingLink.number == number)).first() is None:
        session.add(RatingLink(id=digest(_token(session, notice)), number=number, notice=notice, made_at=at))
        session.flush()


def token_of_notice(session: Session, notice: str) -> str:
    """What goes into the SMS; "" where no link goes out with it."""
    row = session.scalars(select(RatingLink).where(RatingLink.notice == notice)).first()
    token = _token(session, notice)
    return token if row is not None and row.id == digest(token) else ""


def _token(session: Session, notice: str) -> str:
    """128 bits that only who has the keys of the store can make."""
    made = bytes.fromhex(ring_of(session).index("rating_link", notice))[:16]
    return base64.urlsafe_b64encode(made).decode().rstrip("=")


def open_link(session: Session, token: str, at: datetime) -> RatingLink:
    """Used, old and unknown ones and those of cases that were rated on the page all look the same. Raises `NotFound`."""
    row = session.get(RatingLink, digest(token[:64]))
    if row is None or row.used_at is not None or at - row.made_at > VALID or given(session, row.number):
        raise NotFound("这个评价链接已经用过或者失效；还没有评价的，登录后仍可以在“我的办件”评价", code="unknown-rating-link")
    return row
