"""S18: callbacks are signed by the system they come from, fresh, taken once, and about cases it has to do with."""

from __future__ import annotations

import json
import secrets
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import uvicorn
import yaml
from fastapi.testclient import TestClient

from api.app import create_app
from api.callbacks import A_MINUTE, BODY_CAP
from onething.gateways.signing import KEY_ID, NONCE, SIGNATURE, Key, Message, sign
from onething.store import audit, callbacks
from simulation.engine import free_port
from simulation.outside import run_outside

KEYS = {name: Key(f"{name}-1", secrets.token_urlsafe(32).encode()) for name in ("courier", "platform", "market", "fire", "sms")}


@pytest.fixture
def tools(tools: Any, tmp_path: Path) -> Any:
    """Five systems are connected, each with its own key."""
    content: dict[str, Any] = {"departments": {}}
    for name, key in KEYS.items():
        path = tmp_path / f"{name}.key"
        path.touch(mode=0o600)
        path.write_text(f"{key.id} {key.secret.decode()}\n", encoding="ascii")
        one = {"url": f"https://{name}.example.cn", "keys": path.name}
        (content["departments"] if name in ("market", "fire") else content)[name] = one
    file = tmp_path / "gateways.yaml"
    file.write_text(yaml.safe_dump(content), encoding="utf-8")
    tools.settings.gateways_file = file
    return tools


@pytest.fixture
def number(company: Any) -> str:
    """A case by courier, with items of two departments."""
    applicant = {"name": "郑州示例餐饮有限公司（演示）", "id_no": "91410100MA0000000T", "phone": "13800000004"}
    return company.apply(delivery_way="courier", applicant=applicant | {"address": "示例路 1 号"}).json()["number"]


def event(number: str, **more: Any) -> dict[str, Any]:
    return {
        "event": "event-00000001", "kind": "signed-for", "number": number, "order": f"{number}:COURIER:1",
        "receipt": "KD1000000017", "at": "2026-11-23T09:30:00+08:00", **more,
    }


@pytest.fixture
def call(app: Any, tools: Any) -> Callable[..., Any]:
    """Sign and send as a system does; no cookie, no CSRF token."""
    client = TestClient(app, base_url="http://127.0.0.1:8000", raise_server_exceptions=False)

    def call(
        told: Any, system: str = "courier", by: str = "", *, age: float = 0, headers: dict[str, str] | None = None,
        sent: bytes | None = None,
    ) -> Any:
        body = told if isinstance(told, bytes) else json.dumps(told, ensure_ascii=False).encode()
        at = tools.clock.now() - timedelta(seconds=age)
        signed = sign(KEYS[by or system], Message("POST", f"/api/v1/callbacks/{system}", body), at)
        return client.post(f"/api/v1/callbacks/{system}", content=sent or body, headers={**signed, **(headers or {})})

    return call


def kept(tools: Any, number: str) -> list[Any]:
    with tools.store.reading() as session:
        return callbacks.of_case(session, number)


def audited(tools: Any, number: str) -> list[Any]:
    with tools.store.reading() as session:
        rows = audit.trail(session, number)
        assert audit.first_fault(audit.trail(session)) is None
    return [row for row in rows if row.action.startswith("callback-")]


def test_s18_a_parcel_that_was_signed_for_is_recorded_with_its_case(call: Any, tools: Any, number: str) -> None:
    answer = call(event(number))
    assert answer.status_code == 200
    assert answer.json()["event"] == "event-00000001"
    [row] = kept(tools, number)
    assert (row.system, row.kind, row.receipt, row.key_id) == ("courier", "signed-for", "KD1000000017", "courier-1")
    assert row.happened_at.isoformat() == "2026-11-23T01:30:00+00:00"
    [record] = audited(tools, number)
    assert (record.actor, record.action, record.detail["event"]) == ("寄递服务", "callback-signed-for", "event-00000001")


