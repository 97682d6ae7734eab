"""Whether many open cases make the work slower: the same throughput with few and with many of them, on PostgreSQL.

Open cases are started over REST, like any other: each waits at a user task with a timer that is far away.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from bench import model
from bench.clients import Client, commands
from bench.rig import Rig
from bench.throughput import one_round, warm_up
from onething.errors import InvalidInput

Say = Callable[[str], None]
STARTERS = 8
STEP = 5000


def measure(
    rig: Rig, clients: Sequence[Client], sizes: Sequence[int], cases: int, rounds: int, cache: Path, say: Say
) -> dict[str, Any]:
    if rig.postgres is None:
        raise InvalidInput("增长测量需要 PostgreSQL；请加 --db postgres · growth is measured on PostgreSQL")
    ready, missing = commands(clients, cache)
    key, opened = rig.next_key(), 0
    rig.deploy(model.waiting(key))
    warm_up(rig, ready, clients, cases)
    results, sizes_seen = [], []
    for size in sizes:
        before, began = _bytes(rig), time.monotonic()
        for first in range(opened, size, STEP):
            rig.start_many(key, min(STEP, size - first), first, STARTERS)
            say(f"在办 {min(first + STEP, size)} 件")
        added, seconds = size - opened, time.monotonic() - began
        opened = size
        rig.postgres.sql("engine", "ANALYZE")
        sizes_seen.append({
            "open_cases": rig.open_cases(key), "added": added, "starts_per_second": round(added / seconds, 1),
            "engine_bytes_per_case": round((_bytes(rig) - before) / added),
        })
        for number in range(rounds):
            for client in clients:
                if client.name in ready:
                    result = one_round(rig, client, ready[client.name], cases)
                    results.append({"round": number + 1, "open_cases": size, **result})
                    say(f"在办 {size} 件，{client.name}: {result['tasks_per_second']:.0f} 项/秒")
    return {"sizes": sizes_seen, "cases": cases, "rounds": results, "not_measured": missing}


def _bytes(rig: Rig) -> int:
    assert rig.postgres
    return int(rig.postgres.sql("engine", "SELECT pg_database_size('engine')"))
