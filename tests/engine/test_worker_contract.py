"""One contract for the loop, held against the scripted engine and the real one."""

import threading
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import pytest

from onething.engine.adapter import adapt
from onething.engine.client import EngineClient
from onething.engine.deploy import deploy
from onething.engine.worker import BusinessError, Task, Worker
from tests.engine.fake_engine import FakeEngine


class FakeTrial:
    """A task of one step, told apart by its topic."""

    def __init__(self) -> None:
        self.engine = FakeEngine()
        self.client = EngineClient(self.engine.rest_url, "worker", "secret")
        self.close = self.engine.close

    def begin(self, topic: str) -> None:
        self.engine.add(topic, topic=topic)

    def end(self, topic: str) -> str:
        named = {"complete": "done", "bpmnError": "declined"}
        ends = [named[call] for call, task, _ in self.engine.calls if task == topic and call in named]
        return ends[-1] if topic in self.engine.completed else ""

    def incidents(self, topic: str) -> int:
        return int(topic in self.engine.tasks and self.engine.tasks[topic]["retries"] == 0)

    def withdraw(self, topic: str) -> None:
        with self.engine.lock:
            del self.engine.tasks[topic]

    def steal(self, topic: str) -> None:
        with self.engine.lock:
            self.engine.tasks[topic].update(worker="other", until=time.monotonic() + 60)


class RealTrial:
    def __init__(self, client: EngineClient) -> None:
        self.client = client

    def close(self) -> None:
        pass

    def begin(self, topic: str) -> None:
        self.client.start_process("worker-trial", topic, {"topic": topic})

    def end(self, topic: str) -> str:
        ended = {activity.id for activity in self.client.activities(topic) if activity.type == "noneEndEvent"}
        return next(iter(ended), "")

    def incidents(self, topic: str) -> int:
        return len(self.client.incidents(topic))

    def withdraw(self, topic: str) -> None:
        self.client.delete_process(self.client.root_instance(topic).id)

    def steal(self, topic: str) -> None:
        call = self.client.transport.call
        task = next(self.client.transport.pages("/external-task", {"topicName": topic}))["id"]
        call("POST", f"/external-task/{task}/unlock")
        call("POST", f"/external-task/{task}/lock", json={"workerId": "other", "lockDuration": 60000})


@pytest.fixture(params=["fake", pytest.param("real", marks=pytest.mark.engine)])
def trial(request: pytest.FixtureRequest) -> Iterator[Any]:
    if request.param == "fake":
        trial = FakeTrial()
    else:
        client = request.getfixturevalue("client")
        deploy(request.getfixturevalue("trial_home"), client)
        trial = RealTrial(client)
    yield trial
    trial.close()


@pytest.fixture
def topic() -> str:
    return f"topic-{uuid.uuid4().hex[:12]}"


@contextmanager
def running(trial: Any, topic: str, handler: Callable[[Task], Any], **options: Any) -> Iterator[Worker]:
    settings = {"slots": 2, "lock_seconds": 8, "poll_seconds": 0.5, "grace_seconds": 5, "back_off": (0.05, 0.05)}
    worker = Worker(trial.client, {topic: handler}, **{**settings, **options})
    thread = threading.Thread(target=worker.run)
    thread.start()
    try:
        yield worker
    finally:
        worker.stop()
        thread.join(timeout=30)
        assert not thread.is_alive()


def wait(condition: Callable[[], Any], timeout: float = 20) -> bool:
    end = time.monotonic() + timeout
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.05)
    return False


def test_a_return_completes(trial: Any, topic: str) -> None:
    trial.begin(topic)
    with running(trial, topic, lambda task: {"accepted": True}):
        assert wait(lambda: trial.end(topic) == "done")


def test_a_business_error_takes_the_other_way(trial: Any, topic: str) -> None:
    def handler(task: Task) -> Mapping[str, Any]:
        raise BusinessError("refused", "不予办理")

    trial.begin(topic)
    with running(trial, topic, handler):
        assert wait(lambda: trial.end(topic) == "declined")


