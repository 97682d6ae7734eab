"""The demonstration's own systems: witnesses that can be believed, and a server that may be killed."""

from __future__ import annotations

import json
import os
import threading
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pytest
import requests

from onething.gateways import DemoGateway, GatewayError, HttpGateway, gateways_of
from onething.gateways.configuration import read_gateways, read_keys
from onething.gateways.signing import IDEMPOTENCY_KEY, Message, sign
from onething.gateways.witness import Witness
from simulation.outside import Outside, run_outside


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Outside]:
    """A server to kill."""
    with run_outside(tmp_path) as outside:
        yield outside


def stubborn(outside: Outside) -> HttpGateway:
    """A gateway that goes on calling, whatever happens."""
    gateway = gateways_of(outside.settings()).sms
    assert isinstance(gateway, HttpGateway)
    gateway.breaker.threshold = 10**9
    return gateway


def test_f01_killed_under_load_it_loses_nothing_it_answered_and_doubles_nothing(own: Outside) -> None:
    gateway, answered, ends = stubborn(own), {}, threading.Event()

    def send(name: int) -> None:
        for number in range(10**6):
            if ends.is_set():
                return
            key = f"N{name}:SMS:{number}"
            for _ in range(2):  # everything twice, as a sender without memory would
                try:
                    answered[key] = gateway.send(key, {"text": key})
                except GatewayError:
                    continue

    threads = [threading.Thread(target=send, args=(name,)) for name in range(4)]
    for thread in threads:
        thread.start()
    for kill in range(3):
        while len(answered) < 100 * (kill + 1):
            assert ends.wait(0.02) is False
        own.kill()
        own.start()
    ends.set()
    for thread in threads:
        thread.join()
    effects = own.witness("sms")
    assert len(answered) >= 300
    assert {line["key"]: line["receipt"] for line in effects}.items() >= answered.items()
    assert set(Counter(line["key"] for line in effects).values()) == {1}
    assert len({line["receipt"] for line in effects}) == len(effects)


def test_the_witness_tells_what_came_from_what_was_done(own: Outside) -> None:
    gateway = stubborn(own)
    for _ in range(3):
        gateway.send("N1:SMS:1", {"text": "好"})
    own.fail(sms={"fail_before": 1})
    with pytest.raises(GatewayError):
        gateway.send("N1:SMS:2", {"text": "好"})
    own.fail(sms={"refuse": 1})
    with pytest.raises(GatewayError):
        gateway.send("N1:SMS:3", {"text": "好"})
    assert gateway.send("N1:SMS:1", {"text": "好"}) == "sms-1", "what is done is not refused afterwards"
    assert [line["key"] for line in own.witness("sms")] == ["N1:SMS:1"]
    assert [line["key"] for line in own.witness("sms", "received")].count("N1:SMS:1") == 4
    assert "N1:SMS:3" in [line["key"] for line in own.witness("sms", "received")]


def test_a_line_that_was_cut_off_counts_for_nothing_and_spoils_nothing(tmp_path: Path) -> None:
    path = tmp_path / "sms.jsonl"
    Witness(path).carry_out("a", {}, lambda count: f"r{count}")
    with path.open("ab") as file:
        file.write(b'{"what": "effect", "key": "b", "rec')
    again = Witness(path)
    assert again.find("b") is None
    assert again.carry_out("b", {}, lambda count: f"r{count}") == "r2"
    assert Witness(path).find("a") == "r1"
    assert Witness(path).effects == 2


def _send_all(folder: Path, count: int, together: Any) -> None:
    gateway = DemoGateway("sms", folder)
    together.wait()
    for number in range(count):
        gateway.send(f"k{number}", {"process": os.getpid()})


