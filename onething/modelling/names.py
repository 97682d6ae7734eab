"""Namespaces and the safe reader: the only place where model text becomes a tree (S16)."""

from __future__ import annotations

from lxml import etree

from onething.errors import OneThingError

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
BPMNDI = "http://www.omg.org/spec/BPMN/20100524/DI"
DC = "http://www.omg.org/spec/DD/20100524/DC"
DI = "http://www.omg.org/spec/DD/20100524/DI"
CAMUNDA = "http://camunda.org/schema/1.0/bpmn"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
NAMESPACES = {"bpmn": BPMN, "bpmndi": BPMNDI, "dc": DC, "di": DI, "camunda": CAMUNDA, "xsi": XSI}
XINCLUDE = "http://www.w3.org/2001/XInclude"
Tree = etree._Element
"""A model, or a part of one."""
MAX_BYTES = 2 * 1024 * 1024
MAX_DEPTH = 40
"""Levels of elements: a model with subprocesses and their pictures has eight."""


class ModelError(OneThingError):
    default_code = "model"
    default_status = 422


def tag(prefix: str, name: str) -> str:
    return f"{{{NAMESPACES[prefix]}}}{name}"


def camunda(name: str) -> str:
    return tag("camunda", name)


def local(element: etree._Element) -> str:
    return etree.QName(element).localname


def parse(data: bytes, file: str) -> etree._Element:
    """The root of a model; no entities, no network, no DOCTYPE, no XInclude, at most 2 MiB. Raises `ModelError`."""
    if len(data) > MAX_BYTES:
        raise ModelError(f"{file}：文件超过 2 MB；流程模型不会这么大，请检查文件")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise ModelError(f"{file}：第 {error.lineno} 行不是合法的 XML；请用 Modeler 重新保存") from error
    if root.getroottree().docinfo.doctype:
        raise ModelError(f"{file}：不允许 DOCTYPE；请用 Modeler 重新保存")
    _check_shape(root, file)
    return root


def _check_shape(root: etree._Element, file: str) -> None:
    depth = 0
    for event, element in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        if depth > MAX_DEPTH:
            raise ModelError(f"{file}：元素嵌套超过 {MAX_DEPTH} 层；请检查文件是否为流程模型")
        if event == "start" and isinstance(element.tag, str) and element.tag.startswith(f"{{{XINCLUDE}}}"):
            raise ModelError(f"{file}：不允许引用其他文件（XInclude）；请用 Modeler 重新保存")


def find_all(root: etree._Element, path: str) -> list[etree._Element]:
    return root.findall(path, NAMESPACES)


def waypoints(edge: etree._Element) -> list[tuple[float, float]]:
    """The points of a line in its diagram, in px; empty for a shape."""
    return [(float(one.get("x", 0)), float(one.get("y", 0))) for one in edge.findall("di:waypoint", NAMESPACES)]
