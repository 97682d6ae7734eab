"""What a deployment would change: the files at hand against those that the engine has, in sentences and as pictures."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from onething.engine.client import EngineClient
from onething.engine.deploy import deployed_files, model_files
from onething.modelling.compare import Difference, compare, marks, told, unmarked
from onething.modelling.names import Tree, parse
from onething.modelling.paints import CHANGES
from onething.modelling.picture import picture
from onething.modelling.saving import write_whole


@dataclass(frozen=True)
class Change:
    """A file that the engine has otherwise or not at all. `models`: it before and after, where both are models."""

    file: str
    sentences: tuple[str, ...]
    models: tuple[Tree, Tree] | None = None
    found: tuple[Difference, ...] = ()

    @property
    def told(self) -> tuple[str, ...]:
        """`sentences` as people read them."""
        return tuple(told(self.found)) or self.sentences


def undeployed(home: Path, client: EngineClient) -> list[Change]:
    """In the order of the files; what the engine alone has comes last."""
    old = deployed_files(client)
    changes = []
    for path in model_files(home):
        data, file = path.read_bytes(), path.relative_to(home).as_posix()
        before = old.pop(path.name, None)
        if before is None:
            changes.append(Change(file, ("新的，引擎里还没有",)))
        elif before != data:
            changes.append(_model(file, before, data) if path.suffix == ".bpmn" else Change(file, ("内容有改动",)))
    return [*changes, *(Change(name, ("这里没有了；在办的件仍按旧版本办完",)) for name in sorted(old))]


def _model(file: str, before: bytes, after: bytes) -> Change:
    models = parse(before, f"引擎里的 {file}"), parse(after, file)
    found = tuple(compare(*models))
    return Change(file, tuple(one.sentence for one in found) or ("只有写法不同，流程没有改动",), models, found)


def draw(file: Path, before: Tree, after: Tree, found: list[Difference]) -> None:
    """The model as it is now, what changed in colour; what is gone or was only moved is told beneath."""
    svg = picture(after, marked=marks(before, after, found), paints=CHANGES, notes=unmarked(after, found))
    write_whole(file, svg.encode())


def draw_all(folder: Path, changes: list[Change]) -> list[Path]:
    """A picture for every model that is to be replaced."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    drawn = []
    for change in changes:
        if change.models and change.found:
            drawn.append(folder / f"{Path(change.file).stem}.svg")
            draw(drawn[-1], *change.models, list(change.found))
    return drawn
