"""Cases per minute (issue "Speed"): the instrument drives whole cases on a real engine and counts what the engine kept."""

import os
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bench import table
from bench.cases_side import SIDES, Plan, run_side, steps_a_minute
from bench.cases_trees import FIRST, LOOP, checked_out
from onething.engine import runtime
from simulation.postgres import program

HOME = Path(__file__).resolve().parents[2]
PLACES = """
import sys
for name, module in list(sys.modules.items()):
    if name.partition(".")[0] in ("onething", "workers") and module.__file__:
        print(module.__file__)
"""


@pytest.mark.engine
@pytest.mark.skipif(program("initdb") is None, reason="PostgreSQL is not installed")
def test_a_round_takes_every_case_to_its_end(tmp_path: Path) -> None:
    """The last case is handed in when another has ended; each got its three certificates, and no step twice."""
    with run_side(Plan("today", "whole", HOME, HOME, HOME, runtime), tmp_path) as side:
        found = side.one_round(cases=3, at_once=2)
        published = side.rig.postgres.sql("store", "SELECT count(*) FROM certificate WHERE document_id IS NOT NULL")
    assert found["cases_left"] == found["failures"] == found["completions_refused"] == 0
    assert (found["automatic_steps_per_case"], found["forms_per_case"]) == (36, 15)
    assert found["completions"] == 3 * 36
    assert int(published) == 3 * 3
    assert found["cases_per_minute"] > 0
    assert all(found[f"{part}_cpu_ms_per_case"] > 0 for part in ("engine", "postgres", "workers", "people"))


def test_the_loop_of_today_lies_over_the_first_version_as_it_is(tmp_path: Path) -> None:
    """What is measured is that version's own code, but for the files of the loop; nothing comes from this checkout."""
    known = subprocess.run(["git", "cat-file", "-e", FIRST], cwd=HOME, capture_output=True, check=False)
    if known.returncode:
        pytest.skip("a shallow clone does not have the first working version")
    with checked_out(HOME, tmp_path, tmp_path / "cache") as trees:
        for tree, script in ((trees.first, "plain"), (trees.mixed, "loop")):
            done = subprocess.run(
                [sys.executable, "-c", f"import {script}\n{PLACES}"], cwd=tmp_path, capture_output=True, text=True, check=False,
                env={**os.environ, "PYTHONPATH": os.pathsep.join((str(tree), str(SIDES)))},
            )
            assert done.returncode == 0, done.stderr
            assert all(file.startswith(str(tree)) for file in done.stdout.split())
        for name in LOOP:
            assert (trees.mixed / name).read_bytes() == (HOME / name).read_bytes()
        assert not (trees.first / "onething" / "faults.py").exists()
    assert not trees.first.exists()


def test_the_rate_is_that_of_the_steady_part() -> None:
    """Ten at once at each end of a minute-long run do not count."""
    begin = datetime(2026, 11, 26)
    even = [begin + timedelta(seconds=number) for number in range(80)]
    assert round(steps_a_minute([begin] * 10 + even + [even[-1]] * 10)) == 60
    assert steps_a_minute([begin]) == steps_a_minute([]) == 0


def test_the_table_has_the_ratio_to_the_plain_client() -> None:
    parts = {f"{part}_cpu_ms_per_case": 500.0 for part in ("engine", "postgres", "workers", "people")}
    rounds = [
        {
            "round": number, "side": side, "cases_per_minute": rate, "cases_per_minute_to_the_end": rate,
            "steps_per_minute": 26 * rate, "automatic_steps_per_case": 19.0, "forms_per_case": 7.0, "completions": 38,
            "completions_refused": number, **parts,
        }
        for number, side, rate in ((1, "plain", 10.0), (1, "loop", 22.0), (2, "plain", 12.0), (2, "loop", 22.0))
    ]
    heading, lines = table.cases({"first_version": FIRST, "cases": 2, "open": 1, "rounds": rounds})
    assert "medians of 2" in heading
    assert "| 11.0 | 1.00 | 10.0–12.0 |" in lines[2]
    assert "| 22.0 | 2.00 |" in lines[3]
    assert "3 of 76" in lines[2]
    assert len(lines) == 4, "a side that was not measured has no row"
