"""A little of everything in one city, for every build: workers die at three points, then engine and database together."""

from __future__ import annotations

from collections import Counter

from tests.fault.faults import f02
from tests.fault.scene import Scene

TITLE = "workers killed at three points, then engine and database together"
ENVIRONMENT = f02.ENVIRONMENT
POINTS = ("task-worked", "outcome-kept", "effect-called")


def play(here: Scene) -> None:
    acks, kills = here.options.acks, Counter[str]()
    crowd = here.load(acks, rate=4)
    here.follow(crowd)
    f02.kill_all(here, list(POINTS), kills)
    f02.whole(here)
    recovery = here.kill_engine(with_database=True)
    here.finish(2)
    here.result.figures["kills"] = dict(kills)
    here.want_acks(acks)
    here.want_recovery([recovery])
    here.want_alive()
    here.result.want("points killed at", len(POINTS), len(kills), len(kills) == len(POINTS))
