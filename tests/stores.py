"""An empty store on SQLite for a test: migrated once for a run, then copied."""

from __future__ import annotations

import shutil
import tempfile
from functools import cache
from pathlib import Path

from onething.store import Store


@cache
def _migrated() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="onething-store-"))
    store = Store(f"sqlite:///{folder / 'store.db'}", folder / "files")
    store.migrate()
    store.close()
    return folder / "store.db"


def empty_store(folder: Path, name: str = "onething.db") -> Store:
    """In `folder`, with keys of its own."""
    shutil.copy(_migrated(), folder / name)
    store = Store(f"sqlite:///{folder / name}", folder / "files")
    store.migrate()
    return store
