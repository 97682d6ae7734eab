"""A model draws flow; it runs no code. Whatever is not on these lists is refused, since an engine knows more ways to run
something than anybody lists: scripts, listeners, classes, connectors, mail and shell tasks, forms with handlers (S06)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from lxml import etree

from onething.modelling.canvas import BUSINESS_KEY
from onething.modelling.lint.finding import Context, Finding
from onething.modelling.names import BPMNDI, DC, DI, XSI, camunda, local, tag
from onething.modelling.read import expressions

WHY = "模型只画流程，不运行程序：脚本、监听器、类、邮件等都可能在引擎里执行任意代码。"

FLOW = """
definitions process documentation extensionElements sequenceFlow conditionExpression incoming outgoing property
startEvent endEvent boundaryEvent intermediateCatchEvent intermediateThrowEvent message messageEventDefinition
timerEventDefinition timeDate error errorEventDefinition serviceTask userTask callActivity subProcess
multiInstanceLoopCharacteristics loopCardinality exclusiveGateway inclusiveGateway parallelGateway eventBasedGateway
dataObject dataObjectReference dataInputAssociation dataOutputAssociation sourceRef targetRef
text textAnnotation association group category categoryValue laneSet lane flowNodeRef
"""
DRAWING = {BPMNDI, DC, DI}
ELEMENTS = {tag("bpmn", name) for name in FLOW.split()} | {
    camunda(name) for name in ("inputOutput", "inputParameter", "in", "out", "properties", "property")
}
ATTRIBUTES = {f"{{{XSI}}}type"} | {camunda(name) for name in (
    "calledElementBinding", "historyTimeToLive", "topic", "type", "asyncBefore", "asyncAfter", "candidateGroups", "dueDate",
    "formRef", "formRefBinding", "modelerTemplate", "modelerTemplateVersion", "modelerTemplateIcon",
)}
NOTES = {
    "http://camunda.org/schema/modeler/1.0", "http://bpmn.io/schema/bpmn/biocolor/1.0",
    "http://www.omg.org/spec/BPMN/non-normative/color/1.0",
}
"""Namespaces in which a modeler writes to itself: its version, colours."""
LANGUAGES = frozenset({"language", "expressionLanguage", "scriptFormat", "implementation", "operationRef"})
VALUE = r"(true|false|-?\d+|'[a-z0-9-]*')"
PLAIN = re.compile(rf"^\$\{{[a-z_][a-z0-9_]*(\s*(==|!=|>=|<=|>|<)\s*{VALUE})?\}}$")
SENTENCE = re.compile(r"^([^$#]|\$\{(application_no|item|item_name|extra_name)\})*$")
"""A task's description: words, the case number, the item, its name and that of an added step; nothing is computed."""


def check(context: Context) -> Iterator[Finding]:
    for node in context.model.iter():
        if isinstance(node.tag, str):
            yield from _element(node)
        elif node.getparent() is not None:
            yield Finding(_place(node.getparent()), "元素里不允许注释和处理指令", "请用 Modeler 重新保存，说明写成文本注释")
    for owner, text in expressions(context.model):
        if text != BUSINESS_KEY and not PLAIN.match(text) and not SENTENCE.match(text):
            yield Finding(owner, f"表达式 {text} 超出允许的写法", "请写成 ${变量} 或 ${变量 == '值'}")


def _element(node: Any) -> Iterator[Finding]:
    if node.tag not in ELEMENTS and etree.QName(node).namespace not in DRAWING:
        cure = "请删去它；要做事的步骤用用户任务，或用 External task 和主题"
        yield Finding(_place(node), f"模型中不允许元素 {local(node)}（脚本、监听器等都不行）", cure)
    if (node.tail or "").strip():
        yield Finding(_place(node), "元素后面有文字", "请用 Modeler 重新保存")
    for name in map(str, node.attrib):
        namespace, plain = etree.QName(name).namespace, etree.QName(name).localname
        if name in LANGUAGES or (namespace and namespace not in NOTES and name not in ATTRIBUTES):
            yield Finding(_place(node), f"不允许使用属性 {plain}", "请改用 External task 和主题")
    if node.get(camunda("type"), "external") != "external":
        yield Finding(_place(node), f"不允许使用任务类型 {node.get(camunda('type'))}", "请改用 External task 和主题")


def _place(node: Any) -> str:
    return next((str(one.get("id")) for one in (node, *node.iterancestors()) if one.get("id")), local(node))
