"""The command around `compare`: with git, with a file, as JSON and as a picture."""

import json
import subprocess
from pathlib import Path
from types import SimpleNamespace

import pytest
from click.testing import Result
from lxml import etree
from typer.testing import CliRunner

from onething.cli import changes
from onething.cli import models as commands
from onething.cli.main import app
from onething.modelling.names import parse
from tests.modelling.hand import move

HOME = Path(__file__).resolve().parents[2]
FILE, OTHER = "bpmn/bundles/newborn.bpmn", "bpmn/shared/intake.bpmn"
TOLD = "调用活动 delivery-call 改名：由“送达”改为“送达上门”"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout inside a repository, with two models; in one a task was renamed since the last commit."""
    place = tmp_path / "city"
    for file in (FILE, OTHER):
        (place / file).parent.mkdir(parents=True)
        (place / file).write_bytes((HOME / file).read_bytes())
    for command in ("init -q", "add .", "-c user.name=A -c user.email=a@example.org commit -qm first", "tag first"):
        subprocess.run(["git", "-C", str(tmp_path), *command.split()], check=True)
    text = (place / FILE).read_text(encoding="utf-8")
    (place / FILE).write_text(text.replace('"delivery-call" name="送达"', '"delivery-call" name="送达上门"'), encoding="utf-8")
    monkeypatch.setattr(commands, "get_settings", lambda: SimpleNamespace(home=place))
    return place


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["model", "diff", *arguments])


@pytest.mark.parametrize("arguments", [(), ("newborn",), ("--against", "first"), ("newborn", "--against", "HEAD")])
def test_what_changed_since_a_version_is_told(arguments: tuple[str, ...], home: Path) -> None:
    done = run(*arguments)
    assert done.exit_code == 0
    assert done.output == f"{FILE}：1 处改动\n  · {TOLD}\n"


def test_equal_models_say_so(home: Path) -> None:
    assert run("intake").output == "和 HEAD 相比没有改动\n"


def test_another_file_is_compared_with(home: Path) -> None:
    assert run("newborn", "--against", str(HOME / FILE)).output == f"{FILE}：1 处改动\n  · {TOLD}\n"
    assert "都要指明一个模型" in run("--against", str(HOME / FILE)).output


def test_a_new_model_is_told(home: Path) -> None:
    (home / "bpmn/bundles/newer.bpmn").write_bytes((home / FILE).read_bytes())
    assert "bpmn/bundles/newer.bpmn：1 处改动\n  · HEAD 里还没有这个模型\n" in run().output


def test_programs_get_json(home: Path) -> None:
    told = json.loads(run("--json").output)
    assert told == {"against": "HEAD", "models": {
        FILE: [{"kind": "renamed", "element": "delivery-call", "name": "送达上门", "sentence": TOLD}]
    }}


def test_what_was_only_moved_is_one_line_and_named_to_programs(home: Path) -> None:
    model = parse((home / FILE).read_bytes(), FILE)
    for name in ("box-social-security-card", "intake-call", "archive"):
        move(model, name, 0, 7)
    (home / FILE).write_bytes(etree.tostring(model))
    assert run("newborn").output == f"{FILE}：2 处改动\n  · {TOLD}\n  · 另有 3 个元素只移动了位置\n"
    assert [one["kind"] for one in json.loads(run("--json").output)["models"][FILE]] == ["renamed", *["moved"] * 3]


def test_a_picture_is_drawn(home: Path, tmp_path: Path) -> None:
    file = tmp_path / "changes.svg"
    assert run("newborn", "--picture", str(file)).exit_code == 0
    words = ["".join(text.itertext()) for text in etree.parse(file).iter("{*}text")]
    assert {"新增", "有改动", "送达上门"} <= set(words)
    assert "请先建立它" in run("newborn", "--picture", str(tmp_path / "nowhere" / "a.svg")).output
    assert "都要指明一个模型" in run("--picture", str(file)).output


@pytest.mark.parametrize("against", ["nowhere", "-n", "--output=x"])
def test_a_version_that_is_none_is_refused_with_the_cure(against: str, home: Path) -> None:
    done = run("newborn", f"--against={against}")
    assert done.exit_code == 1
    assert f"“{against}”既不是文件，也不是 git 里的版本；请写" in done.output


def test_a_model_nobody_has_and_one_that_is_broken(home: Path) -> None:
    assert "没有流程模型“newborns”；请写" in run("newborns").output
    (home / FILE).write_text("<x", encoding="utf-8")
    broken = run("newborn")
    assert broken.exit_code == 1
    assert "newborn.bpmn：第 1 行不是合法的 XML；请用 Modeler 重新保存" in broken.output


def test_deploy_tells_the_same_in_short(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The engine has the files of the last commit."""
    model = parse((home / FILE).read_bytes(), FILE)
    move(model, "intake-call", 0, 7)
    move(model, "archive", 0, 7)
    (home / FILE).write_bytes(etree.tostring(model))
    deployed = {Path(file).name: (HOME / file).read_bytes() for file in (FILE, OTHER)}
    monkeypatch.setattr(changes, "deployed_files", lambda client: deployed)
    [change] = changes.undeployed(home, None)
    assert change.told == (TOLD, "另有 2 个元素只移动了位置")
    assert len(change.sentences) == 3, "--json names each"
