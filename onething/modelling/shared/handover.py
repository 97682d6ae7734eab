"""The shared process 纸质原件移交."""

from __future__ import annotations

from onething.engine.contract import Topic
from onething.modelling.canvas import Canvas
from onething.modelling.shared.common import LINE, input_gateway


def handover() -> Canvas:
    """移交: the originals go to the lead department with a ledger that both sign (R51, R104, R105)."""
    canvas = Canvas("handover", "纸质原件移交")
    start = canvas.start("start", "已收件", 60, LINE)
    hand = canvas.user("paper-handover", "移交纸质原件", 200, LINE, "paper-handover", "window_group", "acceptance_due")
    canvas.straight(start, hand)
    record = canvas.service("record-handover", "登记移交清单", 370, LINE, Topic.DISPATCH, step="hand-over", height=80)
    canvas.straight(hand, record)
    good = input_gateway(canvas, record, hand, 500, LINE, over=LINE + 80)
    receive = canvas.user("paper-receipt", "确认收到原件", 640, LINE, "paper-receipt", "lead_group", "acceptance_due")
    canvas.straight(good, receive, name="是", default=True, label=(535, LINE - 18))
    count = canvas.service("record-receipt", "登记清点结果", 810, LINE, Topic.DISPATCH, step="receive", height=80)
    canvas.straight(receive, count)
    tally = canvas.gateway("exclusive", "tally", "与清单相符？", 940, LINE, label=(903, LINE + 30))
    canvas.straight(count, tally)
    canvas.flow(
        tally, hand, [tally.north(), (tally.cx, 50), (hand.cx, 50), hand.north()], name="否",
        condition="input_problem != ''", label=(tally.cx - 20, 56),
    )
    canvas.straight(
        tally, canvas.end("received", "原件已移交", 1050, LINE), name="是", default=True, label=(975, LINE - 18)
    )
    return canvas
