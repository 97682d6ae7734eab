"""F07: every step is delivered twice: two workers, locks shorter than the work, no heartbeat."""

from __future__ import annotations

from tests.fault.people import CERTIFIED
from tests.fault.scene import Scene

TITLE = "duplicate delivery: locks shorter than the work, no heartbeat"
ENVIRONMENT = {
    "ONETHING_WORKER_LOCK_SECONDS": "2", "ONETHING_WORKER_SLOTS": "80",
    "ONETHING_FAULT_SLOW": "task-worked:5,lock-extending:100000",
}


def play(here: Scene) -> None:
    cases, wanted = here.size(200, 12), here.size(1000, 12)
    crowd = here.load(cases, kinds=(CERTIFIED,))
    ends = here.size(90, 4)  # a step takes five seconds, twice: hardly more end in five minutes
    here.review(crowd, ends)
    here.finish(ends, end_seconds=330)
    doubles = here.result.figures["steps begun again"]
    said = here.city.log("workers-1") + here.city.log("workers-2")
    losers = said.count("lock lost")
    here.result.figures |= {"double runs": doubles, "losers that were refused and stopped": losers}
    here.result.want("steps run twice", f"≥ {wanted}", doubles, doubles >= wanted)
    here.result.want("effects twice", "0", here.result.figures["effects twice"], here.result.figures["effects twice"] == 0)
    here.result.want("losers stop", "≥ 1", losers, losers >= 1)
    here.want_alive()
