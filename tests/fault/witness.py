"""What is known outside of the city: one line for each thing that was acknowledged, written before anybody goes on."""

from __future__ import annotations

import json
import threading
import time
from pathlib import Path
from typing import Any


class Witness:
    """An append-only file. Not fsynced: it has to survive the city's processes, not this machine."""

    def __init__(self, path: Path) -> None:
        self.path, self._lock = path, threading.Lock()
        path.touch()

    def write(self, **line: Any) -> None:
        with self._lock, self.path.open("a", encoding="utf-8") as file:
            file.write(json.dumps({"t": time.time(), **line}, ensure_ascii=False) + "\n")

    def lines(self, what: str | None = None) -> list[dict[str, Any]]:
        found = read_lines(self.path)
        return [line for line in found if what in (None, line.get("what"))]


def read_lines(path: Path) -> list[dict[str, Any]]:
    """Every whole line; a process that was killed may have left half of one."""
    found = []
    if path.exists():
        for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
            try:
                found.append(json.loads(line))
            except ValueError:
                found.append({"broken": line[:200]})
    return found
