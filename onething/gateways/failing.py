"""How a system fails on purpose: slow, before the effect, after it, not at all there. For demonstrations and fault runs."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, model_validator

from onething.gateways.demo import DemoGateway
from onething.gateways.interface import GatewayError, GatewayRefused, OutcomeUnknown

Rate = Field(0.0, ge=0, le=1)


class Fate(StrEnum):
    """What becomes of one request."""

    SERVED = "served"
    REFUSED = "refused"
    FAILED_BEFORE = "failed-before"
    FAILED_AFTER = "failed-after"
    RESET_AFTER = "reset-after"


class Mode(BaseModel):
    """The rates are parts of all requests. `dedupe` off: the system carries a repeated order out again."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    latency_min: float = Field(0.0, ge=0, le=120)
    latency_max: float = Field(0.0, ge=0, le=120)
    refuse: float = Rate
    fail_before: float = Rate
    fail_after: float = Rate
    reset_after: float = Rate
    outage: bool = False
    dedupe: bool = True

    @model_validator(mode="after")
    def _fits(self) -> Mode:
        if self.refuse + self.fail_before + self.fail_after + self.reset_after > 1:
            raise ValueError("the rates add up to more than 1")
        return self

    def latency(self, draw: random.Random) -> float:
        return draw.uniform(self.latency_min, max(self.latency_min, self.latency_max))

    def fate(self, draw: random.Random) -> Fate:
        """Drawn anew for every request; the same seed gives the same fates."""
        rates = (
            (Fate.REFUSED, self.refuse), (Fate.FAILED_BEFORE, self.fail_before), (Fate.FAILED_AFTER, self.fail_after),
            (Fate.RESET_AFTER, self.reset_after),
        )
        point = draw.random()
        for fate, rate in rates:
            if point < rate:
                return fate
            point -= rate
        return Fate.SERVED


class FailingGateway(DemoGateway):
    """The failing demo inside this process. `mode` may be changed while it runs."""

    def __init__(self, inner: DemoGateway, mode: Mode, seed: int = 0, sleep: Callable[[float], None] = time.sleep) -> None:
        self.name, self.path, self.witness = inner.name, inner.path, inner.witness
        self.mode, self._draw, self._sleep = mode, random.Random(seed), sleep

    def send(self, key: str, body: Mapping[str, Any]) -> str:
        self._arrive()
        fate = self.mode.fate(self._draw)
        if fate == Fate.REFUSED and self.witness.find(key) is None:
            raise GatewayRefused("对方系统拒绝接收（演示）")
        if fate == Fate.FAILED_BEFORE:
            raise OutcomeUnknown("对方系统出错，结果不明（演示）")
        receipt = self.witness.carry_out(key, body, lambda count: f"{self.name}-{count}", dedupe=self.mode.dedupe)
        if fate in (Fate.FAILED_AFTER, Fate.RESET_AFTER):
            raise OutcomeUnknown("对方系统没有答复，结果不明（演示）")
        return receipt

    def find(self, key: str) -> str | None:
        self._arrive()
        if self.mode.fate(self._draw) == Fate.FAILED_BEFORE:
            raise GatewayError("查询失败（演示）")
        return super().find(key)

    def check(self) -> str:
        self._arrive()
        return super().check()

    def _arrive(self) -> None:
        self._sleep(self.mode.latency(self._draw))
        if self.mode.outage:
            raise GatewayError("对方系统停用（演示）")
