"""Consultations: asking, answering once, and what later travels with a case."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from onething.errors import NotFound
from onething.store import accounts
from onething.store.tables_guidance import GuidanceMaterial, GuidanceRequest
from onething.vocabulary import GuidanceKind, GuidanceState


def add(session: Session, request: GuidanceRequest, documents: Mapping[str, str]) -> None:
    request.materials = [GuidanceMaterial(key=key, document_id=document) for key, document in documents.items()]
    session.add(request)
    session.flush()


def get(session: Session, number: str, *, lock: bool = False) -> GuidanceRequest:
    row = session.get(GuidanceRequest, number, with_for_update=lock or None)
    if row is None:
        raise unknown(number)
    return row


def several(session: Session, numbers: Collection[str]) -> list[GuidanceRequest]:
    """Those of them that are consultations, in no order."""
    return list(session.scalars(select(GuidanceRequest).where(GuidanceRequest.number.in_(numbers)))) if numbers else []


def asker(session: Session, request: GuidanceRequest) -> str:
    """The name of who asked; the account's is the window's where a clerk wrote the question down."""
    return request.requester.get("name") or accounts.get(session, request.account_id).name


def known_numbers(session: Session, numbers: Collection[str]) -> set[str]:
    """Those of them that are consultations of ours."""
    return set(session.scalars(select(GuidanceRequest.number).where(GuidanceRequest.number.in_(numbers))))


def unknown(number: str) -> NotFound:
    return NotFound(f"没有编号为 {number} 的咨询；请核对编号", code="unknown-guidance")


def by_idempotency_key(session: Session, account_id: str, key: str) -> GuidanceRequest | None:
    query = select(GuidanceRequest).where(
        GuidanceRequest.account_id == account_id, GuidanceRequest.idempotency_key == key
    )
    return session.scalars(query).first()


def of_account(session: Session, account_id: str) -> list[GuidanceRequest]:
    query = select(GuidanceRequest).where(GuidanceRequest.account_id == account_id)
    return list(session.scalars(query.order_by(GuidanceRequest.asked_at.desc(), GuidanceRequest.number.desc())))


def of_draft(session: Session, account_id: str, draft_id: str) -> list[GuidanceRequest]:
    query = select(GuidanceRequest).where(
        GuidanceRequest.account_id == account_id, GuidanceRequest.draft_id == draft_id
    )
    return list(session.scalars(query.order_by(GuidanceRequest.asked_at)))


def of_case(session: Session, number: str) -> list[GuidanceRequest]:
    query = select(GuidanceRequest).where(GuidanceRequest.application_no == number)
    return list(session.scalars(query.order_by(GuidanceRequest.asked_at)))


def shown_to(session: Session, document_id: str) -> list[GuidanceRequest]:
    """The requests that show this upload to an adviser."""
    query = select(GuidanceRequest).join(GuidanceMaterial).where(GuidanceMaterial.document_id == document_id)
    return list(session.scalars(query))


def answer(
    request: GuidanceRequest, at: datetime, actor: str, name: str, *, text: str, gaps: Iterable[str],
    notice: Mapping[str, Any], guide_version: str,
) -> None:
    """The answer is given once, with the adviser's name and the version of the guide it rests on (R31, R37)."""
    request.state, request.answered_at = str(GuidanceState.ANSWERED), at
    request.answered_by, request.adviser_name = actor, name
    request.answer, request.gaps = text, list(gaps)
    request.notice, request.guide_version = dict(notice), guide_version


def travel(requests: Iterable[GuidanceRequest], number: str) -> None:
    """Pre-checks go along with the case that was handed in after them (R36)."""
    for request in requests:
        if request.kind == GuidanceKind.PRE_CHECK and request.application_no is None:
            request.application_no = number
