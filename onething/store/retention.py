"""What is old enough to go, rule by rule, and taking it away: never of an open case, never of one under a hold, never a record
of the audit trail (S12, S25).

Rows go in small batches, so that nobody waits. A case is cleared in one transaction: what is personal goes, the package of the
archive, certificates, states, dates and the trail stay.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, delete, func, inspect, or_, select, tuple_
from sqlalchemy.orm import Session

from onething.cases import FINAL_CASE_STATES, OPEN_CASE_STATES
from onething.store import documents, everything, holds
from onething.store.sealed import Sealed
from onething.store.tables import Application, Certificate, Document, Draft, Material, Notice
from onething.store.tables_callbacks import CallbackNonce
from onething.store.tables_feedback import Rating, RatingLink
from onething.store.tables_guidance import GuidanceMaterial, GuidanceRequest
from onething.store.tables_kept import KeptAnswer
from onething.store.tables_login import LoginAttempt, LoginSession, RateLimit
from onething.store.tables_window import WindowAct
from onething.store.tables_work import Outbox, Trouble
from onething.vocabulary import FileSafety, PaperKind

BATCH = 200
GONE = "（保存期满，已清除）"
STAY = (PaperKind.ARCHIVE, PaperKind.LICENCE)
"""Files of a case that stay: its package, and certificates, which are valid for longer."""
MATERIALS = (Document.paper_kind == "", Document.safety == FileSafety.PASSED)
"""With a case's number: what was handed in or scanned for it, and can still be opened."""
Condition = Callable[[datetime], tuple[ColumnElement[bool], ...]]

OPEN_CASES = select(Application.number).where(Application.state.in_(list(OPEN_CASE_STATES)))
OPEN_REQUESTS = select(GuidanceRequest.number).where(GuidanceRequest.answered_at.is_(None))
WAITING_DRAFTS = select(GuidanceRequest.draft_id).where(GuidanceRequest.answered_at.is_(None))
ARCHIVED = select(Document.number).where(Document.paper_kind == PaperKind.ARCHIVE, Document.number.is_not(None))

ROWS: dict[str, tuple[Any, Condition]] = {
    "sessions": (LoginSession, lambda before: (LoginSession.created_at < before,)),
    "logins": (LoginAttempt, lambda before: (LoginAttempt.expires_at < before,)),
    "limits": (RateLimit, lambda before: (RateLimit.expires_at < before,)),
    "nonces": (CallbackNonce, lambda before: (CallbackNonce.expires_at < before,)),
    "kept-answers": (KeptAnswer, lambda before: (KeptAnswer.kept_at < before,)),
    "links": (RatingLink, lambda before: (RatingLink.made_at < before,)),
    "drafts": (Draft, lambda before: (Draft.updated_at < before, Draft.id.not_in(WAITING_DRAFTS))),
    "outbox": (Outbox, lambda before: (
        Outbox.done_at < before, Outbox.number != "", Outbox.number.not_in(OPEN_CASES), Outbox.number.not_in(OPEN_REQUESTS),
        Outbox.number.not_in(holds.held()),
    )),
    "troubles": (Trouble, lambda before: (Trouble.closed_at < before,)),
    "notices": (Notice, lambda before: (
        Notice.number.in_(_ended(before)), Notice.number.in_(ARCHIVED), Notice.number.not_in(holds.held()),
    )),
}
"""Rules that take whole rows away."""


def _ended(before: datetime) -> Any:
    return select(Application.number).where(
        Application.state.in_(list(FINAL_CASE_STATES)), Application.closed_at < before
    )


def count_rows(session: Session, rule: str, before: datetime) -> int:
    model, conditions = ROWS[rule]
    return session.scalar(select(func.count()).select_from(model).where(*conditions(before))) or 0


def remove_rows(session: Session, rule: str, before: datetime) -> int:
    """One batch; 0 when nothing is left."""
    model, conditions = ROWS[rule]
    keys = inspect(model).primary_key
    found = [tuple(row) for row in session.execute(select(*keys).where(*conditions(before)).limit(BATCH))]
    if found:
        session.execute(delete(model).where(tuple_(*keys).in_(found)))
    return len(found)


