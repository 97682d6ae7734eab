"""The demonstration's outside systems as a process of one's own: to kill, to make fail, and to ask its witness files."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import requests

from onething.gateways.demo_setup import DEPARTMENTS, prepare
from onething.settings import Settings
from simulation.engine import free_port

HOME = Path(__file__).resolve().parent.parent


@dataclass
class Outside:
    """`settings_file` is what ONETHING_GATEWAYS_FILE names; `folder` holds the witness files."""

    folder: Path
    port: int
    settings_file: Path
    callbacks: str = ""
    process: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    def settings(self, **more: Any) -> Settings:
        return Settings(home=HOME, var=self.folder / "var", gateways_file=self.settings_file, **more)

    def start(self) -> None:
        """Ready when this returns; also after a kill, on the same files and port."""
        self.process = subprocess.Popen(
            [sys.executable, "-m", "onething.gateways.demo_server", "--settings", self.settings_file, "--folder",
             self.folder, "--port", str(self.port), "--callbacks", self.callbacks], cwd=HOME,
        )
        for _ in range(200):
            if self.process.poll() is not None:
                break
            try:
                requests.get(f"http://127.0.0.1:{self.port}/", timeout=2)
                return
            except requests.ConnectionError:
                time.sleep(0.05)
        raise AssertionError("the demonstration's outside systems did not start")

    def kill(self) -> None:
        """As a machine does: at once, nothing tidied up."""
        if self.process:
            self.process.kill()
            self.process.wait()

    def fail(self, **modes: Mapping[str, Any]) -> None:
        """`fail(sms={"fail_after": 0.3})`; an empty mode mends the system."""
        self._administer("modes", modes)

    def call_back(self, system: str, event: Mapping[str, Any], department: str = "") -> dict[str, Any]:
        """The system sends its callback; status and body of what it was answered."""
        return self._administer("callbacks", {"system": system, "department": department, "event": dict(event)})

    def witness(self, system: str, what: str = "effect") -> list[dict[str, Any]]:
        """The lines of one kind, `effect` or `received`, in the order they were added."""
        path = self.folder / f"{system}.jsonl"
        lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
        found = []
        for line in lines:
            try:
                found.append(json.loads(line))
            except ValueError:
                continue  # a line that a kill cut off
        return [entry for entry in found if entry["what"] == what]

    def _administer(self, what: str, asked: Mapping[str, Any]) -> dict[str, Any]:
        answer = requests.post(f"http://127.0.0.1:{self.port}/admin/{what}", json=dict(asked), timeout=30)
        answer.raise_for_status()
        return answer.json()


@contextmanager
def run_outside(folder: Path, departments: tuple[str, ...] = DEPARTMENTS, callbacks: str = "") -> Iterator[Outside]:
    """Running until the block ends."""
    port = free_port()
    outside = Outside(folder, port, prepare(folder / "settings", port, departments), callbacks)
    outside.start()
    try:
        yield outside
    finally:
        outside.kill()
