"""One side of the comparison: an engine on a PostgreSQL of its own with everybody and every model, and rounds on it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import ModuleType
from typing import Any

import psycopg

from bench.process import Measured, cpu_seconds, family_cpu_seconds
from bench.rig import Rig, as_json, run_rig, steady_rate
from simulation.engine import free_port

SIDES = Path(__file__).parent / "sides"
LOOK_SECONDS = 0.5
PATIENCE = 90.0
"""Seconds without a case that ended, after which a round is over."""
ROOTS = "SELECT START_TIME_, END_TIME_ FROM ACT_HI_PROCINST WHERE ID_ = ROOT_PROC_INST_ID_ AND START_TIME_ > %s"
STEPS = "SELECT TIMESTAMP_ FROM ACT_HI_EXT_TASK_LOG WHERE STATE_ = 2 AND TIMESTAMP_ > %s"
FAILED_STEPS = "SELECT TIMESTAMP_ FROM ACT_HI_EXT_TASK_LOG WHERE STATE_ = 1 AND TIMESTAMP_ > %s"
FORMS = "SELECT END_TIME_ FROM ACT_HI_TASKINST WHERE DELETE_REASON_ = 'completed' AND END_TIME_ > %s"


@dataclass(frozen=True)
class Plan:
    """What is compared: whose engine and models (`town`), whose code in the workers' process (`workers`)."""

    name: str
    script: str
    town: Path
    workers: Path
    engine: Path
    runtime: ModuleType


@dataclass
class Side:
    plan: Plan
    rig: Rig
    store: str
    answers: Mapping[str, Any]
    engine_database: psycopg.Connection[Any]

    @property
    def var(self) -> Path:
        return self.rig.folder / "var"

    def ask(self, question: str, *arguments: object) -> list[Any]:
        return self.engine_database.execute(question, arguments).fetchall()

    def one_round(self, cases: int, at_once: int) -> dict[str, Any]:
        """All cases are in the store beforehand, `at_once` of them open at any time; clients begin when they are ready."""
        since = self.ask("SELECT coalesce(max(START_TIME_), 'epoch') FROM ACT_HI_PROCINST")[0][0]
        told = self.rig.folder / "people.json"
        told.write_text(json.dumps({
            **_settle(self, "submit", str(cases), str(at_once)), "answers": self.answers,
            "rest_url": self.rig.client.rest_url, "users": str(self.var / "engine-users.json"),
            "engine_database": _plain(self.rig.postgres.store_url("engine")), "store_database": _plain(self.store),
        }, ensure_ascii=False), encoding="utf-8")
        people = Measured([sys.executable, "-m", "bench.cases_people", str(told)], {}, self.rig.folder / "people.log")
        workers = Measured(
            [sys.executable, str(SIDES / f"{self.plan.script}.py")], environment(self, self.plan.workers),
            self.rig.folder / "workers.log",
        )
        position = self.rig.position()
        with people, workers:
            before = self._cpu(workers, people, start=True)
            self._watch(workers, since, cases)
            after = self._cpu(workers, people)
        used = {f"{name}_cpu_ms_per_case": (after[name] - before[name]) * 1000 / cases for name in before}
        calls = self.rig.requests_since(position)
        return as_json({
            "side": self.plan.name, **self._found(since, cases), **used, "workers_rss_mib": workers.largest / 2**20,
            "completions": calls["complete"], "completions_refused": calls["complete 500"], "fetches": calls["fetch"],
        })

    def _cpu(self, workers: Measured, people: Measured, *, start: bool = False) -> dict[str, float]:
        """CPU seconds of everything that takes part; with `start`, clients are told to go first."""
        if start:
            for process in (people, workers):
                process.go()
        return {
            "engine": cpu_seconds(self.rig.engine_pid), "postgres": family_cpu_seconds(self.rig.postgres.pid),
            "workers": cpu_seconds(workers.process.pid), "people": cpu_seconds(people.process.pid),
        }

    def _watch(self, workers: Measured, since: datetime, cases: int) -> None:
        """Until every case has ended, the workers' process has, or nothing more ends."""
        done, moved = 0, time.monotonic()
        while done < cases and workers.process.poll() is None and time.monotonic() - moved < PATIENCE:
            time.sleep(LOOK_SECONDS)
            workers.memory()
            now = self.ask(f"SELECT count(END_TIME_) FROM ({ROOTS}) roots", since)[0][0]
            done, moved = now, time.monotonic() if now > done else moved

    def _found(self, since: datetime, cases: int) -> dict[str, Any]:
        """By the engine's own history: work done, whole cases, and what went wrong."""
        roots = self.ask(ROOTS, since)
        ended = [end for _, end in roots if end]
        steps, forms = self._moments(STEPS, since), self._moments(FORMS, since)
        to_the_end = (max(ended) - min(start for start, _ in roots)).total_seconds() / 60 if ended else float("inf")
        per_minute = steps_a_minute(sorted([*steps, *forms]))
        return {
            "cases_per_minute": per_minute * len(ended) / max(len(steps) + len(forms), 1), "steps_per_minute": per_minute,
            "cases_per_minute_to_the_end": len(ended) / to_the_end, "cases_left": cases - len(ended),
            "automatic_steps_per_case": len(steps) / cases, "forms_per_case": len(forms) / cases,
            "failures": len(self._moments(FAILED_STEPS, since)),
        }

    def _moments(self, question: str, since: datetime) -> list[datetime]:
        return sorted(row[0] for row in self.ask(question, since))


def steps_a_minute(moments: Sequence[datetime]) -> float:
    """Of steps and forms, not of cases: cases end in bunches, so that few of them between two moments say little."""
    return steady_rate(moments) * 60


@contextmanager
def run_side(plan: Plan, folder: Path) -> Iterator[Side]:
    """Engine and database stay up from round to round, as they would; clients are new each time."""
    with ExitStack() as stack:
        rig = stack.enter_context(run_rig(plan.engine, folder, "postgres", runtime=plan.runtime))
        database = psycopg.connect(_plain(rig.postgres.store_url("engine")), autocommit=True)
        stack.callback(database.close)
        side = Side(plan, rig, rig.store_url("store"), {}, database)
        side.answers = _settle(side, "provision")["answers"]
        yield side


def environment(side: Side, code: Path) -> dict[str, str]:
    """What a process is told that runs with the code of a checkout."""
    return {
        "PYTHONPATH": os.pathsep.join((str(code), str(code / "tests"))), "BENCH_HOME": str(side.plan.town),
        "BENCH_USER": side.rig.client.user, "BENCH_PASSWORD": side.rig.password,
        "ONETHING_HOME": str(side.plan.town), "ONETHING_VAR": str(side.var), "ONETHING_DATABASE_URL": side.store,
        "ONETHING_ENGINE_URL": side.rig.client.rest_url, "ONETHING_WORKER_PORT": str(free_port()),
    }


def _settle(side: Side, *arguments: str) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, str(SIDES / "settle.py"), *arguments], env={**os.environ, **environment(side, side.plan.town)},
        capture_output=True, text=True, check=False,
    )
    if done.returncode:
        raise RuntimeError(f"{side.plan.name}: {done.stderr[-2000:]}")
    return json.loads(done.stdout.strip().splitlines()[-1])


def _plain(url: str) -> str:
    return url.replace("postgresql+psycopg", "postgresql")
