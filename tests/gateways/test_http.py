"""What each answer of a system means for the order, and what we put on the wire."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any
from urllib.parse import unquote

import pytest

from onething.gateways import GatewayError, GatewayRefused, OutcomeUnknown
from onething.gateways.breaker import Breaker
from onething.gateways.http import Adapter
from onething.gateways.signing import IDEMPOTENCY_KEY, Message, verify
from simulation.engine import free_port
from tests.gateways.conftest import KEY

RECEIPT = {"receipt": "R1"}
AGAIN, NEVER, ASK = GatewayError, GatewayRefused, OutcomeUnknown


@pytest.mark.parametrize(
    ("status", "body", "meaning"),
    [
        (200, RECEIPT, "R1"), (201, RECEIPT, "R1"), (202, RECEIPT, "R1"),
        (200, {}, ASK), (200, {"receipt": ""}, ASK), (200, {"receipt": 7}, ASK), (200, {"receipt": None}, ASK),
        (200, {"receipt": "x" * 101}, ASK), (200, {"receipt": "a\nb"}, ASK), (204, {}, ASK),
        (200, b"<html>login</html>", ASK), (200, [], ASK),
        (301, RECEIPT, ASK), (302, {}, ASK), (303, RECEIPT, ASK),
        (500, {}, ASK), (500, RECEIPT, ASK), (502, {}, ASK), (504, {}, ASK), (599, {}, ASK),
        (503, {}, AGAIN), (429, {}, AGAIN), (401, {}, AGAIN), (403, {}, AGAIN), (408, {}, AGAIN), (425, {}, AGAIN),
        (400, {}, NEVER), (404, {}, NEVER), (409, {}, NEVER), (413, {}, NEVER), (422, RECEIPT, NEVER),
    ],
    ids=str,
)
def test_r124_every_answer_to_an_order_is_one_of_four_things(
    stub: Any, gateway_to: Any, status: int, body: Any, meaning: Any
) -> None:
    stub.answers(status, body)
    gateway = gateway_to(stub.url)
    if isinstance(meaning, str):
        assert gateway.send("N1:SMS:1", {"text": "好"}) == meaning
        return
    with pytest.raises(GatewayError) as raised:
        gateway.send("N1:SMS:1", {"text": "好"})
    assert type(raised.value) is meaning
    assert raised.value.message.startswith("短信平台：")
    assert len(stub.seen) == 1, "nothing is repeated on its own"


@pytest.mark.parametrize(
    ("status", "body", "meaning"),
    [
        (200, RECEIPT, "R1"), (404, {"code": "unknown-order"}, None),
        (404, {}, AGAIN), (404, b"<html>not here</html>", AGAIN), (404, {"code": "unknown-path"}, AGAIN),
        (200, {}, AGAIN), (200, {"receipt": None}, AGAIN), (410, {}, AGAIN), (500, {}, AGAIN), (503, {}, AGAIN),
        (401, {}, AGAIN), (302, {}, AGAIN), (200, b"", AGAIN), (400, {"code": "unknown-order"}, AGAIN),
    ],
    ids=str,
)
def test_r124_only_the_systems_own_word_says_that_there_is_no_such_order(
    stub: Any, gateway_to: Any, status: int, body: Any, meaning: Any
) -> None:
    """A wrong address or a proxy's page taken for 'none' would send the order a second time."""
    stub.answers(status, body)
    gateway = gateway_to(stub.url)
    if meaning is AGAIN:
        with pytest.raises(GatewayError) as raised:
            gateway.find("N1:SMS:1")
        assert type(raised.value) is GatewayError, "a question that is lost leaves no outcome open"
    else:
        assert gateway.find("N1:SMS:1") == meaning


def test_r124_a_refused_connection_is_another_thing_than_a_lost_answer(stub: Any, gateway_to: Any) -> None:
    with pytest.raises(GatewayError) as raised:
        gateway_to(f"http://127.0.0.1:{free_port()}").send("k", {})
    assert type(raised.value) is GatewayError
    stub.sends(b"")
    gateway = gateway_to(stub.url)
    with pytest.raises(OutcomeUnknown):
        gateway.send("k", {})
    for question in (lambda: gateway.find("k"), lambda: gateway.look_up("d", "s"), gateway.check):
        with pytest.raises(GatewayError) as raised:
            question()
        assert type(raised.value) is GatewayError


