"""One engine on one database, for a measurement, and what it says of itself: tasks done, cases open, requests answered.

The engine keeps an access log meanwhile, so that requests and errors are counted in the same way for every client.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import ModuleType
from typing import Any

from onething.engine import runtime as engine_of_today
from onething.engine.client import EngineClient
from onething.engine.variables import encode
from simulation.engine import ADMIN, free_port
from simulation.postgres import Postgres, run_postgres

DATABASES = ("h2", "postgres")
STARTERS = 4
VARIABLES = {"application_no": "", "bundle": "open-restaurant", "window": True}
PAGE = 2000
WARM, TAIL = 0.1, 0.9
UNLIMITED = 2**31 - 1
ROUTE = {"fetchAndLock": "fetch", "complete": "complete", "lock": "lock", "extendLock": "extend", "failure": "failure"}


@dataclass
class Rig:
    client: EngineClient
    engine_pid: int
    folder: Path
    postgres: Postgres | None
    password: str = ADMIN["password"]
    processes: int = 0

    @property
    def access_log(self) -> Path:
        return next(iter(sorted(self.folder.glob("access*"))), self.folder / "access.log")

    def store_url(self, name: str) -> str:
        """A store on the same kind of database as the engine."""
        if self.postgres is None:
            return f"sqlite:///{self.folder / name}.db"
        self.postgres.create(name)
        return self.postgres.store_url(name)

    def next_key(self) -> str:
        self.processes += 1
        return f"bench{self.processes}"

    def deploy(self, xml: str) -> None:
        files = {"model.bpmn": ("model.bpmn", xml.encode())}
        self.client.transport.call("POST", "/deployment/create", data={"deployment-name": "bench"}, files=files)

    def start(self, key: str, number: int) -> None:
        """One case, as the relay starts it: with its number and a few routing facts."""
        values = {**VARIABLES, "application_no": f"{key}-{number}"}
        body = {"businessKey": f"{key}-{number}", "variables": encode(values)}
        self.client.transport.call("POST", f"/process-definition/key/{key}/start", json=body)

    def start_many(self, key: str, cases: int, first: int = 0, starters: int = STARTERS) -> None:
        with ThreadPoolExecutor(starters) as pool:
            for _ in pool.map(lambda number: self.start(key, number), range(first, first + cases)):
                pass

    def open_cases(self, key: str) -> int:
        """Asked of the history, which has an index for it: among many running cases the other list is read to its end."""
        asked = {"processDefinitionKey": key, "unfinished": "true"}
        return self.client.transport.call("GET", "/history/process-instance/count", params=asked)["count"]

    def ended(self, key: str) -> list[datetime]:
        """When each task of the process was completed, in order, by the engine's clock."""
        return sorted(when for when, _ in self._log(key, "successLog"))

    def created(self, key: str) -> dict[str, datetime]:
        """When each task of the process came into being."""
        return {task: when for when, task in self._log(key, "creationLog")}

    def _log(self, key: str, kind: str) -> Iterator[tuple[datetime, str]]:
        asked = {"processDefinitionKey": key, kind: "true", "sortBy": "timestamp", "sortOrder": "asc", "maxResults": PAGE}
        first = 0
        while page := self.client.transport.call("GET", "/history/external-task-log", params={**asked, "firstResult": first}):
            yield from ((datetime.fromisoformat(entry["timestamp"]), entry["externalTaskId"]) for entry in page)
            first += len(page)

    def position(self) -> int:
        return self.access_log.stat().st_size if self.access_log.exists() else 0

    def requests_since(self, position: int) -> Counter[str]:
        """Answers to external-task calls since then: `fetch`, `complete`, … and `complete 500`, … where refused."""
        found: Counter[str] = Counter()
        with self.access_log.open(encoding="ascii", errors="replace") as log:
            log.seek(position)
            for line in log:
                path, _, status = line.strip().rpartition(" ")
                if "/external-task" in path and "history" not in path:
                    call = ROUTE.get(path.rpartition("/")[2], "other")
                    found[call] += 1
                    if status >= "400":
                        found[f"{call} {status}"] += 1
        return found


@contextmanager
def run_rig(
    home: Path, folder: Path, database: str, flavour: str = "operaton", runtime: ModuleType = engine_of_today
) -> Iterator[Rig]:
    """An engine that vanishes with the block. `runtime` builds and starts it: that of another checkout, for its engine."""
    folder.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        postgres = stack.enter_context(run_postgres(folder / "postgres")) if database == "postgres" else None
        if postgres:
            postgres.create("engine")
        with _environment(folder, flavour):
            handle = runtime.start(
                runtime.build(flavour, home, folder / "build.log"), port=free_port(), data_dir=folder / "data",
                credentials=ADMIN, log_file=folder / "engine.log",
                database_url=postgres.jdbc_url("engine") if postgres else None,
            )
        stack.callback(runtime.stop, handle)
        runtime.wait_ready(handle)
        client = EngineClient(handle.rest_url, ADMIN["user"], ADMIN["password"])
        yield Rig(client, handle.process.pid, folder, postgres)


@contextmanager
def _environment(folder: Path, flavour: str) -> Iterator[None]:
    """What Spring Boot reads, for the engine started in the block: an access log; unbounded lists, which fastbpmn asks for."""
    told = {"SPRING_APPLICATION_JSON": json.dumps({
        "server.tomcat.accesslog": {
            "enabled": True, "directory": str(folder.resolve()), "prefix": "access", "pattern": "%m %U %s", "buffered": False,
        },
        flavour: {"bpm": {"generic-properties": {"properties": {"queryMaxResultsLimit": UNLIMITED}}}},
    })}
    before = {name: os.environ.get(name) for name in told}
    os.environ.update(told)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def median(values: Sequence[float]) -> float:
    ordered = sorted(values)
    middle = len(ordered) // 2
    return ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2


def steady_rate(moments: Sequence[datetime]) -> float:
    """How many a second between the first and the last tenth of them; 0 where there are too few."""
    first, last = int(len(moments) * WARM), int(len(moments) * TAIL) - 1
    if last <= first:
        return 0.0
    return (last - first) / max((moments[last] - moments[first]).total_seconds(), 0.001)


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least `share` of them do not exceed."""
    ordered = sorted(values)
    return ordered[min(max(int(len(ordered) * share + 0.999999) - 1, 0), len(ordered) - 1)] if ordered else float("nan")


def as_json(values: dict[str, Any]) -> dict[str, Any]:
    return {key: round(value, 3) if isinstance(value, float) else value for key, value in values.items()}
