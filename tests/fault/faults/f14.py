"""F14: twelve thousand applications by 32 connections. Two thousand come at a rate that the city keeps up with, and go to the
end of what is automatic; then ten thousand come as fast as they are taken while the workers are away, and wait in the store
(with the workers on it takes a quarter of an hour, and two cores are their limit). Back again, the workers begin them. Memory and
open files of every process of ours and of the engine are watched all the time."""

from __future__ import annotations

import statistics
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path

from tests.fault.people import Crowd
from tests.fault.scene import Scene

TITLE = "ten thousand open applications by 32 connections"
CONNECTIONS, RATED = 32, 8.0
"""Applications a second in the first part: two thirds of the 12 that front doors, workers, engine and database do to the end
on two cores."""
OURS = ("api-1", "api-2", "workers-1", "workers-2")
MIB_ALLOWED, ENGINE_MIB_ALLOWED, FILES_ALLOWED, FLAT, FEW = 300, 1024, 512, 1.1, 5
"""`FEW` more (files, MiB) are no growth, whatever their share of a small number."""
SUBMIT_SECONDS, DRAIN_SECONDS, LOOK_SECONDS = 2.0, 300, 60
DOORS, WORKERS = OURS[:2], OURS[2:]


class Watch:
    """Resident memory (MiB) and open files of our processes, of those they started and of the engine, once a second."""

    def __init__(self, here: Scene) -> None:
        self.here, self.memory, self.files = here, defaultdict[str, list[int]](list), defaultdict[str, list[int]](list)
        self.ended, self.begins = threading.Event(), {}
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()

    def _run(self) -> None:
        while not self.ended.wait(1):
            for name in ("engine", *OURS):
                self._look(name, self.here.city.pid(name))

    def _look(self, name: str, pid: int) -> None:
        try:
            self.memory[name].append(resident(pid))
            self.files[name].append(len(list(Path(f"/proc/{pid}/fd").iterdir())))
            for child in children(pid) if name in OURS else ():
                self._look(f"press of {name}", child)
        except (OSError, IndexError):
            return  # it has just ended

    def mark(self, names: Iterable[str]) -> None:
        """From here on theirs has to be flat; of the others, all the time."""
        self.begins = {name: len(self.memory[name]) for name in names}

    def steady(self, seen: Mapping[str, list[int]], names: Iterable[str]) -> dict[str, list[int]]:
        """Of these, what has to be flat."""
        return {name: seen[name][self.begins.get(name, 0):] for name in names}

    def stop(self) -> None:
        self.ended.set()
        self.thread.join()


def largest(seen: Mapping[str, list[int]]) -> dict[str, int]:
    return {name: max(values) for name, values in sorted(seen.items())}


def growth(seen: Mapping[str, list[int]]) -> dict[str, float]:
    """The last tenth beside the middle tenth: 1.0 is flat."""
    return {name: round(last / middle, 2) for name, (middle, last) in _ends(seen).items()}


def steep(seen: Mapping[str, list[int]]) -> list[str]:
    """What is not flat."""
    return [name for name, (middle, last) in _ends(seen).items() if last > FLAT * middle and last - middle > FEW]


def _ends(seen: Mapping[str, list[int]]) -> dict[str, tuple[float, float]]:
    return {name: (_mean(values, 0.45, 0.55), _mean(values, 0.9, 1.0)) for name, values in seen.items() if len(values) >= 20}


def _mean(values: list[int], first: float, last: float) -> float:
    return statistics.mean(values[int(len(values) * first):int(len(values) * last)] or values[-1:])


def resident(pid: int) -> int:
    return int(Path(f"/proc/{pid}/status").read_text().partition("VmRSS:")[2].split()[0]) // 1024


def children(pid: int) -> list[int]:
    return [int(one) for listed in Path(f"/proc/{pid}/task").glob("*/children") for one in listed.read_text().split()]


