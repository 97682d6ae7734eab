"""At most one effect per key, whatever dies in between: every order of crash, lost answer and repeat (I4, F02, F07, F19)."""

import uuid
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from onething.deadlines import FixedClock
from onething.errors import Conflict
from onething.gateways import GatewayError, GatewayRefused, OutcomeUnknown
from onething.store import effects
from onething.store.effects import EffectState
from tests.stores import empty_store
from workers import effects as sending
from workers.effects import HOLD, Effects

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


class Crash(Exception):
    """The process is gone."""


class Receiver:
    """Takes every order it gets as a new one: what is doubled is our doing. `script` says how each call goes."""

    name = "sms"

    def __init__(self, script: list[str]) -> None:
        self.script, self.orders = script, []

    def _next(self) -> str:
        return self.script.pop(0) if self.script else "ok"

    def send(self, key: str, body: Mapping[str, Any]) -> str:
        how = self._next()
        if how in ("down", "find-down"):
            raise GatewayError("连不上")
        if how == "refused":
            raise GatewayRefused("号码不存在")
        self.orders.append(key)
        if how == "no-answer":
            raise OutcomeUnknown("没有回答")
        return f"R-{key}"

    def find(self, key: str) -> str | None:
        if self.script and self.script[0] == "find-down":
            self.script.pop(0)
            raise GatewayError("查询失败")
        return f"R-{key}" if key in self.orders else None

    def check(self) -> str:
        return "可用"


@pytest.fixture
def tools(tmp_path: Path) -> Any:
    store = empty_store(tmp_path)
    return SimpleNamespace(store=store, clock=FixedClock(NOW))


def state(tools: Any) -> str:
    with tools.store.reading() as session:
        return effects.of_case(session, "N1")[0].state


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    script=st.lists(st.sampled_from(["ok", "down", "no-answer", "refused", "find-down"]), max_size=6),
    crashes=st.lists(st.sampled_from(["", "effect-claimed", "effect-called", "effect-settled"]), max_size=8),
)
def test_i4_whatever_fails_in_whatever_order_there_is_one_effect(
    tools: Any, script: list[str], crashes: list[str]
) -> None:
    key, receiver, crashes = str(uuid.uuid4()), Receiver(script), list(crashes)

    def reach(point: str) -> None:
        if crashes and crashes[0] == point:
            crashes.pop(0)
            raise Crash(point)

    sending.reach, before = reach, sending.reach
    try:
        for turn in range(40):
            if crashes and not crashes[0]:
                crashes.pop(0)
            try:
                receipt = Effects(tools, f"sender-{turn}").carry_out(receiver, key, "N1", {"text": "已办结"})
            except (Crash, GatewayError):
                tools.clock.set(tools.clock.now() + HOLD)
            else:
                break
    finally:
        sending.reach = before
    assert receipt == f"R-{key}"
    assert Counter(receiver.orders) == {key: 1}


def test_two_senders_at_once_send_once(tools: Any) -> None:
    receiver = Receiver([])

    class Slow(Receiver):
        def send(self, key: str, body: Mapping[str, Any]) -> str:
            with pytest.raises(Conflict):
                Effects(tools, "second").carry_out(receiver, key, "N1", body)
            return super().send(key, body)

    slow = Slow([])
    assert Effects(tools, "first").carry_out(slow, "k", "N1", {}) == "R-k"
    assert Effects(tools, "second").carry_out(receiver, "k", "N1", {}) == "R-k"
    assert (slow.orders, receiver.orders) == (["k"], [])


@pytest.mark.parametrize(("how", "then"), [
    ("down", EffectState.PLANNED), ("no-answer", EffectState.UNKNOWN), ("refused", EffectState.VOID),
])
def test_what_is_known_of_an_effect_is_written_down(tools: Any, how: str, then: EffectState) -> None:
    with pytest.raises(GatewayError):
        Effects(tools, "s").carry_out(Receiver([how]), "k", "N1", {})
    assert state(tools) == then


def test_a_receiver_that_cannot_say_is_not_sent_to_again(tools: Any) -> None:
    receiver = Receiver(["no-answer", "find-down"])
    for _ in range(2):
        with pytest.raises(GatewayError):
            Effects(tools, "s").carry_out(receiver, "k", "N1", {})
    assert (receiver.orders, state(tools)) == (["k"], EffectState.UNKNOWN)
