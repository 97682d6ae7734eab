"""A gateway without a system behind it: an append-only witness file under var/outgoing/."""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any


class DemoGateway:
    def __init__(self, name: str, folder: Path) -> None:
        self.name, self.path = name, folder / f"{name}.jsonl"
        self._lock = threading.Lock()
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._sent = self._read()

    def send(self, key: str, body: Mapping[str, Any]) -> str:
        with self._lock:
            if key not in self._sent:
                receipt = f"{self.name}-{len(self._sent) + 1}"
                line = {"key": key, "receipt": receipt, "at": datetime.now(UTC).isoformat(), "body": dict(body)}
                with self.path.open("a", encoding="utf-8") as file:
                    file.write(json.dumps(line, ensure_ascii=False) + "\n")
                self._sent[key] = receipt
            return self._sent[key]

    def find(self, key: str) -> str | None:
        with self._lock:
            return self._sent.get(key)

    def check(self) -> str:
        return f"演示通道“{self.name}”：已发送 {len(self._sent)} 条，记录在 {self.path.name}"

    def _read(self) -> dict[str, str]:
        if not self.path.exists():
            return {}
        lines = self.path.read_text(encoding="utf-8").splitlines()
        return {entry["key"]: entry["receipt"] for entry in map(json.loads, lines)}
