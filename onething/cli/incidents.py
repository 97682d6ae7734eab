"""`onething incidents` and `onething retry`: what a person has to look at, and letting it run again."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from onething.bootstrap import Tools, build_tools
from onething.cli import console
from onething.deadlines import CHINA
from onething.engine import checking
from onething.engine.client import EngineClient
from onething.engine.identity import credentials_of
from onething.errors import NotFound, OneThingError
from onething.settings import Settings, get_settings
from onething.store import outbox, troubles

KINDS = {"engine": "步骤失败", "outbox": "发送受阻", "effect": "可能已发出", "orphan": "无主流程", "forgotten": "流程缺失",
         "seal": "存储被改动", "engine-away": "引擎无应答"}
CURABLE = ("engine", "outbox")


@console.plain_errors
def incidents(as_json: Annotated[bool, typer.Option("--json", help="只输出 JSON")] = False) -> None:
    """需要人工处理的事项：失败的步骤、受阻的发送、结果不明的发送、无主的流程。"""
    found = standing(build_tools(get_settings()))
    if as_json:
        console.show({"incidents": found}, as_json=True)
    elif found:
        console.out.print(console.rows("需要人工处理", found))
    else:
        console.out.print("没有需要人工处理的事项 · nothing to do")


@console.plain_errors
def retry(
    which: Annotated[str, typer.Argument(help="事项编号、办件编号，或 all")],
) -> None:
    """让失败的步骤或受阻的发送重新办理。"""
    settings = get_settings()
    console.out.print(f"已重新办理 {let_run(settings, which)} 项 · let run again")


def standing(tools: Tools) -> list[dict[str, Any]]:
    with tools.store.reading() as session:
        return [
            {"编号": row.key, "类别": KINDS.get(row.kind, row.kind), "办件": row.number,
             "情况": row.what, "起始": f"{row.since.astimezone(CHINA):%Y-%m-%d %H:%M:%S}"}
            for row in troubles.standing(session)
        ]


def let_run(settings: Settings, which: str) -> int:
    """One of them, all of a case, or all. Raises `NotFound` where nothing of that name is open."""
    tools, engine = build_tools(settings), EngineClient(settings.rest_url, *credentials_of(settings.var_dir, "workers"))
    with tools.store.reading() as session:
        rows = [row for row in troubles.standing(session, CURABLE) if which in ("all", row.key, row.number)]
        rows += [row for row in troubles.standing(session, ["forgotten"]) if which == row.key]
    if not rows:
        raise NotFound(f"没有可以重新办理的“{which}”；请用 onething incidents 查看编号")
    keys, now = {row.key for row in rows}, tools.clock.now()
    with tools.store.transaction() as session:
        done = outbox.release(session, now, [key.removeprefix("outbox:") for key in keys])
        if troubles.ENGINE_LOST in keys:
            outbox.put(session, now, f"restart-missing:{now.isoformat()}", "restart-missing")
            done += 1
    failed = {key.removeprefix("engine:") for key in keys}
    done += sum(_again(engine, incident) for _, incident in checking.open_incidents(engine) if incident.id in failed)
    with tools.store.transaction() as session:
        troubles.close(session, now, keys)
    return done


def _again(engine: EngineClient, incident: Any) -> bool:
    try:
        engine.retry(incident)
    except OneThingError as error:
        console.fail(f"{incident.activity}：{error.message}")
        return False
    return True
