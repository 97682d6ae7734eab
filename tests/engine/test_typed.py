"""Handlers held to their declaration; declarations, models, contract and table in step (D20-D22)."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from onething.engine.contract import FORMS, TOPICS
from onething.engine.errors import BusinessError
from onething.engine.steps import STEPS, VALUES, Step, asked_of, steps_of
from onething.engine.task import ProgrammingError, Task, load_task
from onething.engine.typed import typed
from onething.modelling.names import camunda, find_all
from onething.modelling.read import read_model
from workers.table import HANDLERS

HOME = Path(__file__).resolve().parents[2]
STEP = Step(
    "approval", "decide", "登记审批决定", "", needs=("item",), reads=("approval_reason",), gives=("approved", "special_due"),
    errors={"refused": "不予办理"},
)
DUE = datetime(2026, 11, 30, 9, tzinfo=UTC)


def run(handler: Any, **variables: Any) -> Any:
    task = Task("t", "approval", "N1", "instance", "node", {"step": "decide", "item": "x", **variables}, None, "w")
    return typed([STEP], handler, VALUES)(task)


def test_a_handler_sees_what_is_declared_and_gives_what_is_declared() -> None:
    seen: list[dict[str, Any]] = []
    outcome = run(lambda task: seen.append(dict(task.variables)) or {"approved": True, "special_due": DUE}, secret="x")
    assert outcome == {"approved": True, "special_due": DUE}
    assert seen == [{"step": "decide", "item": "x"}]


@pytest.mark.parametrize(("handler", "variables", "named"), [
    (lambda task: {"aproved": True}, {}, "aproved"),
    (lambda task: {"approved": "yes"}, {}, "approved"),
    (lambda task: {"special_due": DUE.isoformat()}, {}, "special_due"),
    (lambda task: {"approved": task.variables["secret"]}, {"secret": True}, "secret"),
    (lambda task: {"approved": task.variables.get("secret")}, {"secret": True}, "secret"),
    (lambda task: {}, {"item": None}, "item"),
    (lambda task: {}, {"item": 5}, "item"),
    (lambda task: {}, {"step": "devide"}, "devide"),
])
def test_whatever_is_not_as_declared_is_named_and_never_repeated(handler: Any, variables: dict, named: str) -> None:
    with pytest.raises(ProgrammingError, match=named):
        run(handler, **variables)


def test_only_declared_error_codes_reach_the_model() -> None:
    def refuse(code: str) -> Any:
        def handler(task: Task) -> dict:
            raise BusinessError(code, "不予办理")

        return handler

    with pytest.raises(BusinessError):
        run(refuse("refused"))
    with pytest.raises(ProgrammingError, match="misspelt"):
        run(refuse("misspelt"))


def test_every_topic_and_step_is_declared_once_and_the_models_use_no_other() -> None:
    declared = [(step.topic, step.step) for step in STEPS]
    assert len(declared) == len(set(declared))
    assert {topic for topic, _ in declared} == set(TOPICS) == set(HANDLERS)
    used: dict[tuple[str, str], set[str]] = {}
    for path in sorted((HOME / "bpmn").rglob("*.bpmn")):
        for task in find_all(read_model(path), ".//bpmn:serviceTask"):
            properties = {one.get("name"): one.get("value") for one in find_all(task, ".//camunda:property")}
            key = task.get(camunda("topic")), properties.get("step", "")
            used.setdefault(key, set()).add(task.get("name"))
    assert set(used) == set(declared)
    for step in STEPS:
        assert step.name in used[step.topic, step.step], "the declaration bears the name that the models show"


def test_every_declared_variable_has_a_kind_and_a_label_and_none_is_left_over() -> None:
    mentioned = {name for step in STEPS for name in (*step.needs, *step.reads, *step.gives)}
    assert mentioned <= set(VALUES)
    filled_in = {name for names in FORMS.values() for name in names}
    assert set(VALUES) - mentioned - filled_in == {"step"}
    for step in STEPS:
        assert asked_of(step.topic) >= {*step.needs, *step.reads}
    assert steps_of("certificate")[0].needs == ("item",)


@pytest.mark.parametrize("told", [
    {"variables": {"step": {"type": "String", "value": "decide"}}},
    {"extensionProperties": {"step": "decide"}, "variables": {}},
])
def test_a_step_is_named_by_its_node_or_as_models_before_did_by_a_variable(told: dict[str, Any]) -> None:
    """Cases that began on an older model go on."""
    task, unknown = load_task({"id": "t", "topicName": "approval", **told}, "w")
    assert (task.variables["step"], unknown) == ("decide", [])
