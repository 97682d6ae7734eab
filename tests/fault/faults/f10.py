"""F10: outside systems are slow, fail before and after the order was carried out, break off, and are gone for a while."""

from __future__ import annotations

import time

from tests.fault.people import CERTIFIED, until
from tests.fault.scene import DRAIN_SECONDS, Scene

TITLE = "slow and failing outside systems, an outage, a killed one"
OPEN_SECONDS = 10
BAD = {"latency_min": 0.1, "latency_max": 4.0, "fail_before": 0.1, "fail_after": 0.1, "reset_after": 0.1}
"""30 % of all requests fail, two thirds of those after the order was carried out."""


def play(here: Scene) -> None:
    acks, outage = here.options.acks, here.size(60, 10)
    outside = here.city.outside
    first = here.load(acks // 4, rate=here.size(6, 4), kinds=(CERTIFIED,))
    first.join(300)
    until(here.quiet, 60)
    outside.fail(sms=BAD, platform=BAD)
    second = here.load(acks // 2, rate=here.size(6, 4), kinds=(CERTIFIED,))
    here.review(second, here.size(40, 4))
    second.join(300)
    outside.fail(sms={"outage": True}, platform={"outage": True})
    began, said = time.monotonic(), _opened(here)
    third = here.load(acks - acks // 4 - acks // 2, rate=here.size(6, 4), kinds=(CERTIFIED,))
    opened = until(lambda: _opened(here) > said, outage)
    opening = round(time.monotonic() - began, 1) if opened else float("inf")
    third.join(300)
    time.sleep(max(0.0, outage / 2 - (time.monotonic() - began)))
    here.city.outside.kill()
    time.sleep(outage / 2)
    outside.start()
    outside.fail(sms={}, platform={})
    back = time.monotonic()
    until(lambda: not here.sql("SELECT 1 FROM effect WHERE state NOT IN ('DONE', 'VOID')"), DRAIN_SECONDS)  # its last pause ends
    here.finish(here.size(40, 4))
    result = here.result
    result.figures |= {"outage seconds": outage, "backlog gone, seconds after": round(time.monotonic() - back, 1)}
    here.want_acks(acks)
    here.want_alive()
    result.want("the circuit opens in an outage", f"≤ {OPEN_SECONDS} s", f"{opening} s", opening <= OPEN_SECONDS)
    twice = result.figures["effects twice"]
    result.want("effects twice", "0", twice, twice == 0)
    unsent = sum(row["state"] not in ("DONE", "VOID") for row in here.last.rows("effect"))
    result.want("effects neither done nor refused after the backlog", "0", unsent, unsent == 0)
    before, during = here.p95(first.numbers), here.p95(third.numbers)
    limit = before * 1.2
    result.want("p95 of a step that sends nothing, +20 %", f"≤ {limit:.0f} ms", f"{during:.0f} ms", during <= limit)


def _opened(here: Scene) -> int:
    """How often an order was held back because its system fails again and again."""
    return sum(here.city.log(name).count("暂停调用") for name in ("workers-1", "workers-2"))
