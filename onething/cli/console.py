"""What the command line prints: steps, tables, one plain sentence per failure."""

from __future__ import annotations

import functools
import getpass
import json
import sys
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

import typer
from rich.console import Console
from rich.table import Table

from onething.errors import OneThingError

if TYPE_CHECKING:
    from onething.cli.stack import Stack

P = ParamSpec("P")
R = TypeVar("R")
PIPED_WIDTH = 150  # Rich takes 80 columns where it sees no terminal, too narrow for names of items
out = Console(highlight=False, width=None if sys.stdout.isatty() else PIPED_WIDTH)
err = Console(stderr=True, highlight=False)


def step(text: str) -> None:
    out.print(f"[dim]·[/dim] {text}")


def fail(message: str) -> int:
    """Say what went wrong; the exit code to end with."""
    err.print(f"[bold red]✗[/bold red] {message}", soft_wrap=True)
    return 1


def plain_errors(command: Callable[P, R]) -> Callable[P, R]:
    """Errors of ours end in one sentence with the cure, never in a traceback."""

    @functools.wraps(command)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return command(*args, **kwargs)
        except OneThingError as error:
            raise typer.Exit(fail(error.message)) from error

    return wrapped


def show(report: dict[str, Any], as_json: bool) -> None:
    """A report as JSON, or as a two-column table; lists of rows become tables of their own."""
    if as_json:
        typer.echo(json.dumps(report, ensure_ascii=False, indent=1, default=str))
        return
    table = Table(show_header=False)
    for key, value in report.items():
        if isinstance(value, list) and value and isinstance(value[0], dict):
            continue
        table.add_row(key, "、".join(map(str, value)) if isinstance(value, list) else str(value))
    out.print(table)
    for key, value in report.items():
        if isinstance(value, list) and value and isinstance(value[0], dict):
            out.print(rows(key, value))


def points(sentences: Iterable[str]) -> None:
    """Each on a line of its own, as it is."""
    for sentence in sentences:
        out.print(f"  · {sentence}", soft_wrap=True, markup=False)


def rows(title: str, entries: list[dict[str, Any]]) -> Table:
    table = Table(*entries[0], title=title, title_justify="left")
    for entry in entries:
        table.add_row(*("" if value is None else str(value) for value in entry.values()))
    return table


def welcome(stack: Stack, seconds: float) -> None:
    """Where everything is and how to log in."""
    settings = stack.settings
    out.print(f"\n[bold green]✓[/bold green] 已就绪，用时 {seconds:.0f} 秒 · ready\n")
    places = (
        ("群众、企业", settings.base_url, "点“登录”，选择一位演示人员 · log in as a person of the demonstration"),
        ("审查人员", stack.tasklist_url, f"账号与密码在 {settings.var_dir / 'engine-users.json'} · reviewers' accounts"),
        ("管理员", stack.cockpit_url, f"账号与密码在 {settings.var_dir / 'engine-admin.json'} · administrator"),
    )
    for who, address, how in places:
        out.print(f"  [bold]{who}[/bold]  {address}\n      {how}", soft_wrap=True)
    out.print("按 Ctrl-C 停止 · press Ctrl-C to stop")


def who() -> str:
    """Whoever is logged in to the machine, as the audit trail names them."""
    return f"console:{getpass.getuser()}"
