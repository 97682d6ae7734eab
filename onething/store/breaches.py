"""Whose data may have leaked: cases and consultations by who opened them, by time, or by name (S25; PIPL, article 57)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from onething.store.tables import Account, Application, Audit
from onething.store.tables_guidance import GuidanceRequest


@dataclass(frozen=True)
class Scope:
    """All parts must hold. `actors`: what these logins opened or did; `numbers`: these cases only; without either, everything
    that was here in the time. The time counts acts where there are actors, else the existence of the case."""

    since: datetime
    until: datetime
    actors: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()


@dataclass(frozen=True)
class Opened:
    """When, and how, the data of a case were in the hands of an actor."""

    first: datetime
    last: datetime
    actions: tuple[str, ...]


def opened(session: Session, scope: Scope) -> dict[str, Opened]:
    """Number -> what the actors did there in the time."""
    query = select(Audit.number, Audit.at, Audit.action).where(
        Audit.actor.in_(scope.actors), Audit.at >= scope.since, Audit.at <= scope.until, Audit.number != ""
    )
    found: dict[str, Opened] = {}
    for number, at, action in session.execute(query.order_by(Audit.seq)):
        before = found.get(number, Opened(at, at, ()))
        actions = before.actions if action in before.actions else (*before.actions, action)
        found[number] = Opened(before.first, at, actions)
    return found


def cases(session: Session, scope: Scope, among: Collection[str] | None) -> list[Application]:
    """`among` None: all that were handed in by the end of the time."""
    return list(session.scalars(_within(select(Application), Application.number, Application.submitted_at, scope, among)))


def requests(session: Session, scope: Scope, among: Collection[str] | None) -> list[GuidanceRequest]:
    return list(session.scalars(_within(select(GuidanceRequest), GuidanceRequest.number, GuidanceRequest.asked_at, scope, among)))


def owners(session: Session, ids: Collection[str]) -> dict[str, Account]:
    return {row.id: row for row in session.scalars(select(Account).where(Account.id.in_(ids)))}


def _within(query: Select, number: object, began: object, scope: Scope, among: Collection[str] | None) -> Select:
    query = query.where(began <= scope.until).order_by(number)  # type: ignore[operator,arg-type]
    for allowed in (among, scope.numbers or None):
        if allowed is not None:
            query = query.where(number.in_(allowed))  # type: ignore[attr-defined]
    return query
