"""The shared process 审批."""

from __future__ import annotations

from onething.engine.contract import Message, Topic
from onething.modelling.canvas import Canvas
from onething.modelling.shapes import Shape
from onething.modelling.shared.common import LINE, SECOND


def approval() -> Canvas:
    """审批: 容缺预审 while a front item is open, then the decision at once on its result (R74-R79)."""
    canvas = Canvas("approval", "审批")
    start = canvas.start("start", "开始审批", 60, LINE)
    gate = canvas.gateway("exclusive", "front-open", "前置未办结？", 160, LINE, label=(124, LINE - 46))
    canvas.straight(start, gate)
    passed = canvas.gateway("exclusive", "front-passed", "前置通过？", 850, LINE, label=(818, LINE - 46))
    canvas.straight(gate, passed, name="否", default=True, label=(192, LINE - 18))
    _pre_review(canvas, gate, passed)
    decide = canvas.user(
        "approval-decision", "审批决定", 980, LINE, "approval-decision", "reviewer_group", "promised_due"
    )
    canvas.straight(passed, decide, name="是", condition="front_passed", label=(882, LINE - 18))
    record = canvas.service("record-approval", "登记审批决定", 1140, LINE, Topic.APPROVAL, step="decide", height=80)
    canvas.straight(decide, record)
    canvas.straight(record, canvas.end("decided", "已作出决定", 1260, LINE))
    failed = canvas.service(
        "record-front-failed", "登记前置未通过", 1140, SECOND, Topic.APPROVAL, step="front-failed", height=80
    )
    canvas.flow(
        passed, failed, [passed.south(), (passed.cx, failed.cy), failed.west()], name="否", default=True,
        label=(passed.cx + 6, passed.bottom + 8),
    )
    canvas.straight(failed, canvas.end("ended-by-rule", "依规则终止", 1260, SECOND))
    return canvas


def _pre_review(canvas: Canvas, gate: Shape, passed: Shape) -> None:
    """The lower line: review of everything else, then the wait for the front result."""
    review = canvas.user("pre-review", "容缺预审", 270, SECOND, "pre-review", "reviewer_group", "promised_due")
    canvas.flow(
        gate, review, [gate.south(), (gate.cx, SECOND), review.west()], name="是", condition="front_pending",
        label=(gate.cx + 6, LINE + 40),
    )
    record = canvas.service("record-pre-review", "登记预审意见", 430, SECOND, Topic.PRE_REVIEW, height=80)
    canvas.straight(review, record)
    still = canvas.gateway("exclusive", "front-still-open", "前置仍未办结？", 570, SECOND, label=(527, SECOND + 30))
    canvas.straight(record, still)
    canvas.flow(
        still, passed, [still.north(), (still.cx, LINE), passed.west()], name="否", default=True,
        label=(still.cx + 6, SECOND - 45),
    )
    wait = canvas.catch("wait-front-result", "等待前置结果", 700, SECOND, Message.FRONT_RESULT_ARRIVED)
    canvas.straight(still, wait, name="是", condition="front_pending", label=(600, SECOND - 18))
    canvas.flow(wait, passed, [wait.east(), (770, SECOND), (770, LINE), passed.west()])
