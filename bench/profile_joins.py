"""`python -m bench.profile_joins`: branches of one case that end at the same moment, and what it costs to keep them apart.

Everything that can be done at once is reported at once, from as many threads: the worst a client can do. Three
arrangements on one engine: as it comes, one report of a case after another, and joins that are jobs of their own.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from pathlib import Path

from lxml import etree

from bench.profile import ANSWERS, CASE, HOME, measured_engine, settle
from bench.profile_case import Ledger, Walk
from bench.profile_statements import Meter, Usage
from onething.engine.deploy import deploy
from onething.engine.errors import EngineRefused
from onething.engine.task import Outcome, Task, load_task
from simulation.town import Town

BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
ASYNC = "{http://camunda.org/schema/1.0/bpmn}asyncBefore"
AT_ONCE = 8
PAUSE_SECONDS = 0.05


class Crowd(Walk):
    """A walk that reports all fetched tasks at once. `turns`: one report of a case after another."""

    turns, refused = False, 0

    def _automatic(self) -> None:
        worker = self.town.worker
        tasks = [load_task(data, worker.worker_id)[0] for data in worker.tasks.fetch(worker.handlers, AT_ONCE)]
        outcomes = [worker.handlers[task.topic](task) for task in tasks]
        together, turn = threading.Barrier(max(len(tasks), 1)), threading.Lock()
        with ThreadPoolExecutor(AT_ONCE) as pool:
            list(pool.map(lambda task, outcome: self._report(task, outcome, together, turn), tasks, outcomes))

    def _report(self, task: Task, outcome: Outcome, together: threading.Barrier, turn: threading.Lock) -> None:
        together.wait()
        while True:
            try:
                with turn if self.turns else nullcontext():
                    self.town.worker.tasks.complete(task.id, outcome)
                return
            except EngineRefused as error:
                if not error.transient:
                    raise
                self.refused += 1
                time.sleep(PAUSE_SECONDS)


def with_asynchronous_joins(home: Path, folder: Path) -> Path:
    """A copy of the models in which every gateway that two branches enter begins a transaction of its own."""
    for room in ("bpmn", "forms"):
        shutil.copytree(home / room, folder / room)
    for file in (folder / "bpmn").glob("*/*.bpmn"):
        model = etree.parse(file)
        for kind in ("parallelGateway", "inclusiveGateway"):
            for gateway in model.iter(f"{BPMN}{kind}"):
                if len(gateway.findall(f"{BPMN}incoming")) > 1:
                    gateway.set(ASYNC, "true")
        model.write(file, encoding="UTF-8", xml_declaration=True)
    return folder


def measure(walk: Crowd, meter: Meter, cases: int, name: str) -> None:
    walk.go(*CASE, ANSWERS)
    walk.refused = 0
    meter.take()
    for _ in range(cases):
        walk.go(*CASE, ANSWERS)
    used = meter.take()
    usage = Usage(used.statements, used.rows, used.commits)
    print(f"{name:44} refused {walk.refused / cases:5.1f}  statements {usage.total() / cases:7.1f}  "
          f"commits {usage.commits / cases:6.1f}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.profile_joins", description=__doc__)
    parser.add_argument("--cases", type=int, default=5)
    parser.add_argument("--flavour", default="operaton")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="onething-joins-") as name:
        folder = Path(name)
        with measured_engine(HOME, folder, asked.flavour) as (server, handle):
            town = settle(HOME, handle, folder / "var")
            meter = Meter(server.store_url("engine").replace("postgresql+psycopg", "postgresql"))
            measure_all(town, meter, asked.cases, folder)


def measure_all(town: Town, meter: Meter, cases: int, folder: Path) -> None:
    walk = Crowd(town, Ledger(meter))
    measure(walk, meter, cases, "at once")
    walk.turns = True
    measure(walk, meter, cases, "one report of a case after another")
    walk.turns = False
    deploy(with_asynchronous_joins(HOME, folder / "asynchronous"), town.admin)
    measure(walk, meter, cases, "at once, asynchronous joins")


if __name__ == "__main__":
    main()
