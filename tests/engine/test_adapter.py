"""Handlers written for camunda-external-task-client-python3, unchanged, without its defects (D6, D20, D22, D23)."""

from datetime import UTC, datetime
from typing import Any

import pytest
from camunda.external_task.external_task import ExternalTask, TaskResult

from onething.engine.adapter import adapt
from onething.engine.errors import BusinessError, VariableError
from onething.engine.task import LocalOutcome, ProgrammingError, Task, TaskFailure

DUE = datetime(2026, 11, 30, 9, tzinfo=UTC)


def task(retries: int | None = None) -> Task:
    variables = {"item": "food", "due": DUE, "count": 3, "nothing": None}
    return Task("t", "intake", "NO-1", "instance", "step", variables, retries, "host-1-uuid")


def test_a_handler_sees_what_the_package_shows() -> None:
    def handler(task: ExternalTask) -> TaskResult:
        assert isinstance(task, ExternalTask)
        assert (task.get_task_id(), task.get_topic_name(), task.get_business_key()) == ("t", "intake", "NO-1")
        assert (task.get_worker_id(), task.get_process_instance_id()) == ("host-1-uuid", "instance")
        assert (task.get_activity_id(), task.get_tenant_id()) == ("step", None)
        assert task.get_variable("item") == "food"
        assert task.get_variable("due") == "2026-11-30T09:00:00.000+0000"
        assert task.get_variable("count", with_meta=True) == {"type": "Long", "value": 3}
        assert task.get_variables()["nothing"] is None
        return task.complete({"a": 1})

    assert adapt(handler)(task()) == {"a": 1}


def test_local_variables_stay_local() -> None:
    outcome = adapt(lambda task: task.complete({"a": 1}, {"b": True}))(task())
    assert isinstance(outcome, LocalOutcome)
    assert (dict(outcome), outcome.local_variables) == ({"a": 1}, {"b": True})


def test_typed_variables_are_accepted_only_from_the_list() -> None:
    """D20: a dict may not choose its own engine type."""
    given = {"a": {"value": "x", "type": "String"}, "b": {"value": 5}}
    assert adapt(lambda task: task.complete(given))(task()) == {"a": "x", "b": 5}
    with pytest.raises(VariableError):
        adapt(lambda task: task.complete({"a": {"value": "rO0", "type": "Object"}}))(task())


def test_a_bpmn_error_becomes_a_business_error() -> None:
    with pytest.raises(BusinessError) as raised:
        adapt(lambda task: task.bpmn_error("refused", "不予办理", {"reason": "x"}))(task())
    assert (raised.value.code, raised.value.message, raised.value.variables) == ("refused", "不予办理", {"reason": "x"})


@pytest.mark.parametrize(("left", "then"), [(None, 2), (3, 2), (2, 1), (1, 0), (0, 0)])
def test_retries_count_down_to_zero_and_stay(left: int | None, then: int) -> None:
    """D6: three runs for max_retries=3, and zero does not start again."""
    with pytest.raises(TaskFailure) as raised:
        adapt(lambda task: task.failure("busy", "details", max_retries=3, retry_timeout=5000))(task(left))
    assert (raised.value.retries, raised.value.retry_seconds, raised.value.details) == (then, 5.0, "details")


@pytest.mark.parametrize("result", [None, True, {"a": 1}, TaskResult.empty_task_result(None)])
def test_no_result_is_a_programming_error(result: Any) -> None:
    """D22."""
    with pytest.raises(ProgrammingError):
        adapt(lambda task: result)(task())


def test_two_tasks_share_nothing() -> None:
    """D23: the package's default dicts are one object for all calls."""
    def handler(task: ExternalTask) -> TaskResult:
        return task.complete()

    first = adapt(handler)(task())
    first["leak"] = 1  # type: ignore[index]
    assert adapt(handler)(task()) == {}
