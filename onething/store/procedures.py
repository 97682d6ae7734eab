"""Special steps, extensions and joint acts of a case: reading and changing them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from onething.store import applications
from onething.store.tables_procedures import Extension, JointAct, JointOpinion, SpecialStep
from onething.vocabulary import JointKind, JointState, Opinion, StepKind


def steps(session: Session, number: str, item: str | None = None) -> list[SpecialStep]:
    """The special steps of the case or of one item, in the order they began."""
    query = select(SpecialStep).where(SpecialStep.number == number)
    if item is not None:
        query = query.where(SpecialStep.item == item)
    return list(session.scalars(query.order_by(SpecialStep.started_at, SpecialStep.sequence)))


def open_step(session: Session, number: str, item: str) -> SpecialStep | None:
    return next((row for row in steps(session, number, item) if row.ended_at is None), None)


def start_step(
    session: Session, number: str, item: str, kind: StepKind, *, stops_clock: bool, reason: str, at: datetime, by: str
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


def joint_act(session: Session, number: str, kind: JointKind) -> JointAct | None:
    return session.get(JointAct, (number, str(kind)))


def joint_acts(session: Session, number: str) -> list[JointAct]:
    return list(session.scalars(select(JointAct).where(JointAct.number == number).order_by(JointAct.kind)))


def plan_joint_act(session: Session, number: str, kind: JointKind, participants: list[tuple[str, str]]) -> None:
    """`participants` are (item, reviewer group)."""
    session.add(JointAct(
        number=number, kind=str(kind), state=str(JointState.PLANNED), participants=[list(pair) for pair in participants],
        reason="", place="", organised_by="", record="", recorded_by="",
    ))


def is_open(act: JointAct) -> bool:
    return act.state in (JointState.PLANNED, JointState.APPOINTED)


def open_act_of(session: Session, number: str, item: str) -> JointAct | None:
    """The joint act this item still waits for."""
    acts = joint_acts(session, number)
    return next((act for act in acts if is_open(act) and any(item == name for name, _ in act.participants)), None)


@dataclass(frozen=True)
class Departure:
    """Who is no longer asked for an opinion, because nothing of theirs is open; `ended` when nobody is left."""

    kind: JointKind
    groups: tuple[str, ...]
    ended: bool


def leave_joint_acts(session: Session, number: str, still_open: Collection[str]) -> list[Departure]:
    """Items ended early: take them out of the open joint acts. An act nobody is left for is not needed any more."""
    found = []
    for act in filter(is_open, joint_acts(session, number)):
        staying = [pair for pair in act.participants if pair[0] in still_open]
        left = {group for _, group in act.participants} - {group for _, group in staying}
        if len(staying) < len(act.participants):
            act.participants = staying
            if not staying:
                act.state, act.reason = str(JointState.NOT_NEEDED), "参加的事项均已终止"
            found.append(Departure(JointKind(act.kind), tuple(sorted(left)), ended=not staying))
    return found


def opinions(session: Session, number: str, kind: JointKind) -> list[JointOpinion]:
    query = select(JointOpinion).where(JointOpinion.number == number, JointOpinion.kind == str(kind))
    return list(session.scalars(query.order_by(JointOpinion.given_at)))


def give_opinion(
    session: Session, number: str, kind: JointKind, department: str, opinion: Opinion, text: str, at: datetime, by: str
) -> None:
    """The first opinion of a department stands."""
    if session.get(JointOpinion, (number, str(kind), department)) is None:
        session.add(JointOpinion(
            number=number, kind=str(kind), department=department, opinion=str(opinion), text=text, given_at=at,
            given_by=by,
        ))
        session.flush()
