"""F02: a worker is killed at each step boundary: task begun, worked, outcome kept, engine told; effect claimed, called,
settled; certificate number reserved, paper signed."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Iterable

from tests.fault.city import answers
from tests.fault.people import CERTIFIED, until
from tests.fault.scene import Scene

TITLE = "kill -9 of a worker at each step boundary"
LOCK = 10
ENVIRONMENT = {"ONETHING_WORKER_LOCK_SECONDS": str(LOCK)}  # a dead worker's tasks come again after its lock
POINTS = ("task-fetched", "task-worked", "outcome-kept", "task-told", "effect-claimed", "effect-called", "effect-settled",
          "certificate-reserved", "certificate-signed")
WORKERS = ("workers-1", "workers-2")


def play(here: Scene) -> None:
    each, ends = here.size(7, 1), here.size(40, 4)
    crowd = here.load(100_000, rate=1.0, kinds=(CERTIFIED,))
    here.follow(crowd)
    kills: Counter[str] = Counter()
    missed = kill_all(here, [point for point in POINTS for _ in range(each)], kills)
    whole(here)
    crowd.stop()
    until(here.quiet, 60)
    stuck = let_run(here)
    here.finish(ends)
    result, last = here.result, here.last
    by_topic = Counter({row["topic"]: 0 for row in last.rows("inbox")})
    for row in last.rows("inbox"):
        by_topic[row["topic"]] += max(row["attempts"] - 1, 0)
    result.figures |= {
        "let run again by a person": stuck, "kills": dict(kills), "points not come to in time": missed,
        "begun again by topic": dict(by_topic),
    }
    begun, again = by_topic.total(), len(worked_again(here.city.points()))
    result.want("every point was killed at", f"{len(POINTS)} points", len(kills), len(kills) == len(POINTS))
    result.want("steps worked again after their outcome was kept", "0", again, again == 0)
    result.want("steps begun again before that", "≥ 1", begun, begun >= 1)


def worked_again(points: Iterable[tuple[str, str]]) -> list[str]:
    """Tasks whose handler ended once more although what it gave back had been kept; by the points the workers passed."""
    kept: set[str] = set()
    found = []
    for point, task in points:
        if point == "outcome-kept":
            kept.add(task)
        elif point == "task-worked" and task in kept:
            found.append(task)
    return found


def kill_all(here: Scene, points: list[str], kills: Counter[str]) -> int:
    """Each worker dies at one point after the other; how many points it did not come to in a minute."""
    here.random.shuffle(points)
    turns = [(point, here.random.randint(1, 1 if point.startswith("certificate") else 4)) for point in points]
    missed: list[str] = []
    hands = [threading.Thread(target=_hand, args=(here, name, turns, kills, missed)) for name in WORKERS]
    for hand in hands:
        hand.start()
    for hand in hands:
        hand.join()
    return len(missed)


def _hand(here: Scene, name: str, turns: list[tuple[str, int]], kills: Counter[str], missed: list[str]) -> None:
    while True:
        try:
            point, turn = turns.pop()
        except IndexError:
            return
        if here.city.alive(name):
            here.city.kill(name)
        fault = {"ONETHING_FAULT": f"{point}:{turn}", "ONETHING_WORKER_SLOTS": "4"}
        here.city.start(name, environment=fault)
        end = time.monotonic() + 60
        while here.city.alive(name) and time.monotonic() < end:
            time.sleep(0.1)
        if here.city.alive(name):
            missed.append(point)
        else:
            kills[point] += 1


def whole(here: Scene) -> None:
    """Both workers as they should be, and nothing left of the dead ones' locks."""
    for name in WORKERS:
        if here.city.alive(name):
            here.city.ask_to_stop(name)
        here.city.start(name)
    until(lambda: all(answers(f"http://127.0.0.1:{here.city.ports[name]}/readyz") for name in WORKERS), 60)
    time.sleep(LOCK)


def let_run(here: Scene) -> int:
    """As `onething retry all`: a step whose process died under it five times has become an incident, and rightly so."""
    found = here.admin.incidents()
    for incident in found:
        here.admin.retry(incident)
    return len(found)
