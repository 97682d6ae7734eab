"""Cases and their items, materials and clocks: reading and changing them, by the moves `onething.cases` allows."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from onething.cases import move_case, move_item
from onething.errors import NotFound
from onething.store.grouped import by_number
from onething.store.tables import Application, ApplicationItem, Counter, Deadline, FormVersion, Material
from onething.vocabulary import CaseState, Clock, ItemState


def next_in_series(session: Session, series: str) -> int:
    """The next number of a series, counted under lock, never reused."""
    dialect = {"postgresql": postgresql, "sqlite": sqlite}[session.get_bind().dialect.name]
    session.execute(dialect.insert(Counter).values(series=series, value=0).on_conflict_do_nothing())
    row = session.get_one(Counter, series, with_for_update=True, populate_existing=True)
    row.value += 1
    session.flush()
    return row.value


def by_idempotency_key(session: Session, account_id: str, key: str) -> Application | None:
    query = select(Application).where(Application.account_id == account_id, Application.idempotency_key == key)
    return session.scalars(query).first()


def number_of_key(session: Session, key: str) -> str:
    """The case that was made under this key, whoever it belongs to; "" for none. Only for keys nobody can guess."""
    return session.scalar(select(Application.number).where(Application.idempotency_key == key)) or ""


def add(session: Session, application: Application, materials: Iterable[Material]) -> None:
    session.add(application)
    session.flush()
    session.add_all(materials)
    session.flush()


def unknown(number: str) -> NotFound:
    return NotFound(f"没有编号为 {number} 的办件；请核对编号", code="unknown-case")


def get(session: Session, number: str) -> Application:
    application = session.get(Application, number)
    if application is None:
        raise unknown(number)
    return application


def lock(session: Session, number: str) -> Application:
    """The case, locked until the transaction ends: decisions on its items are taken one after the other."""
    application = session.get(Application, number, with_for_update=True)
    if application is None:
        raise unknown(number)
    return application


def own(session: Session, number: str, account_id: str, *, lock: bool = False) -> Application:
    """The case if it is the account's. Somebody else's is no more found, and takes no longer, than one that never was (S10)."""
    query = select(Application).where(Application.number == number, Application.account_id == account_id)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    application = session.scalars(query).first()
    if application is None:
        raise unknown(number)
    return application


def item_of(application: Application, item: str) -> ApplicationItem:
    for row in application.items:
        if row.item == item:
            return row
    raise NotFound(f"办件 {application.number} 中没有事项“{item}”", code="unknown-item")


def several(session: Session, numbers: Iterable[str]) -> list[Application]:
    """The cases with these numbers, as far as there are any."""
    return list(session.scalars(select(Application).where(Application.number.in_(list(numbers)))))


def of_account(
    session: Session, account_id: str, states: Collection[CaseState] = tuple(CaseState), most: int | None = None, skip: int = 0,
    bundle: str | None = None,
) -> list[Application]:
    """Newest first; `most` of them after the first `skip`; only those of `bundle` where it is given."""
    query = select(Application).where(Application.account_id == account_id, Application.state.in_(list(states)))
    if bundle is not None:
        query = query.where(Application.bundle == bundle)
    newest = query.order_by(Application.submitted_at.desc(), Application.number.desc())
    return list(session.scalars(newest.limit(most).offset(skip or None)))


def counts_of_account(session: Session, account_id: str) -> dict[CaseState, int]:
    """How many cases the account has in each state; every state is there."""
    query = select(Application.state, func.count()).where(Application.account_id == account_id).group_by(Application.state)
    return dict.fromkeys(CaseState, 0) | {CaseState(state): count for state, count in session.execute(query)}


def numbers_in_states(session: Session, states: Iterable[CaseState]) -> list[str]:
    return list(session.scalars(select(Application.number).where(Application.state.in_(list(states)))))


def known_numbers(session: Session, numbers: Collection[str]) -> set[str]:
    """Those of them that are cases of ours."""
    return set(session.scalars(select(Application.number).where(Application.number.in_(numbers))))


def count_by_state(session: Session) -> dict[str, int]:
    rows = session.execute(select(Application.state, func.count()).group_by(Application.state))
    return {row[0]: row[1] for row in rows}


def set_case_state(application: Application, state: CaseState) -> None:
    application.state = str(move_case(CaseState(application.state), state))


def set_item_state(row: ApplicationItem, state: ItemState) -> None:
    row.state = str(move_item(ItemState(row.state), state))


def states_of(application: Application, items: Iterable[str]) -> list[ItemState]:
    """States of those of `items` that were chosen; items that were not chosen are left out."""
    wanted = set(items)
    return [ItemState(row.state) for row in application.items if row.item in wanted]


def start_clock(
    session: Session, number: str, clock: Clock, item: str, started_at: datetime, due: Mapping[str, Any]
) -> None:
    """Open or reopen a clock. `due` has due_at, days, provisional and ledger (rows of days)."""
    row = session.get(Deadline, (number, item, str(clock)))
    if row is None:
        row = Deadline(number=number, item=item, clock=str(clock))
        session.add(row)
    row.started_at, row.ended_at, row.overdue_at, row.paused_at = started_at, None, None, None
    row.due_at, row.days = due["due_at"], due["days"]
    row.provisional, row.ledger = due["provisional"], due["ledger"]


def end_clock(session: Session, number: str, clock: Clock, item: str, at: datetime) -> None:
    row = session.get(Deadline, (number, item, str(clock)))
    if row is not None and row.ended_at is None:
        row.ended_at = at


def end_all_clocks(session: Session, number: str, at: datetime, item: str | None = None) -> None:
    for row in clocks(session, number):
        if row.ended_at is None and item in (None, row.item):
            row.ended_at = at


def clocks(session: Session, number: str) -> list[Deadline]:
    return clocks_of(session, [number])[number]


def clocks_of(session: Session, numbers: Collection[str]) -> dict[str, list[Deadline]]:
    """The same for many cases; each of `numbers` is there."""
    query = select(Deadline).where(Deadline.number.in_(numbers)).order_by(Deadline.started_at)
    return by_number(session, query, numbers)


def materials(session: Session, number: str) -> list[Material]:
    """The newest version of each material of the case."""
    return list({row.key: row for row in material_versions(session, number)}.values())


def material_versions(session: Session, number: str) -> list[Material]:
    """Every version of every material, oldest first."""
    query = select(Material).where(Material.number == number)
    return list(session.scalars(query.order_by(Material.version, Material.key)))


def add_material_version(
    session: Session, number: str, key: str, document_id: str | None, at: datetime
) -> Material:
    """The next version of a material; without a document while it is paper only."""
    newest = {row.key: row for row in materials(session, number)}.get(key)
    if newest is None:
        raise NotFound(f"办件 {number} 没有材料“{key}”", code="unknown-material")
    row = Material(
        number=number, key=key, version=newest.version + 1, source=newest.source, document_id=document_id, created_at=at
    )
    session.add(row)
    return row


def replace_form(
    session: Session, application: Application, form: Mapping[str, Any], sources: Mapping[str, str], at: datetime
) -> None:
    """The application form as corrected; what it said before is kept."""
    session.add(FormVersion(
        number=application.number, version=len(form_versions(session, application.number)) + 1, form=application.form,
        form_sources=application.form_sources, replaced_at=at,
    ))
    application.form, application.form_sources = dict(form), dict(sources)


def form_versions(session: Session, number: str) -> list[FormVersion]:
    """What the form said before each correction, oldest first."""
    return list(session.scalars(select(FormVersion).where(FormVersion.number == number).order_by(FormVersion.version)))
