"""F20: the engine, or what stands before it, answers with refusals, pages and redirections."""

from __future__ import annotations

import time

from tests.fault.people import until
from tests.fault.proxy import PASS, Deed, page, proxy
from tests.fault.scene import Scene

TITLE = "engine answers 401, 403, 429, a 500 page, a redirection to a login"
ALARM, AGAIN = "engine does not serve this worker", "engine answers again"
WORKERS = ("workers-1", "workers-2")
ALARM_SECONDS, HEALED_SECONDS = 30, 30
ANSWERS = (
    page(401, "Unauthorized", **{"WWW-Authenticate": 'Basic realm="engine"'}), page(403, "Forbidden"),
    page(429, "Too Many Requests", **{"Retry-After": "1"}), page(500, "Internal Server Error"),
    Deed("302 login", forward=0, status=302, headers={"Location": "/login"}),
    Deed("200 page", forward=0, status=200, headers={"Content-Type": "text/html"}, body=b"<html>login</html>"),
)


def play(here: Scene) -> None:
    answers, ends = here.size(ANSWERS, ANSWERS[:3]), here.size(40, 4)
    acks = here.options.acks
    with proxy(here.city.ports["engine"]) as between:
        here.put_between(f"http://127.0.0.1:{between.port}/engine-rest")
        crowd = here.load(acks, rate=acks / (len(answers) * 30))
        here.review(crowd, ends)
        alarms, healed, unlocked = [], [], 0
        for how in answers:
            time.sleep(here.random.uniform(4, 8))
            before, began = _alarms(here), time.monotonic()
            between.rule = lambda method, path, how=how: how
            raised = until(lambda before=before: _alarms(here) >= before + 2, 40)
            alarms.append(round(time.monotonic() - began, 1) if raised else float("inf"))
            time.sleep(4)  # what was in hand has ended
            begun = _begun(here)
            time.sleep(6)
            unlocked += _begun(here) - begun
            steps, began = here.steps(), time.monotonic()
            between.rule = lambda method, path: PASS
            healed.append(here.recovery(began, steps))
            until(lambda: all(_serves(here, name) for name in WORKERS), 40)  # who is still at the last one cannot notice the next
        here.finish(ends)
        deeds = dict(between.deeds)
    result = here.result
    result.figures |= {"done to requests": deeds, "alarm seconds": alarms}
    here.want_acks(acks)
    here.want_recovery(healed, HEALED_SECONDS)
    here.want_alive()
    result.want("both workers raise the alarm", f"≤ {ALARM_SECONDS} s", f"{max(alarms)} s", max(alarms) <= ALARM_SECONDS)
    incidents = len(here.last.incidents)
    result.want("incidents of steps that were in order", "0", incidents, incidents == 0)
    result.want("handlers run without a lock", "0", unlocked, unlocked == 0)


def _alarms(here: Scene) -> int:
    return sum(here.city.log(name).count(ALARM) for name in WORKERS)


def _serves(here: Scene, name: str) -> bool:
    said = here.city.log(name)
    return said.count(AGAIN) >= said.count(ALARM)


def _begun(here: Scene) -> int:
    return sum(point == "task-fetched" for point, _ in here.city.points())
