"""Reading and keeping what the window found: checks, judgements, shared materials."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from onething.intake import Judgement, wanting
from onething.store.grouped import by_number
from onething.store.tables_intake import (
    Dispatch,
    IntakeCheck,
    MaterialJudgement,
    PaperHandover,
    Promise,
    SharedMaterial,
)


def check_by_task(session: Session, task_id: str) -> IntakeCheck | None:
    return session.scalars(select(IntakeCheck).where(IntakeCheck.task_id == task_id)).first()


def checks(session: Session, number: str) -> list[IntakeCheck]:
    query = select(IntakeCheck).where(IntakeCheck.number == number).order_by(IntakeCheck.check_no)
    return list(session.scalars(query))


def add_check(
    session: Session, number: str, task_id: str, clerk: str, at: datetime, outcome: str, found: Iterable[Judgement]
) -> IntakeCheck:
    """The next check of the case with its judgements."""
    query = select(func.max(IntakeCheck.check_no)).where(IntakeCheck.number == number)
    row = IntakeCheck(
        number=number, check_no=(session.scalar(query) or 0) + 1, task_id=task_id, outcome=outcome, clerk=clerk,
        checked_at=at, late=[], late_reason="", late_reason_by="",
    )
    session.add(row)
    session.add_all(
        MaterialJudgement(
            number=number, check_no=row.check_no, key=one.key, version=one.version, complete=one.complete,
            legal=one.legal, problem=one.problem,
        )
        for one in found
    )
    session.flush()
    return row


def judgements(session: Session, number: str, check_no: int | None = None) -> list[Judgement]:
    """All judgements of the case, or those of one check, oldest first."""
    query = select(MaterialJudgement).where(MaterialJudgement.number == number)
    if check_no is not None:
        query = query.where(MaterialJudgement.check_no == check_no)
    rows = session.scalars(query.order_by(MaterialJudgement.check_no))
    return [Judgement(row.key, row.version, row.complete, row.legal, row.problem) for row in rows]


def told(session: Session, number: str) -> list[Judgement]:
    """What was judged in the checks that ended with a notice to the applicant."""
    ended = [row.check_no for row in checks(session, number) if row.outcome == "correction"]
    return [one for check_no in ended for one in judgements(session, number, check_no)]


def last_judgements(session: Session, number: str) -> dict[str, Judgement]:
    """The newest judgement on each material."""
    return {one.key: one for one in judgements(session, number)}


def marked(session: Session, number: str) -> set[str]:
    """The materials that the last look found wanting."""
    return wanting(last_judgements(session, number))


def repeated_notices(session: Session) -> int:
    """How many notices named a defect that could have been told the first time (R59)."""
    query = select(func.count()).select_from(IntakeCheck).where(
        IntakeCheck.outcome == "correction", IntakeCheck.late_reason != ""
    )
    return session.scalar(query) or 0


def shared(session: Session, number: str) -> dict[str, SharedMaterial]:
    rows = session.scalars(select(SharedMaterial).where(SharedMaterial.number == number))
    return {row.key: row for row in rows}


def keep_shared(session: Session, number: str, key: str, at: datetime, receipt: str, problem: str = "") -> None:
    """What became of fetching a government-held material; a later try replaces a failed one."""
    row = session.get(SharedMaterial, (number, key)) or SharedMaterial(number=number, key=key)
    row.receipt, row.problem, row.fetched_at = receipt, problem, at
    session.add(row)


def dispatches(session: Session, number: str) -> list[Dispatch]:
    return dispatches_of(session, [number])[number]


def dispatches_of(session: Session, numbers: Collection[str]) -> dict[str, list[Dispatch]]:
    """The same for many cases; each of `numbers` is there."""
    query = select(Dispatch).where(Dispatch.number.in_(numbers)).order_by(Dispatch.number, Dispatch.department)
    return by_number(session, query, numbers)


def dispatch(session: Session, number: str, department: str, way: str, at: datetime) -> None:
    session.add(Dispatch(number=number, department=department, way=way, sent_at=at, pulled_by=""))


def dispatched(session: Session, number: str, department: str) -> Dispatch | None:
    return session.get(Dispatch, (number, department))


def handover(session: Session, number: str) -> PaperHandover | None:
    return session.get(PaperHandover, number)


def hand_over(
    session: Session, number: str, originals: list[Any], receiver: str, note: str, actor: str, at: datetime
) -> None:
    """The ledger of originals; handed over again after a count that did not tally, it is written anew."""
    row = session.get(PaperHandover, number) or PaperHandover(number=number, received_by="")
    row.originals, row.receiver, row.note, row.handed_by, row.handed_at = originals, receiver, note, actor, at
    session.add(row)


def promises(session: Session, number: str) -> list[Promise]:
    return list(session.scalars(select(Promise).where(Promise.number == number).order_by(Promise.key)))
