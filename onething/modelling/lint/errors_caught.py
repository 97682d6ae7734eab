"""Every error a step may raise is caught around it, and nothing waits for an error that nobody raises."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from onething.engine.steps import steps_of
from onething.modelling.lint.finding import Context, Finding
from onething.modelling.names import camunda, find_all
from onething.modelling.read import step_of

WHY = "没有接住的错误会让办件中止；等一个没有人会报的错误，那条线永远走不到。"


def check(context: Context) -> Iterator[Finding]:
    caught, raised = _caught(context.model), set()
    for task in find_all(context.model, ".//bpmn:serviceTask"):
        around = [one.get("id", "") for one in (task, *task.iterancestors()) if one.get("id")]
        for code in _codes(task):
            raised |= {(holder, code) for holder in around}
            if not any({code, ""} & caught.get(holder, set()) for holder in around):
                cure = "请在它或外面的框上加一个错误边界事件，填同样的错误代码"
                yield Finding(task.get("id", ""), f"这一步会报错误“{code}”，没有接住", cure)
    for holder, codes in caught.items():
        for code in sorted(codes - {""}):
            if (holder, code) not in raised:
                yield Finding(holder, f"没有步骤会报错误“{code}”", "请删去这个错误边界事件，或改正错误代码")


def _codes(task: etree._Element) -> set[str]:
    mine = (one for one in steps_of(task.get(camunda("topic")) or "") if one.step == step_of(task))
    return {code for step in mine for code in step.errors}


def _caught(model: etree._Element) -> dict[str, set[str]]:
    """Element -> the codes of the error events at its border; an event without a code catches all."""
    codes = {error.get("id"): error.get("errorCode") or "" for error in find_all(model, "bpmn:error")}
    found: dict[str, set[str]] = {}
    for event in find_all(model, ".//bpmn:boundaryEvent[bpmn:errorEventDefinition]"):
        reference = find_all(event, "bpmn:errorEventDefinition")[0].get("errorRef")
        found.setdefault(event.get("attachedToRef", ""), set()).add(codes.get(reference, ""))
    return found
