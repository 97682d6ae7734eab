"""What every fault has in common: a city under load, a disturbance, the time until all is quiet, the checker."""

from __future__ import annotations

import random
import statistics
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

from sqlalchemy import text

from onething.engine import identity, runtime
from onething.engine.client import EngineClient
from onething.engine.roster import member_of
from onething.engine.variables import parse_date
from onething.errors import OneThingError
from onething.store import Store, outbox
from tests.fault import invariants, snapshot
from tests.fault.city import City, prepared
from tests.fault.people import CERTIFIED, PLAIN, Crowd, Kind, Reviewers, until
from tests.fault.result import Result, Stopwatch
from tests.fault.witness import Witness
from workers import housekeeping

DRAIN_SECONDS = 120
RECOVERY_SECONDS = 60


@dataclass(frozen=True)
class Options:
    acks: int = 2000
    seed: int = 1
    flavour: str = "operaton"
    db: str = "postgres"
    quick: bool = False
    keep: bool = False


class Scene:
    def __init__(self, options: Options, city: City, result: Result) -> None:
        self.options, self.city, self.result = options, city, result
        self.random = random.Random(options.seed)
        self.witness = Witness(city.folder / "witness.jsonl")
        self.crowds: list[Crowd] = []
        self.reviewers: Reviewers | None = None
        self.lock_seconds = snapshot.LOCK_SECONDS
        self.sizes_before: dict[str, int] = {}

    @cached_property
    def admin(self) -> EngineClient:
        return self.city.admin

    @cached_property
    def store(self) -> Store:
        return self.city.tools().store

    def size(self, full: int, quick: int) -> int:
        return quick if self.options.quick else full

    def load(self, wanted: int, *, rate: float = 1000.0, kinds: Sequence[Kind] = (CERTIFIED, PLAIN), threads: int = 6) -> Crowd:
        """A crowd that begins to hand in now."""
        seed = self.options.seed * 100 + len(self.crowds)
        crowd = Crowd(self.city, self.witness, kinds, wanted, seed=seed, rate=rate, threads=threads)
        self.crowds.append(crowd)
        return crowd.start()

    def review(self, crowd: Crowd, count: int, threads: int = 3) -> None:
        """The first `count` cases of the crowd go to their end, as soon as they are there."""
        self.reviewers = self.reviewers or Reviewers(self.city, self.witness, threads).start()
        until(lambda: len(crowd.numbers) >= count or not crowd.busy, 120)
        self.reviewers.take(crowd.numbers[:count])

    def follow(self, crowd: Crowd, threads: int = 3) -> None:
        """Reviewers end one case of the crowd after the other, for as long as it goes on."""
        self.reviewers = self.reviewers or Reviewers(self.city, self.witness, threads).start()
        self.reviewers.followed = crowd

    def person(self, group: str, step: str = "") -> EngineClient:
        """The user of a group who takes that step, with that user's own rights."""
        user, password = identity.credentials_of(self.city.var, member_of(self.city.tools().catalogue, group, step))
        return EngineClient(self.admin.rest_url, user, password)

    # the engine as seen from outside; None where it does not answer

    def count(self, path: str, **params: str) -> int | None:
        with suppress(OneThingError):
            return int(self.admin.transport.call("GET", path, params=params, timeout=(1, 5))["count"])
        return None

    def processes(self) -> int | None:
        return self.count("/history/process-instance/count", rootProcessInstances="true")

    def steps(self) -> int | None:
        return self.count("/history/activity-instance/count")

    def recovery(self, began: float, before: int | None, seconds: float = 120) -> float:
        """Seconds from `began` (monotonic) until the engine's history has grown again: work is done, not only answered."""
        moved = until(lambda: (now := self.steps()) is not None and now > (before or 0), seconds, 0.3)
        return round(time.monotonic() - began, 1) if moved else float("inf")

    def kill_engine(self, *, with_database: bool = False, away_seconds: float = 0) -> float:
        """SIGKILL to the engine, to PostgreSQL too where that is asked for; seconds until steps are taken again."""
        database = ["postgres"] if with_database and self.city.postgres else []
        before, began = self.steps(), time.monotonic()
        self.city.kill("engine", *database)
        time.sleep(away_seconds)
        self.city.start(*database, "engine")
        runtime.wait_ready(self.city.engine)
        return self.recovery(began, before)

    def put_between(self, engine_url: str) -> None:
        """Both workers are started anew and reach the engine by this address."""
        self.city.engine_url = engine_url
        for name in ("workers-1", "workers-2"):
            self.city.ask_to_stop(name)
            self.city.start(name)

    def sizes(self) -> dict[str, int]:
        """Bytes of the two databases; nothing where they are embedded."""
        names = ("engine", "store") if self.city.postgres else ()
        return {name: int(self.city.postgres.sql(name, f"SELECT pg_database_size('{name}')")) for name in names}

    def sql(self, statement: str) -> list[tuple[Any, ...]]:
        """Rows of the store, asked directly."""
        with self.store.reading() as session:
            return [tuple(row) for row in session.execute(text(statement))]

    # the end

    def drain(self, seconds: float = DRAIN_SECONDS) -> float:
        """Until nothing is due and no automatic step is open; how long that took."""
        watch, quiet = Stopwatch(), 0
        while watch.seconds < seconds and quiet < 3:
            quiet = quiet + 1 if self.quiet() else 0
            time.sleep(0.5)
        return watch.seconds

    def quiet(self) -> bool:
        try:
            with self.store.reading() as session:
                if outbox.tally(session, datetime.now(UTC))[0]:
                    return False
            return not self.admin.busy()
        except OneThingError:
            return False

    def finish(self, ends: int = 0, *, end_seconds: float = 240, drain_seconds: float = DRAIN_SECONDS) -> None:
        """Let people end what they have, drain, check, write down the common figures and criteria."""
        result, ended = self.result, 0
        for crowd in self.crowds:
            crowd.join(300)
        watch = Stopwatch()
        if self.reviewers:
            ended = self.reviewers.wait(ends, end_seconds)
            self.reviewers.stop()
        reviewed, drained = watch.seconds, self.drain(drain_seconds)
        swept = housekeeping.sweep_files(self.city.tools(), age=timedelta())
        snap = snapshot.take(self.city, self.witness, self.lock_seconds)
        found = invariants.check(snap)
        result.checked(found)
        numbers = {line["number"] for line in snap.acknowledged}
        lost = numbers - set(snap.roots)
        problems: dict[str, int] = {}
        for crowd in self.crowds:
            for name, count in crowd.problems.items():
                problems[name] = problems.get(name, 0) + count
        result.figures |= {
            "acknowledged": len(numbers), "lost": len(lost), "cases taken to their end": ended,
            "answers other than yes": problems, "seconds for the ends": reviewed, "drain seconds": drained,
            "effects": sum(len(lines) for lines in snap.sent.values()),
            "effects twice": sum(1 for one in found["I4"] if " times" in one.what),
            "steps begun again": sum(max(row["attempts"] - 1, 0) for row in snap.rows("inbox")),
            "certificates": sum(row["state"] == "published" for row in snap.rows("certificate")),
            "files swept": swept, "incidents open": len(snap.incidents),
            "unknown effects": sum(r["state"] == "UNKNOWN" for r in snap.rows("effect")),
        } | {
            f"{name} bytes per case": (size - self.sizes_before[name]) // max(len(numbers), 1)
            for name, size in self.sizes().items()
        }
        result.want("acknowledged and lost", "0", len(lost), not lost)
        result.want("drained", f"≤ {drain_seconds:.0f} s", f"{drained} s", drained < drain_seconds)
        if ends:
            result.want("cases taken to their end", f"≥ {ends}", ended, ended >= ends)
        failures = [failure for crowd in self.crowds for failure in crowd.failures]
        result.want("citizens who were never answered", "0", "; ".join(failures[:3]) or 0, not failures)
        self.last = snap

    def p95(self, numbers: Sequence[str]) -> float:
        """Milliseconds from the birth of the first step of these cases to its end, as the engine's history has it."""
        processes = {one["id"] for one in self.last.instances if one.get("businessKey") in set(numbers)}
        params = {"activityId": "list-materials", "finished": "true"}
        spans = [
            (parse_date(row["endTime"]) - parse_date(row["startTime"])).total_seconds() * 1000
            for row in self.admin.transport.pages("/history/activity-instance", params) if row["processInstanceId"] in processes
        ]
        return round(statistics.quantiles(spans, n=20)[-1], 1) if len(spans) > 1 else 0.0

    def want_acks(self, wanted: int) -> None:
        seen = sum(len(crowd.numbers) for crowd in self.crowds)
        self.result.want("acknowledged", f"≥ {wanted}", seen, seen >= wanted)

    def want_recovery(self, seconds: Sequence[float], limit: float = RECOVERY_SECONDS) -> None:
        self.result.figures["recovery seconds"] = list(seconds)
        self.result.want("works again after the fault", f"≤ {limit} s", f"{max(seconds)} s", max(seconds) <= limit)

    def want_alive(self) -> None:
        """None of ours ended by itself."""
        ended = [name for name in self.city.children if not self.city.alive(name)]
        self.result.want("processes of ours that ended", "0", ", ".join(ended) or 0, not ended)


@contextmanager
def scene(options: Options, result: Result, environment: Mapping[str, str]) -> Iterator[Scene]:
    """A city of one's own, up; afterwards nothing of it runs, and its folder is gone unless it is to be kept."""
    folder = Path(tempfile.mkdtemp(prefix="onething-fault-"))
    city = prepared(folder, options.flavour, options.db)
    city.environment |= environment
    watch = Stopwatch()
    result.options, result.began = asdict(options), datetime.now(UTC).isoformat(timespec="seconds")
    here = Scene(options, city, result)
    here.lock_seconds = float(environment.get("ONETHING_WORKER_LOCK_SECONDS", snapshot.LOCK_SECONDS))
    try:
        city.start_all()
        result.versions = dict(snapshot.versions(city, city.admin))
        here.sizes_before = here.sizes()
        yield here
    finally:
        city.stop()
        result.seconds = watch.seconds
        if options.keep or not result.holds:
            print(f"  left behind: {folder}", flush=True)
        else:
            city.remove()
