"""The shared process 送达."""

from __future__ import annotations

from onething.engine.contract import Message, Topic
from onething.modelling.canvas import Canvas
from onething.modelling.shapes import Shape
from onething.modelling.shared.common import late


def delivery() -> Canvas:
    """送达: gathered, from another level sent once, handed over the chosen way the same day, proved (R96-R102)."""
    canvas = Canvas("delivery", "送达")
    line, top = 210, 40
    start = canvas.start("start", "有结果待送达", 60, line)
    gather = canvas.service("gather-results", "汇集办理结果", 180, line, Topic.DELIVERY, step="prepare", height=80)
    canvas.straight(start, gather)
    needed = canvas.gateway("exclusive", "needed", "有待送达结果？", 300, line, label=(257, line + 29))
    canvas.straight(gather, needed)
    nothing = canvas.end("nothing-left", "无需送达", 300, line - 90, label=(324, line - 97))
    canvas.flow(needed, nothing, [needed.north(), nothing.south()], name="否", default=True, label=(306, line - 45))
    level = canvas.gateway("exclusive", "cross-level", "有跨层级结果？", 420, line, label=(334, line + 64))
    canvas.straight(needed, level, name="是", condition="delivery_needed", label=(332, line - 18))
    _sending(canvas, level, gather)
    way = canvas.gateway("exclusive", "way", "电子送达？", 540, line, label=(475, line + 29))
    canvas.straight(level, way, name="否", default=True, label=(452, line - 18))
    hand = canvas.user(
        "result-handover", "窗口发放或交寄", 690, line, "result-handover", "delivery_group", "delivery_due"
    )
    canvas.straight(way, hand, name="否", default=True, label=(572, line - 18))
    late(canvas, hand, "当天", "delivery_due", x=735, y=370)
    changed = canvas.message_boundary("way-changed", "方式变更", hand, 650, Message.DELIVERY_CHANGED)
    canvas.flow(changed, way, [changed.south(), (changed.cx, 310), (way.cx, 310), way.south()])
    merge = canvas.gateway("exclusive", "handed-over", "已办理", 830, line, label=(811, line + 29))
    canvas.straight(hand, merge)
    canvas.flow(way, merge, [way.north(), (way.cx, 120), (merge.cx, 120), merge.north()], name="是",
                condition="delivery_way == 'electronic'", label=(way.cx + 6, 140))
    prove = canvas.service(
        "record-delivery", "登记送达并移交凭证", 940, line, Topic.DELIVERY, step="prove", height=80
    )
    canvas.straight(merge, prove)
    done = canvas.gateway("exclusive", "delivered", "已送达？", 1060, line, label=(1035, line + 29))
    canvas.straight(prove, done)
    canvas.straight(done, canvas.end("done", "已送达", 1170, line), name="是",
                    condition="delivery_outcome == 'delivered'", label=(1092, line - 18))
    failed = canvas.throw("undelivered", "重新办理", 690, top)
    canvas.flow(done, failed, [done.north(), (done.cx, top), failed.east()], name="否", default=True,
                label=(done.cx + 6, line - 45))
    canvas.flow(failed, gather, [failed.west(), (gather.cx, top), gather.north()])
    return canvas


def _sending(canvas: Canvas, level: Shape, gather: Shape) -> None:
    """Each office of another level sends all its results to the window, once (R96)."""
    x, y, line = 280, 440, 520
    with canvas.box("sending", "各级结果送发证窗口", x, y, 600, 140) as box:
        canvas.inputs(box.id, {"sender_group": None, "sending_note": None})
        canvas.repeat(box.id, "cross_level_count")
        start = canvas.start("sending-start", "需送窗口", x + 50, line)
        find = canvas.service("find-sender", "确定送达部门", x + 150, line, Topic.DELIVERY, step="sender")
        canvas.straight(start, find)
        send = canvas.user(
            "result-sending", "结果送发证窗口", x + 290, line, "result-sending", "sender_group", "sending_due"
        )
        canvas.straight(find, send)
        sent = canvas.service("record-sending", "登记结果送达窗口", x + 430, line, Topic.DELIVERY, step="sent", height=80)
        canvas.straight(send, sent)
        canvas.straight(sent, canvas.end("sending-end", "已送窗口", x + 550, line))
    canvas.flow(level, box, [level.south(), (level.cx, box.y)], name="是", condition="cross_level_count > 0",
                label=(level.cx + 6, 380))
    canvas.flow(box, gather, [(box.x, line), (gather.cx, line), gather.south()])
    late(canvas, box, "1个工作日", "sending_due", x=730, y=660)
