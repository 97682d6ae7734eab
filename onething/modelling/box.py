"""The item box: one item's acceptance, approval and result as an expanded sub-process, one row of a bundle."""

from __future__ import annotations

from dataclasses import dataclass

from onething.catalogue import Item, Row
from onething.engine.contract import Message, Topic, group_variable
from onething.modelling.canvas import Canvas
from onething.modelling.shapes import Shape
from onething.vocabulary import ItemKind

WIDTH, HEIGHT = 916, 272
LINE, SECOND = 112, 228  # heights of the main line and of the line of exceptions below the upper edge
START, ACCEPTANCE, ACCEPTED, APPROVAL, APPROVED, FORK, RESULT, JOIN, DONE = 40, 156, 304, 444, 572, 648, 732, 816, 882
"""Columns: centres of the nodes on the main line, px from the left edge; the same in every box."""
SMALL = {"width": 100, "height": 66}  # a task off the main line
BRANCH = {"width": 100, "height": 50}  # one of two tasks side by side
CALL = {"width": 130, "height": 64}
ACCEPTANCE_IN = (
    "application_no", "bundle_name", "item", "item_name", "reviewer_group", "lead_group", "acceptance_due",
    "due_note",
)
ACCEPTANCE_OUT = (
    "accepted", "front_pending", "front_passed", "promised_due", "statutory_due", "delivery_mode", "due_note",
    "pre_review_due", "head_group", "procedure_note",
)
APPROVAL_IN = (
    "application_no", "bundle_name", "item", "item_name", "reviewer_group", "front_pending", "front_passed",
    "promised_due", "statutory_due", "due_note", "pre_review_due", "head_group", "procedure_note",
)
EXTRA_IN = (
    "application_no", "bundle_name", "item", "item_name", "reviewer_group", "promised_due", "due_note",
)
"""What a step that an analyst adds to a box needs."""
PLACEHOLDERS = (
    "accepted", "approved", "front_pending", "front_passed", "promised_due", "statutory_due", "pre_review_due",
    "head_group", "procedure_note",
)
APPROVAL_NAMES = {ItemKind.QUERY: "查询核验", ItemKind.PARTNER: "办理", ItemKind.REVIEW: "审核"}


@dataclass(frozen=True)
class BoxPlan:
    """What a box shows: the row of the plan, its item and the department's name."""

    row: Row
    item: Item
    department: str


