"""`onething model`: the analyst's commands."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from onething.catalogue import Catalogue, load_catalogue
from onething.cli import console
from onething.errors import NotFound
from onething.settings import get_settings

if TYPE_CHECKING:
    from onething.modelling.compare import Difference
    from onething.modelling.sync import Synced

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


@model_app.command("sync")
@console.plain_errors
def sync(
    slug: Annotated[str, typer.Argument(help="一件事的代号；不写就更新全部模型")] = "",
    district: Annotated[str, typer.Option(help="区县代码：该区县增加事项后的模型")] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只说明会改什么，不写文件")] = False,
) -> None:
    """按事项清单更新模型：增删事项框和前置关系、改名、按新的办理类型改画；手工画的和摆的都不动。"""
    from onething.modelling.lint import lint_model
    from onething.modelling.names import ModelError, parse
    from onething.modelling.saving import write_whole
    from onething.modelling.sync import sync as synced

    home = get_settings().home
    whole = load_catalogue(home)
    catalogue = whole.in_district(district)
    changed, refused = 0, []
    for one in [slug] if slug else catalogue.bundles:
        path, file = _model_of(one, catalogue, home)
        try:
            done = synced(path.read_bytes(), file, catalogue.bundle(one), catalogue)
        except ModelError as error:  # the others can be brought into line all the same
            refused.append(error)
            continue
        if done.changes:
            changed += 1
            if not dry_run:
                write_whole(path, done.data)
            _tell_synced(file, done, dry_run, len(lint_model(parse(done.data, file), file, whole, home)))
    if not (changed or refused):
        console.out.print(f"{f'{file}：' if slug else '全部模型：'}与事项清单一致，没有改动")
    if refused:
        raise ModelError("\n".join(error.message for error in refused), code=refused[0].code)


def _tell_synced(file: str, done: Synced, dry_run: bool, left: int) -> None:
    console.out.print(f"{file}：{'会作以下改动（没有写入）' if dry_run else '已作以下改动'}")
    console.points(done.changes)
    if left:
        console.out.print(f"  还有 {left} 处要由人来改：请运行 onething model lint 查看")


@model_app.command("diff")
@console.plain_errors
def diff(
    slug: Annotated[str, typer.Argument(help="模型文件名，不带 .bpmn；不写就比较全部模型")] = "",
    against: Annotated[str, typer.Option(help="和哪个版本比：另一个文件，或 git 的版本、分支、提交号")] = "HEAD",
    as_json: Annotated[bool, typer.Option("--json", help="只输出 JSON")] = False,
    picture: Annotated[Path | None, typer.Option(help="把改动画成 SVG 图，写到这个文件")] = None,
) -> None:
    """用话说出模型改了什么：增加、删去、改名、改接、改设置；只移动了的只说有多少个，--json 里逐个列出。"""
    from onething.cli.changes import draw
    from onething.cli.versions import models_of, version
    from onething.modelling.compare import Difference, compare
    from onething.modelling.names import ModelError
    from onething.modelling.read import read_model

    home = get_settings().home
    paths = models_of(home, slug)
    if len(paths) != 1 and (picture or Path(against).is_file()):
        raise ModelError("和一个文件比较、画图，都要指明一个模型；请在命令后写上它的名称", code="one-model")
    if picture and not picture.absolute().parent.is_dir():
        raise NotFound(f"没有文件夹 {picture.absolute().parent}；请先建立它，或把图写到别处", code="no-folder")
    report: dict[str, list[Difference]] = {}
    for path in paths:
        before, after = version(home, path, against), read_model(path)
        file = path.relative_to(home).as_posix()
        if before is None:
            report[file] = [Difference("added", path.stem, "", f"{against} 里还没有这个模型")]
            continue
        found = compare(before, after)
        if found:
            report[file] = found
        if picture:
            draw(picture, before, after, found)
    _tell(report, as_json, against)


def _tell(report: dict[str, list[Difference]], as_json: bool, against: str) -> None:
    from onething.modelling.compare import told

    if as_json:
        console.show({"against": against, "models": {file: list(map(asdict, found)) for file, found in report.items()}}, True)
        return
    if not report:
        console.out.print(f"和 {against} 相比没有改动")
    for file, found in report.items():
        console.out.print(f"{file}：{len(told(found))} 处改动")
        console.points(told(found))


def _model_of(slug: str, catalogue: Catalogue, home: Path) -> tuple[Path, str]:
    """Where the model of a bundle is, and how messages name the file. Raises `NotFound`."""
    file = f"bpmn/bundles/{catalogue.bundle(slug).process}.bpmn"
    if not (home / file).is_file():
        raise NotFound(f"没有流程模型 {file}；请先用 onething model new 绘制", code="unknown-model")
    return home / file, file


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
def deploy(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只检查并说明会改什么，不部署")] = False,
    pictures: Annotated[Path | None, typer.Option(help="改动图放在哪个文件夹；默认 var/changes")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="只输出 JSON")] = False,
) -> None:
    """检查全部模型，说明和引擎里的有什么不同，没有问题才把模型和表单一起部署；没有改动时不产生新版本。"""
    from onething.cli import deploying
    from onething.cli.changes import draw_all, undeployed
    from onething.cli.stack import admin_client

    settings = get_settings()
    client = admin_client(settings)
    deploying.require_clean(settings.home)
    changes = undeployed(settings.home, client)
    drawn = draw_all(pictures or settings.var_dir / "changes", changes)
    new = False if dry_run else deploying.put_live(settings, client).new
    if as_json:
        told = {change.file: list(change.sentences) for change in changes}
        console.show({"changes": told, "pictures": [str(path) for path in drawn], "deployed": new}, True)
        return
    for change in changes:
        console.out.print(f"{change.file}：{len(change.told)} 处")
        console.points(change.told)
    for path in drawn:
        console.out.print(f"改动图 {path}", soft_wrap=True)
    done = "已部署新版本；在办的件仍按原来的版本办，要改走请用 onething model migrate" if new else "没有改动，未产生新版本"
    console.out.print(("没有部署（--dry-run）" if changes else "没有改动") if dry_run else done)
