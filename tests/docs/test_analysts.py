"""docs/analysts.md as an analyst would follow it, on a fresh checkout; `deploy` has tests of its own on the engine."""

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.modelling.adding import add_step, modeler_page

HOME = Path(__file__).resolve().parents[2]
STORIES = dict(re.findall(r"^## (.+?)\n(.*?)(?=^## |\Z)", (HOME / "docs/analysts.md").read_text(encoding="utf-8"), re.M | re.S))
CALL = [sys.executable, "-c", "from onething.cli.main import app; app()"]


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    for folder in ("bpmn", "catalogue", "forms"):
        shutil.copytree(HOME / folder, tmp_path / folder)
    for command in ("init -q", "add .", "-c user.name=A -c user.email=a@example.org commit -qm first"):
        subprocess.run(["git", "-C", str(tmp_path), *command.split()], check=True)
    return tmp_path


def write(story: str, checkout: Path) -> None:
    """What the story says to change and to add."""
    for file, old, new in re.findall(r"打开 `(\S+)`，把 `([^`]+)` 改成 `([^`]+)`", story):
        text = (checkout / file).read_text(encoding="utf-8")
        assert text.count(old) == 1, "the page names a place that is there"
        (checkout / file).write_text(text.replace(old, new), encoding="utf-8")
    for file, text in re.findall(r"建立 `(\S+)`：\n\n```yaml\n(.*?)```", story, re.S):
        (checkout / file).parent.mkdir(parents=True, exist_ok=True)
        (checkout / file).write_text(text, encoding="utf-8")


def follow(story: str, checkout: Path) -> dict[str, str]:
    """What each command answered."""
    answers = {}
    for line in (line for block in re.findall(r"```sh\n(.*?)```", story, re.S) for line in block.splitlines()):
        program, *arguments = shlex.split(line, comments=True)
        assert program == ".venv/bin/onething"
        if arguments != ["model", "deploy"]:
            place = os.environ | {"ONETHING_HOME": str(checkout), "PYTHONPATH": str(HOME), "COLUMNS": "200"}
            done = subprocess.run([*CALL, *arguments], cwd=checkout, env=place, capture_output=True, text=True)
            assert done.returncode == 0, f"{line}\n{done.stdout}{done.stderr}"
            answers[" ".join(arguments)] = done.stdout
    return answers


def test_a_limit_is_changed_in_every_model_that_has_the_item(checkout: Path) -> None:
    story = STORIES["改一个时限"]
    write(story, checkout)
    answers = follow(story, checkout)
    timer, models = 'id="food-business-license-promised"', (HOME / "bpmn/bundles").glob("*.bpmn")
    files = {path.name for path in models if timer in path.read_text(encoding="utf-8")}
    assert len(files) > 5
    for told in (answers["model sync --dry-run"], answers["model sync"], answers["model diff"]):
        assert set(re.findall(r"([\w-]+\.bpmn)", told)) == files
        assert told.count("承诺8日") == len(files)


def test_a_district_adds_an_item_and_has_a_model_of_its_own(checkout: Path) -> None:
    story = STORIES["给一个区县增加事项"]
    write(story, checkout)
    follow(story, checkout)
    model = (checkout / "bpmn/bundles/open-car-wash-410106.bpmn").read_text(encoding="utf-8")
    assert "outdoor-advertising-permit" in model
    assert "open-car-wash-410106.bpmn" in story


@pytest.mark.browser
def test_a_step_is_added_to_one_item_in_modeler(checkout: Path) -> None:
    story = STORIES["给一个事项加一个环节"]
    [(file, box)] = re.findall(r"打开 `(\S+)`，找到事项框“(.+?)”。", story)
    [room], [template], [name] = (re.findall(words, story) for words in (r"向右拖 (\d+) 像素", r"选“(.+?)”。", r"填 `(.+?)`"))
    path = checkout / file
    with modeler_page() as modeler:
        answer = add_step(modeler, path.read_text(encoding="utf-8"), box, name, template=template, room=int(room))
    path.write_text(answer["saved"], encoding="utf-8")
    answers = follow(story, checkout)
    assert f"新增调用活动“{name}”" in answers["model diff open-bookstore"]
    assert re.search(r"^  · 另有 \d+ 个元素只移动了位置\n\Z", answers["model diff open-bookstore"], re.M)
    assert "只移动了框" not in answers["model diff open-bookstore"]
    assert "open-bookstore" not in answers["model sync --dry-run"]
    assert re.search(r"问题数\W+0\b", answers["model lint"])
