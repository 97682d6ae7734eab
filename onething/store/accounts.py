"""People who log in, their sessions and drafts."""

from __future__ import annotations

import secrets
import uuid
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from onething.errors import NotFound
from onething.store.sealed import Wanted
from onething.store.tables import Account, Draft, LoginSession


def ensure(session: Session, subject: str, role: str, name: str, **fields: str) -> Account:
    """The account of `subject`, made on first sight."""
    row = session.scalars(select(Account).where(Account.subject == subject)).first()
    if row is None:
        row = Account(id=str(uuid.uuid4()), subject=subject, role=role, name=name, **fields)
        session.add(row)
        session.flush()
    return row


def by_id_no(session: Session, id_no: str) -> list[Account]:
    """Accounts with this id number, found by its blind index: the number itself is sealed (S13)."""
    query = select(Account).where(Account.id_no_index == Wanted(id_no)).order_by(Account.subject)  # type: ignore[attr-defined]
    return list(session.scalars(query))


def get(session: Session, account_id: str) -> Account:
    return session.get_one(Account, account_id)


def all_accounts(session: Session) -> list[Account]:
    return list(session.scalars(select(Account).order_by(Account.role, Account.subject)))


def log_in(session: Session, account: Account, at: datetime) -> LoginSession:
    row = LoginSession(
        id=secrets.token_urlsafe(32), account_id=account.id, csrf=secrets.token_urlsafe(32), created_at=at, seen_at=at
    )
    session.add(row)
    session.flush()
    return row


def session_of(session: Session, token: str, at: datetime, idle: timedelta) -> tuple[LoginSession, Account] | None:
    """The login and its account, or None when unknown, idle for too long or older than 12 hours (S20)."""
    row = session.get(LoginSession, token)
    if row is None or at - row.seen_at > idle or at - row.created_at > timedelta(hours=12):
        return None
    return row, get(session, row.account_id)


def touch(session: Session, token: str, at: datetime) -> None:
    row = session.get(LoginSession, token)
    if row is not None:
        row.seen_at = at


def log_out(session: Session, token: str) -> None:
    row = session.get(LoginSession, token)
    if row is not None:
        session.delete(row)


def new_draft(session: Session, account_id: str, bundle: str, data: dict[str, Any], at: datetime) -> Draft:
    row = Draft(id=str(uuid.uuid4()), account_id=account_id, bundle=bundle, data=data, updated_at=at)
    session.add(row)
    session.flush()
    return row


def draft(session: Session, draft_id: str, account_id: str) -> Draft:
    """One's own draft; somebody else's looks just like one that never was (S10)."""
    row = session.get(Draft, draft_id)
    if row is None or row.account_id != account_id:
        raise NotFound("没有这份未提交的申请；它可能已经提交或被删除", code="unknown-draft")
    return row


def drafts_of(session: Session, account_id: str) -> list[Draft]:
    return list(session.scalars(select(Draft).where(Draft.account_id == account_id).order_by(Draft.updated_at.desc())))


def save_draft(row: Draft, data: dict[str, Any], at: datetime) -> None:
    row.data, row.updated_at = dict(data), at


def delete_draft(session: Session, row: Draft) -> None:
    session.delete(row)
