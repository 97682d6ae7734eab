"""The press: one child process that draws. Typst and the Chinese faces need 160 MiB, which no worker or front door has to
carry; what makes Typst end itself ends only the press, and the next paper gets a new one.

The child (`press_child.py`) is started with the first paper and ends with this process: its input closes.
"""

from __future__ import annotations

import io
import os
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from onething.papers.errors import PaperError
from onething.sandbox import MIB, read, write

FONT_DIR_VARIABLE = "ONETHING_FONT_DIR"
LONGEST_SECONDS = 40.0
"""Less than a step may take: a paper that is not drawn by then is a failed step with a reason, not one that hangs."""
LONGEST_PAPER = 64 * MIB


class Undrawable(Exception):
    """Typst refused: `message` is in its words."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


@dataclass(frozen=True)
class Sheet:
    """What is to be drawn: a template below `root` with its inputs; the faces' names are added. `standards` as Typst names
    them; `font_dir` instead of $ONETHING_FONT_DIR. A `lasting` template is read once."""

    template: str
    root: str
    inputs: Mapping[str, str]
    standards: Sequence[str] = ()
    font_dir: str | None = None
    at: str | None = None
    lasting: bool = True


class Press:
    """Safe to share between threads; one paper at a time."""

    def __init__(self) -> None:
        self._turn = threading.Lock()
        self._child: subprocess.Popen[bytes] | None = None

    def draw(
        self, template: Path, inputs: Mapping[str, str], *, root: Path, standards: Sequence[str] = (),
        font_dir: str | None = None, at: datetime | None = None, lasting: bool = True,
    ) -> bytes:
        """PDF. Raises Undrawable, or PaperError: paper-font tells the cure, paper-press that the press itself failed twice."""
        sheet = Sheet(
            str(template), str(root), inputs, standards, font_dir or os.environ.get(FONT_DIR_VARIABLE),
            at.isoformat() if at else None, lasting,
        )
        with self._turn:
            try:
                facts, pdf = self._ask(sheet)
            except (OSError, EOFError, ValueError):
                facts, pdf = self._ask_again(sheet)
        if "undrawable" in facts:
            raise Undrawable(facts["undrawable"])
        if "error" in facts:
            raise PaperError(**facts["error"])
        return pdf

    def _ask(self, sheet: Sheet) -> tuple[dict, bytes]:
        child = self._running()
        timer = threading.Timer(LONGEST_SECONDS, child.kill)
        timer.start()
        try:
            write(child.stdin, asdict(sheet), io.BytesIO())
            return read(child.stdout, LONGEST_PAPER)
        finally:
            timer.cancel()

    def _ask_again(self, sheet: Sheet) -> tuple[dict, bytes]:
        self._end()
        try:
            return self._ask(sheet)
        except (OSError, EOFError, ValueError) as error:
            self._end()
            raise PaperError("文书生成程序意外退出或超时，未生成文书。请稍后重试。", code="paper-press") from error

    def _running(self) -> subprocess.Popen[bytes]:
        if self._child is None or self._child.poll() is not None:
            # A session of its own: Ctrl-C is for this process, which may still want a paper while it ends.
            self._child = subprocess.Popen(
                [sys.executable, "-m", "onething.papers.press_child"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                start_new_session=True, env={
                    "PATH": os.environ.get("PATH", ""), "HOME": os.environ.get("HOME", ""), "LANG": "C.UTF-8",
                    "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
                },
            )
        return self._child

    def _end(self) -> None:
        child, self._child = self._child, None
        if child is None:
            return
        child.kill()
        child.wait()
        for pipe in (child.stdin, child.stdout):
            with suppress(OSError):
                pipe.close()  # type: ignore[union-attr]


PRESS = Press()
"""The one of this process."""
