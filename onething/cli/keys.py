"""`onething keys`: which keys there are, a new one, sealing anew, dropping an old one (docs/security-at-rest.md)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any

import typer

from onething.bootstrap import open_store
from onething.cli import console
from onething.settings import Settings, get_settings
from onething.store import Store, resealing

keys_app = typer.Typer(help="加密密钥：查看、更换、重新加密、停用", no_args_is_help=True)
AsJson = Annotated[bool, typer.Option("--json", help="只输出 JSON")]


@keys_app.command("show")
@console.plain_errors
def show(as_json: AsJson = False) -> None:
    """有哪些密钥，每把加密了多少字段和文件；不显示密钥本身。"""
    found = report(_store(get_settings()))
    if as_json:
        console.show(found, as_json=True)
        return
    rows = [
        {"编号": one["key"], "算法": one["algorithm"], "生成": one["made"][:19],
         "状态": "使用中" if one["active"] else "只用于解密", "字段": one["values"], "文件": one["files"]}
        for one in found["keys"]
    ]
    console.out.print(console.rows("密钥", rows))
    plain = found["plain"]
    if plain["values"] or plain["files"]:
        console.out.print(f"尚未加密：{plain['values']} 个字段、{plain['files']} 个文件；请运行 onething keys reseal")


@keys_app.command("rotate")
@console.plain_errors
def rotate() -> None:
    """启用一把新密钥；旧数据照常可读，运行中的程序无须重启。"""
    name = _store(get_settings()).ring.rotate(datetime.now(UTC))
    console.out.print(f"已启用新密钥 {name}。请备份密钥环，再运行 onething keys reseal 把旧数据换到新密钥")


@keys_app.command("reseal")
@console.plain_errors
def reseal() -> None:
    """把旧密钥加密的、尚未加密的数据换到当前密钥；可以随时中断，再次运行会接着做。"""
    counts: dict[str, int] = {}

    def say(place: str, count: int) -> None:
        before, counts[place] = counts.get(place, 0), counts.get(place, 0) + count
        if before // 1000 != counts[place] // 1000:
            console.step(f"{place}：{counts[place]}")

    tally = resealing.reseal(_store(get_settings()), say)
    console.out.print(f"已换到当前密钥：{tally.values} 个字段、{tally.files} 个文件；还剩 {tally.left} 个")
    if tally.left and not tally.broken:
        console.out.print("剩下的正被别的程序使用；请再运行一次")
    raise typer.Exit(_broken(tally))


@keys_app.command("verify")
@console.plain_errors
def verify() -> None:
    """逐一解密全部字段和文件，查出被改动或搬动的内容；有问题时退出码为 1。"""
    tally = resealing.verify(_store(get_settings()))
    console.out.print(f"可以解密：{tally.values} 个字段、{tally.files} 个文件")
    raise typer.Exit(_broken(tally))


@keys_app.command("retire")
@console.plain_errors
def retire(key: str) -> None:
    """从密钥环中删除一把不再使用的旧密钥；还有数据用它时拒绝。"""
    resealing.retire(_store(get_settings()), key, datetime.now(UTC))
    console.out.print(f"已停用密钥 {key}。更早的数据备份仍需要它：请保留与那些备份配套的密钥环")


def report(store: Store) -> dict[str, Any]:
    used = resealing.usage(store)
    plain = used.get("", {})
    return {
        "keys": [
            {**one, "values": used.get(one["key"], {}).get("values", 0), "files": used.get(one["key"], {}).get("files", 0)}
            for one in store.ring.listed()
        ],
        "plain": {"values": plain.get("values", 0), "files": plain.get("files", 0), "accepted": store.ring.plain},
    }


def _store(settings: Settings) -> Store:
    store = open_store(settings)
    store.migrate()
    return store


def _broken(tally: resealing.Tally) -> int:
    """Say what does not open; the exit code."""
    for error in tally.broken.values():
        console.fail(error.finding)
    return 1 if tally.broken else 0
