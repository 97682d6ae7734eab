"""An analyst's place of work, and the engine it deploys to."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from typer.testing import CliRunner

from onething.cli import migrate
from onething.cli.main import app
from onething.engine import moving
from onething.engine.deploy import deploy
from onething.settings import Settings
from simulation.town import Town

HOME = Path(__file__).resolve().parents[2]
Edit = Callable[[str], str]


def half_a_city(home: Path) -> None:
    """What a bundle calls, and the forms; the bundle itself is still to be written."""
    (home / "bpmn/bundles").mkdir(parents=True)
    shutil.copytree(HOME / "bpmn/shared", home / "bpmn/shared")
    shutil.copytree(HOME / "forms", home / "forms", ignore=shutil.ignore_patterns("applications"))


class Workshop:
    """Where the analyst has one model, what it calls and the forms; `deploy` puts it with these changes into the engine."""

    def __init__(self, town: Town, home: Path, process: str, item: str) -> None:
        self.town, self.home, self.process, self.item, self.changed = town, home, process, item, False
        self.file = f"bpmn/bundles/{process}.bpmn"

    def deploy(self, *edits: Edit) -> int:
        """The version it has become."""
        self.draw(*edits)
        deploy(self.home, self.town.admin)
        return moving.newest(self.town.admin, self.process).number

    def draw(self, *edits: Edit) -> None:
        if not self.changed:
            half_a_city(self.home)
        self.changed = True
        text = (HOME / self.file).read_text(encoding="utf-8")
        for edit in edits:
            text = edit(text)
        (self.home / self.file).write_text(text, encoding="utf-8")

    def case(self, until: str = "approval-decision") -> str:
        number = self.town.submit(self.process, [self.item])
        self.town.work(number, until=until)
        return number

    def version(self, number: str) -> int:
        """On which version the case runs."""
        one = self.town.admin.transport.call("GET", f"/history/process-instance/{self.town.admin.root_instance(number).id}")
        return int(one["processDefinitionVersion"])

    def migrate(self, *arguments: str) -> tuple[int, str]:
        return self.command("migrate", *arguments)

    def command(self, *arguments: str) -> tuple[int, str]:
        done = CliRunner().invoke(app, ["model", *arguments])
        assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
        return done.exit_code, done.output


@contextmanager
def workshop_of(town: Town, home: Path, process: str, item: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Workshop]:
    """Its commands reach the town; afterwards the model is as it was."""
    settings = Settings(home=HOME, var=town.var, limits=False)
    monkeypatch.setattr(migrate, "get_settings", lambda: settings)
    monkeypatch.setattr(migrate, "admin_client", lambda _: town.admin)
    monkeypatch.setattr(migrate, "build_tools", lambda _: town.tools)
    monkeypatch.setenv("COLUMNS", "300")
    shop = Workshop(town, home, process, item)
    yield shop
    if shop.changed:
        shop.deploy()
