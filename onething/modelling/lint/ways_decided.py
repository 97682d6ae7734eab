"""Where ways part and meet is drawn: what the engine would guess, or run twice, nobody sees in the picture."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from onething.modelling.lint.finding import Context, Finding
from onething.modelling.names import Tree, find_all, local, tag

WHY = "没有画成网关的分岔会几条线同时走；网关上没有条件的线总是会走；没有开始或结束的部分，办件走不进去或者停在里面。"

CHOICES, PARTS = ("exclusiveGateway", "inclusiveGateway"), ("process", "subProcess")


def check(context: Context) -> Iterator[Finding]:
    flows = find_all(context.model, ".//bpmn:sequenceFlow")
    nodes = {node.get("id", ""): node for node in context.model.iter() if isinstance(node.tag, str)}
    outgoing = Counter(flow.get("sourceRef", "") for flow in flows)
    pairs: set[tuple[str, str]] = set()
    for flow in flows:
        place, ends = flow.get("id", ""), (flow.get("sourceRef", ""), flow.get("targetRef", ""))
        if not nodes.keys() >= set(ends):
            yield Finding(place, "流程线的一头不存在", "请删去这条线，或重新连线")
            continue
        if ends in pairs:
            yield Finding(place, "两条流程线连着同样的两个元素，会走两遍", "请删去其中一条")
        pairs.add(ends)
        start = nodes[ends[0]]
        if outgoing[ends[0]] > 1 and local(start) in CHOICES and start.get("default") != place \
                and flow.find(tag("bpmn", "conditionExpression")) is None:
            yield Finding(place, "网关分出的这条线没有条件", "请填写条件，或设为默认流（Default Flow）")
    for node, count in outgoing.items():
        if count > 1 and node in nodes and not local(nodes[node]).endswith("Gateway"):
            yield Finding(node, "从这一步分出几条线，会同时走", "请用网关画出分岔：并行网关同时走，排他或包容网关按条件走")
    yield from _without_ends(context.model)


def _without_ends(model: Tree) -> Iterator[Finding]:
    for part in (node for kind in PARTS for node in find_all(model, f".//bpmn:{kind}")):
        place, blank = part.get("id", ""), sum(map(_is_blank, find_all(part, "bpmn:startEvent")))
        if part.get("triggeredByEvent") == "true":
            if blank:
                yield Finding(place, "没有写明由什么事件触发", "请把开始事件改为消息、错误或定时器开始事件")
        elif blank != 1:
            yield Finding(place, f"应当有一个空白的开始事件，现在有 {blank} 个", "请只保留一个空白的开始事件")
        if not find_all(part, "bpmn:endEvent"):
            yield Finding(place, "没有结束事件", "请连线到一个结束事件")


def _is_blank(event: Tree) -> bool:
    return not any(local(part).endswith("EventDefinition") for part in event.iterchildren("{*}*"))
