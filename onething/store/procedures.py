"""Special steps and extensions of a case: reading and changing them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from onething.store import applications
from onething.store.tables_procedures import Extension, SpecialStep

EXTRA = "extra-step"
"""The kind of a step that an analyst added to the box of an item; its name in the model is its `reason`."""


def steps(session: Session, number: str, item: str | None = None) -> list[SpecialStep]:
    """The special steps of the case or of one item, in the order they began."""
    query = select(SpecialStep).where(SpecialStep.number == number)
    if item is not None:
        query = query.where(SpecialStep.item == item)
    return list(session.scalars(query.order_by(SpecialStep.started_at, SpecialStep.sequence)))


def open_step(session: Session, number: str, item: str) -> SpecialStep | None:
    return next((row for row in steps(session, number, item) if row.ended_at is None and row.kind != EXTRA), None)


def extra_step(session: Session, number: str, item: str, name: str) -> SpecialStep | None:
    """The step that an analyst added to the item's box, by the name it has there."""
    return next((row for row in steps(session, number, item) if (row.kind, row.reason) == (EXTRA, name)), None)


def extra_steps(session: Session, number: str) -> dict[str, dict[str, bool]]:
    """Item -> the steps added to it that the case has reached: whether each goes on."""
    found: dict[str, dict[str, bool]] = {}
    for row in steps(session, number):
        if row.kind == EXTRA:
            found.setdefault(row.item, {})[row.reason] = row.ended_at is None
    return found


def start_step(
    session: Session, number: str, item: str, kind: str, *, stops_clock: bool, reason: str, at: datetime, by: str
) -> SpecialStep:
    row = SpecialStep(
        number=number, item=item, sequence=len(steps(session, number, item)) + 1, kind=str(kind),
        stops_clock=stops_clock, reason=reason, started_at=at, started_by=by, ended_by="", outcome="",
    )
    session.add(row)
    session.flush()
    return row


def end_step(row: SpecialStep, at: datetime, by: str, outcome: str) -> None:
    if row.ended_at is None:
        row.ended_at, row.ended_by, row.outcome = at, by, outcome


def close_item(session: Session, number: str, at: datetime, item: str | None = None) -> None:
    """Nothing runs any more for the item (or the whole case): its clocks and its special step end."""
    applications.end_all_clocks(session, number, at, item)
    for row in steps(session, number, item):
        end_step(row, at, "系统", "事项已终止或办结")


def moved(session: Session, number: str) -> bool:
    """Whether some clock of the case was stopped or extended, so that the engine's timers may differ from it."""
    return any(row.stops_clock for row in steps(session, number)) or any(row.granted for row in extensions(session, number))


def extension(session: Session, number: str, item: str) -> Extension | None:
    return session.get(Extension, (number, item))


def extensions(session: Session, number: str) -> list[Extension]:
    return list(session.scalars(select(Extension).where(Extension.number == number)))


def ask_extension(
    session: Session, number: str, item: str, days: int, reason: str, at: datetime, by: str
) -> Extension:
    row = Extension(
        number=number, item=item, days=days, reason=reason, asked_at=at, asked_by=by, decided_by="", decision_reason="",
    )
    session.add(row)
    session.flush()
    return row
