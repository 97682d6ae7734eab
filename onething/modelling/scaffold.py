"""A first drawing of a bundle from its catalogue entry. From then on the model belongs to the analysts."""

from __future__ import annotations

from pathlib import Path

from onething.catalogue import Bundle, Catalogue
from onething.engine.contract import (
    Message,
    Topic,
    block_item,
    block_variable,
    choose_variable,
    joint_item,
    joint_variable,
)
from onething.errors import Conflict
from onething.modelling import box as boxes
from onething.modelling.box import BoxDrawing, BoxPlan, withdrawal
from onething.modelling.canvas import Canvas
from onething.modelling.lanes import assign_lanes
from onething.modelling.shapes import Shape
from onething.vocabulary import JointKind

HEAD = 115  # height of the case's main line, above the rows
TOP, GAP = 190, 60  # first row's upper edge; space between rows
LANE = 10  # distance between two lines of front results
SPLIT = 290  # column where items and paper originals part; the items' line runs down from here
INTAKE_IN = ("application_no", "bundle_name", "channel", "window_group", "supervisor_group", "intake_due")
INTAKE_OUT = ("intake_outcome", "acceptance_due", "deemed_acceptance_due", "originals", "due_note")
HANDOVER_IN = ("application_no", "bundle_name", "window_group", "lead_group", "acceptance_due", "originals")
JOINT_IN = ("application_no", "bundle_name", "item", "item_name", "lead_group")
DELIVERY_IN = ("application_no", "bundle_name", "delivery_group")
OUTLET, JOIN = 60, 135  # from the boxes' right edge to 分别领取？ and to the column where the items come together
BLOCK_SIDE, BLOCK_TOP, BLOCK_GAP = 132, 40, 30


def new_model(slug: str, catalogue: Catalogue, home: Path, *, overwrite: bool = False) -> Path:
    """Draw bpmn/bundles/<process>.bpmn; an existing model is never overwritten unless asked. Raises `Conflict`.

    `catalogue` is the city's or a district's: what a district adds to a bundle has a model of its own.
    """
    path = home / "bpmn" / "bundles" / f"{catalogue.bundle(slug).process}.bpmn"
    if path.exists() and not overwrite:
        raise Conflict(f"{path.name} 已存在，归流程分析员所有；如要重画，请先移走该文件", code="model-exists")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(scaffold(catalogue.bundle(slug), catalogue))
    return path


def scaffold(bundle: Bundle, catalogue: Catalogue) -> bytes:
    return _BundleDrawing(bundle, catalogue).draw()


