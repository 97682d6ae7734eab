"""F11: everything is restarted in turn, politely, five times, under load."""

from __future__ import annotations

from tests.fault.city import PYTHON
from tests.fault.scene import Scene
from tests.fault.snapshot import LOCK_SECONDS

TITLE = "SIGTERM to every process in turn, under load"
STOP_SECONDS = 30


def play(here: Scene) -> None:
    rounds, ends = here.size(5, 1), here.size(40, 4)
    acks = here.options.acks
    crowd = here.load(acks, rate=acks / (rounds * 50))
    here.review(crowd, ends)
    slowest: dict[str, float] = {}
    for _ in range(rounds):
        for name in (*PYTHON, "engine"):
            took = round(here.city.ask_to_stop(name), 1)
            slowest[name] = max(took, slowest.get(name, 0))
            here.city.start(name)
            here.city.wait_ready()
    here.finish(ends)
    failures = len(here.last.failures)
    burned = sum(task.get("retries") is not None for task in here.last.external)
    lost = sum(here.city.log(name).count("left to its lock") for name in PYTHON)
    here.result.figures |= {"stops": rounds * 5, "slowest stop, seconds": slowest, "tasks left to their lock": lost,
                            "lock seconds": LOCK_SECONDS}
    here.want_acks(acks)
    here.result.want("failures reported to the engine", "0", failures, failures == 0)
    here.result.want("retries burned", "0", burned, burned == 0)
    worst = max(slowest.values())
    here.result.want("slowest stop", f"≤ {STOP_SECONDS} s", f"{worst} s", worst <= STOP_SECONDS)
    refused = {name: count for name, count in crowd.problems.items() if name.isdigit()}
    here.result.want("front doors refusing", "0", refused or 0, not refused)
