"""What every implementation of a gateway must do, in this process and over HTTP against the running demonstration."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from onething.gateways import (
    DemoSource,
    FailingGateway,
    Gateway,
    GatewayError,
    GatewayRefused,
    Mode,
    OutcomeUnknown,
    gateways_of,
)
from simulation.outside import Outside

Effects = Callable[[str], list[dict[str, Any]]]
KINDS = ("in-process", "failing-demo", "http")


@pytest.fixture(params=KINDS)
def system(request: pytest.FixtureRequest, folder: Path) -> tuple[Gateway, Effects, Callable[..., None]]:
    """(gateway, effects under a key, how to make it fail)"""
    if request.param == "http":
        outside: Outside = request.getfixturevalue("outside")
        gateway = gateways_of(outside.settings()).sharing
        return (
            gateway, lambda key: [line for line in outside.witness("sharing") if line["key"] == key],
            lambda **mode: outside.fail(sharing=mode),
        )
    demo = DemoSource("sharing", folder)
    failing = FailingGateway(demo, Mode())

    def effects(key: str) -> list[dict[str, Any]]:
        import json

        lines = map(json.loads, demo.path.read_text(encoding="utf-8").splitlines()) if demo.path.exists() else []
        return [line for line in lines if line["what"] == "effect" and line["key"] == key]

    def fail(**mode: Any) -> None:
        failing.mode = Mode(**mode)

    return (demo if request.param == "in-process" else failing), effects, fail


@pytest.fixture
def key() -> str:
    return f"41010520261126000001O:短信/{uuid.uuid4()}?&#%"


def test_r124_the_same_key_has_one_effect_and_one_receipt(system: Any, key: str) -> None:
    gateway, effects, _ = system
    receipts = {gateway.send(key, {"text": "您申请的“食品经营许可”已受理", "turn": turn}) for turn in range(5)}
    assert len(receipts) == 1
    assert len(effects(key)) == 1
    assert gateway.find(key) == receipts.pop()


def test_r124_an_order_that_never_came_is_known_not_to_be_there(system: Any, key: str) -> None:
    gateway, _, _ = system
    assert gateway.find(key) is None
    gateway.send(key, {})
    assert gateway.find(key)
    assert gateway.find(key + "x") is None
    assert gateway.find(key.upper()) is None


def test_r124_twenty_callers_at_once_have_one_effect(system: Any, key: str) -> None:
    gateway, effects, _ = system
    receipts: list[str] = []
    threads = [threading.Thread(target=lambda: receipts.append(gateway.send(key, {"n": 1}))) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(receipts) == 20
    assert len(set(receipts)) == 1
    assert len(effects(key)) == 1


def test_the_check_is_one_sentence(system: Any) -> None:
    gateway, _, _ = system
    assert "\n" not in gateway.check()
    assert gateway.name == "sharing"


def test_the_witness_keeps_no_whole_phone_number(system: Any, key: str) -> None:
    gateway, effects, _ = system
    gateway.send(key, {"phone": "13800000004", "who": {"id_no": "410102199001010012", "name": "张三"}, "text": "好"})
    assert effects(key)[0]["body"] == {
        "phone": "138****0004", "who": {"id_no": "410****0012", "name": "张**"}, "text": "好",
    }


# The failing ones only.


@pytest.fixture
def failing(system: Any, request: pytest.FixtureRequest) -> Any:
    if "in-process" in request.node.name:
        pytest.skip("this one does not fail")
    return system


@pytest.mark.parametrize(
    ("mode", "error", "found"),
    [
        ({"fail_before": 1}, OutcomeUnknown, False), ({"fail_after": 1}, OutcomeUnknown, True),
        ({"reset_after": 1}, OutcomeUnknown, True), ({"refuse": 1}, GatewayRefused, False),
        ({"outage": True}, GatewayError, False),
    ],
    ids=str,
)
def test_r124_each_failure_is_told_as_what_it_is(
    failing: Any, key: str, mode: dict[str, Any], error: type[GatewayError], found: bool
) -> None:
    gateway, effects, fail = failing
    fail(**mode)
    with pytest.raises(GatewayError) as raised:
        gateway.send(key, {"n": 1})
    assert type(raised.value) is error
    fail()
    assert (gateway.find(key) is not None) is found
    assert len(effects(key)) == int(found)
    if error is not GatewayRefused:
        assert gateway.send(key, {"n": 1})
        assert len(effects(key)) == 1


def test_r124_a_sender_who_asks_before_repeating_never_doubles(failing: Any, key: str) -> None:
    """Even where the system itself would carry a repeated order out again."""
    gateway, effects, fail = failing
    fail(fail_before=0.2, fail_after=0.2, reset_after=0.2, dedupe=False)
    if hasattr(gateway, "breaker"):
        gateway.breaker.threshold = 10_000
    for number in range(40):
        order = f"{key}{number}"
        while True:
            try:
                if gateway.find(order) or gateway.send(order, {"n": number}):
                    break
            except GatewayError:
                continue
    assert [len(effects(f"{key}{number}")) for number in range(40)] == [1] * 40


def test_a_system_without_dedupe_doubles_when_it_is_sent_twice(failing: Any, key: str) -> None:
    """The fault is real: the test before this one would see a sender that does not ask."""
    gateway, effects, fail = failing
    fail(dedupe=False)
    gateway.send(key, {})
    gateway.send(key, {})
    assert len(effects(key)) == 2


def test_r114_a_source_answers_about_one_subject_only(outside: Outside, folder: Path) -> None:
    gateways = gateways_of(outside.settings())
    for source in (DemoSource("sharing", folder), gateways.sharing, gateways.licences):
        found = source.look_up("企业登记信息", "91410100MA0000000T")
        assert found["company_name"] == "郑州示例餐饮有限公司（演示）"
        assert source.look_up("企业登记信息", "unknown") == {}
        assert source.look_up("没有这个库", "91410100MA0000000T") == {}
    asked = [line["subject"] for line in outside.witness("sharing", "received") if "subject" in line]
    assert set(asked) == {"914****000T", "unk****nown"}


def test_systems_that_hold_no_data_answer_no_question(outside: Outside) -> None:
    with pytest.raises(GatewayError):
        gateways_of(outside.settings()).sms.look_up("企业登记信息", "91410100MA0000000T")  # type: ignore[attr-defined]
