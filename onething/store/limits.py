"""Uses counted in the store: they survive a restart and are the same for all front doors and workers (S22).

A use is one locked row, so nobody slips through beside another; keys are locked in one order, so nobody waits in a circle.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from onething import limits
from onething.limits import Rule
from onething.store.tables_login import RateLimit

FORGOTTEN_AT_ONCE = 20


def take(session: Session, at: datetime, wanted: Mapping[str, Rule]) -> float:
    """Count one use under every key, or under none: then the seconds until it would be allowed. 0 when it was counted."""
    wanted = {key: rule for key, rule in wanted.items() if rule}
    if not wanted:
        return 0.0
    now, found = at.timestamp(), _locked(session, at, wanted)
    left = max(limits.wait(wanted[key], times, now) for key, times in found.items())
    if left <= 0:
        for key, times in found.items():
            _write(session, at, key, wanted[key], [*times, now])
    return left


def merge(session: Session, at: datetime, key: str, rule: Rule, uses: Sequence[float]) -> list[float]:
    """Add uses that were counted elsewhere; all that count now."""
    times = limits.kept(rule, [*_locked(session, at, {key: rule})[key], *uses], at.timestamp())
    _write(session, at, key, rule, times)
    return times


def times_of(session: Session, at: datetime, key: str, rule: Rule) -> list[float]:
    """What counts under the key, without counting."""
    found = session.scalars(select(RateLimit.times).where(RateLimit.key == key)).first()
    return limits.kept(rule, found or [], at.timestamp())


def _locked(session: Session, at: datetime, wanted: Mapping[str, Rule]) -> dict[str, list[float]]:
    """Key -> times that count, each row locked to the end of the transaction."""
    _forget(session, at)
    dialect = {"postgresql": postgresql, "sqlite": sqlite}[session.get_bind().dialect.name]
    rows = [{"key": key, "times": [], "expires_at": at} for key in sorted(wanted)]
    insert = dialect.insert(RateLimit).values(rows)
    locking = insert.on_conflict_do_update(index_elements=[RateLimit.key], set_={"key": RateLimit.key})
    found = session.execute(locking.returning(RateLimit.key, RateLimit.times)).all()
    return {key: limits.kept(wanted[key], times, at.timestamp()) for key, times in found}


def _write(session: Session, at: datetime, key: str, rule: Rule, times: Sequence[float]) -> None:
    kept = [round(time, 3) for time in limits.kept(rule, times, at.timestamp())]
    expires_at = at + timedelta(seconds=limits.reach(rule))
    session.execute(update(RateLimit).where(RateLimit.key == key).values(times=kept, expires_at=expires_at))


def _forget(session: Session, at: datetime) -> None:
    """A few of those that count for nothing any more, and that nobody holds."""
    old = select(RateLimit.key).where(RateLimit.expires_at < at).limit(FORGOTTEN_AT_ONCE).with_for_update(skip_locked=True)
    keys = list(session.scalars(old))
    if keys:
        session.execute(delete(RateLimit).where(RateLimit.key.in_(keys)))
