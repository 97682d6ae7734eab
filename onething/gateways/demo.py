"""Gateways without a system behind them, for tests and small set-ups: an append-only witness file under var/outgoing/."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from onething.gateways.registers import DemoRegisters, Registers
from onething.gateways.witness import Witness


class DemoGateway:
    def __init__(self, name: str, folder: Path) -> None:
        self.name, self.path = name, folder / f"{name}.jsonl"
        self.witness = Witness(self.path)

    def send(self, key: str, body: Mapping[str, Any]) -> str:
        return self.witness.carry_out(key, body, lambda count: f"{self.name}-{count}")

    def find(self, key: str) -> str | None:
        return self.witness.find(key)

    def check(self) -> str:
        return f"演示通道“{self.name}”：已发送 {self.witness.effects} 条，记录在 {self.path.name}"


class DemoSource(DemoGateway):
    """One that also answers questions, from the registers of the demonstration."""

    def __init__(self, name: str, folder: Path, registers: Registers | None = None) -> None:
        super().__init__(name, folder)
        self._registers = registers or DemoRegisters()

    def look_up(self, dataset: str, subject: str) -> Mapping[str, Any]:
        return self._registers.look_up(dataset, subject)
