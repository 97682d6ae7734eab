"""The shared process 收件."""

from __future__ import annotations

from onething.engine.contract import Message, Topic
from onething.modelling.canvas import Canvas
from onething.modelling.shapes import Shape
from onething.modelling.shared.common import input_gateway, late


def intake() -> Canvas:
    """收件: every material judged, one notice names all defects, then to all chosen departments at once (R42-R59)."""
    canvas, line = Canvas("intake", "收件"), 400
    start = canvas.start("start", "申请到达窗口", 60, line)
    listed = canvas.service("list-materials", "列出待审材料", 190, line, Topic.INTAKE, step="prepare", height=80)
    canvas.straight(start, listed)
    review = canvas.user("intake-review", "收件审查", 350, line, "intake-review", "window_group", "intake_due")
    canvas.straight(listed, review)
    late(canvas, review, "2小时", "intake_due", y=line + 150)
    record = canvas.service("record-intake", "登记收件结果", 520, line, Topic.INTAKE, step="record", height=80)
    canvas.straight(review, record)
    gate = canvas.gateway("exclusive", "outcome", "收件？", 650, line, label=(660, line + 26))
    canvas.straight(record, gate)
    refused = canvas.end("not-taken-in", "不予收件", 650, line + 100)
    canvas.flow(
        gate, refused, [gate.south(), refused.north()], name="不予收件", condition="intake_outcome == 'rejected'",
        label=(592, line + 52),
    )
    _again(canvas, listed, review, gate)
    _dispatch(canvas, gate, line)
    return canvas


def _again(canvas: Canvas, listed: Shape, review: Shape, gate: Shape) -> None:
    """Corrected by the applicant, looked at again by the clerk, or first a supervisor's reason (R43, R44, R58, R59)."""
    line = 200
    more = canvas.gateway("exclusive", "not-yet", "如何继续？", gate.cx, line, label=(658, line - 34))
    canvas.flow(gate, more, [gate.north(), more.south()], name="尚未", default=True, label=(gate.cx + 6, 320))
    _wait(canvas, listed, more)
    canvas.flow(
        more, review, [more.west(), (review.cx, line), review.north()], name="当场补正或填写有误", default=True,
        label=(470, line + 6),
    )
    reason = canvas.user(
        "repeat-notice", "说明再次告知理由", 810, line, "repeat-notice", "supervisor_group", "intake_due"
    )
    canvas.straight(
        more, reason, name="再次告知", condition="intake_outcome == 'needs-reason'", label=(686, line + 6)
    )
    record = canvas.service("record-reason", "登记再次告知理由", 970, line, Topic.INTAKE, step="reason", height=80)
    canvas.straight(reason, record)
    canvas.flow(record, more, [record.south(), (record.cx, 275), (more.cx, 275), more.south()])


def _wait(canvas: Canvas, listed: Shape, more: Shape) -> None:
    """For the corrected materials or for the end of the time for them, whichever comes first; nothing waits for ever."""
    line, back = 80, 20
    either = canvas.gateway("eventBased", "correction-or-end", "补正或期满", more.cx, line, label=(more.cx - 32, line - 46))
    canvas.flow(
        more, either, [more.north(), either.south()], name="需要补正", condition="intake_outcome == 'correction'",
        label=(more.cx + 6, line + 46),
    )
    wait = canvas.catch("wait-correction", "等待补正材料", 420, line, Message.MATERIALS_CORRECTED, label=(383, line + 24))
    canvas.flow(either, wait, [either.west(), wait.east()])
    canvas.flow(wait, listed, [wait.west(), (listed.cx, line), listed.north()])
    over = canvas.wait_until("correction-over", "补正期满", 780, line, "correction_due", label=(756, line + 24))
    canvas.flow(either, over, [either.east(), over.west()])
    record = canvas.service("record-expiry", "登记逾期未补正", 930, line, Topic.INTAKE, step="expire", height=80)
    canvas.straight(over, record)
    late = canvas.gateway("exclusive", "came-late", "最后一刻已补正？", 1080, line, label=(1036, line + 30))
    canvas.straight(record, late)
    canvas.straight(late, canvas.end("expired", "逾期未补正", 1200, line), name="否", default=True, label=(1112, line - 18))
    canvas.flow(
        late, listed, [late.north(), (late.cx, back), (listed.cx - 30, back), (listed.cx - 30, listed.y)], name="是",
        condition="intake_outcome == 'corrected'", label=(late.cx + 6, line - 46),
    )


def _dispatch(canvas: Canvas, gate: Shape, line: float) -> None:
    """Papers become files within two office hours; then all chosen departments get the case together (R49, R50, R55)."""
    paper = canvas.gateway("exclusive", "paper", "窗口收件？", 790, line, label=(760, line + 30))
    canvas.straight(
        gate, paper, name="齐全合法", condition="intake_outcome == 'accepted'", label=(690, line - 18)
    )
    scan = canvas.user("digitising", "纸质材料转电子", 930, line, "digitising", "window_group", "digitising_due")
    canvas.straight(paper, scan, name="是", condition="channel == 'window'", label=(830, line - 18))
    late(canvas, scan, "2小时", "digitising_due", y=line + 150)
    record = canvas.service(
        "record-digitising", "登记转电子", 1090, line, Topic.DISPATCH, step="digitised", height=80
    )
    canvas.straight(scan, record)
    good = input_gateway(canvas, record, scan, 1210, line, over=line - 66)
    push = canvas.service("push-materials", "同步推送联办部门", 1340, line, Topic.DISPATCH, step="push", height=80)
    canvas.straight(good, push, name="是", default=True, label=(1245, line - 18))
    canvas.flow(
        paper, push, [paper.north(), (paper.cx, 306), (push.cx, 306), push.north()], name="否", default=True,
        label=(paper.cx + 6, 352),
    )
    canvas.straight(push, canvas.end("taken-in", "已收件", 1460, line))