class BoxDrawing:
    """Draws one box with its upper left corner at (x, y)."""

    def __init__(self, canvas: Canvas, plan: BoxPlan, x: float, y: float) -> None:
        self.canvas, self.plan, self.x, self.y = canvas, plan, x, y
        self.slug = plan.item.slug

    def id(self, part: str) -> str:
        return f"{self.slug}-{part}"

    def at(self, x: float, y: float) -> tuple[float, float]:
        return self.x + x, self.y + y

    def draw(self) -> Shape:
        with self.canvas.box(f"box-{self.slug}", self.plan.item.name, self.x, self.y, WIDTH, HEIGHT) as box:
            self.canvas.inputs(box.id, {
                "item": self.slug, "item_name": self.plan.item.name, "reviewer_group": f"${{{group_variable(self.slug)}}}",
                "due_note": "${due_note}", **dict.fromkeys(PLACEHOLDERS),
            })
            self.canvas.annotation(self.id("department"), self.plan.department, *self.at(14, 30), 230, 28)
            start = self.canvas.start(self.id("start"), "转部门", *self.at(START, LINE))
            decides = self.plan.item.has_acceptance_decision
            before = self._acceptance(start) if decides else self._handover(start)
            approval = self._approval(before, both_limits=decides)
            if self.plan.item.result.certificate:
                self._certificate(approval)
            else:
                self._result_only(approval)
        return box

    def _acceptance(self, start: Shape) -> Shape:
        """受理 with its limits, and what follows when it is refused. Returns the gateway 予以受理?"""
        canvas = self.canvas
        call = canvas.call(
            self.id("acceptance"), "受理", *self.at(ACCEPTANCE, LINE), "acceptance", ACCEPTANCE_IN, ACCEPTANCE_OUT, **CALL
        )
        canvas.straight(start, call)
        gate = canvas.gateway(
            "exclusive", self.id("accepted"), "予以受理？", *self.at(ACCEPTED, LINE), label=self.at(ACCEPTED + 7, LINE + 24)
        )
        canvas.straight(call, gate)
        refused = canvas.end(
            self.id("not-accepted"), "不予受理", *self.at(ACCEPTED, 46), label=self.at(ACCEPTED + 23, 39)
        )
        canvas.flow(gate, refused, [gate.north(), refused.south()], name="否", default=True,
                    label=(gate.cx + 6, gate.y - 18))
        late = canvas.timer(self.id("acceptance-late"), "1个工作日", call, self.x + 120, "acceptance_due")
        self._supervise("acceptance-supervise", [late], 118, end_x=START - 8)
        if self.plan.item.kind == ItemKind.LICENCE:
            self._deemed(call, gate)
        return gate

    def _deemed(self, call: Shape, gate: Shape) -> None:
        """A licence nobody decided on within five working days counts as accepted (Licensing Law, article 32)."""
        canvas = self.canvas
        deemed = canvas.timer(
            self.id("deemed"), "5日视为受理", call, self.x + 194, "deemed_acceptance_due", interrupting=True
        )
        task = canvas.service(
            self.id("deemed-acceptance"), "登记视为受理", *self.at(226, SECOND), Topic.ACCEPTANCE, step="deem", **SMALL
        )
        canvas.flow(deemed, task, [deemed.south(), (deemed.cx, task.y)])
        canvas.flow(task, gate, [task.east(), (gate.cx, task.cy), gate.south()])

    def _handover(self, start: Shape) -> Shape:
        """Queries and partners: no decision on acceptance, the clock starts with the hand-over (R92, R93)."""
        canvas = self.canvas
        task = canvas.service(
            self.id("handover"), "登记转办", *self.at(ACCEPTANCE, LINE), Topic.ACCEPTANCE, step="auto", **CALL
        )
        canvas.straight(start, task)
        return task

    def _approval(self, before: Shape, *, both_limits: bool) -> Shape:
        canvas, limits = self.canvas, self.plan.item.limits
        name = approval_name(self.plan.item.kind)
        call = canvas.call(
            self.id("approval"), name, *self.at(APPROVAL, LINE), "approval", APPROVAL_IN, ("approved",), **CALL
        )
        if both_limits:
            canvas.straight(before, call, name="是", condition="accepted", label=(before.right + 6, before.cy - 18))
        else:
            canvas.straight(before, call)
        promised = canvas.timer(
            self.id("promised"), f"承诺{limits.promised.days}日", call, call.cx - 36, "promised_due"
        )
        timers = [promised]
        if both_limits:
            name = f"法定{limits.statutory.days}日"
            timers.append(canvas.timer(self.id("statutory"), name, call, call.cx + 38, "statutory_due"))
        self._supervise("approval-supervise", timers, APPROVAL + 1, end_x=APPROVAL + 87)
        return call

    def _supervise(self, part: str, timers: list[Shape], x: float, *, end_x: float) -> None:
        """A limit that ran out interrupts nothing and is told to the supervisor (R70, R72)."""
        canvas = self.canvas
        task = canvas.service(
            self.id(part), "超期督办", *self.at(x, SECOND), Topic.SUPERVISE, width=98, height=66
        )
        for timer in timers:
            canvas.flow(timer, task, [timer.south(), (timer.cx, task.y)])
        end = canvas.end(self.id(f"{part}-end"), "已督办", *self.at(end_x, SECOND))
        leftward = end.cx < task.cx
        points = [task.west(), end.east()] if leftward else [task.east(), end.west()]
        canvas.flow(task, end, points)

    def _result_only(self, approval: Shape) -> None:
        canvas = self.canvas
        push = canvas.service(
            self.id("result"), "结果互通", *self.at(RESULT, LINE), Topic.RESULT_PUSH, **BRANCH
        )
        canvas.straight(approval, push)
        canvas.straight(push, canvas.end(self.id("done"), "已办结", *self.at(DONE, LINE)))

    def _certificate(self, approval: Shape) -> None:
        """◇准予? → 制证 beside 结果互通; a refusal is pushed as well (R82, R83)."""
        canvas = self.canvas
        gate = canvas.gateway(
            "exclusive", self.id("approved"), "准予？", *self.at(APPROVED, LINE), label=self.at(APPROVED - 44, LINE + 24)
        )
        canvas.straight(approval, gate)
        self._refusal(gate)
        fork = canvas.gateway("parallel", self.id("fork"), "并行", *self.at(FORK, LINE), label=self.at(FORK + 29, LINE - 7))
        canvas.straight(gate, fork, name="是", condition="approved", label=(gate.right + 3, gate.cy - 18))
        join = canvas.gateway("parallel", self.id("join"), "汇合", *self.at(JOIN, LINE), label=self.at(JOIN - 55, LINE - 7))
        branches = (("certificate", "制证", LINE - 48, Topic.CERTIFICATE), ("result", "结果互通", LINE + 48, Topic.RESULT_PUSH))
        for part, name, y, topic in branches:
            task = canvas.service(self.id(part), name, *self.at(RESULT, y), topic, **BRANCH)
            leave, arrive = (fork.north(), join.north()) if y < LINE else (fork.south(), join.south())
            canvas.flow(fork, task, [leave, (fork.cx, task.cy), task.west()])
            canvas.flow(task, join, [task.east(), (join.cx, task.cy), arrive])
        canvas.straight(join, canvas.end(self.id("done"), "已办结", *self.at(DONE, LINE)))

    def _refusal(self, gate: Shape) -> None:
        canvas = self.canvas
        push = canvas.service(
            self.id("push-refusal"), "推送不予决定", *self.at(666, SECOND), Topic.RESULT_PUSH, **SMALL
        )
        canvas.flow(
            gate, push, [gate.south(), (gate.cx, push.cy), push.west()], name="否", default=True,
            label=(gate.cx + 6, gate.bottom + 6),
        )
        refused = canvas.end(self.id("refused"), "不予许可", *self.at(758, SECOND), label=self.at(781, SECOND - 7))
        canvas.straight(push, refused)


def approval_name(kind: ItemKind) -> str:
    return APPROVAL_NAMES.get(kind, "审批")


def withdrawal(canvas: Canvas, box: Shape, slug: str) -> Shape:
    """The boundary message that ends this item (or block) only (R87)."""
    return canvas.message_boundary(f"{slug}-withdrawn", "撤回此项", box, box.right - 80, Message.ITEM_WITHDRAWN)
