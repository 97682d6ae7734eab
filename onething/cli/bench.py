"""`onething bench`: how fast our worker loop is beside other clients, on engines that are there for it alone."""

from __future__ import annotations

import sys
import tempfile
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from onething.cli import console
from onething.errors import InvalidInput
from onething.settings import get_settings


class Kind(StrEnum):
    THROUGHPUT = "throughput"
    LATENCY = "latency"
    ISOLATION = "isolation"
    GROWTH = "growth"


class Database(StrEnum):
    H2 = "h2"
    POSTGRES = "postgres"


class Flavour(StrEnum):
    OPERATON = "operaton"
    CAMUNDA = "camunda"


@dataclass(frozen=True)
class Asked:
    rounds: int
    cases: int
    seconds: int
    minutes: float
    sizes: str


@console.plain_errors
def bench(
    kind: Annotated[Kind, typer.Argument(help="测什么：吞吐、取件延迟、慢主题隔离、办件增多")] = Kind.THROUGHPUT,
    db: Annotated[Database, typer.Option(help="引擎用的数据库")] = Database.H2,
    flavour: Annotated[Flavour, typer.Option(help="哪个引擎")] = Flavour.OPERATON,
    rounds: Annotated[int, typer.Option(min=1, help="轮数，各客户端轮流，取中位数")] = 5,
    cases: Annotated[int, typer.Option(min=1, help="每轮多少办件")] = 100,
    seconds: Annotated[int, typer.Option(min=1, help="延迟类测量持续多少秒")] = 60,
    minutes: Annotated[float, typer.Option(help="throughput：过了这么多分钟不再开始新的一轮")] = 60.0,
    sizes: Annotated[str, typer.Option(help="growth：依次在办多少件")] = "1000,100000",
    clients: Annotated[str, typer.Option(help="只测这些客户端，逗号分隔")] = "",
    json_file: Annotated[Path | None, typer.Option("--json", help="每一轮的结果写入此文件")] = None,
    table_file: Annotated[Path | None, typer.Option("--table", help="表格写入此 Markdown 文件")] = None,
) -> None:
    """在专用的引擎上测量自动办理程序，与其他客户端轮流比较。不影响正在运行的系统。"""
    from bench import report, table
    from bench.rig import run_rig

    settings = get_settings()
    chosen = _chosen(clients, kind)
    with tempfile.TemporaryDirectory(prefix="onething-bench-") as folder:
        console.step(f"启动测量用的引擎 · starting {flavour} on {db}")
        with run_rig(settings.home, Path(folder), db, flavour) as rig:
            found = _measure(kind, rig, chosen, Asked(rounds, cases, seconds, minutes, sizes), settings.var_dir / "bench")
    full = report.describe(settings.home, kind, db, flavour, _command(sys.argv), found)
    if json_file:
        report.save(json_file, full)
    text = table.table(full)
    if table_file:
        table_file.write_text(text, encoding="utf-8")
    typer.echo(text)


def _command(arguments: list[str]) -> str:
    """What was asked, for the report: without the places it was written to."""
    asked = arguments[arguments.index("bench"):] if "bench" in arguments else ["bench"]
    places = {number + more for number, word in enumerate(asked) if word in ("--json", "--table") for more in (0, 1)}
    return " ".join(["onething", *(word for number, word in enumerate(asked) if number not in places)])


def _chosen(names: str, kind: Kind) -> list[Any]:
    from bench.clients import CLIENTS, OURS

    known = {client.name: client for client in CLIENTS}
    asked = [name.strip() for name in names.split(",") if name.strip()]
    if unknown := set(asked) - set(known):
        raise InvalidInput(f"没有客户端 {'、'.join(sorted(unknown))}；可选：{'、'.join(known)} · unknown client")
    usual = list(known) if kind in (Kind.THROUGHPUT,) else list(OURS)
    return [known[name] for name in asked or usual]


def _measure(kind: Kind, rig: Any, chosen: list[Any], asked: Asked, cache: Path) -> dict[str, Any]:
    from bench import growth, latency, throughput

    if kind is Kind.THROUGHPUT:
        plan = throughput.Plan(asked.cases, asked.rounds, chosen, asked.minutes)
        return throughput.measure(rig, plan, cache, console.step)
    if kind is Kind.LATENCY:
        return latency.measure(rig, chosen, asked.seconds, cache, console.step)
    if kind is Kind.ISOLATION:
        return latency.isolation(rig, chosen, asked.rounds, asked.seconds, cache, console.step)
    counts = [int(size) for size in asked.sizes.split(",")]
    return growth.measure(rig, chosen, counts, asked.cases, asked.rounds, cache, console.step)
