"""Copies of the embedded database's file, made while no engine has it open: one at each start, the last few kept.

Of a file whose end is damaged H2 takes what was there some time ago, and says nothing. So what an engine leaves when it ends is
remembered by its hash, and a file that is neither that nor a copy of ours is not started with. H2 is for trial; PostgreSQL is
backed up with its own tools (docs/operations.md).
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

FILE, KNOWN = "engine.mv.db", "engine-known.json"
KEPT, REMEMBERED = 5, 100


def folder(data_dir: Path) -> Path:
    return data_dir / "backups"


def newest(data_dir: Path) -> Path | None:
    return max(folder(data_dir).glob("engine-*.mv.db"), default=None)


def is_changed(data_dir: Path) -> bool:
    """Whether the file was changed since an engine of ours ended properly; False where that is not known."""
    known = _known(data_dir)
    if not known["left"] or not (data_dir / FILE).exists() or (found := _digest(data_dir / FILE)) in known["sound"]:
        return False
    return found not in {_digest(path) for path in folder(data_dir).glob("engine-*.mv.db")}


def in_use(data_dir: Path) -> None:
    """From now on the file changes."""
    _remember(data_dir, {**_known(data_dir), "left": False})


def left(data_dir: Path) -> None:
    """The engine has ended: this is its file."""
    if (data_dir / FILE).exists():
        digest, sound = _digest(data_dir / FILE), _known(data_dir)["sound"]
        _remember(data_dir, {"left": True, "sound": [*(one for one in sound if one != digest), digest][-REMEMBERED:]})


def set_aside(data_dir: Path) -> None:
    """Before a start: a copy that becomes a backup only when the engine came up with this file (`keep`)."""
    if (data_dir / FILE).exists():
        folder(data_dir).mkdir(exist_ok=True, mode=0o700)
        shutil.copy(data_dir / FILE, _unproved(data_dir))


def keep(data_dir: Path) -> None:
    """After the start: the file was sound, so its copy is; more than `KEPT` are not needed."""
    with suppress(FileNotFoundError):
        _unproved(data_dir).rename(folder(data_dir) / f"engine-{datetime.now(UTC):%Y%m%dT%H%M%S%f}.mv.db")
    left = [*sorted(folder(data_dir).glob("engine-*.mv.db"))[:-KEPT], *folder(data_dir).glob("unproved-*")]
    for path in left:
        path.unlink(missing_ok=True)


def _unproved(data_dir: Path) -> Path:
    """By process: another one that tries to start an engine in this folder must not put its copy in our place."""
    return folder(data_dir) / f"unproved-{os.getpid()}.mv.db"


def _known(data_dir: Path) -> dict[str, Any]:
    try:
        return json.loads((data_dir / KNOWN).read_text("ascii"))
    except (OSError, ValueError):
        return {"left": False, "sound": []}


def _remember(data_dir: Path, known: dict[str, Any]) -> None:
    draft = data_dir / f".{KNOWN}.{os.getpid()}"
    draft.write_text(json.dumps(known), "ascii")
    draft.replace(data_dir / KNOWN)


def _digest(path: Path) -> str:
    with path.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()
