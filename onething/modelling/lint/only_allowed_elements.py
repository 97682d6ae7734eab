"""A model draws flow; it runs no code: no scripts, listeners, classes, connectors, and only plain conditions (S06)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from onething.modelling.lint.finding import Context, Finding
from onething.modelling.names import CAMUNDA, camunda
from onething.modelling.read import expressions

FORBIDDEN_ELEMENTS = {
    "{http://www.omg.org/spec/BPMN/20100524/MODEL}scriptTask", "{http://www.omg.org/spec/BPMN/20100524/MODEL}script",
    *(camunda(name) for name in ("executionListener", "taskListener", "script", "connector", "field", "list", "map")),
}
FORBIDDEN_ATTRIBUTES = {
    camunda(name) for name in ("class", "delegateExpression", "expression", "resultVariable", "assignee")
}
VALUE = r"(true|false|-?\d+|'[a-z0-9-]*')"
PLAIN = re.compile(rf"^\$\{{[a-z_][a-z0-9_]*(\s*(==|!=|>=|<=|>|<)\s*{VALUE})?\}}$")
BUSINESS_KEY = "#{execution.processBusinessKey}"
SENTENCE = re.compile(r"^([^$#]|\$\{(application_no|item)\})*$")
"""A task's description: words, the case number, the item; nothing is computed."""


def check(context: Context) -> Iterator[Finding]:
    for element in context.model.iter():
        if element.tag in FORBIDDEN_ELEMENTS:
            yield Finding(element.get("id") or element.getparent().get("id", ""), "模型中不允许脚本或监听器", "请删去它")
        for attribute in FORBIDDEN_ATTRIBUTES & set(element.attrib):
            name = attribute.removeprefix(f"{{{CAMUNDA}}}")
            yield Finding(element.get("id", ""), f"不允许使用属性 {name}", "请改用 External task 和主题")
    for owner, text in expressions(context.model):
        if text != BUSINESS_KEY and not PLAIN.match(text) and not SENTENCE.match(text):
            yield Finding(owner, f"表达式 {text} 超出允许的写法", "请写成 ${变量} 或 ${变量 == '值'}")
