"""Promised work: put in the transaction that causes it, carried out by a relay, at least once, keyed.

Several relays may run. `claim` gives each the entries of whole cases, so that what concerns one case is done in order and
by one of them only; a relay that dies leaves its entries to the others when its lease ends.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, bindparam, case, func, insert, or_, select, text, update
from sqlalchemy.orm import Session

from onething.store.tables_work import Outbox

BACK_OFF_SECONDS = (1, 2, 5, 10, 30, 60, 300)
WAITS = "nothing waits for this message yet"
STARTS = ("start", "start-guidance")
CLAIM_LOCK = 77_010_102  # any constant; PostgreSQL lets one relay claim at a time
Entry = Row[Any]
"""A row with the columns of `Outbox`."""
ROWS = Outbox.__table__
KNOWN = select(ROWS.c.id).where(ROWS.c.key == bindparam("wanted"))
DONE = update(ROWS).where(ROWS.c.id == bindparam("entry")).values(done_at=bindparam("at"), error="", claimed_until=None)
OPEN = ROWS.c.done_at.is_(None), ROWS.c.stuck_at.is_(None)
FREE = *OPEN, ROWS.c.next_at <= bindparam("at"), or_(
    ROWS.c.claimed_until.is_(None), ROWS.c.claimed_until <= bindparam("at")
)
DUE = select(ROWS).where(*FREE).order_by(ROWS.c.next_at, ROWS.c.id).limit(bindparam("most"))
ANY_DUE = select(ROWS.c.id).where(*FREE).limit(1)
ELSEWHERE = select(ROWS.c.number).distinct().where(
    *OPEN, ROWS.c.claimed_until > bindparam("at"), ROWS.c.claimed_by != bindparam("relay"), ROWS.c.number != "",
)
TAKE = update(ROWS).where(ROWS.c.id == bindparam("entry")).values(
    claimed_by=bindparam("relay"), claimed_until=bindparam("until")
)
"""Statements as they are, not objects: relays ask several times a second."""


def put(session: Session, at: datetime, key: str, kind: str, **body: Any) -> None:
    """Promise `kind` once under `key`; a second put with the same key changes nothing."""
    session.flush()
    connection = session.connection()
    if connection.execute(KNOWN, {"wanted": key}).first() is None:
        number = str(body.get("number") or str(body.get("notice", "")).partition(":")[0])
        connection.execute(insert(ROWS), [{"key": key, "kind": kind, "number": number, "body": body, "next_at": at}])


def due(session: Session, at: datetime, limit: int = 20) -> list[Entry]:
    """What could be done now and is in nobody's hands."""
    session.flush()
    return list(session.connection().execute(DUE, {"at": at, "most": limit}))


def any_due(session: Session, at: datetime) -> bool:
    return session.connection().execute(ANY_DUE, {"at": at}).first() is not None


