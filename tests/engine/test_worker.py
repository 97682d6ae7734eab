"""The loop against a scripted engine: what the published client gets wrong, and faults a real engine shows rarely."""

import logging
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import pytest
import structlog

from onething.engine.client import EngineClient
from onething.engine.reporting import BACK_OFF_SECONDS
from onething.engine.worker import MOST_BEGINNINGS, BusinessError, End, Known, Task, Worker
from onething.errors import Conflict, Unavailable
from tests.engine import fake_engine


@pytest.fixture
def fake() -> Iterator[Any]:
    engine = fake_engine.FakeEngine()
    yield engine
    engine.close()


@contextmanager
def running(fake: Any, handlers: Mapping[str, Callable[[Task], Any]], **options: Any) -> Iterator[Worker]:
    client = EngineClient(fake.rest_url, fake.user, fake.password, timeout=(1, 2))
    settings = {"slots": 2, "lock_seconds": 6, "poll_seconds": 0.3, "grace_seconds": 3, "back_off": (0.05, 0.05)}
    worker = Worker(client, handlers, **{**settings, **options})
    thread = threading.Thread(target=worker.run)
    thread.start()
    try:
        yield worker
    finally:
        worker.stop()
        thread.join(timeout=30)
        assert not thread.is_alive()


def returns(value: Any) -> Callable[[Task], Any]:
    return lambda task: value


def test_a_returned_mapping_completes_the_task_with_typed_variables(fake: Any) -> None:
    """D20, D21, D23."""
    seen: list[Task] = []
    fake.add("t", variables={"item": {"type": "String", "value": "x"}, "odd": {"type": "Object", "value": "rO0"}})
    due = datetime(2026, 11, 30, 9, tzinfo=UTC)
    with running(fake, {"intake": lambda task: seen.append(task) or {"accepted": True, "promised_due": due}}) as worker:
        assert fake.wait(lambda: fake.of("complete"))
    body = fake.of("complete")[0]
    assert body["variables"] == {
        "accepted": {"type": "Boolean", "value": True},
        "promised_due": {"type": "Date", "value": "2026-11-30T09:00:00.000+0000"},
    }
    assert body["workerId"] == worker.worker_id == seen[0].worker_id
    assert (seen[0].application_no, seen[0].variables, seen[0].retries) == ("NO-t", {"item": "x"}, None)


def test_business_error_becomes_a_bpmn_error(fake: Any) -> None:
    def handler(task: Task) -> dict:
        raise BusinessError("refused", "不予办理", {"reason": "依据"})

    fake.add("t")
    with running(fake, {"intake": handler}):
        assert fake.wait(lambda: fake.of("bpmnError"))
    body = fake.of("bpmnError")[0]
    assert (body["errorCode"], body["variables"]["reason"]["value"]) == ("refused", "依据")
    assert not fake.of("failure")


@pytest.mark.parametrize("error", [ValueError("张三 410105"), SystemExit(1), KeyboardInterrupt(), Conflict("请重试")])
def test_any_other_end_is_a_counted_failure_and_one_incident(fake: Any, error: BaseException) -> None:
    """D2, D4, D6: reported at once, counted down to zero, never null, the worker lives on; D17: no values."""
    def handler(task: Task) -> dict:
        raise error

    fake.add("t")
    fake.add("next", topic="notice")
    with running(fake, {"intake": handler, "notice": returns({})}):
        assert fake.wait(lambda: len(fake.of("failure")) == 3)
        assert fake.wait(lambda: "next" in fake.completed)
        assert not fake.wait(lambda: len(fake.of("failure")) > 3, timeout=0.5)
    assert [body["retries"] for body in fake.of("failure")] == [2, 1, 0]
    assert all("张三" not in str(body) for body in fake.of("failure"))


@pytest.mark.parametrize("outcome", [None, "done", 5, {"x": [1]}, {"x": {"value": 1, "type": "Object"}}, {"a b": 1}])
def test_a_programming_error_is_an_incident_at_once(fake: Any, outcome: Any) -> None:
    """D20, D22: repeating cannot cure it."""
    fake.add("t")
    with running(fake, {"intake": returns(outcome)}):
        assert fake.wait(lambda: fake.of("failure"))
        assert not fake.wait(lambda: len(fake.of("failure")) > 1, timeout=0.4)
    assert fake.of("failure")[0]["retries"] == 0
    assert not fake.of("complete")


