"""What `onething model migrate` sets out to do is on disk before the engine is asked, and what it did in the trail of each case.

A record is `.open` while its command runs. One that no command holds any more was cut short: the engine is asked which version
each case runs on, and the trail gets what it lacks.
"""

from __future__ import annotations

import fcntl
import json
import os
import secrets
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from onething.bootstrap import Tools
from onething.cli.console import who
from onething.deadlines import CHINA
from onething.engine import moving
from onething.engine.client import EngineClient
from onething.engine.moving import Move, Plan, Running, Stopped
from onething.store import audit

FOLDER = "migrations"
Say = Callable[[str], None]


@contextmanager
def recorded(tools: Tools, moves: Sequence[Move]) -> Iterator[Path]:
    """The record's path, once all is told; who is cut short can go on or go back all the same."""
    folder, now, process = tools.settings.var_dir / FOLDER, tools.clock.now(), moves[0][0].source.process
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    place = folder / f"{now.astimezone(CHINA):%Y%m%d-%H%M%S}-{process}-{secrets.token_hex(2)}.json"
    fresh, opened = place.with_suffix(".new"), place.with_suffix(".open")
    with fresh.open("x", encoding="utf-8") as file:
        fcntl.flock(file, fcntl.LOCK_EX)  # ours until this process ends, however it ends
        json.dump(_record(now, moves), file, ensure_ascii=False, indent=1)
        file.flush()
        os.fsync(file.fileno())
        fresh.rename(opened)
        _keep(folder)
        try:
            yield place
        except Stopped:
            opened.rename(place)
            raise
        opened.rename(place)


def _record(now: datetime, moves: Sequence[Move]) -> dict[str, Any]:
    return {"at": now.isoformat(), "by": who(), "moves": [
        {"process": how.source.process, "from": how.source.number, "to": how.target.number, "pairs": dict(how.pairs),
         "cases": sorted({case.number for case in cases}), "instances": {case.instance: case.number for case in cases}}
        for how, cases in moves
    ]}


def _keep(folder: Path) -> None:
    """A new name is durable with its folder only."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def note(tools: Tools, how: Plan, moved: Sequence[Running], record: Path) -> None:
    """In the trail of each case, once however many of its processes moved."""
    ends = {"process": how.source.process, "before": how.source.number, "after": how.target.number}
    _write(tools, who(), ends, Counter(case.number for case in moved), record)


def settle(tools: Tools, client: EngineClient, say: Say) -> None:
    """Close the records that were cut short; those of commands that still run are left alone."""
    for opened in sorted((tools.settings.var_dir / FOLDER).glob("*.open")):
        with opened.open(encoding="utf-8") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                continue
            record, place = json.load(file), opened.with_suffix(".json")
            added = sum(_settle(tools, client, one, record["by"], place) for one in record["moves"])
            opened.rename(place)
            say(f"上次改走中断，已按引擎核对，补记 {added} 件；要退回：onething model migrate --back {place} --apply")


def _settle(tools: Tools, client: EngineClient, one: dict[str, Any], by: str, record: Path) -> int:
    """How many cases the trail lacked: those that moved, and those that were brought back."""
    versions = moving.versions(client, one["instances"])
    lacks = Counter(number for key, number in one["instances"].items() if versions.get(key) == one["to"])
    with tools.store.reading() as session:
        for number in one["cases"]:
            for told in (row.detail for row in audit.trail(session, number) if row.action == audit.MODEL_CHANGED):
                if told.get("record") == record.stem and {told["before"], told["after"]} == {one["from"], one["to"]}:
                    lacks[number] -= told["instances"] if told["after"] == one["to"] else -told["instances"]
    there, back = +lacks, -lacks
    _write(tools, by, {"process": one["process"], "before": one["from"], "after": one["to"]}, there, record)
    _write(tools, by, {"process": one["process"], "before": one["to"], "after": one["from"]}, back, record)
    return len(there) + len(back)


def _write(tools: Tools, by: str, ends: dict[str, Any], counts: Counter[str], record: Path) -> None:
    now = tools.clock.now()
    with tools.store.transaction() as session:
        for number, count in sorted(counts.items()):
            audit.record(session, now, by, audit.MODEL_CHANGED, number=number, **ends, instances=count, record=record.stem)
