"""No two shapes of one level lie on each other: who looks at the picture sees every step."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from onething.modelling.lint.finding import Context, Finding
from onething.modelling.names import find_all, local

WHY = "叠在一起的元素看不清，也容易拖错。"
ON_OTHERS = ("boundaryEvent", "dataObjectReference", "textAnnotation", "group", "lane", "participant")
"""What belongs on or around other shapes, or may stand in a free corner."""


def check(context: Context) -> Iterator[Finding]:
    nodes = {node.get("id"): node for node in context.model.iter() if isinstance(node.tag, str) and node.get("id")}
    levels: dict[str, list[tuple[str, tuple[float, ...]]]] = {}
    for shape in find_all(context.model, ".//bpmndi:BPMNShape"):
        node, bounds = nodes.get(shape.get("bpmnElement")), find_all(shape, "dc:Bounds")
        if node is None or not bounds or local(node) in ON_OTHERS:
            continue
        box = tuple(float(bounds[0].get(name) or 0) for name in ("x", "y", "width", "height"))
        levels.setdefault(node.getparent().get("id", ""), []).append((node.get("id"), box))
    for placed in levels.values():
        for (one, first), (other, second) in combinations(placed, 2):
            if _overlap(first, second):
                yield Finding(other, f"和“{nodes[one].get('name') or one}”叠在一起", "请在 Modeler 中移开")


def _overlap(first: tuple[float, ...], second: tuple[float, ...]) -> bool:
    left, top, width, height = first
    x, y, wide, high = second
    return left < x + wide and x < left + width and top < y + high and y < top + height
