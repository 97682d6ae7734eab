"""Every node and flow has its place in the diagram, a history limit is set, and calls stay within one deployment."""

from __future__ import annotations

from collections.abc import Iterator

from onething.engine.contract import SHARED_PROCESSES
from onething.modelling.lint.finding import Context, Finding
from onething.modelling.names import camunda, find_all, local

WHY = "没有位置的元素在 Modeler 里看不见；没有保留期限的办件不会被清理；调用没有绑定到同一次部署，旧办件会走到新流程上。"

DRAWN = (
    "Task", "Event", "Gateway", "subProcess", "callActivity", "sequenceFlow", "dataObjectReference", "Association",
    "textAnnotation",
)


def check(context: Context) -> Iterator[Finding]:
    placed = {e.get("bpmnElement") for e in find_all(context.model, ".//bpmndi:BPMNPlane/*")}
    for process in find_all(context.model, "bpmn:process"):
        if not process.get(camunda("historyTimeToLive")):
            yield Finding(process.get("id", ""), "没有设置历史保留期限", "请填写 History time to live")
        for element in process.iter():
            if isinstance(element.tag, str) and local(element).endswith(DRAWN) and element.get("id") not in placed:
                yield Finding(element.get("id", ""), "图上没有这个元素的位置", "请在 Modeler 中打开并重新摆放")
    for call in find_all(context.model, ".//bpmn:callActivity"):
        if call.get("calledElement") not in SHARED_PROCESSES:
            yield Finding(call.get("id", ""), f"没有流程“{call.get('calledElement')}”", "请改为收件、受理、审批、送达或附加环节")
        if call.get(camunda("calledElementBinding")) != "deployment":
            yield Finding(call.get("id", ""), "调用没有绑定到同一次部署", "请把 Binding 设为 deployment")