def unused_uploads(session: Session, before: datetime) -> list[Document]:
    """Uploads that are in no case, consultation, act at the counter or draft."""
    used = [
        select(column).where(column.is_not(None))
        for column in (Material.document_id, GuidanceMaterial.document_id, GuidanceRequest.document_id, WindowAct.document_id,
                       Certificate.document_id)
    ]
    query = select(Document).where(
        Document.number.is_(None), Document.paper_kind == "", Document.created_at < before,
        *(Document.id.not_in(one) for one in used),
    )
    named = {file for draft in session.scalars(select(Draft)) for file in _named(draft.data)}
    return [row for row in session.scalars(query.order_by(Document.created_at)) if row.id not in named]


def _named(data: dict[str, Any]) -> Iterator[str]:
    for value in data.get("documents", {}).values():
        yield str(value)


def old_consultations(session: Session, before: datetime) -> list[GuidanceRequest]:
    """Answered, and never handed in with a case."""
    query = select(GuidanceRequest).where(
        GuidanceRequest.answered_at < before, GuidanceRequest.application_no.is_(None),
        GuidanceRequest.number.not_in(holds.held()),
    )
    return list(session.scalars(query.order_by(GuidanceRequest.number)))


def remove_consultation(session: Session, row: GuidanceRequest) -> None:
    """With the notification; uploads that were shown are unused from now on, and follow by their own rule."""
    paper = session.get(Document, row.document_id) if row.document_id else None
    for material in row.materials:
        session.delete(material)
    session.delete(row)
    session.flush()
    if paper is not None:
        session.delete(paper)
        session.flush()


def old_cases(session: Session, rule: str, before: datetime) -> list[str]:
    query = select(Application.number).where(
        *_to_clear(rule, before), Application.number.in_(ARCHIVED), Application.number.not_in(holds.held()),
    )
    return list(session.scalars(query.order_by(Application.number)))


def left_alone(session: Session, rule: str, before: datetime) -> list[str]:
    """Old enough, but under a hold or without a package of the archive."""
    query = select(Application.number).where(
        *_to_clear(rule, before), or_(Application.number.in_(holds.held()), Application.number.not_in(ARCHIVED)),
    )
    return list(session.scalars(query.order_by(Application.number)))


def _to_clear(rule: str, before: datetime) -> Iterator[ColumnElement[bool]]:
    yield Application.number.in_(_ended(before))
    yield Application.cleared_at.is_(None)
    if rule == "materials":
        yield Application.number.in_(select(Document.number).where(*MATERIALS, Document.number.is_not(None)))


def clear_materials(session: Session, number: str, kept: Collection[str]) -> list[str]:
    """Files that were handed in and lie in the package too (`kept`: hashes); their rows stay and say so. Returns the hashes."""
    rows = [row for row in session.scalars(select(Document).where(Document.number == number, *MATERIALS)) if row.sha256 in kept]
    for row in rows:
        row.safety = str(FileSafety.REMOVED)
    session.flush()
    return [row.sha256 for row in rows]


def clear_case(session: Session, at: datetime, application: Application) -> list[str]:
    """Returns the hashes of contents that may go once this is saved."""
    hashes = []
    for rows in everything.of_case(session, application.number).values():
        for row in rows:
            if isinstance(row, Document):
                hashes += _clear_file(row)
            elif not isinstance(row, Certificate):  # the holder is shown, masked, to who verifies it
                _clear_sealed(row)
    for rating in session.scalars(select(Rating).where(Rating.number == application.number)):
        _clear_sealed(rating)
    _clear_sealed(application)
    application.applicant = {"name": GONE, "id_no": "", "phone": "", "address": ""}
    application.cleared_at = at
    session.flush()
    return hashes


def _clear_file(row: Document) -> list[str]:
    """The row stays: a paper that we made can still be verified by its hash."""
    if row.paper_kind in STAY:
        return []
    row.safety, row.name = str(FileSafety.REMOVED), GONE
    return [row.sha256]


def _clear_sealed(row: Any) -> None:
    for name, field in vars(type(row)).items():
        if isinstance(field, Sealed):
            setattr(row, name, field.kind())


def drop_contents(session: Session, hashes: list[str]) -> None:
    for sha256 in hashes:
        documents.drop_unreadable(session, sha256)
