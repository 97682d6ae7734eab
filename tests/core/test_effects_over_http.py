"""Effects against the real server of the demonstration, failing as it can: each happens once, whatever is lost (R124, F10)."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from onething.deadlines import SystemClock
from onething.gateways import GatewayError, gateways_of
from onething.store import Store
from simulation.outside import run_outside
from workers.effects import Effects


@pytest.mark.parametrize(
    "mode",
    [
        {"fail_before": 0.3}, {"fail_after": 0.3}, {"reset_after": 0.3},
        {"fail_before": 0.2, "fail_after": 0.2, "reset_after": 0.2},
    ],
    ids=str,
)
def test_r124_f10_each_effect_happens_once_though_answers_are_lost(tmp_path: Path, mode: dict[str, float]) -> None:
    """The receiver carries a repeated order out again, so a sender that repeats blindly would be seen."""
    store = Store(f"sqlite:///{tmp_path / 'store.db'}", tmp_path / "files")
    store.migrate()
    tools: Any = SimpleNamespace(store=store, clock=SystemClock())
    with run_outside(tmp_path / "outside") as outside:
        gateway: Any = gateways_of(outside.settings()).sms
        gateway.breaker.threshold = 10**9
        outside.fail(sms={**mode, "dedupe": False})
        open_ones, receipts, lost = [f"N{number}:SMS:1" for number in range(150)], {}, 0
        for _ in range(60):
            for key in list(open_ones):
                try:
                    receipts[key] = Effects(tools, "sender").carry_out(gateway, key, key[:4], {"text": key})
                    open_ones.remove(key)
                except GatewayError:
                    lost += 1
        effects = outside.witness("sms")
    assert open_ones == []
    assert lost > 20, "the faults were real"
    assert Counter(line["key"] for line in effects) == Counter(list(receipts))
    assert {line["key"]: line["receipt"] for line in effects} == receipts
