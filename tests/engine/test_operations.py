"""What a worker process says of itself: /healthz, /readyz, /metrics (operations)."""

import re
import threading
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import requests

from onething.deadlines import SystemClock
from onething.engine.client import EngineClient
from onething.engine.worker import Task, Worker
from onething.gateways import GatewayError, gateways_of
from onething.store import Store, effects, outbox, troubles
from simulation.outside import run_outside
from tests.engine.fake_engine import FakeEngine
from tests.stores import empty_store
from workers.health import Health
from workers.inbox import StoreInbox
from workers.metrics import TaskMetrics


@pytest.fixture
def running(tmp_path: Path) -> Iterator[SimpleNamespace]:
    """A worker with its inbox and metrics on a scripted engine, served on a free port."""
    fake, store = FakeEngine(), empty_store(tmp_path)
    tools = SimpleNamespace(store=store, clock=SystemClock())
    metrics, release = TaskMetrics(), threading.Event()

    def slow(task: Task) -> dict[str, Any]:
        release.wait(20)
        return {}

    def bad(task: Task) -> dict[str, Any]:
        raise ValueError("110105194912310021")

    worker = Worker(
        EngineClient(fake.rest_url, fake.user, fake.password, timeout=(1, 2)),
        {"intake": lambda task: {}, "notice": bad, "archive": slow}, slots=2, lock_seconds=6, poll_seconds=0.3, grace_seconds=3,
        back_off=(0.05,), inbox=StoreInbox(tools), observer=metrics,
    )
    metrics.watch(worker, tools)
    health = Health(worker, tools, metrics, 0)
    health.start()
    thread = threading.Thread(target=worker.run)
    thread.start()
    yield SimpleNamespace(fake=fake, tools=tools, worker=worker, url=health.address, release=release)
    release.set()
    worker.stop()
    thread.join(timeout=30)
    health.stop()
    fake.close()


def figures(running: SimpleNamespace) -> dict[str, float]:
    lines = requests.get(f"{running.url}/metrics", timeout=5).text.splitlines()
    return {name: float(value) for name, value in (line.rsplit(" ", 1) for line in lines if line and line[0] != "#")}


def test_tasks_are_counted_by_topic_and_end_and_the_locks_held_are_shown(running: SimpleNamespace) -> None:
    running.fake.add("a")
    running.fake.add("b", topic="notice")
    running.fake.add("c", topic="archive")
    assert running.fake.wait(lambda: len(running.fake.of("failure")) == 2 and "a" in running.fake.completed)
    assert running.fake.wait(lambda: figures(running).get('onething_tasks_ended_total{end="failed",topic="notice"}') == 2)
    found = figures(running)
    assert found['onething_tasks_fetched_total{topic="notice"}'] == 2
    assert found['onething_tasks_ended_total{end="completed",topic="intake"}'] == 1
    assert found['onething_task_seconds_count{topic="intake"}'] == 1
    assert found["onething_locks_held"] == 1
    assert found["onething_engine_answers"] == 1


def test_what_lies_waiting_in_the_store_is_shown_and_nothing_of_a_person(running: SimpleNamespace) -> None:
    tools, now = running.tools, running.tools.clock.now()
    with tools.store.transaction() as session:
        outbox.put(session, now, "push:41010520261123000001X", "push", number="41010520261123000001X")
        effects.claim(session, now, now, "s", [effects.Intent("sms:k", "sms", "N1", {"text": "110105194912310021"})])
        effects.settle(session, now, [effects.Ending("sms:k", effects.EffectState.UNKNOWN)])
        troubles.open_(session, now, "k", "outbox", "N1", "平台维护中")
    text = requests.get(f"{running.url}/metrics", timeout=5).text
    found = figures(running)
    assert found["onething_outbox_open"] == 1
    assert 0 <= found["onething_outbox_oldest_seconds"] < 60
    assert found['onething_effects{state="UNKNOWN"}'] == 1
    assert found['onething_troubles{kind="outbox"}'] == 1
    assert found["onething_lost_candidates"] == 0
    assert not re.search(r"\d{17}", text)


def test_a_system_that_is_left_alone_is_shown(tmp_path: Path) -> None:
    metrics = TaskMetrics()
    worker = Worker(EngineClient("http://127.0.0.1:9/engine-rest", "u", "p"), {})
    with run_outside(tmp_path / "outside") as outside:
        gateways = gateways_of(outside.settings())
        metrics.watch(worker, SimpleNamespace(store=Store("sqlite://", tmp_path), clock=SystemClock()), gateways)  # type: ignore[arg-type]
        outside.kill()
        for turn in range(5):
            with pytest.raises(GatewayError):
                gateways.sms.send(f"k{turn}", {"text": "x"})
    text = metrics.text().decode()
    assert 'onething_circuit_open{system="sms"} 1.0' in text
    assert 'onething_circuit_open{system="platform"} 0.0' in text


def test_health_tells_living_from_being_able_to_work(running: SimpleNamespace) -> None:
    def asked(path: str) -> tuple[int, dict[str, Any]]:
        answer = requests.get(running.url + path, timeout=5)
        return answer.status_code, answer.json()

    assert running.fake.wait(lambda: asked("/readyz")[0] == 200)
    assert asked("/healthz") == (200, {"status": "UP", "loop": True})
    assert asked("/other")[0] == 404
    running.fake.fault("fetchAndLock", *[(503, None)] * 3)
    assert running.fake.wait(lambda: asked("/readyz")[0] == 503)
    assert asked("/readyz")[1]["engine"] is False
    assert asked("/healthz")[0] == 200, "it waits for the engine; to restart it would cure nothing"
    assert running.fake.wait(lambda: asked("/readyz")[0] == 200, timeout=30)
    running.fake.add("c", topic="archive")
    assert running.fake.wait(lambda: running.worker.held == 1)
    running.worker.stop()
    assert asked("/readyz")[1]["open"] is False
