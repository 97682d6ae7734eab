"""F03: engine and database are killed together, in rounds, while people hand in."""

from __future__ import annotations

import time

from onething.engine import runtime
from tests.fault.people import until
from tests.fault.scene import Scene

TITLE = "kill -9 of engine and PostgreSQL together"


def play(here: Scene) -> None:
    rounds = here.size(3, 1)
    each, ends = -(-here.options.acks // rounds), here.size(30, 4)
    recoveries, crowds = [], []
    for turn in range(rounds):
        crowd = here.load(each)
        crowds.append(crowd)
        if turn == 0:
            here.review(crowd, ends)
        until(lambda crowd=crowd: len(crowd.numbers) >= each * here.random.uniform(0.3, 0.7), 120)
        before, began = here.steps(), time.monotonic()
        here.city.kill("engine", *(["postgres"] if here.city.postgres else []))
        time.sleep(1)
        here.city.start(*(["postgres"] if here.city.postgres else []), "engine")
        runtime.wait_ready(here.city.engine)
        recoveries.append(here.recovery(began, before))
        crowd.join(200)
    here.finish(ends)
    here.result.figures |= {"rounds": rounds}
    here.want_acks(here.options.acks)
    here.want_recovery(recoveries)
    here.want_alive()
