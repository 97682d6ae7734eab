"""The processes every bundle calls: intake, handover, acceptance, approval, delivery; and guidance before them. Drawn
once, then owned by analysts."""

from __future__ import annotations

from collections.abc import Callable

from onething.engine.contract import Message, Topic
from onething.modelling.canvas import Canvas
from onething.modelling.shapes import Point, Shape

LINE, SECOND = 150, 300


def intake() -> Canvas:
    """收件: every material judged, one notice names all defects, then to all chosen departments at once (R42-R59)."""
    canvas, line = Canvas("intake", "收件"), 320
    start = canvas.start("start", "申请到达窗口", 60, line)
    listed = canvas.service("list-materials", "列出待审材料", 190, line, Topic.INTAKE, step="prepare", height=80)
    canvas.straight(start, listed)
    review = canvas.user("intake-review", "收件审查", 350, line, "intake-review", "window_group", "intake_due")
    canvas.straight(listed, review)
    _late(canvas, review, "2小时", "intake_due", y=line + 150)
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
    line = 120
    more = canvas.gateway("exclusive", "not-yet", "如何继续？", gate.cx, line, label=(658, 86))
    canvas.flow(gate, more, [gate.north(), more.south()], name="尚未", default=True, label=(gate.cx + 6, 240))
    wait = canvas.catch("wait-correction", "等待补正材料", 420, 40, Message.MATERIALS_CORRECTED, label=(383, 64))
    canvas.flow(
        more, wait, [more.north(), (more.cx, 40), wait.east()], name="需要补正",
        condition="intake_outcome == 'correction'", label=(560, 46),
    )
    canvas.flow(wait, listed, [wait.west(), (listed.cx, 40), listed.north()])
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
    canvas.flow(record, more, [record.south(), (record.cx, 195), (more.cx, 195), more.south()])


def _dispatch(canvas: Canvas, gate: Shape, line: float) -> None:
    """Papers become files within two office hours; then all chosen departments get the case together (R49, R50, R55)."""
    paper = canvas.gateway("exclusive", "paper", "窗口收件？", 790, line, label=(760, line + 30))
    canvas.straight(
        gate, paper, name="齐全合法", condition="intake_outcome == 'accepted'", label=(690, line - 18)
    )
    scan = canvas.user("digitising", "纸质材料转电子", 930, line, "digitising", "window_group", "digitising_due")
    canvas.straight(paper, scan, name="是", condition="channel == 'window'", label=(830, line - 18))
    _late(canvas, scan, "2小时", "digitising_due", y=line + 150)
    record = canvas.service(
        "record-digitising", "登记转电子", 1090, line, Topic.DISPATCH, step="digitised", height=80
    )
    canvas.straight(scan, record)
    good = _good(canvas, record, scan, 1210, line, over=line - 66)
    push = canvas.service("push-materials", "同步推送联办部门", 1340, line, Topic.DISPATCH, step="push", height=80)
    canvas.straight(good, push, name="是", default=True, label=(1245, line - 18))
    canvas.flow(
        paper, push, [paper.north(), (paper.cx, 226), (push.cx, 226), push.north()], name="否", default=True,
        label=(paper.cx + 6, 272),
    )
    canvas.straight(push, canvas.end("taken-in", "已收件", 1460, line))


def _good(
    canvas: Canvas, record: Shape, form: Shape, x: float, y: float, *, over: float, label: Point | None = None
) -> Shape:
    """◇填写无误？ after a recorded form: what cannot be taken goes back to the person with a sentence, never to an
    incident. `over` is the height of the line back. Returns the gateway; its other flow is the default."""
    label = label or (x - 31, y + 30 if over < y else y - 46)
    gate = canvas.gateway("exclusive", f"{record.id}-good", "填写无误？", x, y, label=label)
    canvas.straight(record, gate)
    leave, arrive = (gate.north(), form.north()) if over < y else (gate.south(), form.south())
    canvas.flow(
        gate, form, [leave, (gate.cx, over), (form.cx, over), arrive], name="否", condition="input_problem != ''",
        label=(gate.cx - 20, over + 6 if over < y else over - 20),
    )
    return gate


def handover() -> Canvas:
    """移交: the originals go to the lead department with a ledger that both sign (R51, R104, R105)."""
    canvas = Canvas("handover", "纸质原件移交")
    start = canvas.start("start", "已收件", 60, LINE)
    hand = canvas.user("paper-handover", "移交纸质原件", 200, LINE, "paper-handover", "window_group", "acceptance_due")
    canvas.straight(start, hand)
    record = canvas.service("record-handover", "登记移交清单", 370, LINE, Topic.DISPATCH, step="hand-over", height=80)
    canvas.straight(hand, record)
    good = _good(canvas, record, hand, 500, LINE, over=LINE + 80)
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


def acceptance() -> Canvas:
    """受理: the department decides within one working day and the applicant is told (R56, R57, R61-R66, R69)."""
    canvas, line = Canvas("acceptance", "受理"), 190
    start = canvas.start("start", "收到材料", 60, line)
    opened = canvas.service("open-acceptance", "确定受理方式", 180, line, Topic.ACCEPTANCE, step="open", height=80)
    canvas.straight(start, opened)
    way = canvas.gateway("exclusive", "way", "受理方式？", 300, line, label=(304, line - 44))
    canvas.straight(opened, way)
    review = canvas.user(
        "acceptance-review", "受理审查", 460, line, "acceptance-review", "reviewer_group", "acceptance_due"
    )
    canvas.straight(way, review, name="部门受理", default=True, label=(334, line + 6))
    record = canvas.service(
        "record-acceptance", "登记受理决定", 640, line, Topic.ACCEPTANCE, step="decide", height=80
    )
    canvas.straight(review, record)
    good = _good(canvas, record, review, 760, line, over=95)
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
        "pull-application", "获取申报信息", review.cx, line, "pull-application", "lead_group", "acceptance_due"
    )
    canvas.flow(
        way, pull, [way.south(), (way.cx, line), pull.west()], name="未接入系统",
        condition="acceptance_way == 'pull'", label=(way.cx + 6, 260),
    )
    record = canvas.service("record-pull", "登记已获取", 640, line, Topic.ACCEPTANCE, step="pulled", height=80)
    canvas.straight(pull, record)
    good = _good(canvas, record, pull, 760, line, over=line + 80, label=(789, line - 7))
    canvas.flow(
        good, review, [good.north(), (good.cx, 275), (review.cx, 275), review.south()], name="是", default=True,
        label=(good.cx + 6, 288),
    )


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
    "intake": intake, "handover": handover, "acceptance": acceptance, "approval": approval, "delivery": delivery,
    "guidance": guidance,
}
