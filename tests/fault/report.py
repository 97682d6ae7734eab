"""docs/faults.md from the results: faults against invariants, criteria and figures, each with its command."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.fault.city import HOME
from tests.fault.invariants import INVARIANTS
from tests.fault.result import KEPT, Result

REPORT = HOME / "docs" / "faults.md"
HEAD = """# What survives a fault

Written by `python -m tests.fault report` from `docs/faults/*.json`; do not edit. Every line is a run of the real city:
PostgreSQL (or H2 and SQLite), the engine, two front doors, two workers, citizens over HTTP and reviewers at their tasks. After
the fault the city is left alone until it is quiet (at most 120 s); then ten invariants are checked over store, engine, files,
gateways and logs. What was acknowledged is known from a file that the citizens write themselves. `tests/fault/test_checker.py`
plants a bug for each invariant and sees it found.

What is promised: *at-least-once steps, at-most-once effects, nothing acknowledged is lost*. A process kill is not a power cut:
the kernel's buffers survive here.

## Invariants

"""


def lines(result: Result) -> Iterator[str]:
    """For the terminal."""
    yield f"{'holds' if result.holds else 'DOES NOT HOLD'} after {result.seconds:.0f} s"
    yield json.dumps(result.figures, ensure_ascii=False)
    for one in result.criteria:
        yield f"{'ok ' if one.holds else 'NO '} {one.what}: {one.seen} (wanted {one.wanted})"
    for name, count in result.invariants.items():
        if count:
            yield f"NO  {name}: {count} findings"
            yield from (f"      {line}" for line in result.findings[name])


def write() -> None:
    results = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(KEPT.glob("*.json"))]
    parts = [HEAD, *(f"- **{name}** {_sentence(check)}\n" for name, check in INVARIANTS.items())]
    parts += ["\n## Faults and invariants\n\nFindings per invariant; 0 is what is wanted.\n\n", *_matrix(results)]
    parts += ["\nRuns with `--quick` are small ones, to see that rig and city work.", *_missing(results), "\n"]
    parts += ["\n## Figures\n\n", *_figures(results), "\n## Each run\n", *map(_run, results)]
    REPORT.write_text("".join(parts), encoding="utf-8")


def _sentence(check: Any) -> str:
    return (check.__doc__ or "").partition(": ")[2].replace("\n    ", " ")


def _matrix(results: list[dict[str, Any]]) -> Iterator[str]:
    names = list(INVARIANTS)
    yield f"| fault | on | {' | '.join(names)} | criteria | holds |\n|---|---|{'---|' * len(names)}---|---|\n"
    for one in results:
        counts = " | ".join(str(one["invariants"].get(name, "–")) for name in names)
        met = sum(criterion["holds"] for criterion in one["criteria"])
        where, holds = f"{one['options']['flavour']}, {one['options']['db']}", "yes" if one["holds"] else "**no**"
        yield f"| {one['fault']} {one['title']} | {where} | {counts} | {met}/{len(one['criteria'])} | {holds} |\n"


def _missing(results: list[dict[str, Any]]) -> Iterator[str]:
    """A fault that was never run is no fault survived."""
    run = {one["fault"] for one in results}
    known = sorted(path.stem.upper() for path in (Path(__file__).parent / "faults").glob("f[0-9]*.py"))
    if missing := [name for name in known if name not in run]:
        yield f" No result is kept here yet for: {', '.join(missing)}."


def _figures(results: list[dict[str, Any]]) -> Iterator[str]:
    yield "| fault | on | acknowledged | lost | to the end | effects | twice | slowest recovery | drained in | run |\n"
    yield "|---|---|---|---|---|---|---|---|---|---|\n"
    for one in results:
        found, where = one["figures"], f"{one['options']['flavour']}, {one['options']['db']}"
        recovery = f"{max(found['recovery seconds'])} s" if found.get("recovery seconds") else "–"
        yield (
            f"| {one['fault']} | {where} | {found.get('acknowledged', '–')} | {found.get('lost', '–')} | "
            f"{found.get('cases taken to their end', '–')} | {found.get('effects', '–')} | {found.get('effects twice', '–')} | "
            f"{recovery} | {found.get('drain seconds', '–')} s | {one['seconds']:.0f} s |\n"
        )


def _run(one: dict[str, Any]) -> str:
    options = one["options"]
    command = f"python -m tests.fault run {one['fault']} --acks {options['acks']} --seed {options['seed']}"
    command += f" --flavour {options['flavour']} --db {options['db']}" + (" --quick" if options["quick"] else "")
    rows = [f"\n### {one['fault']} {one['title']}\n\n"]
    rows += [f"`{command}`, {one['began'][:10]}, {', '.join(one['versions'].values())}\n\n"]
    rows += ["| criterion | wanted | seen | |\n|---|---|---|---|\n"]
    rows += [f"| {c['what']} | {c['wanted']} | {c['seen']} | {'yes' if c['holds'] else '**no**'} |\n" for c in one["criteria"]]
    rows += ["\n", ", ".join(f"{name}: {value}" for name, value in one["figures"].items() if value not in ({}, [])), "\n"]
    for name, found in one["findings"].items():
        rows += [f"\n{name}:\n", *(f"- {line}\n" for line in found)]
    return "".join(rows)
