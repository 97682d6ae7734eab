"""`onething case` and `onething archive`: look at one case, take its package out, check a package."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from onething.cli import console
from onething.settings import get_settings

case_app = typer.Typer(help="办件", no_args_is_help=True)
archive_app = typer.Typer(help="归档包", no_args_is_help=True)
AsJson = Annotated[bool, typer.Option("--json", help="只输出 JSON")]


@case_app.command("show")
@console.plain_errors
def show(number: str, as_json: AsJson = False) -> None:
    """查看一个办件：状态、时限、文书。"""
    from onething.cli.reports import case_report

    console.show(case_report(get_settings(), number, console.who()), as_json)


@case_app.command("archive")
@console.plain_errors
def take_out(
    number: str,
    item: Annotated[str, typer.Option(help="只取一个事项")] = "",
    out: Annotated[Path, typer.Option(help="存放的目录")] = Path(),
) -> None:
    """导出办件的归档包；办件送达或撤回办结之后才有。"""
    from onething.cli.reports import export_archive

    console.out.print(f"已导出 {export_archive(get_settings(), number, item, out, console.who())}", soft_wrap=True)


@archive_app.command("verify")
@console.plain_errors
def verify(file: Path, as_json: AsJson = False) -> None:
    """核对归档包：每个文件都在，内容没有改动。"""
    from onething.cli.reports import archive_report

    report = archive_report(file)
    console.show(report, as_json)
    raise typer.Exit(0 if report["完整"] else 1)
