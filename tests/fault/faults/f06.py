"""F06: the embedded database: killed ten times, then its file damaged, then a copy put back."""

from __future__ import annotations

import os
import shutil
import time
from pathlib import Path

from onething.engine import backups, runtime
from onething.engine.runtime import EngineStartError
from tests.fault import invariants, snapshot
from tests.fault.people import until
from tests.fault.scene import Scene

TITLE = "embedded database: kill -9 ten times, a damaged file, a copy put back"
DB = "h2"
TAIL = 64 * 1024


def play(here: Scene) -> None:
    kills, acks = here.size(10, 2), here.options.acks
    here.load(acks, rate=acks / (kills * 20))
    recoveries = []
    for _ in range(kills):
        time.sleep(here.random.uniform(4, 8))
        recoveries.append(here.kill_engine())
    here.finish()
    here.want_acks(acks)
    here.want_recovery(recoveries)
    here.result.figures["kills"] = kills
    runtime.stop(here.city.engine)
    file = here.city.var / "engine" / "engine.mv.db"
    copy = shutil.copy(file, here.city.folder / "copy.mv.db")
    for name, damage in {"last 64 KiB garbled": _garble, "cut off by 64 KiB": _cut, "first block gone": _behead}.items():
        shutil.copy(copy, file)
        damage(file)
        said = _start(here)
        refused = "已损坏" in said and "备份" in said
        lost = 0 if said else len({line["number"] for line in here.last.acknowledged} - set(_roots(here)))
        seen = said.replace(str(here.city.folder), "…")[:60] if said else f"started, {lost} of the cases lost"
        wanted = "refused with a plain message, or nothing lost"
        here.result.want(f"file with its {name}", wanted, seen, refused or (not said and not lost))
        if not said:
            runtime.stop(here.city.engine)
    shutil.copy(backups.newest(file.parent), file)
    said = _start(here)
    here.result.want("the newest automatic backup put back", "starts", said[:60] or "starts", not said)
    if not said:
        runtime.stop(here.city.engine)
    shutil.copy(copy, file)
    said = _start(here)
    here.result.want("a copy put back", "starts", said[:60] or "starts", not said)
    if not said:
        until(here.quiet, 60)
        again = invariants.check(snapshot.take(here.city, here.witness, here.lock_seconds))
        here.result.checked(again)


def _start(here: Scene) -> str:
    """Empty where it starts, else what it says."""
    try:
        here.city.start("engine")
        runtime.wait_ready(here.city.engine)
    except EngineStartError as error:
        return error.message
    return ""


def _roots(here: Scene) -> set[str]:
    return {one.get("businessKey") or "" for one in here.admin.transport.pages("/history/process-instance")}


def _garble(file: Path) -> None:
    with file.open("r+b") as content:
        content.seek(-TAIL, os.SEEK_END)
        content.write(os.urandom(TAIL))


def _cut(file: Path) -> None:
    os.truncate(file, file.stat().st_size - TAIL)


def _behead(file: Path) -> None:
    with file.open("r+b") as content:
        content.write(bytes(2 * 4096))
