"""`onething simulate`: take synthetic cases through months in seconds, on an engine that is there for it alone."""

from __future__ import annotations

import logging
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import structlog
import typer
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from onething.catalogue import cached_catalogue
from onething.cli import console
from onething.errors import InvalidInput
from onething.settings import get_settings


class Until(StrEnum):
    ACCEPTED = "accepted"
    DECIDED = "decided"
    TERMINAL = "terminal"


@console.plain_errors
def simulate(
    bundle: Annotated[str, typer.Argument(help="一件事的英文代码，如 open-restaurant")] = "",
    every: Annotated[bool, typer.Option("--all", help="全部 50 个一件事")] = False,
    until: Annotated[Until, typer.Option(help="走到哪一步：受理、决定或办结")] = Until.TERMINAL,
    seed: Annotated[int, typer.Option(help="同一个数，同一个故事")] = 1,
    cases: Annotated[int, typer.Option(min=1, max=50, help="每个一件事至少几个办件")] = 2,
    summary: Annotated[Path | None, typer.Option(help="把汇总写成 Markdown 文件")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="只输出 JSON")] = False,
) -> None:
    """模拟申请人、窗口和审查人员办理，时间可快进；打印每个事项走过的路和没有守住的时限。不影响正在运行的系统。"""
    if bool(bundle) == every:
        raise InvalidInput("请写明一个一件事的代码，或用 --all 模拟全部 · name one bundle, or say --all")
    from simulation import run
    from simulation import summary as summaries

    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    home, quiet = get_settings().home, (lambda _text: None)
    with _bar() as bar:
        row = bar.add_task("", total=None, visible=not as_json)

        def told(at: datetime, still_open: int) -> None:
            bar.update(row, description=f"{at:%Y-%m-%d %H:%M}，未办结 {still_open} 件")

        outcome = run.simulate(home, [bundle] if bundle else [], seed, cases, until, quiet if as_json else console.step, told)
    catalogue = cached_catalogue(home)
    if summary:
        summary.write_text(summaries.markdown(outcome, catalogue, seed), encoding="utf-8")
    if as_json:
        console.show(summaries.as_json(outcome, seed), as_json)
    else:
        _print(("办件", "事项", "走过的路", "结果", "用时/承诺", "超期"), summaries.path_rows(outcome))
        _print(summaries.HEAD, summaries.bundle_rows(outcome, catalogue))
        for problem in outcome.problems:
            console.fail(problem)
    raise typer.Exit(1 if outcome.problems else 0)


def _bar() -> Progress:
    return Progress(
        SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn(), console=console.out, transient=True
    )


def _print(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> None:
    table = Table(*head)
    for column in table.columns:
        column.overflow = "fold"
    for row in rows:
        table.add_row(*row)
    console.out.print(table)
