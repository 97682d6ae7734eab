"""What a fetch costs whose account has its rights on each process alone instead of on all of them at once (S08).

    python -m bench.rights [--tasks 10000] [--rounds 30] [--json FILE]

On PostgreSQL, with as many processes as the city has; the two accounts take turns. `waiting`: every task can be had.
`held`: other workers hold all of them, so a fetch finds nothing.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench import model
from bench.rig import Rig, as_json, median, percentile, run_rig
from onething.engine.client import EngineClient
from onething.engine.identity import create_user, new_password
from onething.engine.rights import GRANTS, PROCESS_DEFINITION, Grant
from onething.engine.roster import WORKERS, EngineUser

HOME = Path(__file__).resolve().parent.parent
TOPICS, FETCHED, HELD = 20, 10, 3_600_000
ALL, EACH = "all processes", "each process"


def measure(rig: Rig, tasks: int, rounds: int, say: Callable[[str], None]) -> dict[str, Any]:
    keys = [f"rights{number}" for number in range(len(list((HOME / "bpmn").glob("*/*.bpmn"))))]
    for number, key in enumerate(keys):
        rig.deploy(model.single(key, f"topic{number % TOPICS}"))
    [permissions] = [one.permissions for one in GRANTS if one.user == WORKERS and one.resource_type == PROCESS_DEFINITION]
    clients = {ALL: _account(rig, "all", permissions, ["*"]), EACH: _account(rig, "each", permissions, keys)}
    for number, key in enumerate(keys):
        rig.start_many(key, tasks // len(keys) + (number < tasks % len(keys)))
    if rig.postgres:
        rig.postgres.sql("engine", "ANALYZE")
    found: dict[str, Any] = {"processes": len(keys), "tasks": tasks, "rounds": rounds}
    found["fetched"] = {name: fetch(client) for name, client in clients.items()}
    found["waiting"] = _compared(clients, rounds)
    say(f"waiting: {found['waiting']}")
    while fetch(rig.client, 500, HELD):
        pass
    found["held"] = _compared(clients, rounds)
    say(f"held: {found['held']}")
    return found


def fetch(client: EngineClient, most: int = FETCHED, milliseconds: int = 1) -> int:
    """How many were locked; for so short that the next fetch finds the same backlog."""
    topics = [{"topicName": f"topic{number}", "lockDuration": milliseconds} for number in range(TOPICS)]
    body = {"workerId": "rights", "maxTasks": most, "usePriority": False, "topics": topics}
    return len(client.transport.call("POST", "/external-task/fetchAndLock", json=body, timeout=(3, 300)))


def _account(rig: Rig, name: str, permissions: tuple[str, ...], keys: list[str]) -> EngineClient:
    password = new_password(name)
    create_user(rig.client, EngineUser(name, "试", "测"), password)
    for key in keys:
        grant = Grant(PROCESS_DEFINITION, key, permissions, user=name)
        rig.client.transport.call("POST", "/authorization/create", json=grant.body())
    return EngineClient(rig.client.rest_url, name, password)


def _compared(clients: dict[str, EngineClient], rounds: int) -> dict[str, Any]:
    """Milliseconds of one fetch for each account, after a third of the rounds to warm up."""
    seen: dict[str, list[float]] = {name: [] for name in clients}
    for number in range(rounds + rounds // 3):
        for name, client in clients.items():
            began = time.perf_counter()
            fetch(client)
            if number >= rounds // 3:
                seen[name].append((time.perf_counter() - began) * 1000)
    return {name: as_json({"median ms": median(taken), "p95 ms": percentile(taken, 0.95)}) for name, taken in seen.items()}


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--tasks", type=int, default=10_000)
    asked.add_argument("--rounds", type=int, default=30)
    asked.add_argument("--json", type=Path)
    given = asked.parse_args()
    with tempfile.TemporaryDirectory(prefix="onething-rights-") as folder, run_rig(HOME, Path(folder), "postgres") as rig:
        found = measure(rig, given.tasks, given.rounds, print)
    if given.json:
        given.json.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
