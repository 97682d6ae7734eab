"""F03: engine and database are killed together, in rounds, while people hand in."""

from __future__ import annotations

from tests.fault.people import until
from tests.fault.scene import Scene

TITLE = "kill -9 of engine and PostgreSQL together"


def play(here: Scene) -> None:
    rounds = here.size(3, 1)
    each, ends = -(-here.options.acks // rounds), here.size(30, 4)
    recoveries, crowds = [], []
    for turn in range(rounds):
        crowd = here.load(each, rate=here.size(10, 4))  # what two cores take in besides: faults are tested here, not capacity
        crowds.append(crowd)
        if turn == 0:
            here.review(crowd, ends)
        until(lambda crowd=crowd: len(crowd.numbers) >= each * here.random.uniform(0.3, 0.7), 120)
        recoveries.append(here.kill_engine(with_database=True, away_seconds=1))
        crowd.join(200)
    here.finish(ends)
    here.result.figures |= {"rounds": rounds}
    here.want_acks(here.options.acks)
    here.want_recovery(recoveries)
    here.want_alive()
