"""`python -m tests.fault run F03 --acks 2000 --seed 1 [--flavour camunda] [--db h2] [--quick]`, then `report`."""

from __future__ import annotations

import argparse
import importlib
import signal
import sys
from dataclasses import replace
from pathlib import Path

from tests.fault import report
from tests.fault.result import KEPT, Result
from tests.fault.scene import Options, scene

FAULTS = tuple(sorted(path.stem.upper() for path in (Path(__file__).parent / "faults").glob("f[0-9]*.py")))


def run(name: str, options: Options, folder: Path) -> Result:
    """One fault from nothing to its result."""
    fault = importlib.import_module(f"tests.fault.faults.{name.lower()}")
    result, options = Result(name, fault.TITLE, {}), replace(options, db=getattr(fault, "DB", options.db))
    print(f"{name} {fault.TITLE}", flush=True)
    with scene(options, result, getattr(fault, "ENVIRONMENT", {})) as here:
        fault.play(here)
    result.keep(folder)
    for line in report.lines(result):
        print(f"  {line}", flush=True)
    return result


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.fault", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    asked = commands.add_parser("run", help="faults by name, or all")
    asked.add_argument("faults", nargs="+", metavar="F01")
    asked.add_argument("--acks", type=int, default=None, help="applications that must be acknowledged (2000; quick: 120)")
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--flavour", choices=("operaton", "camunda"), default="operaton")
    asked.add_argument("--db", choices=("postgres", "h2"), default="postgres")
    asked.add_argument("--quick", action="store_true", help="small numbers, to see that the rig works")
    asked.add_argument("--keep", action="store_true", help="leave the city's folder behind")
    asked.add_argument("--results", type=Path, default=None, help="folder of the results; default docs/faults, quick: none")
    commands.add_parser("report", help="docs/faults.md from the results")
    given = parser.parse_args(arguments)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    if given.command == "report":
        report.write()
        return 0
    acks = given.acks or (120 if given.quick else 2000)
    options = Options(acks, given.seed, given.flavour, given.db, given.quick, given.keep)
    names = FAULTS if given.faults == ["all"] else [name.upper() for name in given.faults]
    folder = given.results or (KEPT if not given.quick else Path("var") / "fault")
    results = [run(name, options, folder) for name in names]
    return 0 if all(result.holds for result in results) else 1


if __name__ == "__main__":
    sys.exit(main())
