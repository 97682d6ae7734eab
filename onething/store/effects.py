"""What leaves the house, at most once per key: SENDING is written before the call, and who finds it asks before sending again."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import bindparam, func, insert, select, update
from sqlalchemy.orm import Session

from onething.errors import Conflict
from onething.store.keyring import Ring
from onething.store.sealed import ring_of
from onething.store.tables_work import Effect


class EffectState(StrEnum):
    """PLANNED: surely not sent. SENDING: under way, or its sender died. UNKNOWN: sent, no answer. VOID: refused for good."""

    PLANNED = "PLANNED"
    SENDING = "SENDING"
    DONE = "DONE"
    UNKNOWN = "UNKNOWN"
    VOID = "VOID"


@dataclass(frozen=True)
class Intent:
    """What is to leave the house, once under its key."""

    key: str
    kind: str
    number: str
    body: Mapping[str, Any]


@dataclass(frozen=True)
class Claim:
    """What the claimant has to do: nothing (`receipt`), `ask` the receiver first, or send."""

    receipt: str | None
    ask: bool


@dataclass(frozen=True)
class Ending:
    """What became of an effect that was claimed."""

    key: str
    state: EffectState
    receipt: str = ""
    problem: str = ""


ROWS = Effect.__table__
KNOWN = (
    select(ROWS.c.key, ROWS.c.state, ROWS.c.receipt, ROWS.c.payload_hash, ROWS.c.claimed_by, ROWS.c.claimed_until)
    .where(ROWS.c.key.in_(bindparam("keys", expanding=True))).order_by(ROWS.c.key).with_for_update()
)
TAKE = update(ROWS).where(ROWS.c.key == bindparam("id")).values(
    payload_hash=bindparam("digest"), state=EffectState.SENDING, attempts=ROWS.c.attempts + 1, claimed_by=bindparam("sender"),
    claimed_until=bindparam("until"), updated_at=bindparam("at"),
)
SETTLE = update(ROWS).where(ROWS.c.key == bindparam("id"), ROWS.c.state != EffectState.DONE).values(
    state=bindparam("ended"), receipt=bindparam("got"), problem=bindparam("why"), updated_at=bindparam("at"), claimed_by="",
    claimed_until=None,
)
"""Tables as they are, and many at a time: an effect is two commits of a case's twenty, and objects cost three times as much."""


def claim(
    session: Session, at: datetime, until: datetime, sender: str, intents: Sequence[Intent]
) -> list[Claim | Conflict]:
    """Take the effects in hand until then. A `Conflict` where another sender has it, or where the body has changed."""
    rows = {row.key: row for row in session.connection().execute(KNOWN, {"keys": [one.key for one in intents]})}
    ring, claims, taken, new, again = ring_of(session), [], set(), [], []
    for one in intents:
        digest, row = payload_hash(ring, one.body), rows.get(one.key)
        found = in_hand() if one.key in taken else _claim(row, at, sender, digest)
        claims.append(found)
        if isinstance(found, Conflict) or found.receipt is not None:
            continue
        taken.add(one.key)
        if row is None:
            new.append({
                "key": one.key, "kind": one.kind, "number": one.number, "payload_hash": digest, "state": EffectState.SENDING,
                "receipt": "", "attempts": 1, "claimed_by": sender, "claimed_until": until, "problem": "", "created_at": at,
                "updated_at": at,
            })
        else:
            again.append({"id": one.key, "digest": digest, "sender": sender, "until": until, "at": at})
    if new:
        session.connection().execute(insert(ROWS), new)
    if again:
        session.connection().execute(TAKE, again)
    return claims


def _claim(row: Any, at: datetime, sender: str, digest: str) -> Claim | Conflict:
    if row is None:
        return Claim(None, ask=False)
    if row.state == EffectState.DONE:
        return Claim(row.receipt, ask=False)
    if row.claimed_by not in ("", sender) and row.claimed_until and row.claimed_until > at:
        return in_hand()
    ask = row.state in (EffectState.SENDING, EffectState.UNKNOWN)
    if ask and row.payload_hash != digest:
        return Conflict("同一编号的内容变了，而上一次是否发出尚不清楚；请人工核实", code="effect-changed")
    return Claim(None, ask=ask)


def in_hand() -> Conflict:
    return Conflict("另一个程序正在发送这一条；稍后再看", code="effect-in-hand")


def settle(session: Session, at: datetime, endings: Sequence[Ending]) -> None:
    """What is done stays done: somebody who asked may have been faster."""
    session.connection().execute(SETTLE, [
        {"id": one.key, "ended": one.state, "got": one.receipt[:200], "why": one.problem[:500], "at": at} for one in endings
    ])


def begun(session: Session, key: str) -> bool:
    """Whether somebody took it in hand before, whatever became of it."""
    return session.get(Effect, key) is not None


def payload_hash(ring: Ring, body: Mapping[str, Any]) -> str:
    """Keyed: whoever reads the database cannot try phone numbers until one fits."""
    return ring.index("effect", json.dumps(body, ensure_ascii=False, sort_keys=True, default=str))


def tally(session: Session) -> dict[str, int]:
    """State -> how many."""
    found = dict(session.execute(select(Effect.state, func.count()).group_by(Effect.state)).all())
    return {state: found.get(state, 0) for state in EffectState}


def uncertain(session: Session, before: datetime) -> list[Effect]:
    """Begun before then and still neither done nor surely not sent."""
    states = [EffectState.SENDING, EffectState.UNKNOWN]
    return list(session.scalars(select(Effect).where(Effect.state.in_(states), Effect.updated_at < before).order_by(Effect.key)))


def of_case(session: Session, number: str) -> list[Effect]:
    return list(session.scalars(select(Effect).where(Effect.number == number).order_by(Effect.created_at, Effect.key)))
