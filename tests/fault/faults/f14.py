"""F14: ten thousand applications by 32 connections: two thousand with workers on and to the end of what is automatic, eight
thousand that the outbox has to take in alone. Memory and open files of every process of ours are watched all the time."""

from __future__ import annotations

import statistics
import threading
import time
from collections import Counter, defaultdict
from pathlib import Path

from tests.fault.scene import Scene

TITLE = "ten thousand open applications by 32 connections"
CONNECTIONS = 32
OURS = ("api-1", "api-2", "workers-1", "workers-2")
MIB_ALLOWED, ENGINE_MIB_ALLOWED = 300, 1024
DRAIN_SECONDS = 300


class Watch:
    """Resident memory (MiB) and open files of our processes, once a second, with those they started."""

    def __init__(self, here: Scene) -> None:
        self.here, self.memory, self.files = here, defaultdict[str, list[int]](list), defaultdict[str, int](int)
        self.ended = threading.Event()
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()

    def _run(self) -> None:
        while not self.ended.wait(1):
            self.memory["engine"].append(resident(self.here.city.pid("engine")))
            for name in OURS:
                if self.here.city.alive(name):
                    self._look(name, self.here.city.pid(name))

    def _look(self, name: str, pid: int) -> None:
        try:
            self.memory[name].append(resident(pid))
            self.files[name] = max(self.files[name], len(list(Path(f"/proc/{pid}/fd").iterdir())))
            for child in children(pid):
                self.memory[f"press of {name}"].append(resident(child))
        except (OSError, IndexError):
            return  # it has just ended

    def stop(self) -> None:
        self.ended.set()
        self.thread.join()

    def largest(self) -> dict[str, int]:
        return {name: max(values) for name, values in sorted(self.memory.items())}

    def growth(self) -> dict[str, float]:
        """The last tenth beside the middle tenth: 1.0 is flat."""
        return {
            name: round(_mean(values, 0.9, 1.0) / _mean(values, 0.45, 0.55), 2)
            for name, values in self.memory.items() if name in OURS and len(values) >= 20
        }


def _mean(values: list[int], first: float, last: float) -> float:
    return statistics.mean(values[int(len(values) * first):int(len(values) * last)] or values[-1:])


def resident(pid: int) -> int:
    return int(Path(f"/proc/{pid}/status").read_text().partition("VmRSS:")[2].split()[0]) // 1024


def children(pid: int) -> list[int]:
    return [int(one) for listed in Path(f"/proc/{pid}/task").glob("*/children") for one in listed.read_text().split()]


def play(here: Scene) -> None:
    worked, taken_in = here.size(2000, 100), here.size(8000, 200)
    watch, began = Watch(here), time.monotonic()
    crowd = here.load(worked, threads=CONNECTIONS)
    crowd.join(400)
    handed_in = time.monotonic() - began
    here.finish(drain_seconds=DRAIN_SECONDS)
    drained = time.monotonic() - began
    for name in ("workers-1", "workers-2"):
        here.city.ask_to_stop(name)
    began = time.monotonic()
    more = here.load(taken_in, threads=CONNECTIONS)
    more.join(400)
    seconds = time.monotonic() - began
    watch.stop()
    rates = {"workers on": len(crowd.numbers) / handed_in, "to the end": len(crowd.numbers) / drained,
             "workers off": len(more.numbers) / seconds}
    _judge(here, watch, rates)
    all_in = len(crowd.numbers) + len(more.numbers)
    here.result.want("handed in", f"≥ {worked + taken_in}", all_in, all_in >= worked + taken_in)
    here.result.want("of the second part never answered", "0", "; ".join(more.failures[:3]) or 0, not more.failures)
    _nothing_lost(here, more.numbers)


def _judge(here: Scene, watch: Watch, rates: dict[str, float]) -> None:
    result, largest, growth = here.result, watch.largest(), watch.growth()
    waits = sorted(line["seconds"] for line in here.witness.lines("acknowledged"))
    result.figures |= {
        "memory, MiB": largest, "memory, last tenth to middle": growth, "open files": dict(watch.files),
        **{f"a second, {name}": round(rate, 1) for name, rate in rates.items()},
        "p95 of an answer, s": round(statistics.quantiles(waits, n=20)[-1], 2),
    }
    ours = max(largest[name] for name in OURS)
    result.want("memory of each process of ours", f"≤ {MIB_ALLOWED} MiB", f"{ours} MiB", ours <= MIB_ALLOWED)
    engine = largest["engine"]
    result.want("memory of the engine", f"≤ {ENGINE_MIB_ALLOWED} MiB", f"{engine} MiB", engine <= ENGINE_MIB_ALLOWED)
    steep = {name: ratio for name, ratio in growth.items() if ratio > 1.1}
    result.want("memory stays flat", "≤ 1.1", steep or max(growth.values(), default=1.0), not steep)
    wrong = {name: count for crowd in here.crowds for name, count in crowd.problems.items() if name not in ("429", "503")}
    result.want("answers other than yes, 429 and 503", "0", wrong or 0, not wrong)


def _nothing_lost(here: Scene, numbers: list[str]) -> None:
    """Each of the second part is a case, and its start waits in the outbox once."""
    cases = {row[0] for row in here.sql("SELECT number FROM application")}
    starts = Counter(row[0] for row in here.sql("SELECT number FROM outbox WHERE kind = 'start' AND done_at IS NULL"))
    lost = [number for number in numbers if number not in cases or starts[number] != 1]
    here.result.want("taken in alone and lost", "0", len(lost), not lost)
