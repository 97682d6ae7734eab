"""Reading a model back: items, precedence, topics, forms. Precedence is drawn once and read from here."""

from __future__ import annotations

from pathlib import Path

from lxml import etree

from onething.engine.contract import EXTRA_STEP
from onething.modelling.names import camunda, find_all, local, parse

Edge = tuple[str, str]
"""Front and back item."""


def read_model(path: Path) -> etree._Element:
    return parse(path.read_bytes(), path.name)


def item_of(box: etree._Element) -> str | None:
    """The item a sub-process is the box of, from its local input parameter."""
    found = find_all(box, "bpmn:extensionElements/camunda:inputOutput/camunda:inputParameter[@name='item']")
    return found[0].text if found else None


def holders(model: etree._Element) -> dict[str, etree._Element]:
    """Item, parallel block or joint act -> the sub-process or call that stands for it."""
    found = find_all(model, ".//bpmn:subProcess") + find_all(model, ".//bpmn:callActivity[@calledElement='joint-act']")
    return {item: one for one in found if (item := item_of(one))}


def boxes(model: etree._Element) -> dict[str, etree._Element]:
    """The sub-processes among them."""
    return {item: one for item, one in holders(model).items() if local(one) == "subProcess"}


def extra_steps(model: etree._Element) -> list[tuple[str, etree._Element]]:
    """(name, call) of every 附加环节 in a model or a box; a name is one however its lines are broken."""
    calls = find_all(model, f".//bpmn:callActivity[@calledElement='{EXTRA_STEP}']")
    return [("".join((call.get("name") or "").split()), call) for call in calls]


def ways(model: etree._Element) -> dict[str, set[str]]:
    """Where the lines of a model, or of a part of one, lead: node -> the next ones."""
    found: dict[str, set[str]] = {}
    for flow in find_all(model, ".//bpmn:sequenceFlow"):
        found.setdefault(flow.get("sourceRef", ""), set()).add(flow.get("targetRef", ""))
    return found


def result_of(holder: etree._Element) -> str | None:
    """The id of the data object that this box gives."""
    return next((one.text for one in find_all(holder, "bpmn:dataOutputAssociation/bpmn:targetRef")), None)


def edges(model: etree._Element) -> dict[Edge, list[etree._Element]]:
    """(front, back) -> the associations that draw it, a data object out of one into the other; joint acts are fronts too."""
    fronts: dict[str, list[str]] = {}
    found: dict[Edge, list[etree._Element]] = {}
    for front, one in holders(model).items():
        for data in find_all(one, "bpmn:dataOutputAssociation/bpmn:targetRef"):
            fronts.setdefault(data.text or "", []).append(front)
    for back, one in holders(model).items():
        for data in find_all(one, "bpmn:dataInputAssociation/bpmn:sourceRef"):
            for front in fronts.get(data.text or "", ()):
                found.setdefault((front, back), []).append(data.getparent())
    return found


def precedence(model: etree._Element) -> set[Edge]:
    """(front, back) between items: what joint acts give is none of it."""
    drawn = boxes(model)
    return {(front, back) for front, back in edges(model) if front in drawn and back in drawn}


def topics(model: etree._Element) -> set[str]:
    return {task.get(camunda("topic")) for task in find_all(model, ".//bpmn:serviceTask") if task.get(camunda("topic"))}


def step_of(task: etree._Element) -> str:
    """Which step of its topic a service task is, "" where the topic has but one."""
    found = find_all(task, "bpmn:extensionElements/camunda:properties/camunda:property[@name='step']")
    return (found[0].get("value") or "") if found else ""


def forms(model: etree._Element) -> set[str]:
    tasks = find_all(model, ".//bpmn:userTask")
    return {task.get(camunda("formRef")) for task in tasks if task.get(camunda("formRef"))}


def messages(model: etree._Element) -> set[str]:
    return {message.get("name", "") for message in find_all(model, "bpmn:message")}


def passed_variables(model: etree._Element) -> list[tuple[str, str]]:
    """(call activity id, variable) for every variable a call hands over or takes back."""
    calls = find_all(model, ".//bpmn:callActivity")
    return [
        (call.get("id", ""), name) for call in calls for mapping in call.iter(camunda("in"), camunda("out"))
        for name in (mapping.get("source"), mapping.get("target")) if name
    ]


def expressions(model: etree._Element) -> list[tuple[str, str]]:
    """(element id, expression) for every `${...}` or `#{...}` in text or attribute."""
    found = []
    for element in model.iter(etree.Element):
        owner = next((e.get("id") for e in (element, *element.iterancestors()) if e.get("id")), local(element))
        for text in (element.text, *element.attrib.values()):
            if text and ("${" in text or "#{" in text):
                found.append((owner or "", text.strip()))
    return found
