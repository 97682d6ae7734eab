"""The processes every bundle calls: intake, acceptance, approval, delivery. Drawn once, then owned by analysts."""

from __future__ import annotations

from collections.abc import Callable

from onething.engine.contract import Message, Topic
from onething.modelling.canvas import Canvas
from onething.modelling.shapes import Shape

LINE, SECOND = 150, 300


def intake() -> Canvas:
    """收件: the window looks at everything within two office hours; one notice names all defects (R43, R52-R54)."""
    canvas = Canvas("intake", "收件")
    start = canvas.start("start", "申请到达窗口", 60, LINE)
    review = canvas.user("intake-review", "收件审查", 190, LINE, "intake-review", "window_group", "intake_due")
    canvas.straight(start, review)
    _late(canvas, review, "2小时", "intake_due")
    record = canvas.service("record-intake", "登记收件结果", 360, LINE, Topic.INTAKE, height=80)
    canvas.straight(review, record)
    gate = canvas.gateway("exclusive", "outcome", "收件结果？", 490, LINE, label=(512, LINE + 22))
    canvas.straight(record, gate)
    taken = canvas.end("taken-in", "已收件", 640, LINE)
    canvas.straight(gate, taken, name="齐全合法", condition="intake_outcome == 'accepted'", label=(536, LINE - 18))
    wait = canvas.catch("wait-correction", "等待补正材料", 360, 50, Message.MATERIALS_CORRECTED, label=(323, 12))
    canvas.flow(
        gate, wait, [gate.north(), (gate.cx, 50), wait.east()], name="需要补正",
        condition="intake_outcome == 'correction'", label=(gate.cx + 6, 70),
    )
    canvas.flow(wait, review, [wait.west(), (review.cx, 50), review.north()])
    refused = canvas.end("not-taken-in", "不予收件", 490, SECOND)
    canvas.flow(gate, refused, [gate.south(), refused.north()], name="不予收件", default=True, label=(gate.cx + 6, 220))
    return canvas


def acceptance() -> Canvas:
    """受理: the department decides within one working day and the applicant is told (R61-R66)."""
    canvas = Canvas("acceptance", "受理")
    start = canvas.start("start", "收到材料", 60, LINE)
    review = canvas.user(
        "acceptance-review", "受理审查", 190, LINE, "acceptance-review", "reviewer_group", "acceptance_due"
    )
    canvas.straight(start, review)
    record = canvas.service(
        "record-acceptance", "登记受理决定", 360, LINE, Topic.ACCEPTANCE, step="decide", height=80
    )
    canvas.straight(review, record)
    notice = canvas.service("tell-applicant", "通知申请人", 510, LINE, Topic.NOTICE, height=80)
    canvas.straight(record, notice)
    canvas.straight(notice, canvas.end("decided", "受理决定已作出", 630, LINE))
    return canvas


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
    _late(canvas, hand, "当天", "delivery_due", x=735, y=370)
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
    failed = canvas.throw("undelivered", "未送达", 690, top)
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
    _late(canvas, box, "1个工作日", "sending_due", x=730, y=660)


def _late(
    canvas: Canvas, task: Shape, name: str, due: str, *, x: float | None = None, y: float = SECOND
) -> None:
    """A limit of this task: told to the supervisor, interrupting nothing."""
    timer = canvas.timer(f"{task.id}-late", name, task, x or task.cx, due)
    supervise = canvas.service(f"{task.id}-supervise", "超期督办", timer.cx, y, Topic.SUPERVISE)
    canvas.flow(timer, supervise, [timer.south(), supervise.north()])
    canvas.straight(supervise, canvas.end(f"{task.id}-supervise-end", "已督办", supervise.right + 50, y))


SHARED: dict[str, Callable[[], Canvas]] = {
    "intake": intake, "acceptance": acceptance, "approval": approval, "delivery": delivery,
}
