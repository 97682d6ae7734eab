"""Every external task has a topic that a worker serves; else its cases wait for ever."""

from __future__ import annotations

from collections.abc import Iterator

from onething.engine.contract import TOPICS
from onething.modelling.lint.finding import Context, Finding
from onething.modelling.names import camunda, find_all


def check(context: Context) -> Iterator[Finding]:
    for task in find_all(context.model, ".//bpmn:serviceTask"):
        topic = task.get(camunda("topic"))
        if task.get(camunda("type")) != "external" or topic not in TOPICS:
            yield Finding(task.get("id", ""), f"没有程序办理主题“{topic}”", f"请改为其中之一：{'、'.join(TOPICS)}")
