"""Results on their way to the applicant, and every attempt to hand them over."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from onething.store.tables_delivery import DeliveryAttempt, ResultDelivery
from onething.vocabulary import DeliveryState


def of_case(session: Session, number: str) -> dict[str, ResultDelivery]:
    """Item -> where its result is."""
    rows = session.scalars(select(ResultDelivery).where(ResultDelivery.number == number))
    return {row.item: row for row in rows}


def prepare(session: Session, number: str, items: Iterable[str], scope: str) -> list[ResultDelivery]:
    """The rows of these results, made where they are missing, to be handed over together under `scope`."""
    known, rows = of_case(session, number), []
    for item in items:
        row = known.get(item) or ResultDelivery(
            number=number, item=item, state=str(DeliveryState.IN_TRANSIT), sent_by="", sending_note=""
        )
        row.scope = scope
        session.add(row)
        rows.append(row)
    session.flush()
    return rows


def arrive(row: ResultDelivery, at: datetime, sent_by: str = "", note: str = "") -> None:
    """The result lies at the window; the first arrival counts (R98)."""
    if row.arrived_at is None:
        row.arrived_at, row.sent_by, row.sending_note = at, sent_by, note
        row.state = str(DeliveryState.AT_WINDOW)


def attempts(session: Session, number: str, scope: str | None = None) -> list[DeliveryAttempt]:
    """Every try in the order they were made, of one scope or of the whole case."""
    query = select(DeliveryAttempt).where(DeliveryAttempt.number == number)
    if scope is not None:
        query = query.where(DeliveryAttempt.scope == scope)
    return list(session.scalars(query.order_by(DeliveryAttempt.at, DeliveryAttempt.scope, DeliveryAttempt.attempt)))


def attempt(session: Session, number: str, scope: str, count: int) -> DeliveryAttempt | None:
    return session.get(DeliveryAttempt, (number, scope, count))


def record(session: Session, row: DeliveryAttempt, results: Iterable[ResultDelivery]) -> None:
    """Keep the attempt and what it means for the results in it."""
    session.add(row)
    delivered = row.outcome == DeliveryState.DELIVERED
    for result in results:
        result.state = str(DeliveryState.DELIVERED if delivered else DeliveryState.UNDELIVERED)
        result.delivered_at = row.at if delivered else None
    session.flush()
