"""What leaves the house, at most once per key: SENDING is written before the call, and who finds it asks before sending again."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import func, select
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
class Claim:
    """What the claimant has to do: nothing (`receipt`), `ask` the receiver first, or send."""

    receipt: str | None
    ask: bool


def claim(
    session: Session, at: datetime, until: datetime, sender: str, key: str, kind: str, number: str, body: Mapping[str, Any]
) -> Claim:
    """Take the effect in hand until then. Raises `Conflict` while another sender has it, or where the body has changed."""
    digest = payload_hash(ring_of(session), body)
    row = session.scalars(select(Effect).where(Effect.key == key).with_for_update()).first()
    if row is None:
        session.add(Effect(
            key=key, kind=kind, number=number, payload_hash=digest, state=EffectState.SENDING, receipt="", attempts=1,
            claimed_by=sender, claimed_until=until, problem="", created_at=at, updated_at=at,
        ))
        session.flush()
        return Claim(None, ask=False)
    if row.state == EffectState.DONE:
        return Claim(row.receipt, ask=False)
    if row.claimed_by not in ("", sender) and row.claimed_until and row.claimed_until > at:
        raise Conflict("另一个程序正在发送这一条；稍后再看", code="effect-in-hand")
    ask = row.state in (EffectState.SENDING, EffectState.UNKNOWN)
    if row.payload_hash != digest:
        if ask:
            raise Conflict("同一编号的内容变了，而上一次是否发出尚不清楚；请人工核实", code="effect-changed")
        row.payload_hash = digest
    row.state, row.attempts, row.updated_at = EffectState.SENDING, row.attempts + 1, at
    row.claimed_by, row.claimed_until = sender, until
    return Claim(None, ask=ask)


def settle(session: Session, at: datetime, key: str, state: EffectState, *, receipt: str = "", problem: str = "") -> None:
    row = session.get_one(Effect, key, with_for_update=True)
    if row.state == EffectState.DONE:
        return  # somebody who asked was faster
    row.state, row.receipt, row.problem, row.updated_at = state, receipt[:200], problem[:500], at
    row.claimed_by, row.claimed_until = "", None


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
