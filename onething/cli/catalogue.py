"""`onething catalogue`: the plan's annexes, what is still to be confirmed, forms, measures, demands."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from onething.application_form import form_file
from onething.catalogue import Catalogue, load_catalogue
from onething.catalogue.export import export_plan_format
from onething.cli import console
from onething.completeness import CONFIRMED, MISSING, TO_CONFIRM, by_department, by_element, statements
from onething.errors import NotFound
from onething.guides import demands as found_demands
from onething.guides import measures as found_measures
from onething.guides.demands import demand_list
from onething.guides.measures import all_measures, measure_rows
from onething.settings import get_settings
from onething.spreadsheets import Sheet, write_xlsx

catalogue_app = typer.Typer(help="事项清单和办事指南", no_args_is_help=True)
AsJson = Annotated[bool, typer.Option("--json", help="只输出 JSON")]
STATES = (CONFIRMED, TO_CONFIRM, MISSING)


def _catalogue() -> Catalogue:
    return load_catalogue(get_settings().home)


def _print(value: Any) -> None:
    typer.echo(json.dumps(value, ensure_ascii=False, indent=1))


@catalogue_app.command("export")
@console.plain_errors
def export(as_json: AsJson = False) -> None:
    """按方案附件的格式输出全部一件事。"""
    entries = export_plan_format(_catalogue())
    if as_json:
        return _print(entries)
    table = Table("对象", "序号", "一件事", "牵头部门", "事项数")
    for entry in entries:
        star = "*" if entry["national"] else ""
        audience = "企业" if entry["audience"] == "enterprise" else "个人"
        table.add_row(audience, str(entry["number"]), star + entry["name"], entry["lead"], str(len(entry["items"])))
    console.out.print(table)
    return None


@catalogue_app.command("completeness")
@console.plain_errors
def completeness(
    department: Annotated[str, typer.Option(help="只列出这个部门（slug）还要核实的内容")] = "", as_json: AsJson = False
) -> None:
    """各部门还有多少内容要核实；加 --department 逐条列出。"""
    catalogue = _catalogue()
    found = statements(catalogue)
    if department:
        if department not in catalogue.departments:
            raise NotFound(f"没有部门“{department}”；请从 catalogue/departments.yaml 中选择")
        return _work_list(catalogue, department, found, as_json)
    offices, elements = by_department(catalogue, found), by_element(found)
    if as_json:
        return _print({
            "departments": {slug: dict(counts) for slug, counts in offices.items()},
            "elements": {element: dict(counts) for element, counts in elements.items()},
        })
    for head, rows in (("部门", {catalogue.department_name(s): c for s, c in offices.items()}), ("要素", elements)):
        table = Table(head, *STATES)
        for name, counts in rows.items():
            table.add_row(name, *(str(counts[state]) for state in STATES))
        console.out.print(table)
    return None


def _work_list(catalogue: Catalogue, department: str, found: list[Any], as_json: bool) -> None:
    rows = [
        (catalogue.items[one.item].name, one.element, one.text, one.state)
        for one in found if one.department == department and one.state != CONFIRMED
    ]
    led = [bundle for bundle in catalogue.in_plan_order() if bundle.lead == department]
    rows += [(f"一件事：{bundle.short_name}", "编者说明", note, TO_CONFIRM) for bundle in led for note in bundle.editor_notes]
    if as_json:
        return _print([dict(zip(("item", "element", "text", "state"), row, strict=True)) for row in rows])
    table = Table("事项", "要素", "内容", "状态", title=f"{catalogue.department_name(department)}待核实清单（{len(rows)} 条）")
    for row in rows:
        table.add_row(*row)
    console.out.print(table)
    return None


@catalogue_app.command("forms")
@console.plain_errors
def forms(check: Annotated[bool, typer.Option("--check", help="只检查，不写文件")] = False) -> None:
    """由字段定义生成各一件事的申请表（forms/applications/*.form）。"""
    home, catalogue = get_settings().home, _catalogue()
    folder, stale = home / "forms" / "applications", []
    folder.mkdir(parents=True, exist_ok=True)
    for bundle in catalogue.bundles.values():
        path = folder / f"{bundle.slug}.form"
        text = json.dumps(form_file(catalogue, bundle), ensure_ascii=False, indent=1) + "\n"
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            stale.append(path.name)
            if not check:
                path.write_text(text, encoding="utf-8")
    if check and stale:
        names = "、".join(stale[:5])
        raise typer.Exit(console.fail(f"{len(stale)} 张申请表与字段定义不一致：{names}；请运行 onething catalogue forms"))
    console.step(f"申请表 {len(catalogue.bundles)} 张，{'有出入' if check else '更新'} {len(stale)} 张")


@catalogue_app.command("measures")
@console.plain_errors
def measures(
    xlsx: Annotated[Path | None, typer.Option("--xlsx", help="写入这个 Excel 文件")] = None, as_json: AsJson = False
) -> None:
    """“七个一”前后对照：逐项办理和一件事一次办的填表、材料、环节、跑动和时间。"""
    found = all_measures(_catalogue())
    _report(found_measures.HEAD, measure_rows(found), "七个一对照", xlsx, as_json)
    if not as_json:
        console.step("推算的前提见各一件事的“七个一”对照（/bundles/<slug>/measures.pdf）")


@catalogue_app.command("demands")
@console.plain_errors
def demands(
    bundle: Annotated[str, typer.Option("--bundle", help="只要这一件事")] = "",
    xlsx: Annotated[Path | None, typer.Option("--xlsx", help="写入这个 Excel 文件")] = None, as_json: AsJson = False,
) -> None:
    """数据共享和电子证照应用需求清单：共享什么、由谁提供、用于哪份材料或哪个字段。"""
    catalogue = _catalogue()
    rows = demand_list(catalogue, catalogue.bundle(bundle) if bundle else None)
    _report(found_demands.HEAD, rows, "数据共享需求", xlsx, as_json)


def _report(head: tuple[str, ...], rows: Sequence[tuple[str, ...]], name: str, xlsx: Path | None, as_json: bool) -> None:
    if xlsx:
        write_xlsx(xlsx, [Sheet(name, [(column, 18) for column in head], rows)])
    if as_json:
        return _print([dict(zip(head, row, strict=True)) for row in rows])
    if xlsx:
        return console.out.print(f"已写入 {xlsx}：{len(rows)} 行")
    table = Table(*head)
    for row in rows:
        table.add_row(*row)
    console.out.print(table)
    return None
