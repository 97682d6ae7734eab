"""The ledger of originals: every change of hands is one entry; the last one says who holds them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from onething.custody import APPLICANT, check_transfer
from onething.store.tables_delivery import CustodyEntry


def ledger(session: Session, number: str) -> list[CustodyEntry]:
    query = select(CustodyEntry).where(CustodyEntry.number == number)
    return list(session.scalars(query.order_by(CustodyEntry.at, CustodyEntry.material, CustodyEntry.step)))


def holders(session: Session, number: str) -> dict[str, str]:
    """Material -> group that holds its originals now, or `applicant`."""
    return {row.material: row.holder for row in sorted(ledger(session, number), key=lambda row: row.step)}


def held(session: Session, number: str) -> list[str]:
    """Materials whose originals lie with an office."""
    return [material for material, holder in holders(session, number).items() if holder != APPLICANT]


def take(session: Session, number: str, materials: Iterable[str], window: str, actor: str, at: datetime) -> None:
    """The window takes the originals in; a material already in the ledger is left alone."""
    known = holders(session, number)
    for material in materials:
        if material not in known:
            session.add(CustodyEntry(
                number=number, material=material, step=1, holder=window, at=at, actor=actor, receiver="", note=""
            ))
    session.flush()


def transfer(
    session: Session, number: str, to: str, *, window: str, lead: str, actor: str, at: datetime, receiver: str = "",
    note: str = "",
) -> list[str]:
    """All originals of the case go to `to` in one go; the materials that moved. Raises `Conflict`, `NotAllowed`."""
    steps: dict[str, int] = {}
    for row in ledger(session, number):
        steps[row.material] = max(row.step, steps.get(row.material, 0))
    moved = []
    for material, holder in holders(session, number).items():
        if check_transfer(holder, to, window=window, lead=lead) != holder:
            session.add(CustodyEntry(
                number=number, material=material, step=steps[material] + 1, holder=to, at=at, actor=actor,
                receiver=receiver, note=note,
            ))
            moved.append(material)
    session.flush()
    return moved