def test_s17_what_is_sent_is_signed_and_carries_its_key(stub: Any, gateway_to: Any) -> None:
    stub.answers(200, RECEIPT)
    key = "N1:短信/1?#"
    gateway = gateway_to(f"{stub.url}/base/")
    gateway.send(key, {"text": "好", "n": 1})
    gateway.find(key)
    (method, path, headers, body), (asked, query, more, nothing) = stub.seen
    assert (method, path, json.loads(body)) == ("POST", "/base/orders", {"text": "好", "n": 1})
    assert unquote(headers[IDEMPOTENCY_KEY]) == key
    assert headers["Content-Type"] == "application/json"
    assert verify({KEY.id: KEY}, Message("POST", path, body, headers[IDEMPOTENCY_KEY]), headers, datetime.now(UTC))
    assert (asked, unquote(query), nothing) == ("GET", f"/base/orders/{key}", b"")
    assert query.count("/") == 3, "a key stays one part of the path"
    assert verify({KEY.id: KEY}, Message("GET", query), more, datetime.now(UTC))


def test_r114_a_subject_is_never_in_an_address(stub: Any, gateway_to: Any) -> None:
    stub.answers(200, {"values": {"company_name": "示例"}})
    assert gateway_to(stub.url).look_up("企业登记信息", "91410100MA0000000T") == {"company_name": "示例"}
    _, path, headers, body = stub.seen[0]
    assert path == "/look-ups"
    assert json.loads(body) == {"dataset": "企业登记信息", "subject": "91410100MA0000000T"}
    assert not [value for value in headers.values() if "91410100MA0000000T" in value]


@pytest.mark.parametrize("answer", [(200, {}), (200, {"values": []}), (404, {}), (500, {"values": {}}), (200, b"x")], ids=str)
def test_r114_a_register_that_does_not_answer_is_no_register_that_knows_nothing(
    stub: Any, gateway_to: Any, answer: tuple[int, Any]
) -> None:
    stub.answers(*answer)
    with pytest.raises(GatewayError):
        gateway_to(stub.url).look_up("企业登记信息", "x")


def test_a_system_of_its_own_kind_needs_an_adapter_and_nothing_else(stub: Any, gateway_to: Any) -> None:
    adapter = Adapter(
        orders="/v2/sms", order="/v2/sms/status/{key}", receipt="msgId", unknown="NOT_FOUND",
        body=lambda order: {"to": order["phone"], "content": order["text"]},
    )
    gateway = gateway_to(stub.url, adapter=adapter)
    stub.answers(200, {"msgId": "M7"})
    assert gateway.send("k", {"phone": "13800000000", "text": "好"}) == "M7"
    assert gateway.find("k") == "M7"
    stub.answers(404, {"code": "NOT_FOUND"})
    assert gateway.find("k") is None
    assert [path for _, path, _, _ in stub.seen] == ["/v2/sms", "/v2/sms/status/k", "/v2/sms/status/k"]
    assert json.loads(stub.seen[0][3]) == {"to": "13800000000", "content": "好"}
    silent = gateway_to(stub.url, adapter=Adapter(order=None))
    with pytest.raises(GatewayRefused, match="人工核对"):
        silent.find("k")


def test_f10_a_system_that_is_down_is_left_alone_and_an_operator_may_still_look(stub: Any, gateway_to: Any) -> None:
    now = [0.0]
    gateway = gateway_to(stub.url, breaker=Breaker(3, 10, clock=lambda: now[0]))
    stub.answers(503, {})
    for _ in range(10):
        with pytest.raises(GatewayError):
            gateway.send("k", {})
    assert len(stub.seen) == 3
    assert (gateway.breaker.open, gateway.breaker.failures) == (True, 3)
    stub.answers(200, RECEIPT)
    assert "可以连接" in gateway.check()
    with pytest.raises(GatewayError) as raised:
        gateway.find("k")
    assert raised.value.code == "circuit-open"
    now[0] = 10
    assert gateway.find("k") == "R1"
    assert not gateway.breaker.open


def test_a_refused_order_does_not_stop_the_others(stub: Any, gateway_to: Any) -> None:
    gateway = gateway_to(stub.url, breaker=Breaker(1, 10))
    stub.answers(422, {"detail": "号码不存在"})
    for _ in range(3):
        with pytest.raises(GatewayRefused, match="号码不存在"):
            gateway.send("k", {})
    assert not gateway.breaker.open


def test_an_order_without_a_key_is_a_fault_of_ours(stub: Any, gateway_to: Any) -> None:
    with pytest.raises(ValueError, match="key"):
        gateway_to(stub.url).send("", {})
