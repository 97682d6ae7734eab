"""F04: the database alone is killed and comes back after a while; everything else heals by itself."""

from __future__ import annotations

import time

from tests.fault.people import until
from tests.fault.scene import Scene

TITLE = "kill -9 of PostgreSQL only, back after 3, 20 and 60 s"
DB = "postgres"
HEALED_SECONDS = 15


def play(here: Scene) -> None:
    away, ends = here.size((3, 20, 60), (3,)), here.size(30, 4)
    acks = here.options.acks
    crowd = here.load(acks, rate=acks / (sum(away) + 40 * len(away)))
    here.review(crowd, ends)
    healed = []
    for seconds in away:
        time.sleep(here.random.uniform(8, 15))
        steps, acknowledged = here.steps() or 0, len(crowd.numbers)
        here.city.kill("postgres")
        time.sleep(seconds)
        here.city.start("postgres")
        began = time.monotonic()
        engine = here.recovery(began, steps)
        doors = until(lambda before=acknowledged: len(crowd.numbers) > before or not crowd.busy, 60)
        front = round(time.monotonic() - began, 1) if doors else float("inf")
        healed.append(max(engine, front))
    here.finish(ends)
    here.want_acks(acks)
    here.want_recovery(healed, HEALED_SECONDS)
    here.want_alive()
    engine = here.city.alive("engine")
    here.result.want("the engine went on without a restart", "yes", "yes" if engine else "no", engine)
    errors = crowd.problems.get("500", 0)
    here.result.want("front door without a database says 503, never 500", "0", errors, errors == 0)
    here.result.figures["database away, seconds"] = list(away)
