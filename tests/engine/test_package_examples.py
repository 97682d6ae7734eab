"""The examples that camunda-external-task-client-python3 prints in its own description run unchanged in our loop."""

import re
import subprocess
import sys
import threading
import tomllib
from collections.abc import Callable
from importlib.metadata import metadata
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from camunda.external_task.external_task import ExternalTask, TaskResult

from onething.engine.adapter import adapt
from onething.engine.client import EngineClient
from onething.engine.task import Task
from onething.engine.worker import Worker
from tests.engine.fake_engine import FakeEngine

BLOCK = re.compile(r"```python\n(.*?)```", re.DOTALL)
PLACEHOLDER = "complete(...)"  # one example leaves its arguments out


def examples() -> list[str]:
    text = str(metadata("camunda-external-task-client-python3")["Description"])
    return [block for block in BLOCK.findall(text) if "def handle_task" in block and PLACEHOLDER not in block]


def subscribed(example: str, monkeypatch: pytest.MonkeyPatch) -> dict[str, Callable[..., Any]]:
    """What the example subscribes, with its text untouched: only the class behind its import is another one."""
    found: dict[str, Callable[..., Any]] = {}

    class Recorder:
        def __init__(self, *_: Any, **__: Any) -> None: ...

        def subscribe(self, topic: str, handler: Callable[..., Any]) -> None:
            found[topic] = handler

    name = "camunda.external_task.external_task_worker"
    module = ModuleType(name)
    module.ExternalTaskWorker = Recorder  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, name, module)
    exec(compile(example, "example", "exec"), {"__name__": "__main__"})
    return found


def test_there_are_examples_of_every_kind_of_end() -> None:
    text = "".join(examples())
    assert len(examples()) >= 5
    assert all(f"task.{end}(" in text for end in ("complete", "failure", "bpmn_error"))


@pytest.mark.parametrize("example", examples(), ids=lambda example: str(len(example)))
def test_a_published_example_runs_unchanged(example: str, monkeypatch: pytest.MonkeyPatch) -> None:
    [(topic, handler)] = subscribed(example, monkeypatch).items()
    fake = FakeEngine()
    fake.add("t", topic=topic)
    worker = Worker(EngineClient(fake.rest_url, fake.user, fake.password), {topic: adapt(handler)}, poll_seconds=0.2, slots=1)
    thread = threading.Thread(target=worker.run)
    thread.start()
    try:
        assert fake.wait(lambda: fake.of("complete") or fake.of("failure") or fake.of("bpmnError"))
    finally:
        worker.stop()
        thread.join(timeout=20)
        fake.close()
    for body in fake.of("failure"):
        assert (body["errorMessage"], body["retries"], body["retryTimeout"]) == ("task failed", 2, 5000)
    for body in fake.of("bpmnError"):
        assert body["errorCode"] in ("BPMN_ERROR", "BPMN_ERROR_CODE")
    for body in fake.of("complete"):
        assert body["variables"] == {"var1": {"type": "Long", "value": 1}, "var2": {"type": "String", "value": "value"}}


def test_a_handler_of_the_asynchronous_worker_runs_too() -> None:
    async def handle_task(task: ExternalTask) -> TaskResult:
        return task.complete({"var1": 1})

    assert adapt(handle_task)(Task("t", "topic", "N1", "instance", "node", {}, None, "w")) == {"var1": 1}


def test_what_the_package_needs_is_ours_to_declare_and_what_it_hides_is_not_needed() -> None:
    """D1: it imports pydantic and httpx and declares neither; we pin the first and never reach the second."""
    home = Path(__file__).resolve().parents[2]
    needs = tomllib.loads((home / "pyproject.toml").read_text(encoding="utf-8"))["project"]["dependencies"]
    assert any(need.startswith("pydantic>") for need in needs)
    code = "import sys; sys.modules['httpx'] = None; import onething.engine.worker, onething.engine.adapter"
    subprocess.run([sys.executable, "-c", code], cwd=home, check=True)