class _BundleDrawing:
    """The case's main line on top, the items in rows beneath it between two inclusive gateways."""

    def __init__(self, bundle: Bundle, catalogue: Catalogue) -> None:
        self.bundle, self.catalogue = bundle, catalogue
        self.canvas = Canvas(bundle.process, bundle.name)
        order = {row.item: number for number, row in enumerate(bundle.rows)}
        self.backs = {item: backs for item in order if (backs := bundle.backs_of(item))}
        for number, act in enumerate(bundle.joint_acts, start=len(order)):
            order[joint_item(act.kind)], self.backs[joint_item(act.kind)] = number, act.items
        self.lanes = assign_lanes({
            front: [order[front], *(order[back] for back in backs)] for front, backs in self.backs.items()
        })
        margin = 51 + LANE * (max(self.lanes.values()) + 1) if self.lanes else 0
        self.left = SPLIT + 55 + margin  # left edge of the boxes
        wide = 2 * BLOCK_SIDE if any(row.parallel for row in bundle.rows) else 0
        self.join = self.left + boxes.WIDTH + wide + JOIN  # column where the items come together
        self.first = TOP + (BLOCK_TOP if bundle.rows[0].parallel else 0) + boxes.LINE
        self.shapes: dict[str, Shape] = {}

    def draw(self) -> bytes:
        split, together = self._main_line()
        canvas, line = self.canvas, self.first
        choose = canvas.gateway("inclusive", "choose-items", "选办事项", SPLIT, line, label=(SPLIT - 80, line - 7))
        canvas.flow(split, choose, [split.south(), choose.north()])
        join = canvas.gateway(
            "inclusive", "items-done", "所选事项办结", self.join, line, label=(self.join + 29, line - 7)
        )
        bottom = self._rows(choose, join)
        canvas.flow(join, together, [join.north(), together.south()])
        self._precedence()
        self._withdrawal(bottom + 60)
        return canvas.write()

    def _main_line(self) -> tuple[Shape, Shape]:
        """申请 → 收件 → (paper originals ∥ items) → 送达 → 归档; returns the two parallel gateways."""
        canvas, y = self.canvas, HEAD
        start = canvas.start("submitted", "申请已提交", 40, y, asynchronous=True)
        intake = canvas.call("intake-call", "收件", 124, y, "intake", INTAKE_IN, INTAKE_OUT, width=90)
        canvas.straight(start, intake)
        gate = canvas.gateway("exclusive", "taken-in", "收件？", 215, y, label=(196, y - 43))
        canvas.straight(intake, gate)
        rejected = canvas.end("not-taken-in", "不予收件", 215, y + 90)
        canvas.flow(gate, rejected, [gate.south(), rejected.north()], name="否", default=True, label=(221, y + 30))
        split = canvas.gateway("parallel", "split", "同时办理", SPLIT, y, label=(SPLIT - 25, y - 43))
        canvas.straight(gate, split, name="是", condition="intake_outcome == 'accepted'", label=(244, y - 18))
        merge = self._papers(split)
        together = canvas.gateway("parallel", "all-done", "全部完成", self.join, y, label=(self.join - 25, y - 43))
        canvas.straight(merge, together)
        self._closing(together)
        return split, together

    def _papers(self, split: Shape) -> Shape:
        """Paper originals go to the lead department at the same time (R51). Returns the merging gateway."""
        canvas, y = self.canvas, HEAD
        gate = canvas.gateway("exclusive", "papers", "有纸质原件？", 380, y, label=(343, y + 29))
        canvas.straight(split, gate)
        task = canvas.call("handover-call", "移交纸质原件", 505, y, "handover", HANDOVER_IN, ())
        canvas.straight(gate, task, name="是", condition="channel == 'window'", label=(411, y - 18))
        merge = canvas.gateway("exclusive", "papers-done", "原件已安排", 625, y, label=(594, y + 29))
        canvas.straight(task, merge)
        over = [gate.north(), (gate.cx, y - 62), (merge.cx, y - 62), merge.north()]
        canvas.flow(gate, merge, over, name="否", default=True, label=(gate.cx + 8, y - 54))
        return merge

    def _closing(self, together: Shape) -> None:
        canvas, x, y = self.canvas, together.cx, HEAD
        delivery = canvas.call("delivery-call", "送达", x + 90, y, "delivery", DELIVERY_IN, (), width=80)
        canvas.straight(together, delivery)
        archive = canvas.service("archive", "归档", x + 188, y, Topic.ARCHIVE, width=70, height=80)
        canvas.straight(delivery, archive)
        canvas.straight(archive, canvas.end("archived", "已归档", x + 252, y))

    def _rows(self, choose: Shape, join: Shape) -> float:
        """Every item in its row, the parallel block around its items; returns the lower edge of the last."""
        y, rows = float(TOP), list(self.bundle.rows)
        while rows:
            if rows[0].parallel:
                group = rows[0].parallel
                block = [row for row in rows if row.parallel == group]
                shape, slug = self._block(group, [row.item for row in block], y), block_item(group)
                condition, entry = block_variable(group), shape.y + BLOCK_TOP + boxes.LINE
                rows = [row for row in rows if row not in block]
            else:
                slug = rows.pop(0).item
                shape = self._box(slug, self.left, y)
                condition, entry = choose_variable(slug), shape.y + boxes.LINE
            self._choose(choose, shape, condition, entry)
            self._leave(shape, join, slug, entry)
            y = shape.bottom + GAP
        for act in self.bundle.joint_acts:
            y = self._joint(choose, join, act.kind, y).bottom + 2 * GAP
        return y - GAP

    def _joint(self, choose: Shape, join: Shape, kind: JointKind, y: float) -> Shape:
        """Several departments look at the same thing once; its record goes to all of them (R84, R85)."""
        slug = joint_item(kind)
        call = self.canvas.call(
            slug, kind.label, self.left + boxes.ACCEPTANCE, y + 32, "joint-act", JOINT_IN, (), **boxes.CALL
        )
        self.canvas.inputs(call.id, {"item": slug, "item_name": kind.label})
        self.shapes[slug] = call
        self._choose(choose, call, joint_variable(kind), call.cy)
        self.canvas.flow(call, join, [call.east(), (join.cx, call.cy), join.south()])
        gone = self.canvas.message_boundary(f"{slug}-not-needed", "不再需要", call, call.cx + 36, Message.ITEM_WITHDRAWN)
        turn = call.bottom + 36
        self.canvas.flow(gone, join, [gone.south(), (gone.cx, turn), (join.cx, turn), join.south()])
        return call

    def _choose(self, choose: Shape, shape: Shape, condition: str, entry: float) -> None:
        start = [choose.east()] if entry == choose.cy else [choose.south(), (choose.cx, entry)]
        self.canvas.flow(choose, shape, [*start, (shape.x, entry)], condition=condition)

    def _leave(self, shape: Shape, join: Shape, slug: str, entry: float) -> None:
        """Handed over by itself where the applicant wants that (R94); what was withdrawn goes straight on."""
        canvas, x = self.canvas, shape.right + OUTLET
        gate = canvas.gateway("exclusive", f"{slug}-outlet", "分别领取？", x, entry, label=(x - 31, entry - 44))
        canvas.flow(shape, gate, [(shape.right, entry), gate.west()])
        end = [join.west()] if entry == join.cy else [(join.cx, entry), join.south()]
        canvas.flow(gate, join, [gate.east(), *end], name="否", default=True, label=(gate.right + 3, entry - 18))
        call = canvas.call(
            f"{slug}-delivery", "送达此项", x, entry + 90, "delivery", (*DELIVERY_IN, "item"), (), width=76, height=60
        )
        canvas.inputs(call.id, {"item": slug})
        canvas.flow(gate, call, [gate.south(), call.north()], name="是", condition="delivery_mode == 'separate'",
                    label=(x + 6, gate.bottom + 4))
        canvas.flow(call, join, [call.east(), (join.cx, call.cy), join.south()])
        message, turn = withdrawal(self.canvas, shape, slug), shape.bottom + 36
        self.canvas.flow(message, join, [message.south(), (message.cx, turn), (join.cx, turn), join.south()])

    def _box(self, slug: str, x: float, y: float) -> Shape:
        row = self.bundle.row(slug)
        plan = BoxPlan(row, self.catalogue.items[slug], self.catalogue.department_name(row.department))
        self.shapes[slug] = BoxDrawing(self.canvas, plan, x, y).draw()
        return self.shapes[slug]

    def _block(self, group: str, items: list[str], y: float) -> Shape:
        """Items the law makes parallel: chosen, or left, as a whole (R26)."""
        canvas = self.canvas
        height = BLOCK_TOP + len(items) * (boxes.HEIGHT + BLOCK_GAP)
        width, name = boxes.WIDTH + 2 * BLOCK_SIDE, "依法并行办理（不可拆分）"
        with canvas.box(f"block-{group}", name, self.left, y, width, height) as block:
            canvas.inputs(block.id, {"item": block_item(group)})
            line = y + BLOCK_TOP + boxes.LINE
            start = canvas.start(f"{block.id}-start", "转部门", block.x + 32, line)
            x = block.x + 88
            fork = canvas.gateway("parallel", f"{block.id}-fork", "并行", x, line, label=(x - 13, line - 43))
            canvas.straight(start, fork)
            x = block.right - 88
            join = canvas.gateway("parallel", f"{block.id}-join", "汇合", x, line, label=(x - 13, line - 43))
            for number, slug in enumerate(items):
                top = y + BLOCK_TOP + number * (boxes.HEIGHT + BLOCK_GAP)
                self._inside(fork, self._box(slug, block.x + BLOCK_SIDE, top), join)
            canvas.straight(join, canvas.end(f"{block.id}-end", "已办结", block.right - 32, line))
        return block

    def _inside(self, fork: Shape, box: Shape, join: Shape) -> None:
        entry = box.y + boxes.LINE
        first = entry == fork.cy
        enter = [fork.east()] if first else [fork.south(), (fork.cx, entry)]
        self.canvas.flow(fork, box, [*enter, (box.x, entry)])
        leave = [join.west()] if first else [(join.cx, entry), join.south()]
        self.canvas.flow(box, join, [(box.right, entry), *leave])

    def _precedence(self) -> None:
        """Front results as data objects in the left margin: the one source of precedence (R71-R79)."""
        canvas = self.canvas
        for front, lane in self.lanes.items():
            box = self.shapes[front]
            joint = front.startswith(joint_item(""))
            name, down = ("联合记录", 56) if joint else ("前置结果", 180)
            data = canvas.data_object(f"result-of-{front}", name, self.left - 62, box.y + down)
            out = [(box.x + 20, box.bottom), (box.x + 20, data.cy)] if joint else [(box.x, data.cy)]
            canvas.data_out(box, data, [*out, data.east()])
            x = self.left - 78 - LANE * lane
            for back in self.backs[front]:
                target = self.shapes[back]
                # from above it arrives above the row's entering flow, so that neighbours do not cross it
                arrive = target.y + (36 if target.y > box.y else boxes.LINE + 14) + LANE * lane
                canvas.data_in(data, target, [data.west(), (x, data.cy), (x, arrive), (target.x, arrive)])

    def _withdrawal(self, y: float) -> None:
        """The applicant takes the whole case back: everything else ends, papers return in one go (R86, R87, R89).

        What was decided before stays decided and is delivered; then the case is archived (R102, R109).
        """
        canvas, x, line = self.canvas, self.left, y + 90
        with canvas.box("withdrawal", "撤回申请", x, y, 990, 170, event=True):
            start = canvas.message_start("case-withdrawn", "申请人撤回", x + 50, line, Message.CASE_WITHDRAWN)
            record = canvas.service("record-withdrawal", "登记撤回", x + 150, line, Topic.WITHDRAWAL, step="record")
            canvas.straight(start, record)
            gate = canvas.gateway("exclusive", "papers-held", "有纸质原件？", x + 260, line, label=(x + 223, line + 29))
            canvas.straight(record, gate)
            back = canvas.user(
                "material-return", "统一退还材料", x + 390, line, "material-return", "window_group", "return_due"
            )
            canvas.straight(gate, back, name="是", condition="papers_held", label=(gate.right + 6, line - 18))
            returned = canvas.service("record-return", "登记退还", x + 530, line, Topic.WITHDRAWAL, step="returned")
            canvas.straight(back, returned)
            merge = canvas.gateway("exclusive", "papers-returned", "材料已退还", x + 640, line, label=(x + 609, line + 29))
            canvas.straight(returned, merge)
            canvas.flow(gate, merge, [gate.north(), (gate.cx, y + 35), (merge.cx, y + 35), merge.north()], name="否",
                        default=True, label=(gate.cx + 6, y + 42))
            deliver = canvas.call(
                "decided-delivery", "送达已办结事项", x + 735, line, "delivery", DELIVERY_IN, (), width=90
            )
            canvas.straight(merge, deliver)
            archive = canvas.service("archive-withdrawn", "归档", x + 845, line, Topic.ARCHIVE, width=80)
            canvas.straight(deliver, archive)
            canvas.straight(archive, canvas.end("withdrawn", "已撤回", x + 940, line))
