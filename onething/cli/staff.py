"""`onething staff`: who holds which post, from a table that the city keeps (docs/organisation.md)."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from onething import organisation, staffing
from onething.bootstrap import build_tools
from onething.catalogue import cached_catalogue
from onething.cli import console
from onething.deadlines import CHINA
from onething.engine import staff
from onething.engine.identity import USERS_FILE, read_accounts
from onething.engine.roster import STAFF
from onething.errors import InvalidInput
from onething.settings import Settings, get_settings

staff_app = typer.Typer(help="人员和岗位：模板、检查、生效", no_args_is_help=True)
AsJson = Annotated[bool, typer.Option("--json", help="只输出 JSON")]
Table = Annotated[Path | None, typer.Argument(help="人员表（.xlsx 或 .csv）；默认用 ONETHING_STAFF_FILE")]
Day = Annotated[str, typer.Option("--on", help="按哪一天的岗位，如 2026-12-01；默认今天")]
SHOWN = 12
THIN = {"empty": "没有人的岗位，任务会无人认领", "alone": "只有一个人的审查岗，受理的人不能再审批"}


@staff_app.command("template")
@console.plain_errors
def template(file: Annotated[Path, typer.Argument(help="写到哪个 .xlsx 文件")]) -> None:
    """空的人员表：岗位可以下拉选择，另附全部岗位和填写说明。"""
    groups = organisation.posts(cached_catalogue(get_settings().home))
    organisation.write_template(file, groups)
    console.out.print(f"已写入 {file}：{len(groups)} 个岗位可选")


@staff_app.command("check")
@console.plain_errors
def check(file: Table = None, on: Day = "", as_json: AsJson = False) -> None:
    """检查人员表，列出没有人的岗位和只有一个人的审查岗；不改动任何内容。"""
    people, groups, day = _told(get_settings(), file, on)
    found = staffing.thin(people, groups, day)
    if as_json:
        console.show({"day": day.isoformat(), "people": len(people.names), **found}, True)
        return
    console.out.print(f"{len(people.names)} 人；{day} 有人的岗位 {len(groups) - len(found['empty'])} 个")
    for key, sentence in THIN.items():
        names = [groups[group] for group in found[key]]
        if names:
            more = f" ……全部 {len(names)} 个用 --json 列出" if len(names) > SHOWN else ""
            console.out.print(f"{sentence}（{len(names)} 个）：{'、'.join(names[:SHOWN])}{more}")


@staff_app.command("apply")
@console.plain_errors
def apply(
    file: Table = None, on: Day = "", dry_run: Annotated[bool, typer.Option("--dry-run", help="只列出将要改动什么")] = False,
    as_json: AsJson = False,
) -> None:
    """让流程引擎里的账号和岗位与人员表一致；有请假代理的，每天运行一次。"""
    from onething.cli.stack import admin_client  # heavy imports

    settings = get_settings()
    people, groups, day = _told(settings, file, on)
    client = admin_client(settings)
    if dry_run:
        change = staff.plan(client, people, groups, day, read_accounts(settings.var_dir / USERS_FILE))
    else:
        tools = build_tools(settings)
        change = organisation.put_in_place(tools, client, people, day, console.who())
        tools.store.close()
    console.show(_report(change, groups, day, dry_run=dry_run), as_json)


def _told(settings: Settings, file: Path | None, on: str) -> tuple[staffing.Organisation, dict[str, str], date]:
    from onething.cli.stack import admin_credentials

    file = file or settings.staff_file
    if file is None:
        raise InvalidInput("没有写人员表；请写文件名，或者设置 ONETHING_STAFF_FILE", code="no-file")
    groups = organisation.posts(cached_catalogue(settings.home))
    try:
        people = organisation.read(file, groups, admin_credentials(settings)["user"])
    except InvalidInput as error:
        for one in error.all[1:]:
            console.fail(one.message)
        raise
    try:
        return people, groups, date.fromisoformat(on) if on else datetime.now(CHINA).date()
    except ValueError as error:
        raise InvalidInput(f"“{on}”不是日期；请写成 2026-12-01", field="on", code="date") from error


def _report(change: staff.Change, groups: dict[str, str], day: date, *, dry_run: bool) -> dict[str, Any]:
    def named(pairs: tuple[tuple[str, str], ...]) -> list[str]:
        return [f"{account}：{groups[group]}" for account, group in pairs if group != STAFF]

    return {
        "日期": day.isoformat(), "方式": "只列出，没有改动" if dry_run else "已生效", "新账号": list(change.creates),
        "收回的账号": list(change.removes), "新任岗位": named(change.joins), "离任岗位": named(change.leaves),
        "退回岗位的任务": len(change.released),
    }
