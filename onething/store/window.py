"""The counter's view of the store: which acts a case waits for, the queue of a district, and what was done."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session, lazyload, load_only

from onething.engine.contract import window_group
from onething.store import accounts
from onething.store.tables import Account, Application, Audit, Deadline
from onething.store.tables_delivery import CustodyEntry, DeliveryAttempt
from onething.store.tables_intake import IntakeCheck, PaperHandover
from onething.store.tables_window import WindowAct
from onething.store.tables_work import Outbox
from onething.vocabulary import CaseState, Channel, Clock, Role
from onething.window import TASK_OF, UNDER_WAY, Act, Papers, acts

HANDED, DIFFER = "hand-over-originals", "originals-differ"
NO_PAPERS = Papers(to_hand_over=False, handed_over=0)
MOST_AWAITED = 50
Numbers = Collection[str] | Select[tuple[str]]
"""Of cases, or the question that finds them."""
NEWEST = 2000
"""How far back a search by name or by the end of a number looks."""


@dataclass(frozen=True)
class Waiting:
    """What the queue has to know of a case: no more is read of the hundreds that wait."""

    number: str
    bundle: str
    district: str
    channel: str
    state: str
    delivery_way: str
    guide_version: str


def due(session: Session, case: Application) -> list[Act]:
    """The acts this case waits for, soonest first."""
    return due_of(session, [case])[case.number]


def due_of(
    session: Session, cases: Collection[Application | Waiting], numbers: Numbers | None = None
) -> dict[str, list[Act]]:
    """The same for many cases, with one question for each table. `numbers` finds these cases (and perhaps more)."""
    if numbers is None:
        numbers = [case.number for case in cases]
    clocks = select(Deadline.number, Deadline.clock, Deadline.item, Deadline.due_at).where(
        Deadline.number.in_(numbers), Deadline.ended_at.is_(None)
    )
    running, attempts, outcomes = _by_number(session.execute(clocks)), defaultdict(Counter), defaultdict(list)
    for number, scope in session.execute(
        select(DeliveryAttempt.number, DeliveryAttempt.scope).where(DeliveryAttempt.number.in_(numbers))
    ):
        attempts[number][scope] += 1
    checks = select(IntakeCheck.number, IntakeCheck.outcome).where(IntakeCheck.number.in_(numbers))
    for number, outcome in session.execute(checks.order_by(IntakeCheck.check_no)):
        outcomes[number].append(outcome)
    papers = _papers(session, [case for case in cases if case.channel == Channel.WINDOW], numbers)
    return {
        case.number: acts(
            case, running[case.number], outcomes[case.number], attempts[case.number], papers.get(case.number, NO_PAPERS)
        )
        for case in cases
    }


def _by_number(rows: Iterable[Any]) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = defaultdict(list)
    for number, *rest in rows:
        found[number].append(tuple(rest))
    return found


def _papers(session: Session, cases: Collection[Application | Waiting], numbers: Numbers) -> dict[str, Papers]:
    """Originals are to be handed over while the window holds them, unless the lead is counting them just now."""
    if not cases:
        return {}
    moves = _by_number(session.execute(
        select(Audit.number, Audit.action).where(Audit.number.in_(numbers), Audit.action.in_((HANDED, DIFFER)))
        .order_by(Audit.seq)
    ))
    ledger = _by_number(session.execute(
        select(CustodyEntry.number, CustodyEntry.material, CustodyEntry.holder).where(CustodyEntry.number.in_(numbers))
        .order_by(CustodyEntry.step)
    ))
    found = {}
    for case in cases:
        done = [action for (action,) in moves[case.number]]
        holders = dict(ledger[case.number])
        counting = bool(done) and done[-1] == HANDED
        found[case.number] = Papers(window_group(case.district) in holders.values() and not counting, done.count(HANDED))
    return found


def candidates(session: Session, districts: Collection[str]) -> list[Waiting]:
    """Cases that may wait for the counter, in the order they came."""
    wanted = (getattr(Application, field.name) for field in fields(Waiting))
    query = select(*wanted).where(Application.number.in_(candidate_numbers(districts))).order_by(Application.submitted_at)
    return [Waiting(*row) for row in session.execute(query)]


def candidate_numbers(districts: Collection[str]) -> Select[tuple[str]]:
    """A clock of the counter's tasks runs, or originals were not handed over yet. The database finds the hundreds of them again
    in each question faster than it reads their numbers."""
    timed = select(Deadline.number).where(
        Deadline.ended_at.is_(None), Deadline.clock.in_([str(clock) for clock in TASK_OF])
    )
    handed = select(PaperHandover.number).where(PaperHandover.received_at.is_not(None))
    papers = (
        (Application.channel == str(Channel.WINDOW)) & Application.state.in_([str(state) for state in UNDER_WAY])
        & Application.number.not_in(handed)
    )
    return select(Application.number).where(Application.district.in_(districts), or_(Application.number.in_(timed), papers))


def names(session: Session, numbers: Collection[str]) -> dict[str, str]:
    """Case number -> who applies."""
    query = select(Application).options(load_only(Application.number, Application.applicant), lazyload(Application.items))
    rows = session.scalars(query.where(Application.number.in_(numbers)))
    return {row.number: str(row.applicant.get("name", "")) for row in rows}


def awaited(session: Session, districts: Collection[str]) -> list[tuple[Application, datetime | None]]:
    """Cases whose applicants have to mend something, and until when; soonest first."""
    runs = (Deadline.number == Application.number) & (Deadline.clock == str(Clock.CORRECTION)) & Deadline.ended_at.is_(None)
    query = select(Application, Deadline.due_at).outerjoin(Deadline, runs).where(
        Application.district.in_(districts), Application.state == str(CaseState.CORRECTION)
    )
    query = query.order_by(Deadline.due_at, Application.submitted_at).limit(MOST_AWAITED)
    return [(case, due) for case, due in session.execute(query)]


def by_number(session: Session, districts: Collection[str], text: str) -> list[Application]:
    """Cases whose number is, or ends with, `text`."""
    query = select(Application).where(
        Application.district.in_(districts), Application.number.endswith(text, autoescape=True)
    )
    return list(session.scalars(query.order_by(Application.submitted_at.desc()).limit(50)))


def newest(session: Session, districts: Collection[str]) -> Iterable[Application]:
    """To be searched in Python: what is about a person is not compared inside the database."""
    query = select(Application).where(Application.district.in_(districts))
    return session.scalars(query.order_by(Application.submitted_at.desc()).limit(NEWEST))


def of_person(session: Session, districts: Collection[str], id_no: str) -> list[Application]:
    """However old, newest first."""
    accounts_of = [account.id for account in applicants(session, id_no)]
    query = select(Application).where(Application.account_id.in_(accounts_of), Application.district.in_(districts))
    return list(session.scalars(query.order_by(Application.submitted_at.desc())))


def applicants(session: Session, id_no: str) -> list[Account]:
    """Accounts of citizens and companies with this number."""
    return [account for account in accounts.by_id_no(session, id_no) if account.role == Role.CITIZEN]


def record(session: Session, case: Application, task: str, clerk: str, at: datetime, **facts: Any) -> WindowAct:
    """The next act of the case; the case is locked, so numbers follow each other."""
    last = session.scalar(select(func.max(WindowAct.act_no)).where(WindowAct.number == case.number)) or 0
    empty = {"scope": "", "round": 0, "promise": "", "person": "", "person_id": "", "relation": "", "note": "", "said": {}}
    row = WindowAct(number=case.number, act_no=last + 1, task=task, clerk=clerk, at=at, **(empty | facts))
    session.add(row)
    session.flush()
    return row


def said(session: Session, number: str, act_no: int) -> Mapping[str, str]:
    """The words written at the counter with this act; none where there is no such act."""
    row = session.get(WindowAct, (number, act_no))
    return row.said if row else {}


def of_case(session: Session, number: str) -> list[WindowAct]:
    return list(session.scalars(select(WindowAct).where(WindowAct.number == number).order_by(WindowAct.act_no)))


def newest_act(session: Session, number: str, task: str, scope: str = "") -> WindowAct | None:
    """The last time this was done at the counter."""
    query = select(WindowAct).where(WindowAct.number == number, WindowAct.task == task, WindowAct.scope == scope)
    return session.scalars(query.order_by(WindowAct.act_no.desc()).limit(1)).first()


@dataclass(frozen=True)
class Telling:
    """How far the engine has been told of an act."""

    done_at: datetime | None
    attempts: int
    error: str


@dataclass(frozen=True)
class Told:
    """What was registered last for each act."""

    entries: Mapping[tuple[str, str, str, int], Telling]

    def of(self, number: str, act: Act) -> Telling | None:
        return self.entries.get((number, act.task, act.scope, act.round))


def told(session: Session, numbers: Numbers) -> Told:
    act = WindowAct.number, WindowAct.task, WindowAct.scope, WindowAct.round
    query = select(*act, Outbox.done_at, Outbox.attempts, Outbox.error).join(Outbox, Outbox.key == WindowAct.promise)
    rows = session.execute(query.where(WindowAct.number.in_(numbers)).order_by(WindowAct.number, WindowAct.act_no))
    return Told({tuple(row[:4]): Telling(*row[4:]) for row in rows})
