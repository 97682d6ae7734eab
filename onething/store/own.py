"""What one account has with us beyond its cases: uploads nobody uses, contact data, records of who looked (S25)."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from onething.store.tables import Application, ApplicationItem, Audit, Document, Material, Notice
from onething.store.tables_guidance import GuidanceMaterial, GuidanceRequest


def unused_uploads(session: Session, account_id: str, kept: Collection[str] = ()) -> list[Document]:
    """Uploads that are in no case, no consultation and not among `kept`, which drafts name."""
    used = select(Material.document_id).where(Material.document_id.is_not(None)).union(
        select(GuidanceMaterial.document_id),
        select(GuidanceRequest.document_id).where(GuidanceRequest.document_id.is_not(None)),
    )
    query = select(Document).where(
        Document.account_id == account_id, Document.number.is_(None), Document.paper_kind == "", Document.id.not_in(used)
    )
    return [row for row in session.scalars(query.order_by(Document.created_at)) if row.id not in kept]


def remove(session: Session, rows: Iterable[Document]) -> int:
    """The rows go now; the sweep takes the content away once no row names it."""
    found = list(rows)
    for row in found:
        session.delete(row)
    session.flush()
    return len(found)


def files(session: Session, account_id: str) -> list[Document]:
    """One's uploads and every paper of one's cases, oldest first."""
    mine = select(Application.number).where(Application.account_id == account_id)
    query = select(Document).where(or_(Document.account_id == account_id, Document.number.in_(mine)))
    return list(session.scalars(query.order_by(Document.created_at, Document.id)))


def names_of(session: Session, account_id: str, ids: Collection[str]) -> dict[str, str]:
    """Of those files that are one's uploads or papers of one's cases, by id."""
    if not ids:
        return {}
    mine = select(Application.number).where(Application.account_id == account_id)
    query = select(Document).where(Document.id.in_(ids), or_(Document.account_id == account_id, Document.number.in_(mine)))
    return {row.id: row.name for row in session.scalars(query)}


def offices(session: Session, account_id: str) -> dict[tuple[str, str], str]:
    """Case and item -> the group that decides it, over all of one's cases."""
    query = select(ApplicationItem.number, ApplicationItem.item, ApplicationItem.reviewer_group).join(
        Application, Application.number == ApplicationItem.number
    )
    return {(number, item): group for number, item, group in session.execute(query.where(Application.account_id == account_id))}


def trail(session: Session, account_id: str, most: int | None = None) -> list[Audit]:
    """Records of one's cases and consultations, newest first."""
    cases = select(Application.number).where(Application.account_id == account_id)
    requests = select(GuidanceRequest.number).where(GuidanceRequest.account_id == account_id)
    query = select(Audit).where(or_(Audit.number.in_(cases), Audit.number.in_(requests)))
    return list(session.scalars(query.order_by(Audit.seq.desc()).limit(most)))


def notices(session: Session, account_id: str, most: int) -> list[Notice]:
    """The newest messages over all cases."""
    query = select(Notice).join(Application, Application.number == Notice.number)
    query = query.where(Application.account_id == account_id)
    return list(session.scalars(query.order_by(Notice.created_at.desc(), Notice.key).limit(most)))