def claim(session: Session, at: datetime, until: datetime, relay: str, limit: int) -> list[Entry]:
    """Take due entries in hand until then, none of a case that another relay is at; oldest first."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": CLAIM_LOCK})
    others = set(session.connection().scalars(ELSEWHERE, {"at": at, "relay": relay}))
    entries = [entry for entry in due(session, at, limit + len(others)) if entry.number not in others][:limit]
    if entries:
        session.connection().execute(TAKE, [{"entry": entry.id, "relay": relay, "until": until} for entry in entries])
    return sorted(entries, key=lambda entry: entry.id)


def done(session: Session, at: datetime, *entry_ids: int) -> None:
    session.flush()
    session.connection().execute(DONE, [{"entry": entry_id, "at": at} for entry_id in entry_ids])


def postpone(session: Session, entry_id: int, at: datetime, error: str) -> Outbox:
    """Try again later, each time a little later."""
    entry = session.get_one(Outbox, entry_id)
    wait = BACK_OFF_SECONDS[min(entry.attempts, len(BACK_OFF_SECONDS) - 1)]
    entry.attempts += 1
    entry.next_at, entry.error, entry.claimed_until = at + timedelta(seconds=wait), error[:500], None
    return entry


def wait_until(session: Session, entry_id: int, at: datetime) -> None:
    """It may not be done before then. That is no failed try."""
    entry = session.get_one(Outbox, entry_id)
    entry.next_at, entry.claimed_until = at, None


def give_up(session: Session, entry_id: int, at: datetime, error: str) -> Outbox:
    """No repetition cures it: it lies still until a person lets it run again (`release`)."""
    entry = session.get_one(Outbox, entry_id)
    entry.attempts += 1
    entry.stuck_at, entry.error, entry.claimed_until = at, error[:500], None
    return entry


def release(session: Session, at: datetime, keys: Collection[str]) -> int:
    """Let what is stuck or waits run now; returns how many."""
    entries = list(session.scalars(select(Outbox).where(Outbox.key.in_(keys), Outbox.done_at.is_(None))))
    for entry in entries:
        entry.stuck_at, entry.next_at, entry.attempts = None, at, 0
    return len(entries)


def waiting(session: Session) -> list[Outbox]:
    return list(session.scalars(select(Outbox).where(Outbox.done_at.is_(None)).order_by(Outbox.id)))


def oldest_due(session: Session, at: datetime) -> datetime | None:
    """Since when the oldest entry that should have been tried by now has waited."""
    return session.scalar(select(func.min(Outbox.next_at)).where(*OPEN, Outbox.next_at <= at))


def failing(session: Session, attempts: int) -> Sequence[Outbox]:
    """Entries that failed so often, and those that are stuck."""
    query = select(Outbox).where(Outbox.done_at.is_(None), or_(Outbox.attempts >= attempts, Outbox.stuck_at.is_not(None)))
    return list(session.scalars(query.order_by(Outbox.id)))


def tally(session: Session, at: datetime) -> tuple[int, int, int | None]:
    """How many entries are due, how many are open, the newest one: changes whenever one comes or is done."""
    due, newest = func.count(case((Outbox.next_at <= at, 1))), select(func.max(Outbox.id)).scalar_subquery()
    return tuple(session.execute(select(due, func.count(), newest).where(*OPEN)).one())


def hurry(session: Session, at: datetime, numbers: Collection[str]) -> list[int]:
    """Messages of these cases that found nobody waiting are due now; their ids."""
    tried = select(Outbox).where(*OPEN, Outbox.kind == "correlate", Outbox.attempts > 0, Outbox.next_at > at)
    entries = [entry for entry in session.scalars(tried.order_by(Outbox.id)) if entry.number in numbers]
    for entry in entries:
        entry.next_at = at
    return [entry.id for entry in entries]


def arrived(session: Session, ids: Collection[int]) -> int:
    """How many of these entries are done."""
    query = select(func.count()).where(Outbox.id.in_(ids), Outbox.done_at.is_not(None))
    return session.scalar(query) or 0


def move(session: Session, key: str, at: datetime) -> None:
    """What was promised for a day that has moved; nothing once it is done."""
    entry = session.scalars(select(Outbox).where(Outbox.key == key, Outbox.done_at.is_(None))).first()
    if entry is not None:
        entry.next_at = at


def keyed(session: Session, prefix: str) -> list[Outbox]:
    """Every entry whose key begins so, done or not."""
    return list(session.scalars(select(Outbox).where(Outbox.key.startswith(prefix, autoescape=True)).order_by(Outbox.id)))


def started(session: Session, since: datetime, until: datetime) -> list[str]:
    """Numbers whose process was started by an entry that was done in that time."""
    query = select(Outbox.number).where(Outbox.kind.in_(STARTS), Outbox.done_at >= since, Outbox.done_at < until)
    return list(session.scalars(query.distinct()))


def start_again(session: Session, at: datetime, number: str) -> bool:
    """Promise the start of this case once more, unless it is promised; every step of it does nothing twice."""
    entries = list(session.scalars(select(Outbox).where(Outbox.number == number, Outbox.kind.in_(STARTS))))
    if not entries or any(entry.done_at is None for entry in entries):
        return False
    put(session, at, f"start:{number}:again:{len(entries)}", entries[0].kind, number=number)
    return True
