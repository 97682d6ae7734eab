"""A step that an analyst adds to an item (附加环节) is one its department can do, and its record is read before the decision."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from onething.engine.contract import EXTRA_RECORD, EXTRA_STEP
from onething.modelling.box import EXTRA_IN
from onething.modelling.canvas import BUSINESS_KEY
from onething.modelling.lint.finding import Context, Finding
from onething.modelling.names import camunda, find_all
from onething.modelling.read import extra_steps, item_of, ways

WHY = "附加环节由一个事项的部门办理，记录供这个事项审批时查阅；画在别处没有人能办，结果也没有人看；同名的只登记一次。"
USE = "请换成元素模板“附加环节”"
PARTS = (("userTask", "formRef", EXTRA_RECORD, "表单"), ("serviceTask", "topic", EXTRA_STEP, "主题"))
"""What only the shared process has: alone it is a form that nobody records, or a record of nothing."""


def check(context: Context) -> Iterator[Finding]:
    if context.bundle is None:
        return
    items, named = {row.item for row in context.bundle.rows}, set[tuple[str, str]]()
    for name, call in extra_steps(context.model):
        place, box = call.get("id", ""), call.getparent()
        item = item_of(box) or ""
        if item not in items:
            yield Finding(place, f"附加环节“{name}”不在任何事项的框里", "请移到一个事项的框里，受理之后、审批之前")
            continue
        if not _between(box, place):
            yield Finding(place, f"附加环节“{name}”不在受理之后、审批之前", "请把它画在通往审批的流程线上")
        if _passed(call) != [("businessKey", BUSINESS_KEY), *((source, source) for source in sorted(EXTRA_IN))]:
            yield Finding(place, f"附加环节“{name}”拿到的办件信息不对", USE)
        if find_all(call, "bpmn:multiInstanceLoopCharacteristics"):
            yield Finding(place, f"附加环节“{name}”画成了多实例，只登记得了一次", "请去掉多实例的标记")
        if (item, name) in named:
            yield Finding(place, f"这个事项已有一个附加环节“{name}”", "请改一个名称，或删去一个")
        named.add((item, name))
    for kind, attribute, value, what in PARTS:
        for task in find_all(context.model, f".//bpmn:{kind}"):
            if task.get(camunda(attribute)) == value:
                yield Finding(task.get("id", ""), f"只用了附加环节的{what}，结果没有人登记", USE)


def _passed(call: etree._Element) -> list[tuple[str, str]]:
    """(source, target) of what the call hands over, sorted; nothing comes back."""
    given = [("businessKey", key) if (key := one.get("businessKey")) else (one.get("source", ""), one.get("target", ""))
             for one in call.iter(camunda("in"))]
    back = [("out", one.get("target", "")) for one in call.iter(camunda("out"))]
    return sorted(given, key=lambda pair: (pair[0] != "businessKey", pair)) + back


def _between(box: etree._Element, place: str) -> bool:
    """Whether the box's acceptance leads here, and from here a way to its approval."""
    after = ways(box)
    approvals = {one.get("id", "") for one in find_all(box, "bpmn:callActivity[@calledElement='approval']")}
    early = _reached(after, approvals) | approvals
    starts = {one.get("id", "") for one in find_all(box, "bpmn:startEvent")}
    first = set().union(*(after.get(start, set()) for start in starts))
    return place not in early and place in _reached(after, first) and bool(approvals & _reached(after, {place}))


def _reached(after: dict[str, set[str]], begin: set[str]) -> set[str]:
    found: set[str] = set()
    left = list(begin)
    while left:
        for node in after.get(left.pop(), set()) - found:
            found.add(node)
            left.append(node)
    return found
