"""The shared process 受理."""

from __future__ import annotations

from onething.engine.contract import Topic
from onething.modelling.canvas import ITEM_DESCRIPTION, Canvas
from onething.modelling.shapes import Shape
from onething.modelling.shared.common import input_gateway


def acceptance() -> Canvas:
    """受理: the department decides within one working day and the applicant is told (R56, R57, R61-R66, R69)."""
    canvas, line = Canvas("acceptance", "受理"), 190
    start = canvas.start("start", "收到材料", 60, line)
    opened = canvas.service("open-acceptance", "确定受理方式", 180, line, Topic.ACCEPTANCE, step="open", height=80)
    canvas.straight(start, opened)
    way = canvas.gateway("exclusive", "way", "受理方式？", 300, line, label=(304, line - 44))
    canvas.straight(opened, way)
    review = canvas.user(
        "acceptance-review", "受理审查", 460, line, "acceptance-review", "reviewer_group", "acceptance_due",
        described=ITEM_DESCRIPTION,
    )
    canvas.straight(way, review, name="部门受理", default=True, label=(334, line + 6))
    record = canvas.service(
        "record-acceptance", "登记受理决定", 640, line, Topic.ACCEPTANCE, step="decide", height=80
    )
    canvas.straight(review, record)
    good = input_gateway(canvas, record, review, 760, line, over=95)
    notice = canvas.service("tell-applicant", "通知申请人", 880, line, Topic.NOTICE, height=80)
    canvas.straight(good, notice, name="是", default=True, label=(795, line - 18))
    canvas.flow(
        way, notice, [way.north(), (way.cx, 40), (notice.cx, 40), notice.north()], name="收件受理一体",
        condition="acceptance_way == 'merged'", label=(way.cx + 8, 46),
    )
    canvas.straight(notice, canvas.end("decided", "受理决定已作出", 1000, line))
    _pull(canvas, way, review)
    return canvas


def _pull(canvas: Canvas, way: Shape, review: Shape) -> None:
    """A department that is not connected: the lead has the application fetched; the same clock runs (R56, R57)."""
    line = 350
    pull = canvas.user(
        "pull-application", "获取申报信息", review.cx, line, "pull-application", "lead_group", "acceptance_due",
        described=ITEM_DESCRIPTION,
    )
    canvas.flow(
        way, pull, [way.south(), (way.cx, line), pull.west()], name="未接入系统",
        condition="acceptance_way == 'pull'", label=(way.cx + 6, 260),
    )
    record = canvas.service("record-pull", "登记已获取", 640, line, Topic.ACCEPTANCE, step="pulled", height=80)
    canvas.straight(pull, record)
    good = input_gateway(canvas, record, pull, 760, line, over=line + 80, label=(789, line - 7))
    canvas.flow(
        good, review, [good.north(), (good.cx, 275), (review.cx, 275), review.south()], name="是", default=True,
        label=(good.cx + 6, 288),
    )
