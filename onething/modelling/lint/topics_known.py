"""Every external task has a topic that a worker serves; else its cases wait for ever."""

from __future__ import annotations

from collections.abc import Iterator

from onething.engine.contract import TOPICS
from onething.engine.steps import steps_of
from onething.modelling.lint.finding import Context, Finding
from onething.modelling.names import camunda, find_all
from onething.modelling.read import step_of

WHY = "没有程序办理的主题，办件会一直停在这一步。"


def check(context: Context) -> Iterator[Finding]:
    for task in find_all(context.model, ".//bpmn:serviceTask"):
        topic = task.get(camunda("topic"))
        if task.get(camunda("type")) != "external" or topic not in TOPICS:
            yield Finding(task.get("id", ""), f"没有程序办理主题“{topic}”", f"请改为其中之一：{'、'.join(TOPICS)}")
        elif step_of(task) not in {one.step for one in steps_of(topic)}:
            steps = "、".join(f"{one.step}（{one.name}）" for one in steps_of(topic))
            yield Finding(task.get("id", ""), f"主题“{topic}”没有步骤“{step_of(task)}”", f"请用元素模板选择，其中之一：{steps}")
