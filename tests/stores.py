"""An empty store on SQLite for a test: migrated once for a run, then copied."""

from __future__ import annotations

import shutil
import tempfile
from functools import cache
from pathlib import Path

from onething.store import Store


@cache
def _migrated() -> tempfile.TemporaryDirectory[str]:
    """A folder with `store.db`, gone with the run."""
    folder = tempfile.TemporaryDirectory(prefix="onething-store-")
    empty = Store(f"sqlite:///{folder.name}/store.db", Path(folder.name) / "files")
    empty.migrate()
    empty.close()
    return folder


def empty_store(folder: Path, name: str = "onething.db") -> Store:
    """In `folder`, with keys of its own."""
    shutil.copy(Path(_migrated().name) / "store.db", folder / name)
    store = Store(f"sqlite:///{folder / name}", folder / "files")
    store.migrate()
    return store
