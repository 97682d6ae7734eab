"""The shared process 咨询辅导."""

from __future__ import annotations

from onething.engine.contract import Topic
from onething.modelling.canvas import Canvas
from onething.modelling.shared.common import LINE, SECOND, input_gateway


def guidance() -> Canvas:
    """咨询辅导: an adviser answers, or names every gap of a draft at once; no clock of a case begins (R28-R36)."""
    canvas = Canvas("guidance", "咨询辅导")
    start = canvas.start("start", "收到咨询", 60, LINE, asynchronous=True)
    gate = canvas.gateway("exclusive", "kind", "材料预审？", 160, LINE, label=(64, LINE - 46))
    canvas.straight(start, gate)
    told = canvas.gateway("exclusive", "told", "已答复", 460, LINE, label=(442, LINE - 46))
    options = {"group": "adviser_group", "due": "guidance_due", "described": "咨询编号 ${application_no}"}
    answer = canvas.user("guidance-answer", "答复业务咨询", 310, LINE, "guidance-answer", **options)
    canvas.straight(gate, answer, name="否", default=True, label=(192, LINE - 18))
    canvas.straight(answer, told)
    check = canvas.user("guidance-pre-check", "材料预审", 310, SECOND, "guidance-pre-check", **options)
    canvas.flow(
        gate, check, [gate.south(), (gate.cx, SECOND), check.west()], name="是",
        condition="guidance_kind == 'pre-check'", label=(gate.cx + 6, LINE + 40),
    )
    canvas.flow(check, told, [check.east(), (told.cx, SECOND), told.south()])
    record = canvas.service("record-guidance", "登记答复并告知", 590, LINE, Topic.GUIDANCE, height=80)
    canvas.straight(told, record)
    good = input_gateway(canvas, record, gate, 710, LINE, over=60, label=(679, LINE + 30))
    canvas.straight(good, canvas.end("answered", "已答复申请人", 820, LINE), name="是", default=True, label=(744, LINE - 18))
    return canvas