def test_only_the_completion_is_repeated_never_the_handler(fake: Any) -> None:
    """D9: 500 optimistic lock, 503, lost connection, a proxy's page (D13): the effect happens once."""
    runs: list[str] = []
    fake.add("t")
    locking = {"type": "OptimisticLockingException", "message": "updated by another transaction"}
    proxy_page = (503, b"<html>busy</html>")
    fake.fault("complete", (500, locking), proxy_page, fake_engine.drop_before, (500, [1]))
    with running(fake, {"intake": lambda task: runs.append(task.id) or {}}, lock_seconds=20):
        assert fake.wait(lambda: fake.completed)
    assert runs == ["t"]
    assert len(fake.of("complete")) == 5
    assert not fake.of("failure")


def test_an_answer_lost_after_the_effect_is_not_a_failure(fake: Any) -> None:
    """D10: the second try finds 404; history says it is done."""
    fake.add("t")
    fake.fault("complete", fake_engine.drop_after(fake))
    with running(fake, {"intake": returns({})}):
        assert fake.wait(lambda: fake.of("external-task-log"))
    assert not fake.of("failure")
    assert fake.completed == ["t"]


def test_a_report_the_engine_never_accepts_ends_as_one_incident(fake: Any) -> None:
    """Finding 8: no loop."""
    runs: list[str] = []
    fake.add("t")
    fake.fault("complete", *[(500, {"type": "ProcessEngineException", "message": "persistence"})] * 3)
    with running(fake, {"intake": lambda task: runs.append(task.id) or {}}):
        assert fake.wait(lambda: fake.of("failure"))
        assert not fake.wait(lambda: len(runs) > 1, timeout=0.4)
    assert fake.of("failure")[0]["retries"] == 0


def test_a_lock_is_kept_while_the_handler_runs(fake: Any) -> None:
    """D5."""
    runs: list[str] = []

    def slow(task: Task) -> dict:
        runs.append(task.id)
        time.sleep(1.5)
        return {}

    fake.add("t")
    with running(fake, {"intake": slow}, lock_seconds=0.6):
        assert fake.wait(lambda: fake.completed)
    assert runs == ["t"]
    assert len(fake.of("extendLock")) >= 3


def test_the_outcome_of_a_lost_lock_is_discarded(fake: Any) -> None:
    """D5: somebody else holds the task; no complete, no failure."""
    ended = threading.Event()

    def robbed(task: Task) -> dict:
        with fake.lock:
            fake.tasks["t"].update(worker="other", until=time.monotonic() + 60)
        time.sleep(0.8)
        ended.set()
        return {"x": 1}

    fake.add("t")
    with running(fake, {"intake": robbed}, lock_seconds=0.9):
        assert ended.wait(10)
    assert not fake.of("complete")
    assert not fake.of("failure")


def test_no_topic_starves_and_no_more_is_locked_than_there_is_room(fake: Any) -> None:
    """D3, D7, D8: 40 topics, 3 slots, one poll for all."""
    busy, most = [0], [0]
    guard = threading.Lock()

    def handler(task: Task) -> dict:
        with guard:
            busy[0] += 1
            most[0] = max(most[0], busy[0])
        time.sleep(0.01)
        with guard:
            busy[0] -= 1
        return {}

    topics = [f"topic-{number}" for number in range(40)]
    for topic in topics:
        fake.add(topic, topic=topic)
    with running(fake, dict.fromkeys(topics, handler), slots=3):
        assert fake.wait(lambda: len(fake.completed) == 40)
    assert most[0] <= 3
    assert all(1 <= body["maxTasks"] <= 3 and len(body["topics"]) == 40 for body in fake.of("fetchAndLock"))
    assert len(fake.connections) <= 3 + 3, "D15: connections are pooled"


