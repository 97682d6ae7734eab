"""Cases that nothing may be cleared of: a dispute, an order of a court or supervisor, or something that is still open."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import CompoundSelect, select, union
from sqlalchemy.orm import Session

from onething.errors import Conflict, NotFound
from onething.store.tables import Application
from onething.store.tables_consent import Hold
from onething.store.tables_guidance import GuidanceRequest
from onething.store.tables_guides import DataDispute
from onething.store.tables_work import Trouble


def place(session: Session, at: datetime, number: str, reason: str, actor: str) -> Hold:
    """Raises `NotFound` for a number that is neither a case nor a consultation."""
    if session.get(Application, number) is None and session.get(GuidanceRequest, number) is None:
        raise NotFound(f"没有编号为 {number} 的办件或者咨询；请核对编号", code="unknown-case")
    row = Hold(id=str(uuid.uuid4()), number=number, reason=reason, placed_by=actor, placed_at=at, lifted_by="", lifted_at=None)
    session.add(row)
    session.flush()
    return row


def lift(session: Session, at: datetime, number: str, actor: str) -> int:
    """Every hold of this number ends; raises `Conflict` where there is none."""
    rows = [row for row in standing(session) if row.number == number]
    if not rows:
        raise Conflict(f"{number} 没有暂停清理；可用 onething hold list 查看", code="no-hold")
    for row in rows:
        row.lifted_by, row.lifted_at = actor, at
    return len(rows)


def standing(session: Session) -> list[Hold]:
    return list(session.scalars(select(Hold).where(Hold.lifted_at.is_(None)).order_by(Hold.placed_at, Hold.id)))


def held() -> CompoundSelect:
    """Numbers under a hold, with a disputed value nobody answered, or with something a person has to look at."""
    return union(
        select(Hold.number).where(Hold.lifted_at.is_(None)),
        select(DataDispute.number).where(DataDispute.answered_at.is_(None)),
        select(Trouble.number).where(Trouble.closed_at.is_(None), Trouble.number != ""),
    )
