"""The limits written at the timers of an item are those of the catalogue (R72): what people read is what is counted."""

from __future__ import annotations

import re
from collections.abc import Iterator

from onething.modelling.lint.finding import Context, Finding
from onething.modelling.names import find_all

WHY = "图上写的期限和实际计算的不一样，看图的人会被误导。"

SHOWN = {"promised": "承诺{}日", "statutory": "法定{}日"}


def check(context: Context) -> Iterator[Finding]:
    if context.bundle is None:
        return
    named = {event.get("id"): event.get("name", "") for event in find_all(context.model, ".//bpmn:boundaryEvent")}
    for row in context.bundle.rows:
        limits = context.catalogue.items[row.item].limits
        for kind, pattern in SHOWN.items():
            element, wanted = f"{row.item}-{kind}", pattern.format(getattr(limits, kind).days)
            shown = "".join(named.get(element, wanted).split())
            if shown != wanted:
                by_hand = f"请在 Modeler 中把定时器的名称改为“{wanted}”"
                cure = f"请运行 {context.sync}，别的元素不会动" if re.fullmatch(pattern.format(r"\d+"), shown) else by_hand
                yield Finding(element, f"定时器写着“{shown}”，清单中是“{wanted}”", cure)
