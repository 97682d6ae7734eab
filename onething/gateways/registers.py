"""共享数据: what government registers already know of the applicant, so that nobody fills it in again (R114).

A register answers about one person or company, named by identity number; it is asked only about who is logged in.
A `Source` (an `HttpGateway` to the data-sharing platform) is one as well.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

import yaml

DEMO_FILE = Path(__file__).with_name("demo_registers.yaml")


class Registers(Protocol):
    def look_up(self, dataset: str, subject: str) -> Mapping[str, Any]:
        """Values by key of the form field; empty when the register knows nobody of that number. Raises `GatewayError`."""
        ...

    def check(self) -> str: ...


class DemoRegisters:
    """Registers of the fictional people of the demonstration, in one file."""

    def __init__(self, path: Path = DEMO_FILE) -> None:
        self.path = path
        self._known: dict[str, dict[str, dict[str, Any]]] = yaml.safe_load(path.read_text(encoding="utf-8"))

    def look_up(self, dataset: str, subject: str) -> Mapping[str, Any]:
        return self._known.get(subject, {}).get(dataset, {})

    def check(self) -> str:
        return f"演示登记库：{len(self._known)} 个主体，数据在 {self.path.name}"
