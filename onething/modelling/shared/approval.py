"""The shared process 审批."""

from __future__ import annotations

from onething.engine.contract import Message, Topic
from onething.modelling.canvas import ITEM_DESCRIPTION, Canvas
from onething.modelling.shapes import Shape
from onething.modelling.shared.common import LINE, SECOND, input_gateway, late

THIRD = 460


def approval() -> Canvas:
    """审批: 容缺预审 while a front item is open, then the decision at once on its result (R74-R79); special steps and
    one extension lead back to the decision (R90; Licensing Law, articles 42 and 45)."""
    canvas = Canvas("approval", "审批")
    start = canvas.start("start", "开始审批", 60, LINE)
    gate = canvas.gateway("exclusive", "front-open", "前置未办结？", 160, LINE, label=(124, LINE - 46))
    canvas.straight(start, gate)
    passed = canvas.gateway("exclusive", "front-passed", "前置通过？", 970, LINE, label=(938, LINE - 46))
    canvas.straight(gate, passed, name="否", default=True, label=(192, LINE - 18))
    _pre_review(canvas, gate, passed)
    _front_failed(canvas, passed)
    ready = canvas.gateway("exclusive", "ready", "可以决定", 1080, LINE, label=(1054, LINE - 46))
    canvas.straight(passed, ready, name="是", condition="front_passed", label=(1002, LINE - 18))
    decide = canvas.user(
        "approval-decision", "审批决定", 1220, LINE, "approval-decision", "reviewer_group", "promised_due",
        described=ITEM_DESCRIPTION,
    )
    canvas.straight(ready, decide)
    record = canvas.service("record-approval", "登记审批决定", 1390, LINE, Topic.APPROVAL, step="decide", height=80)
    canvas.straight(decide, record)
    after = canvas.gateway("exclusive", "next", "下一步？", 1560, LINE, label=(1578, LINE + 30))
    canvas.straight(record, after)
    canvas.straight(
        after, canvas.end("decided", "已作出决定", 1680, LINE), name="已决定", condition="approval_next == 'decided'",
        label=(1592, LINE - 18),
    )
    canvas.flow(
        after, decide, [after.north(), (after.cx, 60), (decide.cx, 60), decide.north()], name="填写有误",
        condition="approval_next == 'again'", label=(1360, 66),
    )
    _special(canvas, after, ready)
    return canvas


def _pre_review(canvas: Canvas, gate: Shape, passed: Shape) -> None:
    """The lower line: review of everything else in its own time, then the wait for the front result."""
    review = canvas.user(
        "pre-review", "容缺预审", 270, SECOND, "pre-review", "reviewer_group", "pre_review_due",
        described=ITEM_DESCRIPTION,
    )
    canvas.flow(
        gate, review, [gate.south(), (gate.cx, SECOND), review.west()], name="是", condition="front_pending",
        label=(gate.cx + 6, LINE + 40),
    )
    late(canvas, review, "预审时限", "pre_review_due", y=THIRD)
    record = canvas.service("record-pre-review", "登记预审意见", 430, SECOND, Topic.PRE_REVIEW, height=80)
    canvas.straight(review, record)
    good = input_gateway(canvas, record, review, 560, SECOND, over=SECOND - 80)
    still = canvas.gateway("exclusive", "front-still-open", "前置仍未办结？", 690, SECOND, label=(647, SECOND + 30))
    canvas.straight(good, still, name="是", default=True, label=(595, SECOND - 18))
    canvas.flow(
        still, passed, [still.north(), (still.cx, LINE), passed.west()], name="否", default=True,
        label=(still.cx + 6, SECOND - 45),
    )
    wait = canvas.catch("wait-front-result", "等待前置结果", 820, SECOND, Message.FRONT_RESULT_ARRIVED)
    canvas.straight(still, wait, name="是", condition="front_pending", label=(720, SECOND - 18))
    canvas.flow(wait, passed, [wait.east(), (890, SECOND), (890, LINE), passed.west()])


def _front_failed(canvas: Canvas, passed: Shape) -> None:
    failed = canvas.service(
        "record-front-failed", "登记前置未通过", passed.cx, SECOND, Topic.APPROVAL, step="front-failed", height=80
    )
    canvas.flow(
        passed, failed, [passed.south(), failed.north()], name="否", default=True, label=(passed.cx + 6, passed.bottom + 8)
    )
    ended = canvas.end("ended-by-rule", "依规则终止", passed.cx, THIRD)
    canvas.flow(failed, ended, [failed.south(), ended.north()])


def _special(canvas: Canvas, after: Shape, ready: Shape) -> None:
    """特别环节 and 延期: recorded, then back to the decision with the clock counted anew."""
    which = canvas.gateway("exclusive", "procedure", "哪种程序？", after.cx, SECOND, label=(1592, SECOND - 7))
    canvas.flow(after, which, [after.south(), which.north()], name="程序", default=True, label=(after.cx - 34, 220))
    step = canvas.user(
        "special-step", "特别环节", 1430, SECOND, "special-step", "reviewer_group", "special_due",
        described=ITEM_DESCRIPTION,
    )
    canvas.flow(which, step, [which.west(), step.east()], name="环节", default=True, label=(1498, SECOND + 8))
    ended = canvas.service("record-special-step", "登记环节结果", 1280, SECOND, Topic.APPROVAL, step="step-done", height=80)
    head = canvas.user(
        "extension-decision", "延期审批", 1430, THIRD, "extension-decision", "head_group", "promised_due",
        described=ITEM_DESCRIPTION,
    )
    canvas.flow(
        which, head, [which.south(), (which.cx, THIRD), head.east()], name="延期", label=(which.cx + 6, 380),
        condition="approval_next == 'extension'",
    )
    told = canvas.service(
        "record-extension", "登记延期决定", 1280, THIRD, Topic.APPROVAL, step="extension-decided", height=80
    )
    for form, record, y in ((step, ended, SECOND), (head, told, THIRD)):
        canvas.flow(form, record, [form.west(), record.east()])
        gate = canvas.gateway(
            "exclusive", f"{record.id}-good", "填写无误？", 1160, y, label=(1129, y + 30)
        )
        canvas.flow(record, gate, [record.west(), gate.east()])
        canvas.flow(
            gate, form, [gate.north(), (gate.cx, y - 66), (form.cx, y - 66), form.north()], name="否",
            condition="input_problem != ''", label=(gate.cx + 6, y - 60),
        )
        canvas.flow(gate, ready, [gate.west(), (ready.cx, y), ready.south()], name="是", default=True,
                    label=(ready.cx + 20, y - 18))
