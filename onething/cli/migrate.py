"""`onething model migrate`: running cases onto the newest version of their model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from onething.bootstrap import build_tools
from onething.cli import console
from onething.cli.moved import settle
from onething.cli.moving import Proposal, carry_out, propose, way_back
from onething.cli.stack import admin_client
from onething.engine.moving import BATCH
from onething.errors import Conflict, InvalidInput
from onething.modelling.compare import told
from onething.settings import get_settings

SHOWN = 10


@console.plain_errors
def migrate(
    process: Annotated[str, typer.Argument(help="模型文件名，不带 .bpmn")] = "",
    source: Annotated[int, typer.Option("--from", help="只改走这个旧版本上的办件；不写就是全部旧版本")] = 0,
    case: Annotated[list[str] | None, typer.Option(help="只改走这个办件（编号）；可以写几次")] = None,
    named: Annotated[list[str] | None, typer.Option("--map", help="旧元素=新元素：改了编号的元素怎样对应；可以写几次")] = None,
    partly: Annotated[bool, typer.Option("--partly", help="能改的先改，不能改的留在旧版本上办完")] = False,
    batch: Annotated[int, typer.Option(min=1, max=200, help="一批改几件；一批要么全改，要么全不改")] = BATCH,
    back: Annotated[Path | None, typer.Option(help="按这份记录把改走的办件退回旧版本")] = None,
    apply: Annotated[bool, typer.Option("--apply", help="真正执行；不加时只列出计划")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="只输出 JSON")] = False,
) -> None:
    """让在办的件改走部署好的新版本：先列出计划和做不到的，加 --apply 才执行；可以退回。"""
    settings = get_settings()
    client = admin_client(settings)
    if bool(process) == (back is not None):
        raise InvalidInput("请写模型文件名，或者用 --back 写一份改走记录，两样写一样", field="process", code="one-of-two")
    tools, say = build_tools(settings), (lambda text: None) if as_json else console.step
    settle(tools, client, say)
    plans = way_back(client, back) if back else propose(client, process, source=source, numbers=case or (), named=_pairs(named))
    if as_json and not apply:
        console.show({"plans": [_facts(one) for one in plans]}, True)
        return
    if not as_json:
        _tell(plans, process)
    if not apply:
        if plans:
            console.out.print("时限、已分派的任务和已办的步骤都不变。加上 --apply 才执行")
        return
    blocked = [one for one in plans if one.obstacles]
    if blocked and not partly:
        raise Conflict("有办件改不了，什么也没有改；请按上面的办法处理，或者加 --partly 只改能改的", code="blocked")
    place, moved = carry_out(tools, client, plans, size=batch, partly=partly, say=say) if plans else (None, 0)
    _end(place, moved, as_json)


def _end(place: Path | None, moved: int, as_json: bool) -> None:
    if as_json:
        console.show({"moved": moved, "record": place and str(place)}, True)
    elif place:
        console.out.print(f"已改走 {moved} 件。要退回：onething model migrate --back {place} --apply", soft_wrap=True)


def _pairs(named: Sequence[str] | None) -> dict[str, str]:
    found = {}
    for one in named or ():
        old, equals, new = one.partition("=")
        if not (old and equals and new):
            raise InvalidInput(f"--map {one} 写得不对；请写 --map 旧元素编号=新元素编号", field="map", code="map")
        found[old] = new
    return found


def _facts(one: Proposal) -> dict[str, Any]:
    return {
        "process": one.how.source.process, "from": one.how.source.number, "to": one.how.target.number,
        "ready": [case.number for case in one.ready], "obstacles": [asdict(obstacle) for obstacle in one.obstacles],
        "differences": [difference.sentence for difference in one.differences],
    }


def _tell(plans: Sequence[Proposal], process: str) -> None:
    if not plans:
        console.out.print(f"{process or '这份记录里'}：没有要改走的办件")
    for one in plans:
        old, new = one.how.source, one.how.target
        console.out.print(f"[bold]{old.process}[/bold]：版本 {old.number} 改为版本 {new.number}，可以改走 {len(one.ready)} 件")
        console.points(told(one.differences))
        for obstacle in one.obstacles:
            where = f"{obstacle.name}（{obstacle.element}）" if obstacle.name else obstacle.element
            text = f"  ✗ {where}：{obstacle.reason}。停在这里的有 {_some(obstacle.cases)}\n    {obstacle.cure}"
            console.out.print(text, soft_wrap=True, markup=False)


def _some(numbers: Sequence[str]) -> str:
    more = f" 等 {len(numbers)} 件" if len(numbers) > SHOWN else ""
    return "、".join(numbers[:SHOWN]) + more
