"""The JavaScript packages of the tests, installed by whoever needs them first: two test processes never do it at once."""

from __future__ import annotations

import fcntl
import subprocess
from pathlib import Path

HERE = Path(__file__).resolve().parent


def package(path: str) -> Path:
    """A file or folder of `node_modules`."""
    wanted = HERE / "node_modules" / path
    with (HERE / "package-lock.json").open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not wanted.exists():
            subprocess.run(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=HERE, check=True)
    return wanted
