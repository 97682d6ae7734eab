"""An item that a joint visit takes in is not visited by its department alone as well (R85)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from onething.modelling.lint.finding import Context, Finding
from onething.modelling.names import local
from onething.modelling.read import boxes
from onething.vocabulary import JointKind

WHY = "纳入联合勘验的事项由牵头部门约定一次时间，各部门一起上门；再画一次勘验，申请人就要接待两次。"
VISIT = re.compile("勘验|勘察|踏勘|现场|实地|上门")


def check(context: Context) -> Iterator[Finding]:
    acts = context.bundle.joint_acts if context.bundle else ()
    together = {item for act in acts if act.kind == JointKind.INSPECTION for item in act.items}
    for item, box in boxes(context.model).items():
        parts = box.iter(etree.Element) if item in together else ()
        for step in (one for one in parts if local(one).endswith(("Task", "task", "callActivity"))):
            if VISIT.search(name := "".join((step.get("name") or "").split())):
                yield Finding(
                    step.get("id", ""), f"“{name}”是另行上门，而{context.called(item)}已纳入联合勘验",
                    "请删去它：“联合勘验”里各部门一起上门，本部门的意见写在“出具意见”里",
                )
