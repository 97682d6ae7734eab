"""The outbox relay: starts processes, correlates messages, sends SMS and pushes, each promised with a change."""

from __future__ import annotations

import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog

from onething.bootstrap import Tools
from onething.engine.client import EngineClient
from onething.engine.errors import EngineUnauthorised, EngineUnreachable
from onething.engine.task import new_worker_id
from onething.errors import OneThingError, TooMany
from onething.gateways import GatewayError, GatewayRefused, Gateways
from onething.store import outbox, troubles
from onething.store.outbox import Entry
from workers import errands
from workers.effects import Effects
from workers.errands import Means
from workers.together import Together

log = structlog.get_logger(__name__)
LEASE = timedelta(seconds=50)
START_WITHIN = 12.0
"""Seconds after a claim within which an entry may be begun: no call takes longer than what then is left of the lease."""
HANDS = 16
"""Threads: what several of them want written down goes into one transaction, so more hands make fewer commits."""
BATCH = 24
PAUSE, GATHER = 0.3, 0.1
"""Seconds until the next look when nothing was due, and when less than a batch was: what comes meanwhile goes together."""
ENGINE_BACK, RECEIVER_BACK, LONGEST = timedelta(seconds=10), timedelta(seconds=30), timedelta(minutes=5)
"""While somebody is away nothing is wrong with an entry: it goes soon after engine or receiver are back, however long that
took."""
TROUBLE_AFTER = 5
"""Failures until a person is told: 1 + 2 + 5 + 10 + 30 seconds, within the minute."""


@dataclass(frozen=True)
class PutOff:
    """An entry that could not be carried out; without an `error` it only has to wait."""

    entry: Entry
    problem: str
    error: Exception | None


class Relay:
    """Carries out due entries, those of one case one after the other; what fails is tried again later (R124)."""

    def __init__(self, tools: Tools, engine: EngineClient, gateways: Gateways, hands: int = HANDS) -> None:
        self.tools, self.name, self.hands = tools, new_worker_id(), hands
        self.means = Means(tools, engine, Effects(tools, self.name), gateways)
        self.stopped = threading.Event()
        self._dones, self._put_offs = Together(self._write_down), Together(self._put_off)

    def run(self, pause_seconds: float = PAUSE) -> None:
        """Until stopped; whatever goes wrong is logged and tried again, for everything else waits on this loop."""
        with ThreadPoolExecutor(self.hands, thread_name_prefix="relay") as hands:
            while not self.stopped.is_set():
                try:
                    done = self.work_once(hands.map)
                except Exception:
                    log.exception("the relay stumbled")
                    done = self.stopped.wait(2)
                if done < BATCH:
                    self.stopped.wait(min(GATHER, pause_seconds) if done else pause_seconds)

    def work_once(self, each: Callable[..., Iterable[int]] = map) -> int:
        """Try entries that are due, `each` case by itself; returns how many were carried out."""
        now, self._begin_until = self.tools.clock.now(), time.monotonic() + START_WITHIN
        with self.tools.store.reading() as session:
            if not outbox.any_due(session, now):
                return 0
        with self.tools.store.transaction() as session:
            entries = outbox.claim(session, now, now + LEASE, self.name, BATCH)
        cases: dict[str, list[Entry]] = defaultdict(list)
        for entry in entries:
            cases[entry.number or entry.key].append(entry)
        return sum(each(self._try_all, cases.values()))

    def _try_all(self, entries: Sequence[Entry]) -> int:
        """Those begun in time; the others come again when the lease has ended."""
        return sum(self._try(entry) for entry in entries if time.monotonic() < self._begin_until)

    def _try(self, entry: Entry) -> bool:
        """Whether it is done. A problem that is an `error` is told to a person when it lasts; having to wait is none."""
        try:
            problem, error = errands.run(self.means, entry.kind, decode(entry.body), entry.attempts), None
        except TooMany as waits:
            with self.tools.store.transaction() as session:
                outbox.wait_until(session, entry.id, self.tools.clock.now() + timedelta(seconds=waits.retry_after))
            return False
        except (OneThingError, OSError) as raised:
            problem, error = str(raised), raised
            log.warning("outbox entry postponed", entry=entry.id, kind=entry.kind, application=entry.number, error=problem)
        if not problem:
            self._dones.save(entry)
            return True
        self._put_offs.save(PutOff(entry, problem, error))
        return False

    def _put_off(self, put_offs: Sequence[PutOff]) -> Sequence[None]:
        now = self.tools.clock.now()
        with self.tools.store.transaction() as session:
            for one in put_offs:
                put_off = outbox.give_up if isinstance(one.error, GatewayRefused) else outbox.postpone
                row = put_off(session, one.entry.id, now, one.problem)
                row.next_at = min(row.next_at, now + _longest_pause(one.error))
                if one.error and (row.stuck_at or row.attempts >= TROUBLE_AFTER):
                    what = f"{one.entry.kind}：{one.problem}"
                    troubles.open_(session, now, f"outbox:{one.entry.key}", "outbox", one.entry.number, what)
        return [None] * len(put_offs)

    def _write_down(self, entries: Sequence[Entry]) -> Sequence[None]:
        now = self.tools.clock.now()
        with self.tools.store.transaction() as session:
            outbox.done(session, now, *(entry.id for entry in entries))
            if cured := [f"outbox:{entry.key}" for entry in entries if entry.attempts]:
                troubles.close(session, now, cured)
        return [None] * len(entries)


def _longest_pause(error: Exception | None) -> timedelta:
    if isinstance(error, (EngineUnreachable, EngineUnauthorised)):
        return ENGINE_BACK
    return RECEIVER_BACK if isinstance(error, GatewayError) else LONGEST


def decode(body: dict[str, Any]) -> dict[str, Any]:
    """Undo the JSON spelling of instants, `{"$date": "..."}`, at any depth."""
    return {key: _decoded(value) for key, value in body.items()}


def _decoded(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    return datetime.fromisoformat(value["$date"]) if "$date" in value else decode(value)
