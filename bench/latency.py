"""From a task's creation to the start of its handler, at low load; and what a slow topic does to the others.

Created: the engine's own log. Started: the handler writes down the time. Engine and client share the machine's clock.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from bench import model
from bench.clients import Client, commands
from bench.process import Measured
from bench.rig import Rig, as_json, percentile
from bench.throughput import environment, warm_up

Say = Callable[[str], None]
PER_SECOND = 5
WARM_CASES = 25
WARM_UP = 40
SETTLE_SECONDS = 3.0
SLOW_SECONDS = 10
SLOW_TASKS = 200


def measure(rig: Rig, clients: Sequence[Client], seconds: int, cache: Path, say: Say) -> dict[str, Any]:
    ready, missing = commands(clients, cache)
    warm_up(rig, ready, clients, WARM_UP)
    rounds = []
    for client in clients:
        if client.name in ready:
            result = one_run(rig, client, ready[client.name], seconds)
            rounds.append(result)
            say(f"{client.name}: p50 {result['p50_ms']:.0f} ms，p95 {result['p95_ms']:.0f} ms，p99 {result['p99_ms']:.0f} ms")
    return {"cases_per_second": PER_SECOND, "seconds": seconds, "rounds": rounds, "not_measured": missing}


def isolation(rig: Rig, clients: Sequence[Client], rounds: int, seconds: int, cache: Path, say: Say) -> dict[str, Any]:
    """The same load without and with a backlog of slow tasks on a topic of its own, in turns."""
    ready, missing = commands(clients, cache)
    warm_up(rig, ready, clients, WARM_UP)
    results = []
    for number in range(rounds):
        for client in clients:
            for slow in (0, SLOW_TASKS) if client.name in ready else ():
                result = one_run(rig, client, ready[client.name], seconds, slow)
                results.append({"round": number + 1, **result})
                say(f"{number + 1}/{rounds} {client.name}，慢任务 {slow}: p95 {result['p95_ms']:.0f} ms")
    return {
        "cases_per_second": PER_SECOND, "seconds": seconds, "slow_tasks": SLOW_TASKS, "slow_seconds": SLOW_SECONDS,
        "rounds": results, "not_measured": missing,
    }


def one_run(rig: Rig, client: Client, command: Sequence[str], seconds: int, slow: int = 0) -> dict[str, Any]:
    """`slow` tasks wait beforehand on a topic whose handlers take ten seconds. The first cases are not counted."""
    key, slow_key = rig.next_key(), rig.next_key()
    seen = rig.folder / f"{key}.seen"
    rig.deploy(model.chain(key))
    rig.deploy(model.single(slow_key, slow_key))
    rig.start_many(slow_key, slow)
    told = environment(rig, client, key, [*model.topics(key)[:model.CHAIN], slow_key])
    told |= {"BENCH_SEEN": str(seen), "BENCH_SLOW": f"{slow_key}={SLOW_SECONDS}"}
    with Measured(command, told, rig.folder / f"{client.name}.log") as process:
        process.go()
        _start_steadily(rig, key, WARM_CASES + seconds * PER_SECOND)
        time.sleep(SETTLE_SECONDS)
        memory, cpu = process.memory(), process.cpu
    waits = _waits(rig, key, seen)[WARM_CASES * model.CHAIN:]
    expected = seconds * PER_SECOND * model.CHAIN
    return as_json({
        "client": client.name, "slow_tasks": slow, "tasks": len(waits), "never_started": expected - len(waits),
        "p50_ms": percentile(waits, 0.5), "p95_ms": percentile(waits, 0.95), "p99_ms": percentile(waits, 0.99),
        "most_ms": max(waits, default=float("nan")), "client_cpu_seconds": cpu, "client_rss_mib": memory / 2**20,
    })


def _start_steadily(rig: Rig, key: str, cases: int) -> None:
    began = time.monotonic()
    with ThreadPoolExecutor(4) as pool:
        for number in range(cases):
            time.sleep(max(0.0, began + number / PER_SECOND - time.monotonic()))
            pool.submit(rig.start, key, number)


def _waits(rig: Rig, key: str, seen: Path) -> list[float]:
    """Milliseconds per task, in the order of creation; where a task was started twice, the first time counts."""
    started: dict[str, float] = {}
    for line in seen.read_text(encoding="ascii").splitlines() if seen.exists() else ():
        task, _, at = line.partition(" ")
        started.setdefault(task, float(at))
    return [(started[task] - when.timestamp()) * 1000 for task, when in rig.created(key).items() if task in started]