def play(here: Scene) -> None:
    worked, taken_in = here.size(2000, 100), here.size(10_000, 200)
    watch, began = Watch(here), time.monotonic()
    crowd = here.load(worked, rate=RATED, threads=CONNECTIONS)
    crowd.join(400)
    handed_in = time.monotonic() - began
    here.finish(drain_seconds=DRAIN_SECONDS)
    for name in WORKERS:
        here.city.ask_to_stop(name)
    began = time.monotonic()
    watch.mark(("engine", *DOORS))
    more = here.load(taken_in, threads=CONNECTIONS)
    more.join(600)
    more.stop()
    seconds = time.monotonic() - began
    watch.stop()
    _nothing_lost(here, more.numbers)
    before, began = here.processes() or 0, time.monotonic()
    here.city.start(*WORKERS)
    time.sleep(LOOK_SECONDS)
    begun = ((here.processes() or 0) - before) / (time.monotonic() - began)
    here.result.figures |= {
        "a second, rated": round(len(crowd.numbers) / handed_in, 1), "a second, taken in": round(len(more.numbers) / seconds, 1),
        "a second, begun by the workers once they are back": round(begun, 1),
    }
    _judge(here, watch, (crowd, more))
    all_in = len(crowd.numbers) + len(more.numbers)
    here.result.want("handed in", f"≥ {worked + taken_in}", all_in, all_in >= worked + taken_in)
    here.result.want("of the second part never answered", "0", "; ".join(more.failures[:3]) or 0, not more.failures)
    here.result.want("begun again by themselves", "> 0 a second", round(begun, 1), begun > 0)


def _judge(here: Scene, watch: Watch, crowds: tuple[Crowd, Crowd]) -> None:
    result, names = here.result, ("engine", *OURS)
    memory, files = largest(watch.memory), largest(watch.files)
    steady = {"memory": watch.steady(watch.memory, OURS), "open files": watch.steady(watch.files, names)}
    rated, full = (_p95(here, crowd) for crowd in crowds)
    result.figures |= {
        "memory, MiB": memory, "memory, last tenth to middle": growth(steady["memory"]), "open files": files,
        "open files, last tenth to middle": growth(steady["open files"]), "p95 of a submission at rated load, s": rated,
        "p95 of a submission, 32 at once without a pause, s": full,
    }
    ours = max(memory[name] for name in memory if name != "engine")
    result.want("memory of each process of ours", f"≤ {MIB_ALLOWED} MiB", f"{ours} MiB", ours <= MIB_ALLOWED)
    engine = memory["engine"]
    result.want("memory of the engine", f"≤ {ENGINE_MIB_ALLOWED} MiB", f"{engine} MiB", engine <= ENGINE_MIB_ALLOWED)
    most = max(files[name] for name in files)
    result.want("open files of each process", f"≤ {FILES_ALLOWED}", most, most <= FILES_ALLOWED)
    for what, seen in steady.items():
        found, grows = growth(seen), steep(seen)
        shown = {name: found[name] for name in grows} or max(found.values(), default=1.0)
        result.want(f"{what} stays flat", f"≤ {FLAT} or {FEW} more", shown, not grows)
    result.want("p95 of a submission at rated load", f"≤ {SUBMIT_SECONDS:g} s", f"{rated} s", rated <= SUBMIT_SECONDS)
    wrong = {name: count for crowd in here.crowds for name, count in crowd.problems.items() if name not in ("429", "503")}
    result.want("answers other than yes, 429 and 503", "0", wrong or 0, not wrong)


def _p95(here: Scene, crowd: Crowd) -> float:
    """Seconds, as the citizens waited; their own repetitions included."""
    mine = set(crowd.numbers)
    waits = [line["seconds"] for line in here.witness.lines("acknowledged") if line["number"] in mine]
    return round(statistics.quantiles(waits, n=20)[-1], 2)


def _nothing_lost(here: Scene, numbers: list[str]) -> None:
    """Each of the second part is a case; its start waits in the outbox once, or has been made and the engine has it once."""
    cases = {row[0] for row in here.sql("SELECT number FROM application")}
    waiting = Counter(row[0] for row in here.sql("SELECT number FROM outbox WHERE kind = 'start' AND done_at IS NULL"))
    listed = here.admin.transport.pages("/history/process-instance", {
        "rootProcessInstances": "true", "sortBy": "instanceId", "sortOrder": "asc",
    })
    running = Counter(key for key, _ in {(one["businessKey"], one["id"]) for one in listed})
    lost = [number for number in numbers if number not in cases or (waiting[number] != 1 and running[number] != 1)]
    here.result.want("taken in and lost", "0", len(lost), not lost)
    twice = [number for number in numbers if running[number] > 1]
    here.result.want("begun twice", "0", len(twice), not twice)
