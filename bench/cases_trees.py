"""The checkouts whose code is measured: the first working version, and the same with today's worker loop laid over it."""

from __future__ import annotations

import importlib.util
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

from onething.errors import NotFound

FIRST = "bd9c6fc"
LOOP = (
    "onething/errors.py", "onething/faults.py",
    *(f"onething/engine/{name}.py" for name in (
        "errors", "external", "locks", "reporting", "room", "task", "transport", "worker",
    )),
)
"""What today's loop consists of. Everything else in that version, its client of the engine too, works with it as it is."""
TARGET = Path("docker") / "engine" / "target"


@dataclass(frozen=True)
class Trees:
    today: Path
    first: Path
    mixed: Path


@contextmanager
def checked_out(home: Path, folder: Path, cache: Path) -> Iterator[Trees]:
    """They vanish with the block; `cache` keeps the first version's engine, so that it is built once."""
    first, mixed = folder / "first", folder / "mixed"
    _git(home, "worktree", "add", "--detach", str(first), FIRST)
    try:
        if (cache / FIRST).exists():
            shutil.copytree(cache / FIRST, first / TARGET)
        shutil.copytree(first, mixed, ignore=shutil.ignore_patterns(".git", "target"))
        for name in LOOP:
            shutil.copy(home / name, mixed / name)
        yield Trees(home, first, mixed)
        if (first / TARGET).exists() and not (cache / FIRST).exists():
            shutil.copytree(first / TARGET, cache / FIRST)
    finally:
        _git(home, "worktree", "remove", "--force", str(first))


def runtime_of(tree: Path) -> ModuleType:
    """How that checkout builds and starts its engine."""
    spec = importlib.util.spec_from_file_location(f"runtime_of_{tree.name}", tree / "onething" / "engine" / "runtime.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # its data classes look themselves up there
    spec.loader.exec_module(module)
    return module


def _git(home: Path, *arguments: str) -> None:
    done = subprocess.run(["git", *arguments], cwd=home, capture_output=True, text=True, check=False)
    if done.returncode:
        said = done.stderr.strip()
        raise NotFound(f"git worktree {arguments[1]}：{said}；需要含 {FIRST} 的完整仓库 · a full clone is needed")
