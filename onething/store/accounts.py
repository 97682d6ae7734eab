"""People who log in, their sessions and drafts."""

from __future__ import annotations

import hashlib
import secrets
import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from onething import names
from onething.errors import NotFound
from onething.store.sealed import Wanted
from onething.store.tables import Account, Draft
from onething.store.tables_login import LoginAttempt, LoginSession

LONGEST = timedelta(hours=12)
COUNTER = "counter-"
"""So begins the subject of an account that a window made; whoever it is for has not logged in yet."""


@dataclass(frozen=True)
class Login:
    """What the browser and its pages keep. The token is nowhere else: the store has a hash of it."""

    token: str
    csrf: str


def ensure(session: Session, subject: str, role: str, name: str, **fields: str) -> Account:
    """The account of `subject`, made on first sight."""
    row = session.scalars(select(Account).where(Account.subject == subject)).first()
    if row is None:
        row = add(session, subject, role, name, **fields)
        session.flush()
    return row


def add(session: Session, subject: str, role: str, name: str, **fields: str) -> Account:
    """A new account of somebody who is known to have none; saved with whatever is saved next."""
    row = Account(id=str(uuid.uuid4()), subject=subject, role=role, name=name, **fields)
    session.add(row)
    return row


def by_id_no(session: Session, id_no: str) -> list[Account]:
    """Accounts with this id number, found by its blind index: the number itself is sealed (S13)."""
    query = select(Account).where(Account.id_no_index == Wanted(id_no)).order_by(Account.subject)  # type: ignore[attr-defined]
    return list(session.scalars(query))


def remember(session: Session, subject: str, role: str, name: str, **fields: str) -> Account:
    """The account of `subject` as its identity provider describes it now: rights follow what it says at every login."""
    if id_no := fields.get("id_no"):
        _adopt(session, subject, name, id_no)
    row = ensure(session, subject, role, name, **fields)
    for field, value in {"role": role, "name": name, **fields}.items():
        setattr(row, field, value)
    session.flush()
    return row


def _adopt(session: Session, subject: str, name: str, id_no: str) -> None:
    """At the first login of `subject`: the account that a window made for this person becomes theirs, with its cases."""
    if by_subject(session, [subject]):
        return
    for row in by_id_no(session, id_no):
        if row.subject.startswith(COUNTER) and names.unmarked(row.name) == names.unmarked(name):
            row.subject = subject
            session.flush()
            return


def get(session: Session, account_id: str) -> Account:
    return session.get_one(Account, account_id)


def all_accounts(session: Session, most: int | None = None) -> list[Account]:
    """For the handful of a demonstration; a city has a million."""
    return list(session.scalars(select(Account).order_by(Account.role, Account.subject).limit(most)))


def by_subject(session: Session, subjects: Collection[str]) -> dict[str, Account]:
    if not subjects:
        return {}
    return {row.subject: row for row in session.scalars(select(Account).where(Account.subject.in_(list(subjects))))}


def log_in(session: Session, account: Account, at: datetime, device: str = "") -> Login:
    """A new login with a `device` (Device, empty where unknown); those that ended by their age are forgotten."""
    session.execute(delete(LoginSession).where(LoginSession.created_at < at - LONGEST))
    login = Login(secrets.token_urlsafe(32), secrets.token_urlsafe(32))
    session.add(LoginSession(
        id=digest(login.token), account_id=account.id, csrf=login.csrf, device=device, created_at=at, seen_at=at,
    ))
    session.flush()
    return login


def session_of(session: Session, token: str, at: datetime, idle: timedelta) -> tuple[LoginSession, Account] | None:
    """The login and its account, or None when unknown, idle for too long or older than 12 hours (S20)."""
    query = select(LoginSession, Account).join(Account, Account.id == LoginSession.account_id)
    found = session.execute(query.where(LoginSession.id == digest(token))).first()
    if found is None or at - found[0].seen_at > idle or at - found[0].created_at > LONGEST:
        return None
    return found[0], found[1]


def touch(session: Session, token: str, at: datetime) -> None:
    row = session.get(LoginSession, digest(token))
    if row is not None:
        row.seen_at = at


def log_out(session: Session, token: str) -> None:
    row = session.get(LoginSession, digest(token))
    if row is not None:
        session.delete(row)


def logins_elsewhere(session: Session, account_id: str, token: str, at: datetime, idle: timedelta) -> list[LoginSession]:
    """The other browsers somebody is logged in with, the last used first."""
    live = LoginSession.seen_at >= at - idle, LoginSession.created_at >= at - LONGEST
    query = select(LoginSession).where(LoginSession.account_id == account_id, LoginSession.id != digest(token), *live)
    return list(session.scalars(query.order_by(LoginSession.seen_at.desc())))


def log_out_elsewhere(session: Session, account_id: str, token: str) -> None:
    session.execute(delete(LoginSession).where(LoginSession.account_id == account_id, LoginSession.id != digest(token)))


def begin_login(session: Session, at: datetime, row: LoginAttempt) -> None:
    """Somebody goes to the identity provider; who did not come back in time is forgotten."""
    session.execute(delete(LoginAttempt).where(LoginAttempt.expires_at < at))
    session.add(row)


def come_back(session: Session, at: datetime, state: str) -> LoginAttempt | None:
    """The login under way that this state belongs to. It is gone with this look, whatever comes of it."""
    gone = delete(LoginAttempt).where(LoginAttempt.state == digest(state)).returning(LoginAttempt)
    row = session.scalars(gone).first()
    return row if row is not None and at <= row.expires_at else None


def digest(token: str) -> str:
    """Tokens are long and random: a plain hash gives nothing away."""
    return hashlib.sha256(token.encode()).hexdigest()


def new_draft(session: Session, account_id: str, bundle: str, data: dict[str, Any], at: datetime) -> Draft:
    row = Draft(id=str(uuid.uuid4()), account_id=account_id, bundle=bundle, data=data, updated_at=at)
    session.add(row)
    session.flush()
    return row


def draft(session: Session, draft_id: str, account_id: str) -> Draft:
    """One's own draft; somebody else's looks just like one that never was (S10)."""
    row = session.get(Draft, draft_id)
    if row is None or row.account_id != account_id:
        raise NotFound("没有这份未提交的申请；它可能已经提交、被删除，或者是用别的账号填写的", code="unknown-draft")
    return row


def drafts_of(session: Session, account_id: str) -> list[Draft]:
    return list(session.scalars(select(Draft).where(Draft.account_id == account_id).order_by(Draft.updated_at.desc())))


def save_draft(row: Draft, data: dict[str, Any], at: datetime) -> None:
    row.data, row.updated_at = dict(data), at


def delete_draft(session: Session, row: Draft) -> None:
    session.delete(row)