def test_s18_a_hundred_replays_have_one_effect(call: Any, tools: Any, number: str, app: Any) -> None:
    """Bytes that somebody recorded on the way are refused; the system's own repeats are answered alike."""
    body = json.dumps(event(number)).encode()
    signed = sign(KEYS["courier"], Message("POST", "/api/v1/callbacks/courier", body), tools.clock.now())
    client = TestClient(app, base_url="http://127.0.0.1:8000")
    answers = [client.post("/api/v1/callbacks/courier", content=body, headers=signed) for _ in range(100)]
    assert [answer.status_code for answer in answers] == [200] + [401] * 99
    assert {answer.json()["code"] for answer in answers[1:]} == {"replayed"}
    own = [call(event(number)) for _ in range(100)]
    assert {(answer.status_code, answer.text) for answer in own} == {(200, answers[0].text)}
    assert len(kept(tools, number)) == len(audited(tools, number)) == 1


def test_s18_repeats_at_the_same_moment_have_one_effect(call: Any, tools: Any, number: str) -> None:
    answers: list[Any] = []
    threads = [threading.Thread(target=lambda: answers.append(call(event(number)))) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {answer.status_code for answer in answers} == {200}
    assert len(kept(tools, number)) == len(audited(tools, number)) == 1


@pytest.mark.parametrize(
    "how",
    [
        {"by": "platform"}, {"by": "sms"}, {"by": "market"}, {"age": 301}, {"age": -301}, {"age": 86400},
        {"headers": {SIGNATURE: "0" * 64}}, {"headers": {SIGNATURE: ""}}, {"headers": {NONCE: "n" * 24}},
        {"headers": {KEY_ID: "platform-1"}}, {"headers": {KEY_ID: "nobody"}}, {"sent": b'{"event": "event-00000002"}'},
    ],
    ids=str,
)
def test_s18_what_the_system_did_not_sign_just_now_is_refused(call: Any, tools: Any, number: str, how: dict[str, Any]) -> None:
    answer = call(event(number), **how)
    assert answer.status_code == 401
    assert answer.headers["content-type"] == "application/problem+json"
    assert kept(tools, number) == audited(tools, number) == []


@pytest.mark.parametrize("system", ["sms", "sharing", "nothing", "courier%2F..%2Fplatform"])
def test_s18_systems_that_never_call_back_look_like_wrong_signatures(app: Any, tools: Any, number: str, system: str) -> None:
    client, body = TestClient(app, base_url="http://127.0.0.1:8000"), json.dumps(event(number)).encode()
    signed = sign(KEYS["sms"], Message("POST", f"/api/v1/callbacks/{system}", body), tools.clock.now())
    assert client.post(f"/api/v1/callbacks/{system}", content=body, headers=signed).status_code in (401, 404)
    assert kept(tools, number) == []


def test_s18_an_event_keeps_its_first_content(call: Any, tools: Any, number: str) -> None:
    assert call(event(number)).status_code == 200
    answer = call(event(number, kind="returned"))
    assert (answer.status_code, answer.json()["code"]) == (409, "event-changed")
    assert [row.kind for row in kept(tools, number)] == ["signed-for"]


def test_s18_foreign_unknown_and_withheld_cases_look_alike(call: Any, tools: Any, number: str, company: Any) -> None:
    electronic = company.apply("second-key").json()["number"]
    answers = [
        call(event("41010520269999999999X")),  # no such case
        call(event(electronic)),  # nothing of it goes by courier
        call(event(number, item="signboard")),  # not an item of this case
        call(event(number, kind="decided", item="food-license"), "departments", by="fire"),  # another department's item
    ]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.text for answer in answers}) == 1
    assert kept(tools, number) == kept(tools, electronic) == []


