"""The press: what draws may die, and dies with whom it draws for."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from onething.papers import PaperError, render, rendering
from onething.papers.press import Press, Undrawable

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def press(tmp_path):
    (tmp_path / "one.typ").write_text("#sys.inputs.words", encoding="utf-8")
    (tmp_path / "broken.typ").write_text("#nothing()", encoding="utf-8")
    press = Press()
    yield press
    press._end()


def drawn(press, tmp_path, template="one.typ"):
    return press.draw(tmp_path / template, {"words": "一件事"}, root=tmp_path)


def test_one_child_draws_everything(press, tmp_path):
    assert drawn(press, tmp_path).startswith(b"%PDF")
    first = press._child.pid
    with pytest.raises(Undrawable, match="unknown variable"):
        drawn(press, tmp_path, "broken.typ")
    assert drawn(press, tmp_path).startswith(b"%PDF")
    assert press._child.pid == first


def test_a_press_that_died_is_replaced(press, tmp_path):
    drawn(press, tmp_path)
    for _ in range(2):
        press._child.kill()
        assert drawn(press, tmp_path).startswith(b"%PDF")


def test_one_that_dies_in_the_middle_is_replaced(press, tmp_path):
    drawn(press, tmp_path)
    os.kill(press._child.pid, signal.SIGSTOP)  # alive, and silent
    began, patience = time.monotonic(), 0.5
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("onething.papers.press.LONGEST_SECONDS", patience)
        patch.setattr(press, "_ask_again", lambda sheet: ({}, b"again"))
        assert drawn(press, tmp_path) == b"again"
    assert time.monotonic() - began >= patience


def test_one_that_dies_again_and_again_is_an_error_with_a_cure(press, tmp_path, monkeypatch):
    monkeypatch.setattr("onething.papers.press.sys.executable", "/bin/false")
    with pytest.raises(PaperError, match="请稍后重试") as caught:
        drawn(press, tmp_path)
    assert caught.value.code == "paper-press"


def test_it_ends_when_its_owner_is_killed(samples):
    code = (
        "import sys, time; from onething.papers.press import PRESS; PRESS._running();"
        "print(PRESS._child.pid, flush=True); time.sleep(60)"
    )
    owner = subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    pid = int(owner.stdout.readline())
    owner.kill()
    owner.wait()
    for _ in range(200):
        if not Path(f"/proc/{pid}").exists() or "Z" in Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]:
            return
        time.sleep(0.1)
    raise AssertionError("the press lives on without its owner")


def test_typst_is_not_in_the_process_that_wants_a_paper(samples):
    assert render(samples["receipt"]).startswith(b"%PDF")
    done = subprocess.run(
        [sys.executable, "-c", "import sys, onething.papers, onething.papers.copies; assert 'typst' not in sys.modules"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )
    assert done.returncode == 0, done.stderr
    assert rendering.PRESS._child.poll() is None
