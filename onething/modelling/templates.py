"""Element templates for Camunda Modeler: every automatic step as an entry of its list, made from `onething.engine.steps`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from onething.engine.contract import EXTRA_STEP
from onething.engine.steps import KINDS, STEPS, TOPIC_NAMES, VALUES, Step
from onething.modelling.box import EXTRA_IN
from onething.modelling.canvas import BUSINESS_KEY

PLACE = Path("bpmn") / ".camunda" / "element-templates" / "onething.json"
"""Modeler finds it from every model in bpmn/."""
CATEGORY = {"id": "onething", "name": "一件事自动步骤"}


def templates() -> list[dict[str, Any]]:
    """One for each step, with topic and `step` fixed; what it reads and gives is told in its description. First the one that
    analysts add to the box of an item."""
    return [_extra_step(), *map(_template, STEPS)]


def write(home: Path) -> Path:
    path = home / PLACE
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text(), encoding="utf-8")
    return path


def text() -> str:
    return json.dumps(templates(), ensure_ascii=False, indent=2) + "\n"


def told(names: tuple[str, ...], limit: int = 8) -> str:
    """The variables in words; those of the rows of a list are told once."""
    labels = list(dict.fromkeys(f"{VALUES[name].label}（{KINDS[VALUES[name].kind][1]}）" for name in names))
    return "、".join(labels[:limit]) + (f" 等 {len(labels)} 种" if len(labels) > limit else "")


def _template(step: Step) -> dict[str, Any]:
    parts = [step.does, *(f"{word}：{told(names)}" for word, names in (
        ("必需", step.needs), ("读取", step.reads), ("给出", step.gives)) if names)]
    parts += [f"错误码 {code}：{why}" for code, why in step.errors.items()]
    fixed = [_hidden("camunda:type", "external"), _hidden("camunda:topic", step.topic)]
    if step.step:
        binding = {"type": "camunda:property", "name": "step"}
        fixed.append({"type": "Hidden", "value": step.step, "binding": binding})
    shown = {"label": "名称", "type": "String", "value": step.name, "binding": {"type": "property", "name": "name"}}
    return {
        "name": f"{TOPIC_NAMES[step.topic]} · {step.name}", "id": ".".join(filter(None, ("onething", step.topic, step.step))),
        "description": "。".join(parts) + "。", "category": CATEGORY, "appliesTo": ["bpmn:ServiceTask"],
        "properties": [shown, *fixed],
    }


def _extra_step() -> dict[str, Any]:
    """A call of 附加环节 under the name that the analyst gives it; all else is fixed."""
    process = [_hidden("calledElement", EXTRA_STEP), _hidden("camunda:calledElementBinding", "deployment")]
    passed = [{"type": "Hidden", "value": name, "binding": {"type": "camunda:in", "target": name}} for name in EXTRA_IN]
    key = {"type": "Hidden", "value": BUSINESS_KEY, "binding": {"type": "camunda:in:businessKey"}}
    name = {
        "label": "环节名称", "type": "String", "binding": {"type": "property", "name": "name"},
        "description": "例如：现场勘验", "constraints": {"notEmpty": True},
    }
    return {
        "name": "附加环节", "id": f"onething.{EXTRA_STEP}",
        "description": "给一个事项加一个环节：由该事项的部门办理，写明结论和记录，供审批时查阅。画在事项框里受理之后、审批之前。",
        "category": CATEGORY, "appliesTo": ["bpmn:Task", "bpmn:CallActivity"], "elementType": {"value": "bpmn:CallActivity"},
        "properties": [name, *process, key, *passed],
    }


def _hidden(name: str, value: str) -> dict[str, Any]:
    return {"type": "Hidden", "value": value, "binding": {"type": "property", "name": name}}
