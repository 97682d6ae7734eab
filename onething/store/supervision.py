"""Open limits over all cases, who holds them, and what was said about them."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from onething.engine import contract
from onething.store import intake
from onething.store.tables import Application, Deadline
from onething.store.tables_supervision import SupervisionEvent
from onething.supervision import HOLDERS, WATCHED_STATES
from onething.vocabulary import Clock, Role, SupervisionKind


@dataclass(frozen=True)
class OpenClock:
    """What is needed to see whether somebody must be told; the ledger stays where it is."""

    number: str
    item: str
    clock: Clock
    started_at: datetime
    due_at: datetime
    days: int
    marked: bool


def provisional_cases(session: Session) -> list[str]:
    """Cases with an open limit that is 暂定."""
    query = select(Deadline.number).where(Deadline.provisional, Deadline.ended_at.is_(None)).distinct()
    return list(session.scalars(query.order_by(Deadline.number)))


def running(session: Session, until: datetime) -> list[OpenClock]:
    """Limits that run and end by `until`, soonest first."""
    columns = (
        Deadline.number, Deadline.item, Deadline.clock, Deadline.started_at, Deadline.due_at, Deadline.days,
        Deadline.overdue_at,
    )
    query = select(*columns).join(Application, Application.number == Deadline.number).where(
        Deadline.ended_at.is_(None), Deadline.paused_at.is_(None), Deadline.due_at <= until,
        Application.state.in_([str(state) for state in WATCHED_STATES]),
    )
    return [
        OpenClock(row.number, row.item, Clock(row.clock), row.started_at, row.due_at, row.days, row.overdue_at is not None)
        for row in session.execute(query.order_by(Deadline.due_at, Deadline.number, Deadline.item))
    ]


def overseen(session: Session, district: str, bundles: Collection[str] | None = None) -> list[tuple[Application, Deadline]]:
    """Every open limit of the district's cases (of these bundles only), soonest first."""
    query = select(Application, Deadline).join(Deadline, Deadline.number == Application.number).where(
        Application.district == district, Deadline.ended_at.is_(None),
        Application.state.in_([str(state) for state in WATCHED_STATES]),
    )
    if bundles is not None:
        query = query.where(Application.bundle.in_(list(bundles)))
    return [(row[0], row[1]) for row in session.execute(query.order_by(Deadline.due_at, Deadline.number, Deadline.item))]


def holder(session: Session, application: Application, clock: Deadline, lead: str) -> str:
    """The group that has the work this clock is about; `lead` is the lead department's, who fetch for others (R56)."""
    role = HOLDERS.get(Clock(clock.clock))
    if role == Role.WINDOW:
        return contract.window_group(application.district)
    row = next((one for one in application.items if one.item == clock.item), None)
    if role == Role.DELIVERY or row is None:
        return contract.delivery_group(application.district)
    if clock.clock in (Clock.ACCEPTANCE, Clock.DEEMED_ACCEPTANCE):
        sent = intake.dispatched(session, application.number, row.department)
        if sent and sent.way == "pull" and sent.pulled_at is None:
            return lead
    return row.reviewer_group


def known(session: Session, key: str) -> bool:
    return session.get(SupervisionEvent, key) is not None


def record(
    session: Session, key: str, clock: Deadline, kind: SupervisionKind, at: datetime, actor: str, told: Iterable[str]
) -> None:
    session.add(SupervisionEvent(
        key=key, number=clock.number, item=clock.item, clock=clock.clock, kind=str(kind), at=at, due_at=clock.due_at,
        actor=actor, told=" ".join(told),
    ))
    session.flush()


def of_case(session: Session, number: str) -> list[SupervisionEvent]:
    query = select(SupervisionEvent).where(SupervisionEvent.number == number)
    return list(session.scalars(query.order_by(SupervisionEvent.at, SupervisionEvent.key)))


def counts(session: Session) -> dict[SupervisionKind, int]:
    """How often each was recorded, over all cases."""
    query = select(SupervisionEvent.kind, func.count()).group_by(SupervisionEvent.kind)
    found = {row[0]: row[1] for row in session.execute(query)}
    return {kind: found.get(str(kind), 0) for kind in SupervisionKind}


def clock(session: Session, number: str, item: str, name: str) -> Deadline | None:
    return session.get(Deadline, (number, item, name))

