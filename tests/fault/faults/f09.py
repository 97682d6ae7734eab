"""F09: a step that fails in every way a step can, beside good ones: each becomes one incident, nobody else notices."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections import Counter

from tests.fault.city import HOME
from tests.fault.people import PLAIN, until
from tests.fault.poison import PAYLOADS
from tests.fault.scene import Scene

TITLE = "poisonous results and failing handlers among good cases"
LOCK = 5
VISIBLE_SECONDS, MOST_ATTEMPTS = 60, 9
HARMLESS = frozenset({"bidi", "1e308", "name-empty"})
"""What an engine may take as it is."""


def play(here: Scene) -> None:
    good = here.size(200, 30)
    first = here.load(good // 2, kinds=(PLAIN,), rate=4)
    first.join(200)
    until(here.quiet, 60)
    _deploy(here)
    stopped, deaths = threading.Event(), []
    keeper = threading.Thread(target=_keep_alive, args=(here, stopped, deaths))
    keeper.start()
    began = time.monotonic()
    for name in PAYLOADS:
        here.admin.start_process("poison", name, {})
    second = here.load(good - good // 2, kinds=(PLAIN,), rate=4)
    seen = _watch(here, began)
    second.join(200)
    states = {name: here.admin.process_state(name) for name in PAYLOADS}
    attempts = dict(here.sql("SELECT number, attempts FROM inbox WHERE topic = 'poison'"))
    failures = _failures(here)
    _clear_away(here)
    stopped.set()
    keeper.join()
    here.finish()
    _judge(here, seen, states, attempts, failures, deaths)
    _compare(here, first.numbers, second.numbers)


def _deploy(here: Scene) -> None:
    model = (HOME / "tests" / "fault" / "poison.bpmn").read_bytes()
    here.admin.transport.call(
        "POST", "/deployment/create", files={"poison.bpmn": ("poison.bpmn", model)}, data={"deployment-name": "poison"}
    )


def _watch(here: Scene, began: float) -> dict[str, float]:
    """Poison -> seconds until it was an incident, or done."""
    seen: dict[str, float] = {}
    while time.monotonic() - began < 100 and len(seen) < len(PAYLOADS):
        for name in set(PAYLOADS) - set(seen):
            if here.admin.incidents(name) or here.admin.process_state(name) != "ACTIVE":
                seen[name] = round(time.monotonic() - began, 1)
        time.sleep(1)
    return seen


def _failures(here: Scene) -> Counter[str]:
    """Poison -> how often the engine was told of a failure."""
    names = {root.id: name for name in PAYLOADS if (root := here.admin.root_instance(name))}
    rows = here.admin.transport.pages("/history/external-task-log", {"failureLog": "true"})
    return Counter(names[row["processInstanceId"]] for row in rows if row["processInstanceId"] in names)


def _clear_away(here: Scene) -> None:
    for name in PAYLOADS:
        root = here.admin.root_instance(name)
        if root and not root.ended:
            here.admin.delete_process(root.id)


def _judge(here: Scene, seen: dict[str, float], states: dict[str, str | None], attempts: dict[str, int], failures: Counter[str],
           deaths: list[int]) -> None:
    late = {name: seen.get(name, "never") for name in PAYLOADS if seen.get(name, 1e9) > VISIBLE_SECONDS}
    taken = sorted(name for name, state in states.items() if state == "COMPLETED")
    most = {name: max(attempts.get(name, 0), failures[name]) for name in PAYLOADS}
    result = here.result
    result.figures |= {"poisons": len(PAYLOADS), "slowest to be seen, seconds": max(seen.values(), default=0), "taken": taken,
                       "deaths of the poison's worker": len(deaths), "most attempts": max(most.values())}
    result.want("each poison is an incident or done", f"within {VISIBLE_SECONDS} s", late or "all", not late)
    loops = {name: count for name, count in most.items() if count > MOST_ATTEMPTS}
    result.want("attempts at one step", f"≤ {MOST_ATTEMPTS}", loops or max(most.values()), not loops)
    wrong = set(taken) - HARMLESS
    wanted = f"{', '.join(sorted(HARMLESS))} at most"
    result.want("poison taken as a result", wanted, ", ".join(sorted(wrong)) or "none other", not wrong)


def _compare(here: Scene, alone: list[str], beside: list[str]) -> None:
    before, after = here.p95(alone), here.p95(beside)
    here.result.figures |= {"p95 of a good step alone, ms": before, "beside poison, ms": after}
    here.result.want("p95 of good steps", f"≤ {before * 1.2:.0f} ms (+20 %)", f"{after:.0f} ms", after <= before * 1.2)


def _keep_alive(here: Scene, stopped: threading.Event, deaths: list[int]) -> None:
    """The poison's worker is started again whenever it died, as a supervisor would."""
    environment = here.city.environment_of("workers-1") | {
        "ONETHING_WORKER_LOCK_SECONDS": str(LOCK)}
    with (here.city.logs / "poison.log").open("ab") as log:
        while not stopped.is_set():
            worker = subprocess.Popen(
                [sys.executable, "-m", "tests.fault.poison"], cwd=HOME, env=environment, stdin=subprocess.DEVNULL, stdout=log,
                stderr=subprocess.STDOUT,
            )
            while worker.poll() is None and not stopped.is_set():
                time.sleep(0.2)
            if worker.poll() is None:
                worker.kill()
                worker.wait()
            else:
                deaths.append(worker.returncode)
