"""Every user task shows a form that exists, goes to a group from a variable and has a computed due date."""

from __future__ import annotations

import re
from collections.abc import Iterator

from onething.engine.contract import DATE_VARIABLES, FORMS
from onething.modelling.lint.finding import Context, Finding
from onething.modelling.names import camunda, find_all

WHY = "没有表单的任务打不开；岗位和期限不是变量，任务会分给错的人，或者没有期限。"

GROUP = re.compile(r"^\$\{[a-z_]+_group\}$")


def check(context: Context) -> Iterator[Finding]:
    for task in find_all(context.model, ".//bpmn:userTask"):
        place, form = task.get("id", ""), task.get(camunda("formRef"))
        if form not in FORMS or (context.forms and form not in context.forms):
            yield Finding(place, f"表单“{form}”不存在", f"请改为其中之一：{'、'.join(FORMS)}")
        if task.get(camunda("formRefBinding")) != "deployment":
            yield Finding(place, "表单没有绑定到同一次部署", "请把 Form binding 设为 deployment")
        if not GROUP.match(task.get(camunda("candidateGroups")) or ""):
            yield Finding(place, "办理岗位不是变量", "请填写 ${reviewer_group} 这样的岗位变量")
        if task.get(camunda("dueDate")) not in {f"${{{name}}}" for name in DATE_VARIABLES}:
            yield Finding(place, "办理期限不是计算出来的日期", "请填写 ${promised_due} 这样的期限变量")
