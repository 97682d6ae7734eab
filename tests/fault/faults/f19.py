"""F19: the network between workers and engine is cut, half-open, and loses answers of what was done."""

from __future__ import annotations

import time

from tests.fault.people import until
from tests.fault.proxy import PASS, Deed, proxy
from tests.fault.scene import Scene

TITLE = "network cut between engine and workers, half-open connections, lost answers"
LOCK = 12
ENVIRONMENT = {"ONETHING_WORKER_LOCK_SECONDS": str(LOCK)}
CUTS = (1, 18, 80)
"""Seconds: 5, 90 and 400 at a lock of 60, scaled to this one."""


def play(here: Scene) -> None:
    cuts, ends = here.size(CUTS, CUTS[:2]), here.size(40, 6)
    acks = here.options.acks
    with proxy(here.city.ports["engine"]) as between:
        here.put_between(f"http://127.0.0.1:{between.port}/engine-rest")
        crowd = here.load(acks, rate=acks / (2 * sum(cuts) + 60))
        here.review(crowd, ends)
        healed = []
        for how in (Deed("cut", forward=0, drop=True), Deed("half-open", hang=30)):
            for seconds in cuts:
                time.sleep(5)
                between.rule = lambda method, path, how=how: how
                time.sleep(seconds)
                before, began = here.steps(), time.monotonic()
                between.rule = lambda method, path: PASS
                healed.append(here.recovery(began, before))
        between.rule = lambda method, path: _lose(here, path)
        until(lambda: between.deeds["answer lost"] >= here.size(100, 10) and not crowd.busy, 120)
        between.rule = lambda method, path: PASS
        here.finish(ends)
        deeds = dict(between.deeds)
    said = here.city.log("workers-1") + here.city.log("workers-2")
    known = said.count('"completed_before": true')
    result = here.result
    result.figures |= {
        "done to requests": deeds, "completions found in the history": known, "failures reported": len(here.last.failures),
        "second processes found and ended": len(here.last.removed),
    }
    here.want_acks(acks)
    here.want_recovery(healed)
    here.want_alive()
    lost, wanted = deeds.get("answer lost", 0), here.size(100, 10)
    result.want("answers lost after the commit", f"≥ {wanted}", lost, lost >= wanted)
    result.want("404 resolved by asking the history", "≥ 1", known, known >= 1)
    other = sum(not str(row["errorMessage"]).startswith("engine-unreachable") for row in here.last.failures)
    result.want("failures of steps, but for waits that cost no retry", "0", other, other == 0)


def _lose(here: Scene, path: str) -> Deed:
    lost = path.endswith(("/complete", "/start")) and here.random.random() < 0.5
    return Deed("answer lost", drop=True) if lost else PASS
