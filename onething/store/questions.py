"""Questions on a case, from who applied to who handles it."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from onething.errors import NotFound
from onething.store.tables import Application
from onething.store.tables_feedback import CaseQuestion


def add(session: Session, at: datetime, number: str, office: str, question: str) -> CaseQuestion:
    row = CaseQuestion(
        id=str(uuid.uuid4()), number=number, office=office, question=question, asked_at=at, answer="", answered_by=""
    )
    session.add(row)
    session.flush()
    return row


def of_case(session: Session, number: str) -> list[CaseQuestion]:
    """Newest first."""
    query = select(CaseQuestion).where(CaseQuestion.number == number)
    return list(session.scalars(query.order_by(CaseQuestion.asked_at.desc(), CaseQuestion.id)))


def of_account(session: Session, account_id: str, most: int) -> list[tuple[CaseQuestion, Application]]:
    """On all of one's cases, newest first."""
    query = select(CaseQuestion, Application).join(Application, Application.number == CaseQuestion.number)
    query = query.where(Application.account_id == account_id).order_by(CaseQuestion.asked_at.desc(), CaseQuestion.id)
    return [(row, case) for row, case in session.execute(query.limit(most))]


def waiting(session: Session, offices: Collection[str]) -> list[CaseQuestion]:
    """What these offices have not answered yet, oldest first."""
    query = select(CaseQuestion).where(CaseQuestion.office.in_(list(offices)), CaseQuestion.answered_at.is_(None))
    return list(session.scalars(query.order_by(CaseQuestion.asked_at, CaseQuestion.id)))


def get(session: Session, number: str, question_id: str, *, lock: bool = False) -> CaseQuestion:
    """The question, if it is one of this case."""
    row = session.get(CaseQuestion, question_id, with_for_update=lock or None)
    if row is None or row.number != number:
        raise NotFound("这个办件没有这条咨询；请刷新页面核对", code="unknown-question")
    return row


def answer(row: CaseQuestion, at: datetime, actor: str, text: str) -> None:
    row.answer, row.answered_at, row.answered_by = text, at, actor
