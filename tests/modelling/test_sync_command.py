"""The command around `sync`: what it prints, and that the file is written as a whole or not at all."""

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
from click.testing import Result
from typer.testing import CliRunner

from onething.catalogue import Catalogue
from onething.cli import models as commands
from onething.cli.main import app
from onething.modelling.saving import write_whole
from tests.modelling.hand import without

HOME = Path(__file__).resolve().parents[2]
FILE, CARD = "bpmn/bundles/newborn.bpmn", "social-security-card"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, catalogue: Catalogue) -> Path:
    """A checkout with one model, whose catalogue has lost one item."""
    (tmp_path / FILE).parent.mkdir(parents=True)
    (tmp_path / FILE).write_bytes((HOME / FILE).read_bytes())
    fewer, _ = without(catalogue, "newborn", CARD)
    monkeypatch.setattr(commands, "get_settings", lambda: SimpleNamespace(home=tmp_path))
    monkeypatch.setattr(commands, "load_catalogue", lambda _: fewer)
    return tmp_path


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["model", *arguments])


def test_a_dry_run_says_what_would_be_done_and_writes_nothing(home: Path) -> None:
    before = (home / FILE).read_bytes()
    done = run("sync", "newborn", "--dry-run")
    assert done.exit_code == 0
    assert done.output == f"{FILE}：会作以下改动（没有写入）\n  · 删去“社会保障卡申领”（{CARD}）：清单里已没有它\n"
    assert (home / FILE).read_bytes() == before


def test_the_second_run_changes_nothing(home: Path) -> None:
    before = (home / FILE).read_bytes()
    (home / FILE).chmod(0o640)
    assert "已作以下改动" in run("sync", "newborn").output
    written, stamp = (home / FILE).read_bytes(), (home / FILE).stat().st_mtime_ns
    assert written != before
    assert run("sync", "newborn").output == f"{FILE}：与事项清单一致，没有改动\n"
    assert ((home / FILE).read_bytes(), (home / FILE).stat().st_mtime_ns) == (written, stamp)
    assert (home / FILE).stat().st_mode & 0o777 == 0o640
    assert [path.name for path in (home / FILE).parent.iterdir()] == ["newborn.bpmn"]


def test_without_a_name_all_models_are_brought_into_line_and_one_that_refuses_keeps_no_other_back(
    home: Path, catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = home / "bpmn/bundles/open-restaurant.bpmn"
    other.write_bytes((HOME / "bpmn/bundles/open-restaurant.bpmn").read_bytes())
    fewer, _ = without(catalogue, "newborn", CARD)
    two = replace(fewer, bundles={slug: fewer.bundles[slug] for slug in ("open-restaurant", "newborn")})
    monkeypatch.setattr(commands, "load_catalogue", lambda _: two)
    kept = other.read_bytes()
    other.write_bytes(b"<x")
    done = run("sync")
    assert done.exit_code == 1
    assert "open-restaurant.bpmn：第" in done.output
    assert f"{FILE}：已作以下改动" in done.output
    other.write_bytes(kept)
    assert run("sync").output == "全部模型：与事项清单一致，没有改动\n"


def test_what_a_person_has_to_do_is_said(home: Path) -> None:
    text = (home / FILE).read_text(encoding="utf-8")
    (home / FILE).write_text(text.replace('name="归档"', 'name=""'), encoding="utf-8")
    assert "还有 2 处要由人来改：请运行 onething model lint 查看" in run("sync", "newborn").output


@pytest.mark.parametrize("data", [b"<x", b""])
def test_a_broken_file_is_named_with_the_cure_and_left(data: bytes, home: Path) -> None:
    (home / FILE).write_bytes(data)
    done = run("sync", "newborn")
    assert done.exit_code == 1
    assert f"{FILE}：第" in done.output
    assert "请用 Modeler 重新保存" in done.output
    assert (home / FILE).read_bytes() == data


def test_a_bundle_without_a_model_and_a_name_nobody_knows(home: Path) -> None:
    (home / FILE).unlink()
    assert f"没有流程模型 {FILE}；请先用 onething model new 绘制" in run("sync", "newborn").output
    assert "没有名为“newborns”的一件事" in run("sync", "newborns").output


def test_a_write_that_fails_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.bpmn"
    path.write_bytes(b"old")

    def full(_: Path, __: Path) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(OSError, match="disk full"):
        write_whole(path, b"new")
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]
