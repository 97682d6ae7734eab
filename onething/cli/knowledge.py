"""`onething knowledge`: what the hotline 12345 gets, as JSON or as a workbook."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from onething.catalogue import load_catalogue
from onething.catalogue.knowledge import export_knowledge
from onething.cli import console
from onething.errors import InvalidInput
from onething.settings import get_settings
from onething.spreadsheets import Sheet, write_xlsx
from onething.vocabulary import Level

knowledge_app = typer.Typer(help="咨询辅导知识", no_args_is_help=True)
ANSWERS = (
    ("一件事", 20), ("问题", 36), ("答案", 70), ("负责部门", 20), ("办理层级", 10), ("来源", 40), ("核实情况", 10),
    ("审核日期", 12), ("办事指南版本", 20),
)
THINGS = (("一件事", 36), ("牵头部门", 24), ("办理层级", 10), ("条数", 8), ("已核实", 8), ("办事指南版本", 20), ("知识版本", 20))


@knowledge_app.command("export")
@console.plain_errors
def knowledge_export(
    as_json: Annotated[bool, typer.Option("--json", help="只输出 JSON")] = False,
    xlsx: Annotated[Path | None, typer.Option("--xlsx", help="写入这个 Excel 文件")] = None,
    level: Annotated[str, typer.Option("--level", help="只要有这一层级事项的一件事：省、市、县、乡")] = "",
    bundle: Annotated[str, typer.Option("--bundle", help="只要这一件事，例如 open-restaurant")] = "",
) -> None:
    """各一件事的咨询辅导知识，供 12345 热线知识库使用；还没有整理的也会列出。"""
    catalogue = load_catalogue(get_settings().home)
    things = export_knowledge(catalogue, level=_level(level) if level else None, bundle=bundle or None)
    if xlsx:
        write_xlsx(xlsx, sheets_of(things))
    if as_json:
        typer.echo(json.dumps(things, ensure_ascii=False, indent=1))
    elif xlsx:
        console.out.print(f"已写入 {xlsx}：{len(things)} 件事，{sum(len(thing['entries']) for thing in things)} 条问答")
    else:
        console.out.print(_table(things))


def sheets_of(things: list[dict[str, Any]]) -> list[Sheet]:
    """问答 for the hotline's knowledge base, 一件事 as an overview."""
    answers = [
        (thing["name"], entry["question"], entry["answer"], entry["owner"], "、".join(entry["levels"]), entry["source"],
         "已核实" if entry["confirmed"] else "待核实", entry["reviewed"] or "", entry["guide_version"])
        for thing in things for entry in thing["entries"]
    ]
    overview = [
        (thing["name"], thing["lead"], "、".join(thing["levels"]), len(thing["entries"]), _confirmed(thing),
         thing["guide_version"], thing["version"])
        for thing in things
    ]
    return [Sheet("问答", ANSWERS, answers), Sheet("一件事", THINGS, overview)]


def _table(things: list[dict[str, Any]]) -> Table:
    table = Table("一件事", "牵头部门", "层级", "条数", "已核实", "办事指南版本", "知识版本")
    for thing in things:
        count = str(len(thing["entries"])) if thing["complete"] else "还没有整理"
        table.add_row(
            thing["name"], thing["lead"], "、".join(thing["levels"]), count, str(_confirmed(thing)),
            thing["guide_version"], thing["version"],
        )
    return table


def _confirmed(thing: dict[str, Any]) -> int:
    return sum(entry["confirmed"] for entry in thing["entries"])


def _level(name: str) -> Level:
    for level in Level:
        if name in (level.label, level.value):
            return level
    known = "、".join(level.label for level in Level)
    raise InvalidInput(f"没有“{name}”这个层级；请用{known}之一", field="level", code="unknown-level")
