"""`onething`: the command line. Chinese help; `--json` prints nothing but JSON."""

from __future__ import annotations

import signal
import sys
import time
from typing import Annotated

import structlog
import typer

from onething.cli import console
from onething.cli.bench import bench
from onething.cli.breach import breach
from onething.cli.cases import archive_app, case_app
from onething.cli.catalogue import catalogue_app
from onething.cli.check import check
from onething.cli.incidents import incidents, retry
from onething.cli.keys import keys_app
from onething.cli.knowledge import knowledge_app
from onething.cli.migrate import migrate
from onething.cli.models import model_app
from onething.cli.retention import hold_app, retention
from onething.cli.simulate import simulate
from onething.cli.staff import staff_app
from onething.settings import get_settings

app = typer.Typer(help="一件事一次办：启动、演示、查看和维护。", no_args_is_help=True, pretty_exceptions_enable=False)
calendar_app = typer.Typer(help="工作日历", no_args_is_help=True)
audit_app = typer.Typer(help="审计记录", no_args_is_help=True)
app.add_typer(catalogue_app, name="catalogue")
app.add_typer(calendar_app, name="calendar")
app.add_typer(audit_app, name="audit")
app.add_typer(model_app, name="model")
app.add_typer(knowledge_app, name="knowledge")
app.add_typer(case_app, name="case")
app.add_typer(archive_app, name="archive")
app.add_typer(keys_app, name="keys")
app.add_typer(hold_app, name="hold")
app.add_typer(staff_app, name="staff")
model_app.command("migrate")(migrate)
app.command("check")(check)
app.command("simulate")(simulate)
app.command("bench")(bench)
app.command("incidents")(incidents)
app.command("retry")(retry)
app.command("retention")(retention)
app.command("breach")(breach)

AsJson = Annotated[bool, typer.Option("--json", help="只输出 JSON")]


@app.callback()
def main() -> None:
    """Standard output is for answers; what is logged meanwhile goes beside it."""
    structlog.configure(logger_factory=lambda *_: structlog.PrintLogger(sys.stderr))


@app.command()
@console.plain_errors
def up(demo: Annotated[bool, typer.Option("--demo", help="办理三个样例办件")] = False) -> None:
    """启动引擎、自动办理程序和网上办事前台，按 Ctrl-C 停止。"""
    from onething.cli.stack import Stack  # heavy imports, needed by this command only

    settings, started = get_settings(), time.monotonic()
    for number in (signal.SIGINT, signal.SIGTERM):  # also where a shell started us with SIGINT ignored
        signal.signal(number, signal.default_int_handler)
    try:
        with Stack(settings, console.step) as stack:
            if demo:
                from onething.cli.demo import run_demo

                run_demo(stack)
            console.welcome(stack, time.monotonic() - started)
            while (problem := stack.check()) is None:
                time.sleep(1)
            raise typer.Exit(console.fail(problem))
    except KeyboardInterrupt:
        console.step("已停止 · stopped")


@app.command()
@console.plain_errors
def status(as_json: AsJson = False) -> None:
    """办件数量、待发送事项和引擎状态。"""
    from onething.cli.reports import status_report

    console.show(status_report(get_settings()), as_json)


@app.command()
@console.plain_errors
def verify(path: str, as_json: AsJson = False) -> None:
    """核验一份 PDF 的电子签名。"""
    from onething.cli.reports import verify_report

    report = verify_report(get_settings(), path)
    console.show(report, as_json)
    raise typer.Exit(0 if report["valid"] else 1)


@calendar_app.command("check")
@console.plain_errors
def calendar_check(as_json: AsJson = False) -> None:
    """工作日历还能覆盖多少天；不足 60 天时退出码为 1。"""
    from onething.cli.reports import calendar_report

    report = calendar_report(get_settings())
    console.show(report, as_json)
    raise typer.Exit(1 if report["办法"] else 0)


@audit_app.command("verify")
@console.plain_errors
def audit_verify(as_json: AsJson = False) -> None:
    """检查审计记录是否被改动。"""
    from onething.cli.reports import audit_report

    report = audit_report(get_settings())
    console.show(report, as_json)
    raise typer.Exit(0 if report["intact"] else 1)


if __name__ == "__main__":
    app()