def test_r124_several_processes_share_one_witness(tmp_path: Path) -> None:
    context = get_context("spawn")
    together = context.Barrier(3)
    processes = [context.Process(target=_send_all, args=(tmp_path, 300, together)) for _ in range(3)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    lines = [json.loads(line) for line in (tmp_path / "sms.jsonl").read_text(encoding="utf-8").splitlines()]
    assert sorted(line["key"] for line in lines) == sorted(f"k{number}" for number in range(300))
    assert sorted(line["receipt"] for line in lines) == sorted(f"sms-{number + 1}" for number in range(300))


def test_a_witness_of_an_older_version_is_understood(tmp_path: Path) -> None:
    line = {"key": "a", "receipt": "sms-1", "at": "2026-11-01T00:00:00+00:00", "body": {}}
    (tmp_path / "sms.jsonl").write_text(json.dumps(line) + "\n", encoding="utf-8")
    assert DemoGateway("sms", tmp_path).send("a", {}) == "sms-1"


# It verifies what reaches it, as a real one would.


def post(outside: Outside, system: str, headers: dict[str, str], body: bytes = b"{}") -> requests.Response:
    return requests.post(f"http://127.0.0.1:{outside.port}/{system}/orders", body, headers=headers, timeout=10)


def signed(outside: Outside, system: str, body: bytes = b"{}", by: str = "", age: float = 0) -> dict[str, str]:
    keys = read_keys(getattr(read_gateways(outside.settings_file), by or system).keys)
    message = Message("POST", f"/{system}/orders", body, "N1:X:1")
    at = datetime.now(UTC) - timedelta(seconds=age)
    return {**sign(next(iter(keys.values())), message, at), IDEMPOTENCY_KEY: "N1:X:1"}


def test_s17_an_order_that_is_not_signed_by_us_is_not_carried_out(outside: Outside) -> None:
    before, good = len(outside.witness("courier")), signed(outside, "courier")
    for headers, body in (
        ({IDEMPOTENCY_KEY: "N1:X:1"}, b"{}"), (good, b'{"to": "elsewhere"}'), (good | {IDEMPOTENCY_KEY: "N1:X:2"}, b"{}"),
        (signed(outside, "courier", by="sms"), b"{}"), (signed(outside, "courier", age=400), b"{}"),
        (signed(outside, "courier", age=-400), b"{}"),
    ):
        assert post(outside, "courier", headers, body).status_code == 401
    assert len(outside.witness("courier")) == before
    assert post(outside, "courier", good).json()["receipt"]
    replayed = post(outside, "courier", good)
    assert (replayed.status_code, replayed.json()["code"]) == (401, "replayed")


def test_the_switches_are_for_this_machine_and_not_for_a_page_in_its_browser(outside: Outside) -> None:
    url = f"http://127.0.0.1:{outside.port}/admin/modes"
    mode = json.dumps({"sms": {"outage": True}})
    for headers in ({"Content-Type": "text/plain"}, {"Content-Type": "application/json", "Host": "evil.example"}, {}):
        assert requests.post(url, mode, headers=headers, timeout=10).status_code == 403
    for wrong in ('{"sms": {"outage": "perhaps"}}', '{"sms": {"unknown": 1}}', '{"sms": {"refuse": 2}}', "[]", "x",
                  '{"sms": {"refuse": 0.6, "fail_before": 0.6}}'):
        answer = requests.post(url, wrong, headers={"Content-Type": "application/json"}, timeout=10)
        assert answer.status_code == 422, wrong
    assert "可以连接" in gateways_of(outside.settings()).sms.check()


def test_f10_one_system_that_is_down_leaves_the_others_up(outside: Outside) -> None:
    gateways = gateways_of(outside.settings())
    outside.fail(sms={"outage": True})
    with pytest.raises(GatewayError, match="503"):
        gateways.sms.check()
    assert "可以连接" in gateways.platform.check()


def test_the_failing_systems_fail_at_the_rates_asked_for(own: Outside) -> None:
    gateway, failed = stubborn(own), Counter[str]()
    own.fail(sms={"fail_before": 0.3, "reset_after": 0.3})
    for number in range(300):
        try:
            gateway.send(f"N{number}", {})
        except GatewayError as error:
            failed[type(error).__name__] += 1
    fates = Counter(line["fate"] for line in own.witness("sms", "received"))
    assert 120 < failed["OutcomeUnknown"] < 240
    assert 50 < fates["reset-after"] < 130
    assert len(own.witness("sms")) == fates["reset-after"] + fates["served"]


def test_a_hostile_body_is_answered(outside: Outside) -> None:
    for body in (b"", b"[" * 100_000, b"null", b'"x"', b"\xff"):
        assert post(outside, "courier", signed(outside, "courier", body), body).status_code == 422
    big: Any = post(outside, "courier", signed(outside, "courier"), b" " * 300_000)
    assert big.status_code == 413
