"""Copies of the embedded database's file, made while no engine has it open: one at each start, the last few kept.

H2 is for trial; PostgreSQL is backed up with its own tools (docs/operations.md).
"""

from __future__ import annotations

import os
import shutil
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

FILE = "engine.mv.db"
KEPT = 5


def folder(data_dir: Path) -> Path:
    return data_dir / "backups"


def newest(data_dir: Path) -> Path | None:
    return max(folder(data_dir).glob("engine-*.mv.db"), default=None)


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
