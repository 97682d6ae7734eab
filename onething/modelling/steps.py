"""The steps of a model in the order of its flow: who does each, on which form or topic, under which timers (R126)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from lxml import etree

from onething.errors import NotFound
from onething.guides.procedure import Step
from onething.modelling.names import camunda, find_all, local
from onething.modelling.read import read_model

KINDS = {
    "userTask": "person", "manualTask": "person", "serviceTask": "system", "sendTask": "system", "scriptTask": "system",
    "businessRuleTask": "system", "callActivity": "call",
}
BEFORE_ALL = "guidance"
"""People are advised before any case begins: no bundle calls this model, and every work procedure has it."""


def steps_of(model: etree._Element) -> list[Step]:
    """Tasks and calls of every process of the model; sub-processes are told where they stand, event sub-processes last."""
    found: list[Step] = []
    for process in find_all(model, "bpmn:process"):
        named = {"process": process.get("id", ""), "process_name": process.get("name", "")}
        found += _steps(process, {**named, "part": named["process_name"]}, ())
    return found


def steps_with_called(folder: Path, process: str) -> list[Step]:
    """Advice, the bundle's own steps, then those of every model it calls. `folder` has `bundles/` and `shared/`."""
    found: list[Step] = []
    waiting, known = [BEFORE_ALL, process], {BEFORE_ALL, process}
    while waiting:
        steps = steps_of(read_model(_file(folder, waiting.pop(0))))
        found += steps
        called = [key for step in steps if (key := step.calls) and key not in known]
        known.update(called)
        waiting += dict.fromkeys(called)
    return found


def _file(folder: Path, process: str) -> Path:
    for room in ("bundles", "shared"):
        path = folder / room / f"{process}.bpmn"
        if path.is_file():
            return path
    raise NotFound(f"没有流程模型“{process}”；请先用 onething model new 生成", code="unknown-model")


def _steps(container: etree._Element, around: dict[str, str], timers: tuple[str, ...]) -> Iterator[Step]:
    """`timers` are those of the sub-processes around."""
    for node in _in_flow_order(container):
        own = (*_timers_at(container, node), *timers)
        kind = KINDS.get(local(node))
        if kind:
            yield _step(node, kind, around, own)
        elif local(node) in ("subProcess", "transaction", "adHocSubProcess"):
            item = _input(node, "item")
            part = node.get("name") or around["part"]
            yield from _steps(node, {**around, "part": part, "item": item or around.get("item", "")}, own)


def _step(node: etree._Element, kind: str, around: dict[str, str], timers: tuple[str, ...]) -> Step:
    called = _input(node, "item") if kind == "call" else ""
    return Step(
        **{**around, "item": called or around.get("item", "")}, id=node.get("id", ""), name=node.get("name", ""), kind=kind,
        group=node.get(camunda("candidateGroups")) or node.get(camunda("assignee"), ""),
        topic=node.get(camunda("topic"), ""), does=_property(node, "step"), form=node.get(camunda("formRef"), ""),
        due=node.get(camunda("dueDate"), ""), calls=node.get("calledElement", ""), timers=timers,
    )


def _input(node: etree._Element, name: str) -> str:
    path = f"bpmn:extensionElements/camunda:inputOutput/camunda:inputParameter[@name='{name}']"
    return next((parameter.text or "" for parameter in find_all(node, path)), "").strip()


def _property(node: etree._Element, name: str) -> str:
    path = f"bpmn:extensionElements/camunda:properties/camunda:property[@name='{name}']"
    return next((entry.get("value", "") for entry in find_all(node, path)), "").strip()


def _timers_at(container: etree._Element, node: etree._Element) -> list[str]:
    return [
        event.get("name", "") for event in find_all(container, "bpmn:boundaryEvent")
        if event.get("attachedToRef") == node.get("id") and find_all(event, "bpmn:timerEventDefinition")
    ]


def _in_flow_order(container: etree._Element) -> list[etree._Element]:
    """Every node after those before it; loops are cut where they lead back, and of two branches the first drawn comes first."""
    nodes = {child.get("id"): child for child in container.iterchildren(etree.Element) if child.get("id")}
    after: dict[str, list[str]] = {name: [] for name in nodes}
    entered: set[str] = set()
    for name, node in nodes.items():
        leads = (node.get("sourceRef"), node.get("targetRef")) if local(node) == "sequenceFlow" else (
            node.get("attachedToRef"), name)
        if leads[0] in nodes and leads[1] in nodes:
            after[str(leads[0])].append(str(leads[1]))
            entered.add(str(leads[1]))
    places = [name for name, node in nodes.items() if local(node) != "sequenceFlow"]
    starts = [name for name in places if local(nodes[name]) == "startEvent"]
    loose = [name for name in places if name not in entered]  # event sub-processes, and what nothing leads to
    return [nodes[name] for name in _ordered([*starts, *loose, *places], after)]


def _ordered(roots: list[str], after: dict[str, list[str]]) -> list[str]:
    """Depth first from each root, written down when a node is left, read backwards."""
    found: list[str] = []
    seen: set[str] = set()
    for root in roots:
        left: list[str] = []
        open_nodes = [] if root in seen else [(root, iter(reversed(after[root])))]
        seen.add(root)
        while open_nodes:
            _, ways = open_nodes[-1]
            onward = next((way for way in ways if way not in seen), None)
            if onward is None:
                left.append(open_nodes.pop()[0])
            else:
                seen.add(onward)
                open_nodes.append((onward, iter(reversed(after[onward]))))
        found += reversed(left)
    return found
