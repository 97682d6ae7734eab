"""`onething breach`: the list of those who have to be told when personal data may have leaked."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Annotated

import typer

from onething import breach as breaches
from onething.bootstrap import build_tools
from onething.cli import console
from onething.deadlines import CHINA
from onething.errors import InvalidInput
from onething.settings import get_settings
from onething.store.breaches import Scope

AsJson = Annotated[bool, typer.Option("--json", help="只输出 JSON")]


@console.plain_errors
def breach(
    out: Annotated[Path, typer.Option(help="名单写入此 Excel 文件，只有本人可读")],
    reason: Annotated[str, typer.Option(help="发生了什么，如 账号被盗用 事件 2026-03 号")],
    seen_by: Annotated[list[str] | None, typer.Option(help="只列这个账号打开过、办过的；可以多次")] = None,
    case: Annotated[list[str] | None, typer.Option(help="只列这个编号；可以多次")] = None,
    since: Annotated[str, typer.Option(help="从哪一天起，如 2026-11-01；不填则从头")] = "",
    until: Annotated[str, typer.Option(help="到哪一天止（含）；不填则到现在")] = "",
    everybody: Annotated[bool, typer.Option("--everybody", help="整库泄露：列出所有人")] = False,
    as_json: AsJson = False,
) -> None:
    """个人信息可能泄露时，列出应当通知的人：姓名、联系方式、涉及的信息种类、敏感信息、何时被打开。"""
    if not reason.strip():
        raise InvalidInput("请用 --reason 写明发生了什么", field="reason", code="reason-missing")
    if not (seen_by or case or everybody):
        raise InvalidInput("请用 --seen-by 或 --case 指明范围；整库泄露请加 --everybody", field="scope", code="scope-missing")
    tools = build_tools(get_settings())
    scope = Scope(
        _day(since, "since", time.min) if since else datetime.min.replace(tzinfo=UTC),
        _day(until, "until", time.max) if until else tools.clock.now() + timedelta(minutes=1),
        tuple(seen_by or ()), tuple(case or ()),
    )
    with tools.store.reading() as session:
        lines = breaches.concerned(session, tools, scope)
    unknown = sorted(set(scope.numbers) - {line.number for line in lines})
    breaches.write(out, lines, scope, reason.strip())
    with tools.store.transaction() as session:
        breaches.record(session, tools, console.who(), scope, reason.strip(), lines)
    people = len({(line.name, line.phone) for line in lines})
    report = {"people": people, "cases": len(lines), "sensitive": sum(bool(line.sensitive) for line in lines),
              "unknown": unknown, "file": str(out)}
    if as_json:
        console.show(report, True)
        return
    console.out.print(f"{people} 人、{len(lines)} 件，其中 {report['sensitive']} 件含敏感个人信息；名单：{out}")
    if unknown:
        console.out.print(f"没有这些编号，或者不在范围内：{'、'.join(unknown)}")
    console.out.print(f"{breaches.LAW}：通知这些人和履行个人信息保护职责的部门；应当写明的内容见文件第二页")


def _day(text: str, field: str, at: time) -> datetime:
    try:
        return datetime.combine(date.fromisoformat(text), at, CHINA)
    except ValueError as error:
        raise InvalidInput(f"“{text}”不是日期；请写成 2026-11-01 这样", field=field, code="date") from error
