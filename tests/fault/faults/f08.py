"""F08: submissions, callbacks, decisions and completions arrive one to five times, side by side and out of order."""

from __future__ import annotations

import random
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import requests

from onething.engine.errors import EngineRefused, EngineUnauthorised
from simulation.answers import YES, group_of
from tests.fault.people import CERTIFIED, PLAIN, Applicant, answer_in, application, claim, until
from tests.fault.proxy import PASS, Deed, Proxy, proxy
from tests.fault.scene import Scene

TITLE = "every submission, callback, decision and completion one to five times"


class Doubles:
    """Counts what was sent more than once."""

    def __init__(self, seed: int) -> None:
        self.random, self.lock, self.count = random.Random(seed), threading.Lock(), Counter[str]()

    def times(self, what: str) -> int:
        with self.lock:
            times = self.random.randint(1, 5)
            self.count[what] += times - 1
        return times


def play(here: Scene) -> None:
    doubles = Doubles(here.options.seed)
    with proxy(here.city.ports["engine"]) as between, ThreadPoolExecutor(24) as hands:
        _route_workers(here, between, doubles)
        answers = _submit(here, hands, doubles)
        numbers = [line["number"] for line in here.witness.lines("acknowledged")]
        told = _call_back(here, hands, doubles, numbers)
        won = _decide(here, hands, doubles, numbers)
        until(here.quiet, 120)
        here.city.engine_url = ""
        for name in ("workers-1", "workers-2"):
            here.city.kill(name)
            here.city.start(name)
        here.finish()
    result, wanted = here.result, here.size(10_000, 200)
    injected = sum(doubles.count.values())
    result.figures |= {"duplicates injected": injected, **{f"of them {name}": count for name, count in doubles.count.items()}}
    result.want("duplicates injected", f"≥ {wanted}", injected, injected >= wanted)
    result.want("different answers to one key", "0", answers["different"], answers["different"] == 0)
    result.want("submissions refused", "0", answers["refused"], answers["refused"] == 0)
    events = here.size(120, 10)
    rows = sum(1 for row in here.last.rows("callback_event") if row["event"].startswith("double-"))
    alike = told["alike"]
    result.want("callbacks kept once and answered alike", events, f"{rows} kept, {alike} alike", rows == events == alike)
    result.want("decisions that won more or less than once", "0", won["other"], won["other"] == 0 and won["once"] > 0)


def _route_workers(here: Scene, between: Proxy, doubles: Doubles) -> None:
    """From here on the workers' reports reach the engine several times."""
    def rule(method: str, path: str) -> Deed:
        if path.endswith(("/complete", "/bpmnError", "/failure")):
            return Deed("reported again", forward=doubles.times("completions"))
        return PASS

    between.rule = rule
    here.city.engine_url = f"http://127.0.0.1:{between.port}/engine-rest"
    for name in ("workers-1", "workers-2"):
        here.city.ask_to_stop(name)
        here.city.start(name)


def _submit(here: Scene, hands: ThreadPoolExecutor, doubles: Doubles) -> Counter[str]:
    catalogue, seen = here.city.tools().catalogue, Counter[str]()
    people = {kind: Applicant(here.city.front_doors, kind.subject, here.witness) for kind in (CERTIFIED, PLAIN)}
    bodies = {kind: application(catalogue, kind) for kind in people}

    def send(kind: Any, key: str, door: str) -> requests.Response:
        return people[kind].session.post(
            f"{door}/api/v1/applications", json=bodies[kind], headers={"Idempotency-Key": key}, timeout=30
        )

    def all_of(turn: int) -> None:
        kind, key = (CERTIFIED, PLAIN)[turn % 2], f"double-{turn:06}"
        doors = [random.choice(here.city.front_doors) for _ in range(doubles.times("submissions"))]
        with ThreadPoolExecutor(len(doors)) as each:
            answers = list(each.map(lambda door: send(kind, key, door), doors))
        good = [answer.json() for answer in answers if answer.status_code in (200, 201, 202)]
        seen["refused"] += len(answers) - len(good)
        seen["different"] += len({answer["number"] for answer in good}) > 1 or len({str(answer) for answer in good}) > 1
        if good:
            here.witness.write(what="acknowledged", key=key, number=good[0]["number"])

    list(hands.map(all_of, range(here.options.acks)))
    return seen


def _call_back(here: Scene, hands: ThreadPoolExecutor, doubles: Doubles, numbers: list[str]) -> Counter[str]:
    """The provincial platform tells the same event several times, signed anew each time."""
    seen, events = Counter[str](), list(enumerate(numbers[:here.size(120, 10)]))

    def tell(one: tuple[int, str]) -> None:
        turn, number = one
        event = {"event": f"double-{turn:05}", "kind": "received", "number": number, "at": "2026-11-23T09:30:00+08:00"}
        times = doubles.times("callbacks")
        with ThreadPoolExecutor(times) as each:
            answers = list(each.map(lambda _: here.city.outside.call_back("platform", event), range(times)))
        same = {str(answer) for answer in answers if answer["status"] == 200}
        seen["alike" if len(same) == 1 and all(answer["status"] == 200 for answer in answers) else "different"] += 1

    list(hands.map(tell, events))
    return seen


def _decide(here: Scene, hands: ThreadPoolExecutor, doubles: Doubles, numbers: list[str]) -> Counter[str]:
    """The window takes every case in, each time pressing the button several times at once."""
    seen, people = Counter[str](), {}
    wanted = numbers[:here.size(400, 12)]

    def press(number: str) -> None:
        tasks = until(lambda: here.admin.user_tasks(number), 120)
        for task in tasks:
            group = group_of(task.key, here.admin.form_variables(task.id))
            with doubles.lock:
                people.setdefault(group, here.person(group))
            claim(people[group], task.id)
            times = doubles.times("decisions")
            with ThreadPoolExecutor(times) as each:
                won = sum(each.map(_complete, [people[group]] * times, [task] * times))
            seen["once" if won == 1 else "other"] += 1
            here.witness.write(what="decided", number=number, task=task.id, key=task.key, user=people[group].user, item="",
                               answer=answer_in(YES[task.key]))

    list(hands.map(press, wanted))
    return seen


def _complete(person: Any, task: Any) -> bool:
    try:
        person.complete_task(task.id, YES[task.key])
    except (EngineRefused, EngineUnauthorised):  # the right to a task ends with it
        return False
    return True
