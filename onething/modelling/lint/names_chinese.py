"""Whatever people see of a model is named, in Chinese: tasks, limits, decisions and the answers that leave them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from onething.modelling.lint.finding import Context, Finding
from onething.modelling.names import find_all

WHY = "审查人员和申请人看到的就是这些名称；没有名称，或者写成代号，看图的人不知道到了哪一步。"
HAN = re.compile(r"[\u4e00-\u9fff]")
NAMED = ("userTask", "serviceTask", "subProcess", "callActivity", "boundaryEvent", "dataObjectReference")


def check(context: Context) -> Iterator[Finding]:
    leaving = Counter(flow.get("sourceRef") for flow in find_all(context.model, ".//bpmn:sequenceFlow"))
    named = [node for kind in NAMED for node in find_all(context.model, f".//bpmn:{kind}")]
    decisions = [node for node in find_all(context.model, ".//bpmn:exclusiveGateway") if leaving[node.get("id")] > 1]
    for node in (*named, *decisions):
        if not HAN.search(node.get("name") or ""):
            yield Finding(node.get("id", ""), "没有中文名称", "请在 Modeler 中填写中文名称（Name）")
