"""The processes every bundle calls (intake, acceptance, approval, delivery), and guidance before them. Drawn once,
then owned by analysts."""

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
    """送达: results gathered, handed over the chosen way the same day, proof to every department (R97-R100)."""
    canvas = Canvas("delivery", "送达")
    start = canvas.start("start", "事项全部办结", 60, LINE)
    gather = canvas.service("gather-results", "汇集办理结果", 180, LINE, Topic.DELIVERY, step="prepare", height=80)
    canvas.straight(start, gather)
    gate = canvas.gateway("exclusive", "way", "电子送达？", 310, LINE, label=(278, LINE + 30))
    canvas.straight(gather, gate)
    hand = canvas.user(
        "result-handover", "窗口发放或交寄", 450, LINE, "result-handover", "delivery_group", "delivery_due"
    )
    canvas.straight(gate, hand, name="否", default=True, label=(342, LINE - 18))
    _late(canvas, hand, "当天", "delivery_due")
    merge = canvas.gateway("exclusive", "delivered", "已交付", 590, LINE)
    canvas.straight(hand, merge)
    canvas.flow(gate, merge, [gate.north(), (gate.cx, 60), (merge.cx, 60), merge.north()], name="是",
                condition="delivery_way == 'electronic'", label=(gate.cx + 6, 84))
    prove = canvas.service("record-delivery", "登记送达并移交凭证", 700, LINE, Topic.DELIVERY, step="prove", height=80)
    canvas.straight(merge, prove)
    canvas.straight(prove, canvas.end("done", "已送达", 820, LINE))
    return canvas


def guidance() -> Canvas:
    """咨询辅导: an adviser answers, or names every gap of a draft at once; no clock of a case begins (R28-R36)."""
    canvas = Canvas("guidance", "咨询辅导")
    start = canvas.start("start", "收到咨询", 60, LINE, asynchronous=True)
    gate = canvas.gateway("exclusive", "kind", "材料预审？", 160, LINE, label=(128, LINE - 46))
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
    canvas.straight(record, canvas.end("answered", "已答复申请人", 710, LINE))
    return canvas


def _late(canvas: Canvas, task: Shape, name: str, due: str) -> None:
    """A limit of this task: told to the supervisor, interrupting nothing."""
    timer = canvas.timer(f"{task.id}-late", name, task, task.cx, due)
    supervise = canvas.service(f"{task.id}-supervise", "超期督办", task.cx, SECOND, Topic.SUPERVISE)
    canvas.flow(timer, supervise, [timer.south(), supervise.north()])
    canvas.straight(supervise, canvas.end(f"{task.id}-supervise-end", "已督办", supervise.right + 50, SECOND))


SHARED: dict[str, Callable[[], Canvas]] = {
    "intake": intake, "acceptance": acceptance, "approval": approval, "delivery": delivery, "guidance": guidance,
}
