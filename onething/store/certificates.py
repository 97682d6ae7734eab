"""Certificates: number reserved once per (case, item, version), published with the stored bytes."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Collection
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, lazyload

from onething.store.applications import next_in_series
from onething.store.grouped import by_number
from onething.store.tables import Application, Certificate, Document
from onething.vocabulary import CertificateState


def reserve(
    session: Session, number: str, item: str, series: str, make_number: Callable[[int], str], *,
    title: str, holder: str, issuer: str, issued_on: date, valid_until: date | None = None,
) -> Certificate:
    """The certificate row of this item; running again returns the same number and token."""
    query = select(Certificate).where(Certificate.number == number, Certificate.item == item)
    row = session.scalars(query.order_by(Certificate.version.desc())).first()
    if row is not None:
        return row
    row = Certificate(
        certificate_no=make_number(next_in_series(session, series)), number=number, item=item, version=1,
        state=str(CertificateState.RESERVED), verify_token=secrets.token_urlsafe(16), title=title, holder=holder,
        issuer=issuer, issued_on=issued_on, valid_until=valid_until,
    )
    session.add(row)
    session.flush()
    return row


def publish(row: Certificate, document_id: str) -> None:
    """A step that runs again brings nothing back that was revoked meanwhile."""
    if row.state == CertificateState.RESERVED:
        row.document_id, row.state = document_id, str(CertificateState.PUBLISHED)


def revoke(row: Certificate, at: datetime, by: str, reason: str, basis: str) -> None:
    row.state, row.revoked_at, row.revoked_by = str(CertificateState.REVOKED), at, by
    row.revoked_reason, row.revoked_basis = reason, basis


def of_case(session: Session, number: str) -> list[Certificate]:
    return list(session.scalars(select(Certificate).where(Certificate.number == number)))


def issued(session: Session, numbers: Collection[str]) -> dict[str, list[Certificate]]:
    """Case number -> what was issued in it, of all these cases in one look."""
    query = select(Certificate).where(Certificate.number.in_(numbers), Certificate.state != CertificateState.RESERVED)
    return by_number(session, query.order_by(Certificate.number, Certificate.item), numbers)


def count_issued(session: Session, numbers: Collection[str]) -> dict[str, int]:
    """Case number -> how many were issued in it; each of `numbers` is there."""
    query = select(Certificate.number, func.count()).where(
        Certificate.number.in_(numbers), Certificate.state != CertificateState.RESERVED
    )
    rows = session.execute(query.group_by(Certificate.number)) if numbers else ()
    return dict.fromkeys(numbers, 0) | {row[0]: row[1] for row in rows}


def of_account(
    session: Session, account_id: str, most: int | None = None, skip: int = 0
) -> list[tuple[Certificate, Application]]:
    """What was issued to this account with its cases, newest case first; `most` of it after the first `skip`."""
    query = select(Certificate, Application).join(Application, Application.number == Certificate.number).where(
        Application.account_id == account_id, Certificate.state != CertificateState.RESERVED
    )
    newest = query.order_by(Application.submitted_at.desc(), Certificate.number.desc(), Certificate.item)
    newest = newest.options(lazyload(Application.items))  # nobody asks for them here, and each row would
    return [(row[0], row[1]) for row in session.execute(newest.limit(most).offset(skip or None))]


def count_of_account(session: Session, account_id: str) -> int:
    query = select(func.count()).select_from(Certificate).join(Application, Application.number == Certificate.number)
    mine = query.where(Application.account_id == account_id, Certificate.state != CertificateState.RESERVED)
    return session.scalar(mine) or 0


def by_token(session: Session, token: str) -> Certificate | None:
    return session.scalars(select(Certificate).where(Certificate.verify_token == token)).first()


def by_content(session: Session, sha256: str) -> Certificate | None:
    """The certificate whose stored file has this hash."""
    query = select(Certificate).join(Document, Document.id == Certificate.document_id)
    return session.scalars(query.where(Document.sha256 == sha256)).first()
