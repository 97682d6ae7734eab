"""Consents: written with the case, read by its applicant, taken back once."""

from __future__ import annotations

import uuid
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, lazyload

from onething.errors import NotFound
from onething.store.tables import Application
from onething.store.tables_consent import Consent


def add(session: Session, **facts: Any) -> Consent:
    row = Consent(id=str(uuid.uuid4()), ended=[], withdrawn_at=None, **facts)
    session.add(row)
    session.flush()
    return row


def of_case(session: Session, number: str) -> list[Consent]:
    return list(session.scalars(select(Consent).where(Consent.number == number).order_by(Consent.agreed_at, Consent.id)))


def of_account(session: Session, account_id: str, most: int) -> list[tuple[Consent, Application]]:
    """With their cases, newest first."""
    query = select(Consent, Application).join(Application).where(Application.account_id == account_id)
    query = query.order_by(Consent.agreed_at.desc(), Consent.number.desc(), Consent.part).limit(most)
    query = query.options(lazyload(Application.items))  # nobody asks for them here
    return [(consent, application) for consent, application in session.execute(query)]


def own(session: Session, account_id: str, consent_id: str, *, lock: bool = False) -> tuple[Consent, Application]:
    """One's own; somebody else's looks just like one that never was (S10)."""
    row = session.get(Consent, consent_id)
    case = session.get(Application, row.number, with_for_update=lock or None, populate_existing=lock) if row else None
    if row is None or case is None or case.account_id != account_id:
        raise NotFound("没有这条同意记录；请从“我的数据”进入", code="unknown-consent")
    if lock:
        session.refresh(row)
    return row, case