def test_s18_each_department_speaks_for_its_own_items_only(call: Any, tools: Any, number: str) -> None:
    first = event(number, kind="decided", item="food-license")
    second = event(number, kind="decided", item="fire-check", event="event-00000002")
    assert call(first, "departments", by="market").status_code == 200
    assert call(second, "departments", by="fire").status_code == 200
    assert {(row.department, row.item) for row in kept(tools, number)} == {("market", "food-license"), ("fire", "fire-check")}
    assert call(event(number, kind="decided"), "departments", by="fire").status_code == 200, "ids are each department's own"
    assert [(row.department, row.event) for row in kept(tools, number)].count(("fire", "event-00000001")) == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"event": "short"}, {"event": "x" * 65}, {"event": "中文编号中文编号"}, {"kind": "approved"}, {"kind": "decided"},
        {"at": "2026-11-23T09:30:00"}, {"at": "yesterday"}, {"number": ""}, {"number": "N' OR 1=1"}, {"state": "completed"},
        {"note": "a\u0000b"}, {"note": "x" * 501}, {"receipt": 7}, {"item": "../x"}, {"order": "a\nb"},
    ],
    ids=str,
)
def test_s18_what_a_system_may_say_is_narrow(call: Any, tools: Any, number: str, changes: dict[str, Any]) -> None:
    answer = call(event(number) | changes)
    assert answer.status_code == 422
    assert answer.json()["detail"]
    assert kept(tools, number) == []


@pytest.mark.parametrize("body", [b"", b"null", b"[]", b"[" * 50_000, b"\xff", b'{"event": "\\ud800"}', b"<xml/>"])
def test_s18_a_signed_body_of_another_kind_is_refused(call: Any, body: bytes) -> None:
    assert call(body).status_code == 422


def test_s18_a_long_body_is_not_read_to_its_end(call: Any, number: str) -> None:
    answer = call(event(number, note="x" * BODY_CAP))
    assert (answer.status_code, answer.json()["code"]) == (413, "body-too-large")


def test_s22_a_system_that_calls_without_end_is_slowed_down(call: Any, tools: Any, number: str) -> None:
    now = tools.clock.now()
    with tools.store.transaction() as session:
        for count in range(A_MINUTE):
            assert callbacks.use_nonce(session, "courier-1", f"{count:020}", now, now + timedelta(seconds=600))
    assert call(event(number)).status_code == 429
    assert call(event(number, kind="received"), "platform").status_code == 200, "others are not slowed down"
    tools.clock.move(seconds=61)
    assert call(event(number)).status_code == 200


def test_s18_without_connected_systems_nothing_is_taken(tools: Any, number: str) -> None:
    tools.settings.gateways_file = None
    client = TestClient(create_app(tools), base_url="http://127.0.0.1:8000")
    body = json.dumps(event(number)).encode()
    signed = sign(KEYS["courier"], Message("POST", "/api/v1/callbacks/courier", body), tools.clock.now())
    assert client.post("/api/v1/callbacks/courier", content=body, headers=signed).status_code == 401


def test_s12_no_personal_data_of_a_callback_is_audited(call: Any, tools: Any, number: str) -> None:
    call(event(number, note="张三 13800000004 已签收"))
    [record] = audited(tools, number)
    assert "138" not in json.dumps(record.detail, ensure_ascii=False)


# The whole way: the demonstration's courier calls the running front door.


@pytest.fixture
def courier(tools: Any, tmp_path: Path) -> Iterator[Any]:
    port = free_port()
    with run_outside(tmp_path / "outside", ("market",), f"http://127.0.0.1:{port}/api/v1/callbacks") as outside:
        tools.settings.gateways_file = outside.settings_file
        server = uvicorn.Server(uvicorn.Config(create_app(tools), port=port, log_level="warning", access_log=False))
        thread = threading.Thread(target=server.run)
        thread.start()
        while not server.started:
            threading.Event().wait(0.02)
        yield outside
        server.should_exit = True
        thread.join()


def test_s18_the_courier_of_the_demonstration_calls_the_front_door(number: str, courier: Any, tools: Any) -> None:
    from datetime import UTC, datetime

    tools.clock.moment = datetime.now(UTC)  # two processes, one time
    for _ in range(3):
        answer = courier.call_back("courier", event(number))
        assert (answer["status"], answer["body"]["event"]) == (200, "event-00000001")
    assert courier.call_back("departments", event(number, kind="decided"), department="market")["status"] == 200
    assert courier.call_back("courier", event("41010520269999999999X"))["status"] == 404
    assert [row.system for row in kept(tools, number)] == ["courier", "departments"]
