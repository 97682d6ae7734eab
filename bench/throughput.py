"""Tasks completed per second of wall time, by the engine's own log: clients take turns on one engine, medians of rounds."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench import model
from bench.clients import CLIENTS, OURS, Client, commands
from bench.process import Measured, cpu_seconds
from bench.rig import Rig, as_json, steady_rate
from onething.store import Store

Say = Callable[[str], None]
LOOK_SECONDS = 0.25
PATIENCE = 40.0
FEW = 20
WARM_ROUNDS = 3


@dataclass(frozen=True)
class Plan:
    cases: int = 100
    rounds: int = 5
    clients: Sequence[Client] = CLIENTS
    minutes: float = 60.0


def measure(rig: Rig, plan: Plan, cache: Path, say: Say) -> dict[str, Any]:
    """Every round of every client, and why a client was not measured. No round begins after `minutes`."""
    ready, missing = commands(plan.clients, cache)
    for name, why in missing.items():
        say(f"{name}：{why}")
    end = time.monotonic() + plan.minutes * 60
    warm_up(rig, ready, plan.clients, plan.cases)
    rounds: list[dict[str, Any]] = []
    for number in range(plan.rounds):
        if number and time.monotonic() > end:
            say(f"时间到，完成 {number} 轮 · out of time after {number} rounds")
            break
        turn = number % len(plan.clients)
        for client in (*plan.clients[turn:], *plan.clients[:turn]):  # nobody is always the first
            if client.name in ready and number < client.most_rounds:
                result = one_round(rig, client, ready[client.name], plan.cases)
                rounds.append({"round": number + 1, **result})
                say(f"{number + 1}/{plan.rounds} {client.name}: {result['tasks_per_second']:.0f} 项/秒")
    return {"cases": plan.cases, "tasks_per_case": model.TASKS, "rounds": rounds, "not_measured": missing}


def warm_up(rig: Rig, ready: Mapping[str, Sequence[str]], clients: Sequence[Client], cases: int) -> None:
    """The engine's Java is slow until it is compiled: nobody is to pay for that."""
    for client in clients:
        if client.name in ready and client.name in OURS:
            for _ in range(WARM_ROUNDS):
                one_round(rig, client, ready[client.name], cases)
            return


def one_round(rig: Rig, client: Client, command: Sequence[str], cases: int) -> dict[str, Any]:
    """All cases are started beforehand; the client begins when it is ready, and ends when no case is open."""
    key = rig.next_key()
    rig.deploy(model.parallel(key))
    rig.start_many(key, cases)
    with Measured(command, environment(rig, client, key, model.topics(key)), rig.folder / f"{client.name}.log") as process:
        position, engine_before = rig.position(), cpu_seconds(rig.engine_pid)
        process.go()
        began = time.monotonic()
        while (left := rig.open_cases(key)) and time.monotonic() - began < PATIENCE and process.process.poll() is None:
            process.memory()
            time.sleep(LOOK_SECONDS)
        cpu, engine_cpu = process.cpu, cpu_seconds(rig.engine_pid) - engine_before
    return as_json({
        "client": client.name, **rates(rig, key), "cases_left": left,
        "client_cpu_ms_per_task": cpu * 1000 / (cases * model.TASKS),
        "engine_cpu_ms_per_task": engine_cpu * 1000 / (cases * model.TASKS),
        "client_rss_mib": process.largest / 2**20, "requests": dict(sorted(rig.requests_since(position).items())),
    })


def environment(rig: Rig, client: Client, key: str, topics: Sequence[str]) -> dict[str, str]:
    """What a client is told. One with a store gets an empty one of its own."""
    told = {
        "BENCH_URL": rig.client.rest_url, "BENCH_USER": rig.client.user, "BENCH_PASSWORD": rig.password,
        "BENCH_TOPICS": ",".join(topics), **client.environment,
    }
    if client.store:
        told |= {"BENCH_STORE": rig.store_url(f"store_{key}"), "BENCH_FILES": str(rig.folder / key)}
        store = Store(told["BENCH_STORE"], rig.folder / key)
        store.migrate()
        store.close()
    return told


def rates(rig: Rig, key: str) -> dict[str, float]:
    """Steady rate between the first tenth and the last tenth of what was completed; and until the very last one."""
    ended = rig.ended(key)
    if len(ended) < FEW:
        return {"tasks_per_second": 0.0, "tasks_done": len(ended), "seconds_to_the_end": PATIENCE}
    return {
        "tasks_per_second": steady_rate(ended), "tasks_done": len(ended),
        "seconds_to_the_end": (ended[-1] - ended[0]).total_seconds(),
    }
