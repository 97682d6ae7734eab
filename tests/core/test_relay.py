"""The outbox relay: promised work is done once, what fails is tried again, nothing stops the loop (R124)."""

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from onething.catalogue import Catalogue
from onething.deadlines import FixedClock
from onething.engine.errors import EngineUnauthorised, EngineUnreachable
from onething.errors import OneThingError
from onething.gateways import DemoGateway, GatewayError, GatewayRefused, Gateways, gateways_of
from onething.settings import Settings
from onething.store import effects, outbox, troubles
from simulation.outside import run_outside
from tests.stores import empty_store
from workers import knowledge
from workers.errands import GIVE_UP_AFTER
from workers.relay import ENGINE_BACK, Relay, decode

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


class Engine:
    """Remembers what it was asked; `waiting` says whether a process waits for a message."""

    def __init__(self) -> None:
        self.messages: list[tuple[Any, ...]] = []
        self.waiting = False
        self.found: list[Any] = []

    def instances(self, number: str) -> list[Any]:
        return self.found

    def activities(self, number: str) -> list[Any]:
        return []

    def correlate(self, message: str, number: str, variables: Any = None, *, item: str | None = None) -> bool:
        self.messages.append((message, number, variables, item))
        return self.waiting


class Failing:
    name = "failing"

    def send(self, key: str, body: Any) -> str:
        raise GatewayError("平台维护中")

    def find(self, key: str) -> str | None:
        return None

    def check(self) -> str:
        return "不可用"


@pytest.fixture
def relay(tmp_path: Path) -> Relay:
    store = empty_store(tmp_path)
    tools = SimpleNamespace(store=store, clock=FixedClock(NOW), settings=Settings(var=tmp_path))
    out = tmp_path / "out"
    named = {name: DemoGateway(name, out) for name in ("sms", "platform", "hotline", "courier", "sharing", "licences")}
    return Relay(tools, Engine(), Gateways(**named))  # type: ignore[arg-type]


def put_platform(relay: Relay, platform: Any) -> None:
    relay.means.gateways = replace(relay.means.gateways, platform=platform)


def put(relay: Relay, kind: str, key: str = "k", **body: Any) -> None:
    with relay.tools.store.transaction() as session:
        outbox.put(session, relay.tools.clock.now(), key, kind, **body)


def waiting(relay: Relay) -> list[Any]:
    with relay.tools.store.reading() as session:
        return outbox.waiting(session)


def troubles_of(relay: Relay) -> list[Any]:
    with relay.tools.store.reading() as session:
        return troubles.standing(session)


def test_a_push_reaches_the_platform_once(relay: Relay) -> None:
    put(relay, "push", "a", what="result", number="N1", item="x", state="approved")
    put(relay, "push", "b", what="result", number="N1", item="x", state="approved")
    assert relay.work_once() == 2
    assert waiting(relay) == []
    assert len(relay.means.gateways.platform.path.read_text(encoding="utf-8").splitlines()) == 1  # type: ignore[attr-defined]


def test_the_witness_file_survives_a_restart(tmp_path: Path) -> None:
    first = DemoGateway("sms", tmp_path).send("k", {"text": "一"})
    assert DemoGateway("sms", tmp_path).send("k", {"text": "一"}) == first
    assert "已发送 1 条" in DemoGateway("sms", tmp_path).check()


def test_what_fails_waits_longer_each_time_and_is_never_dropped(relay: Relay) -> None:
    put_platform(relay, Failing())
    put(relay, "push", what="result", number="N1")
    for attempts in range(1, 12):
        assert relay.work_once() == 0
        [entry] = waiting(relay)
        assert (entry.attempts, entry.error) == (attempts, "平台维护中")
        assert relay.work_once() == 0, "not tried again before its time"
        assert waiting(relay)[0].attempts == attempts
        relay.tools.clock.set(entry.next_at + timedelta(milliseconds=1))  # type: ignore[attr-defined]


def test_a_person_hears_of_a_failure_that_lasts_and_no_more_once_it_is_over(relay: Relay) -> None:
    """Within the minute; having to wait for somebody is no failure."""
    platform = relay.means.gateways.platform
    put_platform(relay, Failing())
    put(relay, "push", what="result", number="N1")
    put(relay, "correlate", "w", message="front-result-arrived", number="N2", item="b", variables={})
    begun = relay.tools.clock.now()
    while not (told := troubles_of(relay)):
        relay.work_once()
        relay.tools.clock.set(min(entry.next_at for entry in waiting(relay)))  # type: ignore[attr-defined]
    assert [(row.number, row.what) for row in told] == [("N1", "push：平台维护中")]
    assert relay.tools.clock.now() - begun < timedelta(seconds=60)
    put_platform(relay, platform)
    relay.tools.clock.set(relay.tools.clock.now() + timedelta(minutes=5))  # type: ignore[attr-defined]
    relay.work_once()
    assert troubles_of(relay) == []


