"""Joint acts of a case: one appointment, one opinion per department, one record (R84, R85)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from onething.cases import OPEN_ITEM_STATES
from onething.engine.contract import Message, joint_item
from onething.store import outbox
from onething.store.grouped import by_number
from onething.store.tables import Application
from onething.store.tables_procedures import JointAct, JointOpinion
from onething.vocabulary import CaseState, ItemState, JointKind, JointState, Opinion

ACCEPTED = (ItemState.ACCEPTED, ItemState.PRE_REVIEWED)


def act(session: Session, number: str, kind: JointKind) -> JointAct | None:
    return session.get(JointAct, (number, str(kind)))


def acts(session: Session, number: str) -> list[JointAct]:
    return acts_of(session, [number])[number]


def plan(session: Session, number: str, kind: JointKind, participants: list[tuple[str, str]]) -> None:
    """`participants` are (item, reviewer group)."""
    session.add(JointAct(
        number=number, kind=str(kind), state=str(JointState.PLANNED), participants=[list(pair) for pair in participants],
        reason="", place="", organised_by="", record="", recorded_by="",
    ))


def acts_of(session: Session, numbers: Collection[str]) -> dict[str, list[JointAct]]:
    """The same for many cases; each of `numbers` is there."""
    return by_number(session, select(JointAct).where(JointAct.number.in_(numbers)).order_by(JointAct.kind), numbers)


def cases_with_acts(session: Session, numbers: Collection[str]) -> set[str]:
    return set(session.scalars(select(JointAct.number).where(JointAct.number.in_(numbers)))) if numbers else set()


def is_open(row: JointAct) -> bool:
    return row.state in (JointState.PLANNED, JointState.APPOINTED)


def groups(row: JointAct) -> list[str]:
    """The reviewer groups that take part, each once: a department gives one opinion for all its items."""
    return list(dict.fromkeys(group for _, group in row.participants))


def open_act_of(session: Session, number: str, item: str) -> JointAct | None:
    """The joint act this item still waits for."""
    return next((row for row in acts(session, number) if is_open(row) and takes_part(row, item)), None)


def takes_part(row: JointAct, item: str) -> bool:
    return any(item == name for name, _ in row.participants)


def settle(session: Session, application: Application, at: datetime) -> None:
    """After items were accepted or ended: who has nothing open leaves; when the rest is accepted, the lead may appoint.

    Nobody left: the act is not needed. Safe to repeat.
    """
    states = {row.item: ItemState(row.state) for row in application.items}
    for row in filter(is_open, acts(session, application.number)):
        before = groups(row)
        staying = [pair for pair in row.participants if states[pair[0]] in OPEN_ITEM_STATES]
        if len(staying) < len(row.participants):
            row.participants = staying
        if not staying:
            row.state, row.reason = str(JointState.NOT_NEEDED), "参加的事项均已终止"
            if application.state == CaseState.IN_PROGRESS:
                _send(session, row, at, Message.ITEM_WITHDRAWN, joint_item(row.kind))
        elif row.state == JointState.APPOINTED:
            for group in set(before) - set(groups(row)):
                _send(session, row, at, Message.OPINION_NOT_NEEDED, group)
        elif all(states[item] in ACCEPTED for item, _ in staying):
            _send(session, row, at, Message.JOINT_READY, joint_item(row.kind))


def _send(session: Session, row: JointAct, at: datetime, message: str, item: str) -> None:
    key = f"{message}:{row.number}:{row.kind}:{item}"
    outbox.put(session, at, key, "correlate", message=message, number=row.number, item=item, variables={})


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
