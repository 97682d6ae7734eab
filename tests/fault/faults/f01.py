"""F01: the engine is killed at random times while people hand in and review."""

from __future__ import annotations

import time

from tests.fault.scene import Scene

TITLE = "kill -9 of the engine at random times under load"


def play(here: Scene) -> None:
    kills, ends = here.size(10, 2), here.size(60, 6)
    acks = here.options.acks
    crowd = here.load(acks, rate=acks / (kills * 22))
    here.review(crowd, ends)
    recoveries = []
    for _ in range(kills):
        time.sleep(here.random.uniform(5, 15))
        recoveries.append(here.kill_engine())
    here.finish(ends)
    result = here.result
    result.figures |= {"kills": kills}
    here.want_acks(acks)
    here.want_recovery(recoveries)
    refused = {name: count for name, count in crowd.problems.items() if name.isdigit()}
    result.want("front door while the engine is gone", "0 refusals", refused or 0, not refused)
