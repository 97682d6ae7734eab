"""Handlers held to their declaration: they see what is declared and nothing else, and give back nothing else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from onething.engine.errors import BusinessError
from onething.engine.steps import KINDS, Step, Value
from onething.engine.task import Handler, Outcome, ProgrammingError, Task
from onething.engine.variables import Value as Plain

T = TypeVar("T")


class Declared(dict[str, Plain]):
    """The declared variables of a task; asking for another one is a fault of the program, not a missing answer."""

    def __init__(self, step: Step, values: Mapping[str, Plain]) -> None:
        self.step, self.names = step, {*step.needs, *step.reads, "step"}
        super().__init__((name, value) for name, value in values.items() if name in self.names)

    def get(self, name: str, default: Any = None) -> Any:
        return super().get(self._known(name), default)

    def __getitem__(self, name: str) -> Plain:
        return super().__getitem__(self._known(name))

    def _known(self, name: str) -> str:
        if name not in self.names:
            raise ProgrammingError(f"办理步骤 {self.step.name} 没有声明输入变量 {name}；请在 onething/engine/steps.py 补上")
        return name


def typed(steps: Sequence[Step], handler: Handler, values: Mapping[str, Value]) -> Handler:
    """`handler` for the steps of one topic, with everything that goes in and comes out checked. Faults are `ProgrammingError`s:
    they name the step and the variable, and become an incident at once, since no repetition cures them."""
    by_name = {step.step: step for step in steps}

    def run(task: Task) -> Outcome:
        step = by_name.get(str(task.variables.get("step") or ""))
        if step is None:
            known = "、".join(by_name)
            raise ProgrammingError(f"主题 {task.topic} 没有步骤“{task.variables.get('step')}”；请在模型中改为：{known}")
        _check(step, "输入", task.variables, {*step.needs, *step.reads}, values, only_declared=False)
        missing = [name for name in step.needs if task.variables.get(name) is None]
        if missing:
            raise ProgrammingError(f"办理步骤 {step.name} 缺少输入变量 {'、'.join(missing)}；请在模型中传入")
        try:
            outcome = handler(replace(task, variables=Declared(step, task.variables)))
        except BusinessError as error:
            if error.code not in step.errors:
                raise ProgrammingError(f"办理步骤 {step.name} 没有声明错误码 {error.code}；请在声明和模型中补上") from error
            raise
        if isinstance(outcome, Mapping):
            _check(step, "输出", outcome, set(step.gives), values, only_declared=True)
        return outcome

    return run


def _check(
    step: Step, what: str, given: Mapping[str, Any], names: set[str], values: Mapping[str, Value], *, only_declared: bool
) -> None:
    for name, value in given.items():
        if name not in names:
            if only_declared:
                raise ProgrammingError(f"办理步骤 {step.name} 没有声明{what}变量 {name}；请在 onething/engine/steps.py 补上")
            continue
        kind, label = KINDS[values[name].kind]
        if value is not None and type(value) is not kind and not (kind is str and isinstance(value, str)):
            raise ProgrammingError(f"办理步骤 {step.name} 的{what}变量 {name} 应为{label}，实际是 {type(value).__name__}")