def test_what_the_receiver_refuses_for_good_is_not_tried_again(relay: Relay) -> None:
    class Refusing(Failing):
        def send(self, key: str, body: Any) -> str:
            raise GatewayRefused("号码不存在")

    put_platform(relay, Refusing())
    put(relay, "push", what="result", number="N1")
    assert relay.work_once() == 0
    relay.tools.clock.set(NOW + timedelta(days=1))  # type: ignore[attr-defined]
    assert relay.work_once() == 0
    [entry] = waiting(relay)
    assert (entry.attempts, entry.stuck_at) == (1, NOW)
    assert [row.key for row in troubles_of(relay)] == ["outbox:k"]


def test_entries_of_one_case_are_done_in_order_and_cases_beside_each_other(relay: Relay) -> None:
    for place in range(6):
        put(relay, "correlate", f"k{place}", message=f"m{place}", number=f"N{place % 2}", item="", variables={})
    relay.means.engine.waiting = True
    with ThreadPoolExecutor(4) as hands:
        assert relay.work_once(hands.map) == 6
    for number, messages in (("N0", ["m0", "m2", "m4"]), ("N1", ["m1", "m3", "m5"])):
        assert [message for message, case, *_ in relay.means.engine.messages if case == number] == messages


def test_a_front_result_waits_for_its_receiver_as_long_as_it_takes(relay: Relay) -> None:
    put(relay, "correlate", message="front-result-arrived", number="N1", item="b", variables={"front_passed": True})
    for _ in range(GIVE_UP_AFTER + 3):
        relay.work_once()
        relay.tools.clock.set(waiting(relay)[0].next_at)  # type: ignore[attr-defined]
    relay.means.engine.waiting = True
    assert relay.work_once() == 1
    assert waiting(relay) == []
    assert relay.means.engine.messages[-1] == ("front-result-arrived", "N1", {"front_passed": True}, "b")


def test_a_withdrawal_nobody_waits_for_is_given_up_since_the_store_has_decided(relay: Relay) -> None:
    put(relay, "correlate", message="item-withdrawn", number="N1", item="b", variables={})
    for _ in range(GIVE_UP_AFTER + 1):
        assert waiting(relay)
        relay.work_once()
        for entry in waiting(relay):
            relay.tools.clock.set(entry.next_at)  # type: ignore[attr-defined]
    assert waiting(relay) == []


def test_a_withdrawal_is_not_tried_again_when_the_process_has_ended_before_it(relay: Relay) -> None:
    relay.means.engine.found = [SimpleNamespace(id="a", ended=True), SimpleNamespace(id="b", ended=False)]
    put(relay, "correlate", message="case-withdrawn", number="N1", item="", variables={})
    relay.work_once()
    [entry] = waiting(relay)
    relay.means.engine.found = [SimpleNamespace(id="a", ended=True)]
    relay.tools.clock.set(entry.next_at)  # type: ignore[attr-defined]
    relay.work_once()
    assert waiting(relay) == []


def test_the_loop_goes_on_after_a_surprise(relay: Relay, monkeypatch: pytest.MonkeyPatch) -> None:
    calls = []

    def surprise(_each: Any) -> int:
        calls.append(1)
        relay.stopped.set() if len(calls) > 1 else None
        raise OneThingError("数据库暂时不可用") if len(calls) == 1 else RuntimeError("anything")

    monkeypatch.setattr(relay, "work_once", surprise)
    monkeypatch.setattr(relay.stopped, "wait", lambda _seconds: False)
    relay.run()
    assert len(calls) == 2


def test_instants_come_back_as_instants() -> None:
    assert decode({"variables": {"intake_due": {"$date": NOW.isoformat()}}, "n": 1}) == {
        "variables": {"intake_due": NOW}, "n": 1,
    }


def test_r35_knowledge_goes_to_the_hotline_of_the_city_once_per_version(relay: Relay, catalogue: Catalogue) -> None:
    relay.tools.catalogue = catalogue  # type: ignore[misc]
    for _ in range(2):
        knowledge.promise(relay.tools)
        while relay.work_once():
            pass
    lines = [json.loads(line) for line in relay.means.gateways.hotline.path.read_text(encoding="utf-8").splitlines()]  # type: ignore[attr-defined]
    assert sorted(line["body"]["knowledge"]["bundle"] for line in lines) == sorted(catalogue.knowledge)
    assert {line["body"]["district"] for line in lines} == {"410100"}
    entry = catalogue.knowledge["newborn"].entries[0].model_copy(update={"answer": "改了"})
    changed = catalogue.knowledge["newborn"].model_copy(update={"entries": (entry,)})
    relay.tools.catalogue = replace(catalogue, knowledge={**catalogue.knowledge, "newborn": changed})  # type: ignore[misc]
    knowledge.promise(relay.tools)
    assert relay.work_once() == 1, "only what changed is sent again"


def text(relay: Relay, number: str) -> None:
    """An answer to a question: told by SMS to the phone that was left."""
    put(relay, "guidance-sms", f"sms:{number}", number=number)