def test_failures_end_as_one_incident_after_the_counted_tries(trial: Any, topic: str) -> None:
    """D2, D6."""
    runs: list[int | None] = []

    def handler(task: Task) -> Mapping[str, Any]:
        runs.append(task.retries)
        raise ValueError

    trial.begin(topic)
    with running(trial, topic, handler):
        assert wait(lambda: trial.incidents(topic) == 1)
        assert not wait(lambda: len(runs) > 3, timeout=0.5)
    assert runs == [None, 2, 1]


def test_a_failure_that_passes_is_forgotten(trial: Any, topic: str) -> None:
    runs: list[str] = []

    def handler(task: Task) -> Mapping[str, Any]:
        runs.append(task.id)
        if len(runs) == 1:
            raise ValueError
        return {}

    trial.begin(topic)
    with running(trial, topic, handler):
        assert wait(lambda: trial.end(topic) == "done")
    assert len(runs) == 2
    assert trial.incidents(topic) == 0


def test_a_missing_outcome_is_an_incident(trial: Any, topic: str) -> None:
    """D22."""
    trial.begin(topic)
    with running(trial, topic, lambda task: None):
        assert wait(lambda: trial.incidents(topic) == 1)


def test_the_lock_is_kept(trial: Any, topic: str) -> None:
    """D5."""
    runs: list[str] = []

    def handler(task: Task) -> Mapping[str, Any]:
        runs.append(task.id)
        time.sleep(2.5)
        return {}

    trial.begin(topic)
    with running(trial, topic, handler, lock_seconds=1):
        assert wait(lambda: trial.end(topic) == "done")
    assert len(runs) == 1


def test_a_stolen_task_is_left_alone(trial: Any, topic: str) -> None:
    """D5: complete answers 400, which is no failure."""
    ended = threading.Event()

    def handler(task: Task) -> Mapping[str, Any]:
        trial.steal(topic)
        ended.set()
        return {}

    trial.begin(topic)
    with running(trial, topic, handler, slots=1):
        assert ended.wait(20)
    assert trial.end(topic) == ""
    assert trial.incidents(topic) == 0


def test_a_case_withdrawn_meanwhile_is_let_go(trial: Any, topic: str) -> None:
    """D10: 404."""
    ended = threading.Event()

    def handler(task: Task) -> Mapping[str, Any]:
        trial.withdraw(topic)
        ended.set()
        return {}

    trial.begin(topic)
    with running(trial, topic, handler):
        assert ended.wait(20)
    assert trial.end(topic) == ""


def test_a_handler_of_the_published_client_runs_unchanged(trial: Any, topic: str) -> None:
    """`task -> TaskResult` handlers, D6 put right."""
    def handler(task: Any) -> Any:
        if task.get_variable("asked_once") is None and not seen:
            seen.append(task.get_business_key())
            return task.failure("busy", "details", max_retries=2, retry_timeout=50)
        return task.complete({"accepted": True, "typed": {"value": "x", "type": "String"}})

    seen: list[str] = []
    trial.begin(topic)
    with running(trial, topic, adapt(handler)):
        assert wait(lambda: trial.end(topic) == "done")
    assert len(seen) == 1


@pytest.mark.engine
def test_a_business_error_no_model_catches_is_an_incident_not_an_end(client: Any, trial_home: Any, topic: str) -> None:
    """Finding 7: the engine would otherwise end the application silently."""
    def handler(task: Task) -> Mapping[str, Any]:
        raise BusinessError("nobody-catches-this", "无人处理")

    deploy(trial_home, client)
    trial = RealTrial(client)
    trial.begin(topic)
    with running(trial, topic, handler):
        assert wait(lambda: trial.incidents(topic) == 1)
    assert client.process_state(topic) == "ACTIVE"
    client.retry(client.incidents(topic)[0])
    with running(trial, topic, lambda task: {}):
        assert wait(lambda: trial.end(topic) == "done")
    assert client.incidents(topic) == []
