"""`onething check`: everything that the city's system leans on, one row each."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from typing import Annotated, Any

import typer

from onething.cli import console
from onething.deadlines import SystemClock, WorkCalendar
from onething.errors import OneThingError
from onething.settings import Settings, get_settings

GOOD, NOTE, BAD = "正常", "注意", "异常"
ENOUGH = 200
"""Connections for two front doors and two workers at their most, and an engine."""
Row = dict[str, str]


@console.plain_errors
def check(as_json: Annotated[bool, typer.Option("--json", help="只输出 JSON")] = False) -> None:
    """引擎、数据库、工作日历和每个外部系统是否可用；有异常时退出码为 1。"""
    rows = list(checked(get_settings()))
    ok = not any(row["状态"] == BAD for row in rows)
    if as_json:
        console.show({"ok": ok, "checks": rows}, True)
    else:
        console.out.print(console.rows("系统检查", rows))
    raise typer.Exit(0 if ok else 1)


def checked(settings: Settings) -> Iterator[Row]:
    yield _row("流程引擎", lambda: _engine(settings))
    yield _row("数据库", lambda: _store(settings))
    yield _row("加密密钥", lambda: _keys(settings))
    yield _row("病毒扫描", lambda: _scanner(settings))
    yield _row("工作日历", lambda: _calendar(settings))
    yield from _gateways(settings)


def _row(name: str, look: Callable[[], tuple[str, str]]) -> Row:
    """What was found, or what was raised: one system that is down does not hide the others."""
    try:
        state, found = look()
    except OneThingError as error:
        state, found = (NOTE if error.code == "not-connected" else BAD), error.message
    except Exception as error:  # a library's own word for a damaged database, a file without rights, ...
        state, found = BAD, f"不能使用（{type(error).__name__}）；请核对设置与日志"
    return {"系统": name, "状态": state, "说明": found.removeprefix(f"{name}：")}


def _engine(settings: Settings) -> tuple[str, str]:
    from onething.cli.stack import admin_client  # heavy imports, needed by this command only

    if not admin_client(settings).health():
        return BAD, f"没有应答（{settings.rest_url}）；请用 onething up 启动，或查看引擎日志"
    return GOOD, f"可以连接（{settings.rest_url}）"


def _store(settings: Settings) -> tuple[str, str]:
    from onething.bootstrap import open_store
    from onething.store import accounts, outbox
    from onething.store.session import OVERFLOW, POOL

    store = open_store(settings)
    store.migrate()
    with store.reading() as session:
        waiting = outbox.waiting(session)
        _ = [account.name for account in accounts.all_accounts(session, 1)]  # opens unless the keys are another store's
    allowed = store.allowed()
    store.close()
    stuck = sum(1 for entry in waiting if entry.attempts)
    found = f"可以读取；待发送 {len(waiting)} 项，其中受阻 {stuck} 项"
    if allowed and allowed < ENOUGH:
        cure = f"每个程序最多用 {POOL + OVERFLOW} 个，请把 max_connections 调到 {ENOUGH} 以上"
        return NOTE, f"{found}；数据库只允许 {allowed} 个连接，{cure}"
    return (NOTE if stuck else GOOD), found


def _keys(settings: Settings) -> tuple[str, str]:
    from onething.bootstrap import key_ring

    ring = key_ring(settings)
    if not ring.exists():
        return NOTE, "还没有密钥；数据库第一次启动时生成"
    found = f"可以读取；当前密钥 {ring.active.name}，另有旧密钥 {len(ring.listed()) - 1} 把"
    return (NOTE, f"{found}；有未加密的旧数据，请运行 onething keys reseal") if ring.plain else (GOOD, found)


def _scanner(settings: Settings) -> tuple[str, str]:
    """Whether clamd answers, and finds the file that every scanner has to find."""
    from onething.uploads import Scanner, ScannerDown
    from onething.uploads.scanner import EICAR

    if not settings.clamav:
        return NOTE, "没有设置（ONETHING_CLAMAV）；上传的文件只检查格式和内容结构，不扫描病毒"
    scanner = Scanner(settings.clamav, seconds=10)
    try:
        clean, found = (scanner.infection(io.BytesIO(known)) for known in (b"onething", EICAR))
    except ScannerDown:
        return BAD, f"没有应答（{settings.clamav}）；上传的文件都在等待扫描，不能使用，请检查 clamd 服务和地址"
    if clean or not found:
        return BAD, f"应答不可信（{settings.clamav}）；没有认出 EICAR 测试文件，请更新病毒库（freshclam）"
    return GOOD, f"可以扫描（{settings.clamav}）；认出了 EICAR 测试文件：{found}"


def _calendar(settings: Settings) -> tuple[str, str]:
    from onething.cli.reports import coverage

    calendar = WorkCalendar.load(settings.home / "catalogue" / "calendars", provisional=settings.allow_provisional_calendar)
    report = coverage(calendar, SystemClock().now())
    left = report["剩余天数"]
    state = BAD if left <= 0 else NOTE if report["办法"] else GOOD
    cure = f"；{report['办法']}" if report["办法"] else ""
    return state, f"已公布至 {report['已公布至']}，剩余 {left} 天{cure}"


def _gateways(settings: Settings) -> Iterator[Row]:
    from onething.gateways import gateways_of

    try:
        found: list[tuple[Any, str, Any]] = list(gateways_of(settings).each())
    except OneThingError as error:
        yield {"系统": "外部系统", "状态": BAD, "说明": error.message}
        return
    for system, department, gateway in found:
        name = f"{system.label}（{department}）" if department else system.label
        yield _row(name, lambda gateway=gateway: (GOOD, gateway.check()))
