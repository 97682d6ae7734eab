"""Open limits over all cases, who holds them, and what was said about them."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, case, false, func, or_, select
from sqlalchemy.orm import Session

from onething.engine import contract
from onething.store.grouped import by_number
from onething.store.tables import Application, Deadline
from onething.store.tables_intake import Dispatch
from onething.store.tables_supervision import SupervisionEvent
from onething.supervision import HOLDERS, WATCHED_STATES
from onething.vocabulary import Clock, Role, SupervisionKind

Area = tuple[str, Collection[str] | None]
"""A district and its bundles that are overseen; None: all of them."""


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


@dataclass(frozen=True)
class Figures:
    """Of clocks, of items (one item with two late clocks is one) and cases."""

    open: int
    overdue: int
    overdue_items: int
    overdue_cases: int


def overseen(session: Session, areas: Iterable[Area], most: int) -> list[tuple[Application, Deadline]]:
    """The most urgent open limits of these areas: soonest first, those that stand still last."""
    query = select(Application, Deadline).join(Deadline, Deadline.number == Application.number).where(*_open_in(areas))
    urgent = query.order_by(
        Deadline.paused_at.is_not(None), Deadline.due_at, Deadline.number, Deadline.item, Deadline.clock
    )
    return [(row[0], row[1]) for row in session.execute(urgent.limit(most))]


def figures(session: Session, areas: Iterable[Area], now: datetime) -> Figures:
    """How many open limits there are in these areas, and what of them is late."""
    late = Deadline.paused_at.is_(None) & (Deadline.due_at <= now)
    each = (
        select(Deadline.number, Deadline.item, func.count().label("open"), func.sum(case((late, 1), else_=0)).label("late"))
        .join(Application, Application.number == Deadline.number).where(*_open_in(areas))
        .group_by(Deadline.number, Deadline.item).subquery()
    )
    overdue = each.c.late > 0
    row = session.execute(select(
        func.coalesce(func.sum(each.c.open), 0), func.coalesce(func.sum(each.c.late), 0), func.count().filter(overdue),
        func.count(each.c.number.distinct()).filter(overdue),
    )).one()
    return Figures(*(int(value) for value in row))


def _open_in(areas: Iterable[Area]) -> list[ColumnElement[bool]]:
    here = [
        Application.district == district if bundles is None
        else (Application.district == district) & Application.bundle.in_(list(bundles))
        for district, bundles in areas
    ]
    return [or_(false(), *here), Deadline.ended_at.is_(None), Application.state.in_(list(WATCHED_STATES))]


def holder(application: Application, clock: Deadline, lead: str, dispatches: Iterable[Dispatch]) -> str:
    """The group that has the work this clock is about; `lead` is the lead department's, who fetch for others (R56). The
    case's `dispatches` say who has its materials."""
    role = HOLDERS.get(Clock(clock.clock))
    if role == Role.WINDOW:
        return contract.window_group(application.district)
    row = next((one for one in application.items if one.item == clock.item), None)
    if role == Role.DELIVERY or row is None:
        return contract.delivery_group(application.district)
    waits = any(one.department == row.department and one.way == "pull" and one.pulled_at is None for one in dispatches)
    return lead if waits and clock.clock in (Clock.ACCEPTANCE, Clock.DEEMED_ACCEPTANCE) else row.reviewer_group


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
    return of_cases(session, [number])[number]


def of_cases(session: Session, numbers: Collection[str]) -> dict[str, list[SupervisionEvent]]:
    """The same for many cases; each of `numbers` is there."""
    query = select(SupervisionEvent).where(SupervisionEvent.number.in_(numbers))
    return by_number(session, query.order_by(SupervisionEvent.at, SupervisionEvent.key), numbers)


def counts(session: Session) -> dict[SupervisionKind, int]:
    """How often each was recorded, over all cases."""
    query = select(SupervisionEvent.kind, func.count()).group_by(SupervisionEvent.kind)
    found = {row[0]: row[1] for row in session.execute(query)}
    return {kind: found.get(str(kind), 0) for kind in SupervisionKind}


def clock(session: Session, number: str, item: str, name: str) -> Deadline | None:
    return session.get(Deadline, (number, item, name))

