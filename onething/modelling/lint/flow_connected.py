"""Every node is reached and left: nothing dangles, and no part of a case ends nowhere."""

from __future__ import annotations

from collections.abc import Iterator

from onething.modelling.lint.finding import Context, Finding
from onething.modelling.names import find_all, local
from onething.modelling.read import ways

WHY = "断开的线会让办件停住；往回绕的线会让同一个事项办两遍。"

NODES = ("Task", "Event", "Gateway", "subProcess", "callActivity")
ENTRIES, EXITS = ("startEvent", "boundaryEvent"), ("endEvent",)


def check(context: Context) -> Iterator[Finding]:
    flows = find_all(context.model, ".//bpmn:sequenceFlow")
    left, reached = {flow.get("sourceRef") for flow in flows}, {flow.get("targetRef") for flow in flows}
    for process in find_all(context.model, "bpmn:process"):
        for node in process.iter():
            if not isinstance(node.tag, str) or not local(node).endswith(NODES) or node.get("triggeredByEvent"):
                continue
            place = node.get("id", "")
            if place not in reached and local(node) not in ENTRIES:
                yield Finding(place, "没有流程线到达这个元素", "请从前一步连线到它，或删去它")
            if place not in left and local(node) not in EXITS:
                yield Finding(place, "没有流程线离开这个元素", "请连线到下一步或结束事件")
    yield from _loops_in_boxes(context)


def _loops_in_boxes(context: Context) -> Iterator[Finding]:
    """A bundle runs forward only; going back for corrections belongs to the shared process 收件."""
    if context.bundle is None:
        return
    remaining = ways(context.model)
    while remaining:
        free = [node for node, targets in remaining.items() if not targets & remaining.keys()]
        if not free:
            yield Finding(min(remaining), "流程绕成了圈，办件会反复经过这里", "请改为只向前的流程线")
            return
        for node in free:
            del remaining[node]
