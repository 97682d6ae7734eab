"""`onething retention` and `onething hold`: what is cleared after its time, and what stops that."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from onething import retention as clearing
from onething.bootstrap import build_tools
from onething.cli import console
from onething.deadlines import CHINA
from onething.errors import InvalidInput
from onething.settings import get_settings
from onething.store import audit, holds

AsJson = Annotated[bool, typer.Option("--json", help="只输出 JSON")]
Number = Annotated[str, typer.Argument(help="办件或者咨询的编号")]
SHOWN = 20
hold_app = typer.Typer(help="暂停清理：争议、诉讼、监督调查期间的办件", no_args_is_help=True)


@console.plain_errors
def retention(
    apply: Annotated[bool, typer.Option("--apply", help="真正清理；不加时只列出")] = False, as_json: AsJson = False
) -> None:
    """按 catalogue/retention_rules.yaml 清理保存期满的内容；默认只列出将要清理什么、依据是什么。"""
    rows = [_row(one) for one in clearing.run(build_tools(get_settings()), apply=apply)]
    if as_json:
        console.show({"applied": apply, "rules": rows}, True)
        return
    console.out.print(console.rows("已清理" if apply else "将要清理（没有改动任何内容）", [_line(row) for row in rows]))
    if not apply:
        console.out.print("加上 --apply 才会清理 · nothing was changed")


def _row(one: clearing.Finding) -> dict[str, Any]:
    return {
        "rule": one.rule.key, "what": one.rule.what, "days": one.rule.days,
        "before": f"{one.before.astimezone(CHINA):%Y-%m-%d %H:%M}",
        "count": one.count, "numbers": list(one.numbers), "left": list(one.left), "automatic": one.rule.automatic,
        "source": one.rule.source, "confirmed": one.rule.confirmed,
    }


def _line(row: dict[str, Any]) -> dict[str, str]:
    stays = f"；暂停清理或者没有完整归档包：{_some(row['left'])}" if row["left"] else ""
    return {
        "内容": row["what"], "早于": row["before"], "数量": f"{row['count']}", "编号": _some(row["numbers"]) + stays,
        "依据": row["source"] + ("" if row["confirmed"] else "（待核实）"),
    }


def _some(numbers: list[str]) -> str:
    more = f" 等 {len(numbers)} 件" if len(numbers) > SHOWN else ""
    return "、".join(numbers[:SHOWN]) + more


@hold_app.command("place")
@console.plain_errors
def place(number: Number, reason: Annotated[str, typer.Option(help="为什么暂停，如 行政复议申请〔2026〕12 号")]) -> None:
    """暂停清理一个办件或者咨询，直到解除。"""
    if not reason.strip():
        raise InvalidInput("请用 --reason 写明为什么暂停清理", field="reason", code="reason-missing")
    tools = build_tools(get_settings())
    with tools.store.transaction() as session:
        holds.place(session, tools.clock.now(), number, reason.strip(), console.who())
        audit.record(session, tools.clock.now(), console.who(), "place-hold", number=number)
    console.out.print(f"{number} 暂停清理 · held")


@hold_app.command("lift")
@console.plain_errors
def lift(number: Number) -> None:
    """解除暂停。"""
    tools = build_tools(get_settings())
    with tools.store.transaction() as session:
        holds.lift(session, tools.clock.now(), number, console.who())
        audit.record(session, tools.clock.now(), console.who(), "lift-hold", number=number)
    console.out.print(f"{number} 恢复按期清理 · lifted")


@hold_app.command("list")
@console.plain_errors
def listed(as_json: AsJson = False) -> None:
    """现在暂停清理的办件和咨询。"""
    with build_tools(get_settings()).store.reading() as session:
        rows = [
            {"编号": row.number, "原因": row.reason, "经手": row.placed_by,
             "起始": f"{row.placed_at.astimezone(CHINA):%Y-%m-%d %H:%M}"}
            for row in holds.standing(session)
        ]
    if as_json:
        console.show({"holds": rows}, True)
    elif rows:
        console.out.print(console.rows("暂停清理", rows))
    else:
        console.out.print("没有暂停清理的办件 · no holds")
