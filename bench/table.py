"""Tables of measurements, in Markdown, from their JSON files: medians of the rounds, and ratios to the best peer."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from bench.clients import CLIENTS, OURS
from bench.rig import median

TITLES = {client.name: client.title for client in CLIENTS}
DATABASES = {"h2": "H2, WRITE_DELAY=0", "postgres": "PostgreSQL"}
Report = Mapping[str, Any]
MEASURED = "## Measured\n"


def table(report: Report) -> str:
    """The section of one measurement."""
    heading, rows = TABLES[report["kind"]](report)
    engine = "" if report["engine"] == "none" else f"{report['engine']} on "
    versions = ", ".join(f"{name} {number}" for name, number in report["versions"].items())
    machine = report["machine"]
    lines = [
        f"### {heading}: {engine}{DATABASES[report['database']]}", "",
        f"`{report['command']}`, {report['measured_at'][:10]}; {machine['processor']}, {machine['cores']} cores, "
        f"{machine['memory_gib']} GiB; {versions}.", "", *rows,
        *(f"\nNot measured: {TITLES[name]}: {why}" for name, why in report["not_measured"].items()),
    ]
    return "\n".join(lines) + "\n"


def page(home: Path) -> str:
    """The tables of all measurements that were kept, in the order of their names."""
    files = sorted((home / "docs" / "performance").glob("*.json"))
    return "\n".join(table(json.loads(file.read_text(encoding="utf-8"))) for file in files)


def write_page(home: Path) -> None:
    """Renew the tables of docs/performance.md; what stands above them is written by hand."""
    path = home / "docs" / "performance.md"
    above = path.read_text(encoding="utf-8").partition(MEASURED)[0]
    path.write_text(f"{above}{MEASURED}\n{page(home)}", encoding="utf-8")


def throughput(report: Report) -> tuple[str, list[str]]:
    rows, best = [], 0.0
    found = {name: _rounds(report, name) for name in TITLES}
    for name, rounds in found.items():
        if rounds and name not in OURS:
            best = max(best, _middle(rounds, "tasks_per_second"))
    for name, rounds in found.items():
        if rounds:
            rate = _middle(rounds, "tasks_per_second")
            rows.append([
                TITLES[name], f"{rate:.0f}", f"{rate / best:.2f}" if best else "",
                f"{min(_values(rounds, 'tasks_per_second')):.0f}–{max(_values(rounds, 'tasks_per_second')):.0f}",
                f"{_middle(rounds, 'seconds_to_the_end'):.1f}", _locking(rounds), _calls(rounds),
                f"{_middle(rounds, 'client_cpu_ms_per_task'):.1f}", f"{_middle(rounds, 'engine_cpu_ms_per_task'):.1f}",
                f"{max(_values(rounds, 'client_rss_mib')):.0f}",
            ])
    head = ["client", "tasks/s", "to best peer", "range", "s to the end", "completions refused", "calls per task",
            "client CPU ms/task", "engine CPU ms/task", "RSS MiB"]
    count = max((one["round"] for one in report["rounds"]), default=0)
    return f"Throughput, {report['cases']} cases of {report['tasks_per_case']} tasks, medians of {count}", _lines(head, rows)


def latency(report: Report) -> tuple[str, list[str]]:
    rows = [
        [TITLES[one["client"]], str(one["tasks"]), str(one["never_started"]), *(f"{one[name]:.0f}" for name in
         ("p50_ms", "p95_ms", "p99_ms", "most_ms"))]
        for one in report["rounds"]
    ]
    heading = f"From creation to handler, {report['cases_per_second']} cases a second for {report['seconds']} s"
    return heading, _lines(["client", "tasks", "not started", "p50 ms", "p95 ms", "p99 ms", "most ms"], rows)


def isolation(report: Report) -> tuple[str, list[str]]:
    rows = []
    for name in TITLES:
        rounds = _rounds(report, name)
        if rounds:
            alone = [one for one in rounds if not one["slow_tasks"]]
            beside = [one for one in rounds if one["slow_tasks"]]
            before, after = _middle(alone, "p95_ms"), _middle(beside, "p95_ms")
            left = max(_values(beside, "never_started"))
            rows.append([TITLES[name], f"{before:.0f}", f"{after:.0f}", f"{after / before:.2f}", f"{left:.0f}"])
    heading = f"A slow topic ({report['slow_tasks']} tasks of {report['slow_seconds']} s) beside the others"
    return heading, _lines(["client", "p95 ms alone", "p95 ms beside it", "ratio", "others not started"], rows)


def growth(report: Report) -> tuple[str, list[str]]:
    rows = []
    for size in report["sizes"]:
        for name in TITLES:
            rounds = [one for one in _rounds(report, name) if one["open_cases"] == size["open_cases"]]
            if rounds:
                first = [one for one in _rounds(report, name) if one["open_cases"] == report["sizes"][0]["open_cases"]]
                rate = _middle(rounds, "tasks_per_second")
                rows.append([
                    f"{size['open_cases']:,}", TITLES[name], f"{rate:.0f}", f"{rate / _middle(first, 'tasks_per_second'):.2f}",
                    f"{max(_values(rounds, 'client_rss_mib')):.0f}", f"{size['engine_bytes_per_case']:,}",
                ])
    head = ["open cases", "client", "tasks/s", "to the first", "RSS MiB", "engine bytes per open case"]
    return "Growth", _lines(head, rows)


SIDES = {
    "plain": "first version, camunda-external-task-client-python3 4.5.0, a thread per topic",
    "loop": "first version's models and steps, today's engine settings and worker loop",
    "today": "today: models, engine, workers with inbox and effects",
}


def cases(report: Report) -> tuple[str, list[str]]:
    rows, plain = [], _rounds(report, "plain", "side")
    for name, title in SIDES.items():
        if rounds := _rounds(report, name, "side"):
            middle = {key: _middle(rounds, key) for key, value in rounds[0].items() if isinstance(value, int | float)}
            ratio = middle["cases_per_minute"] / _middle(plain, "cases_per_minute") if plain else 0
            rates = _values(rounds, "cases_per_minute")
            rows.append([
                title, f"{middle['cases_per_minute']:.1f}", f"{ratio:.2f}", f"{min(rates):.1f}–{max(rates):.1f}",
                f"{middle['cases_per_minute_to_the_end']:.1f}", f"{middle['steps_per_minute']:,.0f}",
                f"{middle['automatic_steps_per_case']:.0f} / {middle['forms_per_case']:.0f}",
                *(f"{middle[f'{part}_cpu_ms_per_case'] / 1000:.2f}" for part in ("engine", "postgres", "workers", "people")),
                f"{sum(one['completions_refused'] for one in rounds)} of {sum(one['completions'] for one in rounds)}",
            ])
    head = ["side", "cases/min", "to plain", "range", "to the end", "steps and forms/min", "steps / forms a case",
            "CPU s a case: engine", "PostgreSQL", "workers", "people", "completions refused"]
    count = max((one["round"] for one in report["rounds"]), default=0)
    return (f"Completed 开饭店 cases, {report['open']} of {report['cases']} open at a time, medians of {count}; "
            f"first version is {report['first_version']}", _lines(head, rows))


def reads(report: Report) -> tuple[str, list[str]]:
    alone, beside = ([one for one in report["rounds"] if one["beside"] is part] for part in (False, True))
    rows = [
        [title, rate, *(f"{_middle(rounds, f'{what}_p{share}_ms'):.0f}" for share in (50, 95, 99)),
         f"{min(_values(rounds, f'{what}_p95_ms')):.0f}–{max(_values(rounds, f'{what}_p95_ms')):.0f}", goal]
        for rounds, what, rate, title, goal in (
            (alone, "read", f"{report['rate']:g}", "everything that is read", "p95 ≤ 60"),
            (beside, "read", f"{report['rate']:g}", "the same, with submissions beside it", ""),
            (beside, "submit", f"{report['submits_per_second']:g}", "submissions", "p95 ≤ 300"),
            (beside, "files", f"{report['submits_per_second']:g}", f"their {report['files_per_submission']} files", ""),
        )
    ]
    lines = _lines(["what", "per second", "p50 ms", "p95 ms", "p99 ms", "p95 of the rounds", "goal"], rows)
    routes = [
        [f"`{route}`", str(share), *_route(alone, route), *_route(beside, route)[1:]] for route, share in report["mix"].items()
        if any(route in one["routes"] for one in alone) and any(route in one["routes"] for one in beside)
    ]
    first = sum(report["first_page_bytes"].values()) / 1024
    made = ", ".join(f"{count} {goal}" for goal, count in sorted(report["cases_by_state"].items()))
    count = max(one["round"] for one in report["rounds"])
    return (f"The front door, one process, {count} rounds of twice {report['seconds']:g} s, medians", [
        *lines, "", *_lines(["read", "of a hundred", "times", "p50 ms", "p95 ms", "p50 ms beside", "p95 ms beside"], routes), "",
        f"Cases: {made}. Cores used: {_cores(alone)}; with submissions {_cores(beside)}. Memory of the front door: "
        f"{max(_values(report['rounds'], 'door_mib')):.0f} MiB. Load average before each half: "
        f"{', '.join(str(one['load_before']) for one in report['rounds'])}. "
        f"The first page and what it loads: {first:.0f} KiB gzipped (goal 200).",
    ])


def _route(rounds: Sequence[Mapping[str, Any]], route: str) -> list[str]:
    """How often in all, p50, p95."""
    found = [one["routes"][route] for one in rounds if route in one["routes"]]
    return [str(sum(one["times"] for one in found)), *(f"{_middle(found, f'p{share}_ms'):.0f}" for share in (50, 95))]


def _cores(rounds: Sequence[Mapping[str, Any]]) -> str:
    named = (("door", "front door"), ("workers", "workers"), ("engine", "engine"))
    return ", ".join(f"{title} {_middle(rounds, f'{name}_cpu_share'):.2f}" for name, title in named)


TABLES: Mapping[str, Callable[[Report], tuple[str, list[str]]]] = {
    "throughput": throughput, "latency": latency, "isolation": isolation, "growth": growth, "cases": cases, "reads": reads,
}


def _rounds(report: Report, name: str, of: str = "client") -> list[Mapping[str, Any]]:
    return [one for one in report["rounds"] if one[of] == name]


def _values(rounds: Sequence[Mapping[str, Any]], name: str) -> list[float]:
    return [float(one[name]) for one in rounds]


def _middle(rounds: Sequence[Mapping[str, Any]], name: str) -> float:
    return median(_values(rounds, name))


def _locking(rounds: Sequence[Mapping[str, Any]]) -> str:
    """Completions the engine rolled back, of all in all rounds."""
    refused = sum(one["requests"].get("complete 500", 0) for one in rounds)
    return f"{refused} of {sum(one['requests'].get('complete', 0) for one in rounds)}"


def _calls(rounds: Sequence[Mapping[str, Any]]) -> str:
    calls = sum(count for one in rounds for name, count in one["requests"].items() if " " not in name)
    return f"{calls / max(sum(one['tasks_done'] for one in rounds), 1):.2f}"


def _lines(head: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    return ["| " + " | ".join(row) + " |" for row in (head, ["---"] * len(head), *rows)]


if __name__ == "__main__":
    write_page(Path(__file__).resolve().parent.parent)
