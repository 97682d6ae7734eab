"""The other version of a model that `onething model diff` compares with: a file, or what git has."""

from __future__ import annotations

import subprocess
from pathlib import Path

from onething.errors import NotFound
from onething.modelling.names import Tree, parse
from onething.modelling.read import read_model


def models_of(home: Path, slug: str) -> list[Path]:
    """The model called `slug`, of a bundle or shared; all of them for "". Raises `NotFound`."""
    found = sorted(home.glob("bpmn/*/*.bpmn"))
    if not slug:
        return found
    chosen = [path for path in found if path.stem == slug]
    if not chosen:
        raise NotFound(f"没有流程模型“{slug}”；请写 bpmn/bundles 或 bpmn/shared 里的文件名（不带 .bpmn）", code="unknown-model")
    return chosen


def version(home: Path, path: Path, against: str) -> Tree | None:
    """The model `path` as in `against`, a file or a git ref; None where git does not have it there.

    Raises `NotFound` for a ref git does not know, `ModelError` for a text that is no model.
    """
    if Path(against).is_file():
        return read_model(Path(against))
    file = path.relative_to(home).as_posix()
    if against.startswith("-") or _git(home, "rev-parse", "--verify", "--quiet", f"{against}^{{commit}}") is None:
        told = f"“{against}”既不是文件，也不是 git 里的版本"
        raise NotFound(f"{told}；请写另一个文件的路径，或 HEAD、分支名、提交号", code="unknown-version")
    text = _git(home, "show", f"{against}:./{file}")
    return None if text is None else parse(text, f"{against}:{file}")


def _git(home: Path, *arguments: str) -> bytes | None:
    """What git prints; None where it refuses."""
    try:
        done = subprocess.run(["git", "-C", str(home), *arguments], capture_output=True, check=False)
    except FileNotFoundError as error:
        raise NotFound("这台机器上没有 git；请用 --against 写另一个文件的路径", code="no-git") from error
    return done.stdout if done.returncode == 0 else None
