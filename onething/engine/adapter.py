"""Handlers written for camunda-external-task-client-python3 run unchanged: `adapt(handler)` is one of ours.

Kept of the package: `ExternalTask` and `TaskResult`, all a handler ever sees. Put right: its retry count, which runs
once too often and starts again at zero (D6); typed variables it lets through unchecked (D20); a missing result (D22).
"""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Callable, Coroutine, Mapping
from typing import Any

from camunda.external_task.external_task import ExternalTask, TaskResult

from onething.engine.errors import BusinessError
from onething.engine.task import Handler, LocalOutcome, Outcome, ProgrammingError, Task, TaskFailure
from onething.engine.variables import decode_value, encode

PackageHandler = Callable[[ExternalTask], TaskResult | Coroutine[Any, Any, TaskResult]]


class CountedTask(ExternalTask):
    """The package's task with retries that count down to zero and stay there."""

    def _calculate_retries(self, max_retries: int) -> int:
        left = self._context.get("retries")
        return max((max_retries if left is None else int(left)) - 1, 0)


def adapt(handler: PackageHandler) -> Handler:
    """A handler for `Worker` from one that returns `task.complete(...)`, `.failure(...)` or `.bpmn_error(...)`; one written
    for the package's asynchronous worker runs in a loop of its own."""

    def run(task: Task) -> Outcome:
        result = handler(external_task(task))
        return _outcome(asyncio.run(result) if inspect.iscoroutine(result) else result, task.topic)

    return run


def external_task(task: Task) -> ExternalTask:
    """The package's view of a task, with variables in the engine's own typed form."""
    return CountedTask({
        "id": task.id, "topicName": task.topic, "businessKey": task.application_no, "workerId": task.worker_id,
        "processInstanceId": task.process_instance_id, "activityId": task.activity_id, "retries": task.retries,
        "variables": encode(task.variables), "extensionProperties": {}, "tenantId": None,
    })


def _outcome(result: Any, topic: str) -> Outcome:
    if not isinstance(result, TaskResult):
        raise ProgrammingError(f"办理步骤 {topic} 没有返回 TaskResult；请返回 task.complete(...) 的结果")
    if result.is_success():
        variables, local = _plain(result.global_variables), _plain(result.local_variables)
        return LocalOutcome(variables, local) if local else variables
    if result.is_bpmn_error():
        message = str(result.error_message or "")
        raise BusinessError(str(result.bpmn_error_code), message, _plain(result.global_variables))
    if result.is_failure():
        delay = max(float(result.retry_timeout or 0) / 1000, 0.0)
        raise TaskFailure(str(result.error_message), str(result.error_details or ""), int(result.retries or 0), delay)
    raise ProgrammingError(f"办理步骤 {topic} 的 TaskResult 既非完成，也非失败或业务错误；请改正程序")


def _plain(variables: Mapping[str, Any] | None) -> dict[str, Any]:
    """Values as ours: a typed dict is accepted when its type is on the allow-list, else refused."""
    return {name: _value(name, value) for name, value in (variables or {}).items()}


def _value(name: str, value: Any) -> Any:
    if isinstance(value, dict) and "value" in value and "type" in value:
        return decode_value(name, value)
    if isinstance(value, dict) and set(value) == {"value"}:
        return value["value"]
    return value
