"""The item box: one item's acceptance, approval and result as an expanded sub-process, one row of a bundle."""

from __future__ import annotations

from dataclasses import dataclass

from onething.catalogue import Item, Row
from onething.engine.contract import Message, Topic, group_variable
from onething.modelling.canvas import Canvas
from onething.modelling.shapes import Shape
from onething.vocabulary import ItemKind

WIDTH, HEIGHT = 1060, 285
LINE, SECOND = 115, 240  # heights of the main line and of the line of exceptions below the upper edge
ACCEPTANCE_IN = ("application_no", "bundle", "item", "district", "reviewer_group", "acceptance_due")
ACCEPTANCE_OUT = ("accepted", "front_pending", "front_passed", "promised_due", "statutory_due")
APPROVAL_IN = (
    "application_no", "bundle", "item", "district", "reviewer_group", "front_pending", "front_passed", "promised_due",
    "statutory_due",
)
PLACEHOLDERS = ("accepted", "approved", "front_pending", "front_passed", "promised_due", "statutory_due")
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
                "item": self.slug, "reviewer_group": f"${{{group_variable(self.slug)}}}",
                **dict.fromkeys(PLACEHOLDERS),
            })
            self.canvas.annotation(self.id("department"), self.plan.department, *self.at(14, 32), 250, 30)
            start = self.canvas.start(self.id("start"), "转部门", *self.at(48, LINE))
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
            self.id("acceptance"), "受理", *self.at(164, LINE), "acceptance", ACCEPTANCE_IN, ACCEPTANCE_OUT
        )
        canvas.straight(start, call)
        gate = canvas.gateway(
            "exclusive", self.id("accepted"), "予以受理？", *self.at(330, LINE), label=self.at(358, LINE + 14)
        )
        canvas.straight(call, gate)
        refused = canvas.end(self.id("not-accepted"), "不予受理", *self.at(330, 48), label=self.at(354, 42))
        canvas.flow(gate, refused, [gate.north(), refused.south()], name="否", label=(gate.cx + 6, gate.y - 18))
        late = canvas.timer(self.id("acceptance-late"), "1个工作日", call, self.x + 130, "acceptance_due")
        self._supervise("acceptance-supervise", [late], 124, end_x=38)
        if self.plan.item.kind == ItemKind.LICENCE:
            deemed = canvas.timer(
                self.id("deemed"), "5日视为受理", call, self.x + 208, "deemed_acceptance_due", interrupting=True
            )
            task = canvas.service(
                self.id("deemed-acceptance"), "登记视为受理", *self.at(240, SECOND), Topic.ACCEPTANCE, step="deem"
            )
            canvas.flow(deemed, task, [deemed.south(), (deemed.cx, task.y)])
            canvas.flow(task, gate, [task.east(), (gate.cx, task.cy), gate.south()])
        return gate

    def _handover(self, start: Shape) -> Shape:
        """Queries and partners: no decision on acceptance, the clock starts with the hand-over (R92, R93)."""
        canvas = self.canvas
        task = canvas.service(
            self.id("handover"), "登记转办", *self.at(164, LINE), Topic.ACCEPTANCE, step="auto", width=120, height=80
        )
        canvas.straight(start, task)
        return task

    def _approval(self, before: Shape, *, both_limits: bool) -> Shape:
        canvas, limits = self.canvas, self.plan.item.limits
        name = APPROVAL_NAMES.get(self.plan.item.kind, "审批")
        call = canvas.call(
            self.id("approval"), name, *self.at(500, LINE), "approval", APPROVAL_IN, ("approved",), width=160
        )
        if both_limits:
            canvas.straight(before, call, name="是", condition="accepted", label=(before.right + 8, before.cy - 18))
            refusal = next(e for e in canvas.scope if e.get("id") == f"{before.id}-to-{self.id('not-accepted')}")
            canvas.element(before.id).set("default", refusal.get("id"))
        else:
            canvas.straight(before, call)
        promised = canvas.timer(
            self.id("promised"), f"承诺{limits.promised.days}日", call, self.x + 446, "promised_due"
        )
        timers = [promised]
        if both_limits:
            name = f"法定{limits.statutory.days}日"
            timers.append(canvas.timer(self.id("statutory"), name, call, self.x + 526, "statutory_due"))
        self._supervise("approval-supervise", timers, 486, end_x=596)
        return call

    def _supervise(self, part: str, timers: list[Shape], x: float, *, end_x: float) -> None:
        """A limit that ran out interrupts nothing and is told to the supervisor (R70, R72)."""
        canvas = self.canvas
        task = canvas.service(
            self.id(part), "超期督办", *self.at(x, SECOND), Topic.SUPERVISE, width=120 if len(timers) > 1 else 100
        )
        for timer in timers:
            canvas.flow(timer, task, [timer.south(), (timer.cx, task.y)])
        end = canvas.end(self.id(f"{part}-end"), "已督办", *self.at(end_x, SECOND))
        leftward = end.cx < task.cx
        points = [task.west(), end.east()] if leftward else [task.east(), end.west()]
        canvas.flow(task, end, points)

    def _result_only(self, approval: Shape) -> None:
        canvas = self.canvas
        push = canvas.service(self.id("result"), "结果互通", *self.at(830, LINE), Topic.RESULT_PUSH)
        canvas.straight(approval, push)
        canvas.straight(push, canvas.end(self.id("done"), "已办结", *self.at(1015, LINE)))

    def _certificate(self, approval: Shape) -> None:
        """◇准予? → 制证 beside 结果互通; a refusal is pushed as well (R82, R83)."""
        canvas = self.canvas
        gate = canvas.gateway(
            "exclusive", self.id("approved"), "准予？", *self.at(665, LINE), label=self.at(612, LINE + 32)
        )
        canvas.straight(approval, gate)
        push_refusal = canvas.service(self.id("push-refusal"), "推送不予决定", *self.at(760, SECOND), Topic.RESULT_PUSH)
        canvas.flow(
            gate, push_refusal, [gate.south(), (gate.cx, push_refusal.cy), push_refusal.west()], name="否",
            default=True, label=(gate.cx + 6, gate.bottom + 6),
        )
        refused = canvas.end(self.id("refused"), "不予许可", *self.at(870, SECOND), label=self.at(894, SECOND - 7))
        canvas.straight(push_refusal, refused)
        fork = canvas.gateway("parallel", self.id("fork"), "", *self.at(745, LINE))
        canvas.straight(gate, fork, name="是", condition="approved", label=(gate.right + 4, gate.cy - 18))
        join = canvas.gateway("parallel", self.id("join"), "", *self.at(945, LINE))
        branches = (("certificate", "制证", 62, Topic.CERTIFICATE), ("result", "结果互通", 168, Topic.RESULT_PUSH))
        for part, name, y, topic in branches:
            task = canvas.service(self.id(part), name, *self.at(845, y), topic)
            leave, arrive = (fork.north(), join.north()) if y < LINE else (fork.south(), join.south())
            canvas.flow(fork, task, [leave, (fork.cx, task.cy), task.west()])
            canvas.flow(task, join, [task.east(), (join.cx, task.cy), arrive])
        canvas.straight(join, canvas.end(self.id("done"), "已办结", *self.at(1015, LINE)))


def withdrawal(canvas: Canvas, box: Shape, slug: str) -> Shape:
    """The boundary message that ends this item (or block) only (R87)."""
    return canvas.message_boundary(f"{slug}-withdrawn", "撤回此项", box, box.right - 80, Message.ITEM_WITHDRAWN)
