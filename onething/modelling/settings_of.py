"""What an element says besides its name, its place and its lines, in the words of an analyst."""

from __future__ import annotations

from copy import deepcopy

from lxml import etree

from onething.modelling.names import CAMUNDA, NAMESPACES, camunda, find_all, local, tag

KINDS = {
    "process": "流程", "startEvent": "开始事件", "endEvent": "结束事件", "boundaryEvent": "边界事件",
    "intermediateCatchEvent": "等待事件", "intermediateThrowEvent": "中间事件", "task": "任务", "userTask": "用户任务",
    "serviceTask": "自动任务", "manualTask": "人工任务", "scriptTask": "脚本任务", "sendTask": "发送任务",
    "receiveTask": "接收任务",
    "businessRuleTask": "规则任务", "callActivity": "调用活动", "subProcess": "框", "exclusiveGateway": "排他网关",
    "inclusiveGateway": "包容网关", "parallelGateway": "并行网关", "eventBasedGateway": "事件网关", "textAnnotation": "批注",
    "dataObjectReference": "数据对象", "dataStoreReference": "数据存储", "group": "分组", "lane": "泳道",
    "message": "消息", "error": "错误",
}
ATTRIBUTES = {
    "topic": "主题", "formRef": "表单", "formKey": "表单", "candidateGroups": "办理岗位", "assignee": "办理人", "dueDate": "期限",
    "calledElement": "调用的流程", "attachedToRef": "所在的元素", "cancelActivity": "是否中断",
    "historyTimeToLive": "历史保留期限",
    "asyncBefore": "之前异步", "asyncAfter": "之后异步", "formRefBinding": "表单绑定", "calledElementBinding": "调用绑定",
    "triggeredByEvent": "由事件触发", "isExecutable": "可执行", "errorCode": "错误代码",
}
DEFAULTS = {
    ("cancelActivity", "true"), ("isInterrupting", "true"), ("triggeredByEvent", "false"), ("isForCompensation", "false"),
    ("asyncBefore", "false"), ("asyncAfter", "false"), ("exclusive", "true"), ("isCollection", "false"),
}
"""A modeler leaves them out when it saves: written or not, they say the same."""
LATER = {"id", "name", "default", "sourceRef", "targetRef", "dataObjectRef"}
"""Told in sentences of their own."""
MAPPINGS = {"in": "传入", "out": "传出", "inputParameter": "输入", "outputParameter": "输出", "property": "属性"}


def settings(element: etree._Element, model: etree._Element) -> dict[str, str]:
    """What it is called for analysts -> its value; settings without a value are left out."""
    found = {} if local(element) in ("process", "subProcess") else {"类型": KINDS.get(local(element), local(element))}
    for key, value in element.attrib.items():
        name = etree.QName(str(key))
        if (name.localname, value) in DEFAULTS:
            continue
        if name.localname not in LATER and name.namespace in (None, CAMUNDA):
            found[ATTRIBUTES.get(name.localname, name.localname)] = str(value)
        elif name.namespace not in (None, CAMUNDA):
            found["颜色等外观"] = f"{found.get('颜色等外观', '')} {name.localname}={value}".strip()
    found["说明"] = element.findtext("bpmn:documentation", "", NAMESPACES).strip()
    for part in find_all(element, "bpmn:extensionElements//*"):
        if local(part) in MAPPINGS and part.tag == camunda(local(part)):
            found |= _mapping(part)
    for date in find_all(element, "bpmn:timerEventDefinition/*"):
        found["计时"] = (date.text or "").strip() if local(date) == "timeDate" else f"{local(date)} {(date.text or '').strip()}"
    for reference, title in (("messageRef", "等待的消息"), ("errorRef", "接住的错误")):
        for one in find_all(element, f"*[@{reference}]"):
            found[title] = _named(one.get(reference, ""), model)
    for loop in find_all(element, "bpmn:multiInstanceLoopCharacteristics"):
        one_by_one = "（依次）" if loop.get("isSequential") == "true" else ""
        found["重复"] = loop.findtext("bpmn:loopCardinality", "是", NAMESPACES) + one_by_one
    return {title: value for title, value in found.items() if value}


def _mapping(part: etree._Element) -> dict[str, str]:
    kind, name = MAPPINGS[local(part)], part.get("target") or part.get("name") or part.get("businessKey") or ""
    if kind == "属性" and name == "step":
        return {"步骤": part.get("value", "")}
    value = (part.get("source") or part.get("value") or part.text or part.get("businessKey") or "").strip()
    return {f"{kind}“{name}”": value or "（空）"}


def _named(reference: str, model: etree._Element) -> str:
    named = model.iterchildren(tag("bpmn", "message"), tag("bpmn", "error"))
    found = next((one for one in named if one.get("id") == reference), None)
    return reference if found is None else found.get("name") or found.get("errorCode") or reference


def rest(element: etree._Element) -> bytes:
    """What is left to compare: the element without children that are told elsewhere, canonical, without the space in it."""
    copy = deepcopy(element)
    for child in list(copy):
        told = child.get("id") and not local(child).endswith("EventDefinition") if isinstance(child.tag, str) else True
        if told or local(child) in ("incoming", "outgoing", "text", "flowNodeRef"):
            copy.remove(child)
    for name, value in list(copy.attrib.items()):
        if str(name) in LATER or (etree.QName(str(name)).localname, value) in DEFAULTS:
            del copy.attrib[name]
    for part in copy.iter():
        part.tail = None
        part.text = None if len(part) and not (part.text or "").strip() else part.text
    if not len(copy) and not (copy.text or "").strip():
        copy.text = None
    return etree.tostring(copy, method="c14n", exclusive=True)