@pytest.fixture
def asked(relay: Relay, monkeypatch: pytest.MonkeyPatch) -> Relay:
    """Requests of one phone, but for those of `ZX-other`."""
    catalogue = SimpleNamespace(bundle=lambda _slug: SimpleNamespace(short_name="开饭店"))
    relay.tools.catalogue = catalogue  # type: ignore[misc]
    phones = {"ZX-other": "13800000009"}
    monkeypatch.setattr("workers.errands.guidance.get", lambda _session, number: SimpleNamespace(
        number=number, bundle="restaurant", requester={"phone": phones.get(number, "13800000004")}, account_id="",
    ))
    return relay


def sent(relay: Relay) -> list[str]:
    path = relay.means.gateways.sms.path  # type: ignore[attr-defined]
    return [json.loads(line)["key"] for line in path.read_text(encoding="utf-8").splitlines()] if path.exists() else []


def test_s22_sms_wait_their_turn_and_none_is_dropped(asked: Relay) -> None:
    """Twelve at once for one phone: one a minute, five an hour, ten a day, in their order; another phone is not kept waiting."""
    numbers = [f"ZX{count:02}" for count in range(12)]
    for number in [*numbers, "ZX-other"]:
        text(asked, number)
    asked.work_once()
    assert sent(asked) == ["ZX00:answered", "ZX-other:answered"]
    times, known = {0: NOW}, 2
    while left := waiting(asked):
        assert all(entry.attempts == 0 and not entry.stuck_at for entry in left), "waiting is no failure"
        asked.tools.clock.set(min(entry.next_at for entry in left))  # type: ignore[attr-defined]
        asked.work_once()
        if len(sent(asked)) > known:
            known = len(sent(asked))
            times[len(times)] = asked.tools.clock.now()
    assert [key for key in sent(asked) if "other" not in key] == [f"{number}:answered" for number in numbers]
    for seconds, count in ((60, 1), (3600, 5), (86400, 10)):
        for one in times.values():
            assert sum(timedelta() <= other - one < timedelta(seconds=seconds) for other in times.values()) <= count
    assert times[11] - NOW >= timedelta(days=1)
    assert troubles_of(asked) == []


def test_s22_what_was_begun_is_not_counted_again(asked: Relay) -> None:
    """The gateway fails after its turn: the next try needs no new one."""
    working = asked.means.gateways.sms
    asked.means.gateways = replace(asked.means.gateways, sms=SimpleNamespace(  # type: ignore[arg-type]
        name="sms", send=Failing().send, find=Failing().find))
    text(asked, "ZX1")
    asked.work_once()
    assert waiting(asked)[0].attempts == 1
    asked.means.gateways = replace(asked.means.gateways, sms=working)
    asked.tools.clock.set(NOW + timedelta(seconds=2))  # type: ignore[attr-defined]
    asked.work_once()
    assert sent(asked) == ["ZX1:answered"]


@pytest.mark.parametrize("away", [EngineUnreachable("没有回答"), EngineUnauthorised(403, "Forbidden")])
def test_f20_what_waits_for_the_engine_goes_soon_after_it_is_back_however_long_it_was_away(
    relay: Relay, monkeypatch: pytest.MonkeyPatch, away: OneThingError
) -> None:
    def refuse(*_: Any, **__: Any) -> bool:
        raise away

    put(relay, "correlate", message="ready", number="N1")
    monkeypatch.setattr(relay.means.engine, "correlate", refuse)
    for _ in range(12):
        assert relay.work_once() == 0
        (entry,) = waiting(relay)
        assert entry.next_at <= relay.tools.clock.now() + ENGINE_BACK
        relay.tools.clock.advance(ENGINE_BACK)
    assert entry.attempts == 12
    assert entry.stuck_at is None


def test_f10_what_a_receiver_that_was_away_left_behind_goes_within_half_a_minute(relay: Relay) -> None:
    """However long it was away: its absence is no reason to wait for minutes."""
    put_platform(relay, Failing())
    put(relay, "push", what="result", number="N1")
    for _ in range(9):
        relay.work_once()
        [entry] = waiting(relay)
        pause = entry.next_at - relay.tools.clock.now()
        assert pause <= timedelta(seconds=30)
        relay.tools.clock.set(entry.next_at)  # type: ignore[attr-defined]
    assert pause == timedelta(seconds=30)
    assert [row.kind for row in troubles_of(relay)] == ["outbox"]


def test_f10_a_system_that_is_left_alone_costs_no_row(tmp_path: Path, relay: Relay) -> None:
    with run_outside(tmp_path / "outside") as outside:
        gateway: Any = gateways_of(outside.settings()).platform
    gateway.breaker.failures, gateway.breaker.threshold = 0, 1
    put_platform(relay, gateway)
    put(relay, "push", "a", what="result", number="N1")
    put(relay, "push", "b", what="result", number="N2")
    assert relay.work_once() == 0
    assert gateway.breaker.state == "open"
    with relay.tools.store.reading() as session:
        assert sum(effects.tally(session).values()) == 1, "only the first was tried"
    assert "暂停调用" in waiting(relay)[1].error
