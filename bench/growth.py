"""Whether many open cases make the work slower: the same throughput with few and with many of them, on PostgreSQL."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from bench import model
from bench.clients import Client, commands
from bench.copies import copy_case
from bench.rig import Rig
from bench.throughput import one_round, warm_up
from onething.errors import EngineError, InvalidInput

Say = Callable[[str], None]
PROBES = 20


def measure(
    rig: Rig, clients: Sequence[Client], sizes: Sequence[int], cases: int, rounds: int, cache: Path, say: Say
) -> dict[str, Any]:
    """Every open case waits at a user task with a timer that is far away."""
    if rig.postgres is None:
        raise InvalidInput("增长测量需要 PostgreSQL；请加 --db postgres · growth is measured on PostgreSQL")
    ready, missing = commands(clients, cache)
    key, opened = rig.next_key(), 1
    rig.deploy(model.waiting(key))
    rig.start(key, 0)
    warm_up(rig, ready, clients, cases)
    results, seen = [], []
    for size in sizes:
        seen.append(_grow(rig, key, opened, size))
        say(f"在办 {size} 件")
        opened = size
        for number in range(rounds):
            for client in clients:
                if client.name in ready:
                    result = one_round(rig, client, ready[client.name], cases)
                    results.append({"round": number + 1, "open_cases": size, **result})
                    say(f"在办 {size} 件，{client.name}: {result['tasks_per_second']:.0f} 项/秒")
    return {
        "sizes": seen, "cases": cases, "rounds": results, "not_measured": missing,
        "copies_completed": _complete_some(rig, key, opened),
    }


def _grow(rig: Rig, key: str, opened: int, size: int) -> dict[str, Any]:
    assert rig.postgres
    instance = rig.client.root_instance(f"{key}-0")
    assert instance
    before, began = _bytes(rig), time.monotonic()
    copy_case(rig.postgres, "engine", instance.id, key, opened, size - opened)
    rig.postgres.sql("engine", "VACUUM ANALYZE")  # what a city's database did over months is not to fall into the measurement
    rig.postgres.sql("postgres", "CHECKPOINT")
    return {
        "open_cases": rig.open_cases(key), "seconds": round(time.monotonic() - began, 1),
        "engine_bytes_per_case": round((_bytes(rig) - before) / (size - opened)),
    }


def _complete_some(rig: Rig, key: str, opened: int) -> int:
    """Complete copies as a reviewer would, one from every part of them. Raises unless the engine ends each."""
    step = max((opened - 1) // PROBES, 1)
    numbers = [f"{key}-{number}" for number in range(1, opened, step)][:PROBES]
    for number in numbers:
        for task in rig.client.user_tasks(business_key=number):
            rig.client.complete_task(task.id)
        if (state := rig.client.process_state(number)) != "COMPLETED":
            raise EngineError(f"复制的办件 {number} 没有办结（{state}）；测量无效", code="bench-copies")
    return len(numbers)


def _bytes(rig: Rig) -> int:
    assert rig.postgres
    return int(rig.postgres.sql("engine", "SELECT pg_database_size('engine')"))
