"""`python -m bench.cases`: completed 开饭店 cases per minute, beside the plain client on the first working version.

Three sides in turn, each an engine on PostgreSQL, a workers' process and people who fill in forms (docs/performance.md).
"""

from __future__ import annotations

import argparse
import signal
import sys
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from bench import report, table
from bench.cases_side import Plan, run_side
from bench.cases_trees import FIRST, Trees, checked_out, runtime_of
from onething.engine import runtime
from onething.settings import get_settings

HOME = Path(__file__).resolve().parent.parent
NAMES = ("plain", "loop", "today")


def plans(trees: Trees) -> list[Plan]:
    return [
        Plan("plain", "plain", trees.first, trees.first, trees.first, runtime_of(trees.first)),
        Plan("loop", "loop", trees.first, trees.mixed, trees.today, runtime),
        Plan("today", "whole", trees.today, trees.today, trees.today, runtime),
    ]


def measure(home: Path, folder: Path, cache: Path, asked: argparse.Namespace) -> dict[str, Any]:
    """Every round of every side; the engines' Java is compiled in rounds that are not counted."""
    rounds: list[dict[str, Any]] = []
    with checked_out(home, folder, cache) as trees, ExitStack() as stack:
        sides = []
        for plan in plans(trees):
            if plan.name in asked.sides.split(","):
                say(f"{plan.name}: engine, people and models")
                sides.append(stack.enter_context(run_side(plan, folder / plan.name)))
        for number in range(-asked.warm, asked.rounds):
            for side in sides:
                found = side.one_round(asked.cases, asked.open)
                say(f"{number + 1}/{asked.rounds} {found}")
                if number >= 0:
                    rounds.append({"round": number + 1, **found})
    return {"first_version": FIRST, "cases": asked.cases, "open": asked.open, "rounds": rounds, "not_measured": {}}


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.cases", description=__doc__)
    parser.add_argument("--cases", type=int, default=80, help="cases of a round")
    parser.add_argument("--open", type=int, default=24, help="of which so many are open at any time")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--warm", type=int, default=1, help="rounds before, not counted")
    parser.add_argument("--sides", default=",".join(NAMES))
    parser.add_argument("--json", type=Path, help="write every round here")
    asked = parser.parse_args(arguments)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that engines and databases end with it
    with tempfile.TemporaryDirectory(prefix="onething-cases-") as folder:
        found = measure(HOME, Path(folder), get_settings().var_dir / "bench", asked)
    command = f"python -m bench.cases --rounds {asked.rounds} --cases {asked.cases} --open {asked.open}"
    full = report.describe(HOME, "cases", "postgres", "operaton", command, found)
    if asked.json:
        report.save(asked.json, full)
    print(table.table(full))


if __name__ == "__main__":
    main()