def test_a_slow_topic_does_not_keep_the_others_waiting(fake: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Six slow tasks, two slots: the other topic is served while no slow task has ended, and all end at last."""
    monkeypatch.setattr("onething.engine.room.SLOW_SECONDS", 0.1)
    release, begun = threading.Event(), threading.Semaphore(0)

    def slow(task: Task) -> dict:
        begun.release()
        release.wait(30)
        return {}

    for number in range(6):
        fake.add(f"slow-{number}", topic="slow")
    with running(fake, {"slow": slow, "quick": returns({})}) as worker:
        assert all(begun.acquire(timeout=10) for _ in range(2))
        for number in range(10):
            fake.add(f"quick-{number}", topic="quick")
        assert fake.wait(lambda: len(fake.completed) == 10)
        assert all(task.startswith("quick") for task in fake.completed)
        assert worker.held <= 4
        release.set()
        assert fake.wait(lambda: len(fake.completed) == 16)


def test_stop_drains_without_burning_a_retry(fake: Any) -> None:
    """D11: the running handler ends and is reported; nothing new is begun."""
    begun = threading.Event()

    def handler(task: Task) -> dict:
        begun.set()
        time.sleep(0.5)
        return {}

    fake.add("a")
    with running(fake, {"intake": handler}, slots=1) as worker:
        assert begun.wait(10)
        fake.add("b")
        worker.stop()
    assert fake.completed == ["a"]
    assert not fake.of("failure")
    assert fake.tasks["b"]["worker"] is None


def test_what_outlasts_the_grace_is_unlocked(fake: Any) -> None:
    """D11."""
    begun, release = threading.Event(), threading.Event()

    def stuck(task: Task) -> dict:
        begun.set()
        release.wait(20)
        return {}

    fake.add("t")
    with running(fake, {"intake": stuck}, grace_seconds=0.3) as worker:
        assert begun.wait(10)
        worker.stop()
    assert fake.tasks["t"]["worker"] is None
    assert fake.tasks["t"]["retries"] is None
    release.set()
    assert not fake.wait(lambda: fake.of("complete"), timeout=0.4)


def test_keyboard_interrupt_in_the_loop_drains_and_goes_on_to_the_caller(fake: Any) -> None:
    """D4."""
    client = EngineClient(fake.rest_url, fake.user, fake.password)
    worker = Worker(client, {"intake": returns({})}, poll_seconds=0.2, grace_seconds=1)
    worker.tasks.fetch = lambda *_: (_ for _ in ()).throw(KeyboardInterrupt())  # type: ignore[method-assign]
    with pytest.raises(KeyboardInterrupt):
        worker.run()


def test_an_engine_that_is_down_is_waited_for_and_said_once(fake: Any, caplog: pytest.LogCaptureFixture) -> None:
    said: list[str] = []
    structlog.reset_defaults()  # another test of this process may have left its level
    structlog.configure(processors=[lambda _, __, event: said.append(event["event"]) or str(event)])
    try:
        fake.fault("fetchAndLock", fake_engine.drop_before, (503, None), (500, b"x"))
        fake.add("t")
        with running(fake, {"intake": returns({})}):
            assert fake.wait(lambda: fake.completed, timeout=30)
    finally:
        structlog.reset_defaults()
    assert sum(event == "engine answers again" for event in said) == 1
    assert sum("does not serve" in event for event in said) <= 2, "one line per change of state"
    assert len(fake.of("fetchAndLock")) <= 12, "no busy loop"


def test_logs_carry_names_and_never_values(fake: Any, caplog: pytest.LogCaptureFixture, capsys: Any) -> None:
    """D16, D17, D18."""
    caplog.set_level(logging.DEBUG)
    fake.add("ok", variables={"name": {"type": "String", "value": "张三丰"}})
    fake.add("bad", topic="notice")

    def fails(task: Task) -> dict:
        raise ValueError("身份证 410105199001011234")

    with running(fake, {"intake": returns({"result": "机密结果"}), "notice": fails}):
        assert fake.wait(lambda: fake.completed and len(fake.of("failure")) == 3)
    text = caplog.text + "".join(capsys.readouterr())
    assert "NO-ok" in text
    for canary in ("张三丰", "机密结果", "410105199001011234", fake.password):
        assert canary not in text


class Memory:
    """An inbox that forgets when the test ends."""

    def __init__(self) -> None:
        self.outcomes: dict[str, Any] = {}
        self.attempts: dict[str, int] = {}
        self.ends: dict[str, End] = {}
        self.down = 0

    def begin(self, tasks: Sequence[Task], lock_seconds: float) -> dict[str, Known]:
        if self.down:
            self.down -= 1
            raise Unavailable("数据库暂时不可用")
        for task in tasks:
            self.attempts[task.id] = self.attempts.get(task.id, 0) + 1
        return {task.id: Known(self.outcomes.get(task.id), self.attempts[task.id]) for task in tasks}

    def done(self, task: Task, outcome: Any) -> None:
        self.outcomes[task.id] = outcome

    def ended(self, task: Task, end: End) -> None:
        self.ends[task.id] = end


def test_a_stored_outcome_is_reported_without_running_again(fake: Any) -> None:
    """Security 5: the worker died after its work was kept, before the engine heard of it."""
    inbox, runs = Memory(), []
    inbox.outcomes["t"] = {"accepted": False}
    fake.add("t")
    fake.add("u")
    with running(fake, {"intake": lambda task: runs.append(task.id) or {"accepted": True}}, inbox=inbox):
        assert fake.wait(lambda: len(fake.completed) == 2)
    answers = {task: body["variables"]["accepted"]["value"] for name, task, body in fake.calls if name == "complete"}
    assert answers == {"t": False, "u": True}
    assert runs == ["u"]
    assert inbox.outcomes["u"] == {"accepted": True}
    assert inbox.ends == {"t": End.COMPLETED, "u": End.COMPLETED}


def test_what_cannot_be_written_down_is_not_begun_and_costs_no_retry(fake: Any) -> None:
    inbox, runs = Memory(), []
    inbox.down = 2
    fake.add("t")
    with running(fake, {"intake": lambda task: runs.append(task.id) or {}}, inbox=inbox):
        assert fake.wait(lambda: fake.completed)
    assert (runs, len(fake.of("unlock"))) == (["t"], 2)
    assert not fake.of("failure")


def test_a_step_that_was_begun_too_often_without_an_end_is_an_incident(fake: Any) -> None:
    """A handler that kills its process reports nothing: the inbox counts what the engine cannot (D6)."""
    inbox, runs = Memory(), []
    inbox.attempts["t"] = MOST_BEGINNINGS
    fake.add("t")
    with running(fake, {"intake": lambda task: runs.append(task.id) or {}}, inbox=inbox):
        assert fake.wait(lambda: fake.of("failure"))
    assert fake.of("failure")[0]["retries"] == 0
    assert inbox.ends["t"] == End.FAILED
    assert not runs


def test_what_is_down_for_now_costs_no_retry(fake: Any) -> None:
    """A database that is away for an hour must not turn every case into an incident."""
    runs: list[int | None] = []

    def handler(task: Task) -> dict:
        runs.append(task.retries)
        if len(runs) < 5:
            raise Unavailable("数据库暂时不可用")
        return {}

    fake.add("t")
    with running(fake, {"intake": handler}):
        assert fake.wait(lambda: fake.completed)
    assert {body["retries"] for body in fake.of("failure")} == {3}
    assert len(fake.of("failure")) == 4


def test_variables_are_asked_by_name_when_declared(fake: Any) -> None:
    fake.add("t")
    with running(fake, {"intake": returns({})}, variables={"intake": {"item", "application_no"}}):
        assert fake.wait(lambda: fake.completed)
    topic = fake.of("fetchAndLock")[0]["topics"][0]
    assert topic["variables"] == ["application_no", "item"]
    assert topic["deserializeValues"] is False


def test_worker_ids_are_unique_per_incarnation(fake: Any) -> None:
    """D23."""
    client = EngineClient(fake.rest_url, fake.user, fake.password)
    ids = {Worker(client, {}).worker_id for _ in range(5)}
    assert len(ids) == 5
    assert "camunda" in sys.modules


def test_what_keeps_failing_is_an_incident_within_the_minute() -> None:
    """With the longest of the random pauses (P3)."""
    assert sum(BACK_OFF_SECONDS) * 1.2 < 60


def test_a_handler_that_never_ends_is_an_incident_and_the_others_go_on(fake: Any) -> None:
    """F09: its lock is not extended for ever; what it gives back at last is discarded."""
    release, inbox = threading.Event(), Memory()
    fake.add("t")
    fake.add("next", topic="notice")
    handlers = {"intake": lambda task: release.wait(60) and {"late": True}, "notice": returns({})}
    with running(fake, handlers, lock_seconds=0.6, longest_seconds=0.5, inbox=inbox):
        assert fake.wait(lambda: fake.of("failure") and "next" in fake.completed)
        release.set()
        assert fake.wait(lambda: inbox.ends.get("t") == End.LOST)
    assert fake.of("failure")[0]["retries"] == 0
    assert "没有结束" in fake.of("failure")[0]["errorMessage"]
    assert "t" not in fake.completed


def test_a_refused_report_whose_outcome_is_kept_is_tried_again_later(fake: Any) -> None:
    """F04: while the engine's database is away every answer is a 500; that is no fault of the case."""
    inbox, runs = Memory(), []
    fake.add("t")
    fake.fault("complete", *[(500, {"type": "ProcessEngineException", "message": "persistence"})] * 4)
    with running(fake, {"intake": lambda task: runs.append(task.id) or {}}, inbox=inbox):
        assert fake.wait(lambda: fake.completed)
    assert runs == ["t"], "the outcome comes from the inbox, the handler runs once"
    assert [body["retries"] for body in fake.of("failure")] == [2]


def test_a_page_in_between_is_no_refusal(fake: Any) -> None:
    """F20: a proxy's login page or its 200 says nothing about the task."""
    fake.add("t")
    fake.fault("complete", (302, b"<html>login</html>"), (200, b"<html>ok</html>"))
    with running(fake, {"intake": returns({})}, lock_seconds=20):
        assert fake.wait(lambda: fake.completed)
    assert not fake.of("failure")
