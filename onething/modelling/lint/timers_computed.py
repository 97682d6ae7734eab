"""Every timer is a date that Python computed on the working-day calendar; never a duration in the model."""

from __future__ import annotations

from collections.abc import Iterator

from onething.engine.contract import DATE_VARIABLES
from onething.modelling.lint.finding import Context, Finding
from onething.modelling.names import find_all, local

WHY = "期限按工作日历计算，节假日、暂停和延长都在里面；写死的时长会算错法定期限。"

ALLOWED = {f"${{{name}}}" for name in DATE_VARIABLES}


def check(context: Context) -> Iterator[Finding]:
    for timer in find_all(context.model, ".//bpmn:timerEventDefinition"):
        for child in timer:
            if local(child) != "timeDate" or (child.text or "").strip() not in ALLOWED:
                yield Finding(
                    timer.getparent().get("id", ""), f"计时写成了 {local(child)} {child.text}",
                    "请改为 Date 类型，填写 ${promised_due} 这样的期限变量",
                )
