"""The shared process 联合办理."""

from __future__ import annotations

from onething.engine.contract import Message, Topic
from onething.modelling.canvas import ITEM_DESCRIPTION, Canvas
from onething.modelling.shapes import Shape
from onething.modelling.shared.common import LINE, input_gateway

ROW = 400


def joint_act() -> Canvas:
    """联合评审, 联合勘验, 联合验收: one appointment, one opinion per department, one record, by the lead (R84, R85)."""
    canvas, topic = Canvas("joint-act", "联合办理"), Topic.JOINT_ACT
    start = canvas.start("start", "需要联合办理", 60, LINE)
    ready = canvas.catch("wait-accepted", "等待各事项受理", 150, LINE, Message.JOINT_READY)
    canvas.straight(start, ready)
    prepare = canvas.service("prepare", "确定参加部门", 270, LINE, topic, step="prepare", height=80)
    canvas.straight(ready, prepare)
    needed = canvas.gateway("exclusive", "needed", "多个部门参加？", 390, LINE, label=(350, LINE - 46))
    canvas.straight(prepare, needed)
    alone = canvas.end("one-department", "自行办理", 390, LINE + 90, label=(414, LINE + 83))
    canvas.flow(
        needed, alone, [needed.south(), alone.north()], name="否", condition="joint_next == 'not-needed'",
        label=(needed.cx + 6, LINE + 34),
    )
    appoint = canvas.user(
        "joint-appointment", "安排联合办理", 520, LINE, "joint-appointment", "lead_group", "joint_due",
        described=ITEM_DESCRIPTION,
    )
    canvas.straight(needed, appoint, name="是", default=True, label=(425, LINE - 18))
    record = canvas.service("record-appointment", "登记联合安排", 680, LINE, topic, step="appoint", height=80)
    canvas.straight(appoint, record)
    gate = canvas.gateway("exclusive", "appointed", "如何安排？", 800, LINE, label=(736, LINE + 28))
    canvas.straight(record, gate)
    canvas.flow(
        gate, appoint, [gate.north(), (gate.cx, 60), (appoint.cx, 60), appoint.north()], name="填写有误", default=True,
        label=(640, 66),
    )
    canvas.straight(
        gate, canvas.end("not-needed", "无需联合办理", 920, LINE), name="无需", condition="joint_next == 'not-needed'",
        label=(832, LINE - 18),
    )
    box = _opinions(canvas)
    canvas.flow(
        gate, box, [gate.south(), (gate.cx, box.y)], name="已约定", condition="joint_next == 'appointed'",
        label=(gate.cx + 6, LINE + 60),
    )
    _record(canvas, box)
    return canvas


def _record(canvas: Canvas, box: Shape) -> None:
    form = canvas.user(
        "joint-record", "形成联合记录", box.right + 110, ROW, "joint-record", "lead_group", "joint_due",
        described=ITEM_DESCRIPTION,
    )
    canvas.flow(box, form, [(box.right, ROW), form.west()])
    kept = canvas.service(
        "record-joint-act", "登记联合记录", form.cx + 160, ROW, Topic.JOINT_ACT, step="record", height=80
    )
    canvas.straight(form, kept)
    good = input_gateway(canvas, kept, form, kept.cx + 120, ROW, over=ROW - 80)
    canvas.straight(
        good, canvas.end("recorded", "已形成记录", good.cx + 120, ROW), name="是", default=True,
        label=(good.right + 8, ROW - 18),
    )


def _opinions(canvas: Canvas) -> Shape:
    """Side by side, one for each department; a department with nothing open any more is not asked."""
    x, topic = 280, Topic.JOINT_ACT
    with canvas.box("opinions", "各部门意见", x, ROW - 110, 680, 260) as box:
        canvas.inputs(box.id, dict.fromkeys(("opinion_group", "opinion", "opinion_text", "input_problem")))
        canvas.repeat(box.id, "opinion_count")
        start = canvas.start("opinions-start", "到场", x + 50, ROW)
        asked = canvas.service("find-department", "确定出具部门", x + 150, ROW, topic, step="asked", height=80)
        canvas.straight(start, asked)
        form = canvas.user(
            "joint-opinion", "出具意见", x + 290, ROW, "joint-opinion", "opinion_group", "joint_due",
            described=ITEM_DESCRIPTION,
        )
        canvas.inputs(form.id, {"item": "${opinion_group}"})
        canvas.straight(asked, form)
        gone = canvas.message_boundary("opinion-not-needed", "不再需要", form, form.cx - 30, Message.OPINION_NOT_NEEDED)
        ended = canvas.end("opinion-dropped", "未出具意见", gone.cx, ROW + 110, label=(gone.cx + 24, ROW + 103))
        canvas.flow(gone, ended, [gone.south(), ended.north()])
        kept = canvas.service("record-opinion", "登记意见", x + 430, ROW, topic, step="opinion", height=80)
        canvas.straight(form, kept)
        good = input_gateway(canvas, kept, form, x + 530, ROW, over=ROW - 66)
        canvas.straight(
            good, canvas.end("opinions-end", "已出具意见", x + 630, ROW), name="是", default=True,
            label=(good.right + 8, ROW - 18),
        )
    return box
