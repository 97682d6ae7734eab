"""The shared process 附加环节."""

from __future__ import annotations

from onething.engine.contract import Topic
from onething.modelling.canvas import ITEM_DESCRIPTION, Canvas
from onething.modelling.shared.common import LINE, input_gateway


def extra_step() -> Canvas:
    """附加环节: what an analyst adds to the box of an item, by the name it is given there; a form, and its record."""
    canvas = Canvas("extra-step", "附加环节")
    start = canvas.start("start", "环节开始", 60, LINE)
    opened = canvas.service("open-extra-step", "确定环节名称", 180, LINE, Topic.EXTRA_STEP, step="open", height=80)
    canvas.straight(start, opened)
    form = canvas.user(
        "extra-record", "附加环节", 340, LINE, "extra-record", "reviewer_group", "promised_due",
        described=f"{ITEM_DESCRIPTION}：${{extra_name}}",
    )
    canvas.straight(opened, form)
    record = canvas.service("record-extra-step", "登记环节结果", 510, LINE, Topic.EXTRA_STEP, step="record", height=80)
    canvas.straight(form, record)
    good = input_gateway(canvas, record, form, 640, LINE, over=60)
    canvas.straight(good, canvas.end("done", "环节已完成", 750, LINE), name="是", default=True, label=(675, LINE - 18))
    return canvas
