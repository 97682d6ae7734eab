"""`onething model`: the analyst's commands."""

from __future__ import annotations

from typing import Annotated

import typer

from onething.catalogue import load_catalogue
from onething.cli import console
from onething.settings import get_settings

model_app = typer.Typer(help="流程模型", no_args_is_help=True)


@model_app.command("new")
@console.plain_errors
def new(
    slug: str, district: Annotated[str, typer.Option(help="区县代码：绘制该区县增加事项后的模型")] = ""
) -> None:
    """按事项清单绘制一个新的流程模型；已有的模型归分析员所有，不会覆盖。"""
    from onething.modelling.scaffold import new_model

    home = get_settings().home
    catalogue = load_catalogue(home).in_district(district)
    console.out.print(f"已绘制 {new_model(slug, catalogue, home).relative_to(home)}")


@model_app.command("lint")
@console.plain_errors
def lint(as_json: Annotated[bool, typer.Option("--json", help="只输出 JSON")] = False) -> None:
    """检查全部模型与事项清单、表单、自动办理程序是否一致。"""
    from onething.modelling.lint import RULES, id_of, lint_all

    home = get_settings().home
    findings = lint_all(home, load_catalogue(home))
    why = {id_of(rule): rule.WHY for rule in RULES}
    entries = [
        {"文件": f.file, "元素": f.element, "名称": f.name, "规则": f.rule, "问题": f.message, "办法": f.cure,
         "为什么": why.get(f.rule, "")}
        for f in findings
    ]
    console.show({"问题数": len(entries), "问题": entries}, as_json)
    raise typer.Exit(1 if entries else 0)


@model_app.command("templates")
@console.plain_errors
def templates() -> None:
    """生成 Camunda Modeler 的元素模板：每个自动步骤一个，选用后主题和步骤不会写错。"""
    from onething.modelling.templates import write

    home = get_settings().home
    console.out.print(f"已生成 {write(home).relative_to(home)}")


@model_app.command("deploy")
@console.plain_errors
def deploy() -> None:
    """检查全部模型，没有问题才把模型和表单部署到引擎；没有改动时不产生新版本。"""
    from onething.cli.deploying import deploy_checked
    from onething.cli.stack import admin_client

    settings = get_settings()
    report = deploy_checked(settings.home, admin_client(settings))
    console.out.print("已部署新版本" if report.new else "没有改动，未产生新版本")
