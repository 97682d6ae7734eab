"""A first drawing of a bundle from its catalogue entry. From then on the model belongs to the analysts."""

from __future__ import annotations

from pathlib import Path

from onething.catalogue import Bundle, Catalogue
from onething.engine.contract import Message, Topic, joint_item
from onething.errors import Conflict
from onething.modelling import box as boxes
from onething.modelling.canvas import Canvas
from onething.modelling.lanes import assign_lanes
from onething.modelling.rows import BLOCK_SIDE, BLOCK_TOP, DELIVERY_IN, Rows
from onething.modelling.shapes import Shape

HEAD = 115  # height of the case's main line, above the rows
TOP, GAP = 190, 60  # first row's upper edge; space between rows
LANE = 10  # distance between two lines of front results
SPLIT = 290  # column where items and paper originals part; the items' line runs down from here
INTAKE_IN = ("application_no", "bundle_name", "channel", "window_group", "supervisor_group", "intake_due")
INTAKE_OUT = ("intake_outcome", "acceptance_due", "deemed_acceptance_due", "originals", "due_note")
HANDOVER_IN = ("application_no", "bundle_name", "window_group", "lead_group", "acceptance_due", "originals")
JOIN = 135  # from the boxes' right edge to the column where the items come together


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

    def draw(self) -> bytes:
        split, together = self._main_line()
        canvas, line = self.canvas, self.first
        choose = canvas.gateway("inclusive", "choose-items", "选办事项", SPLIT, line, label=(SPLIT - 80, line - 7))
        canvas.flow(split, choose, [split.south(), choose.north()])
        join = canvas.gateway(
            "inclusive", "items-done", "所选事项办结", self.join, line, label=(self.join + 29, line - 7)
        )
        self.rows = Rows(canvas, self.bundle, self.catalogue, choose, join)
        bottom = self._rows()
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

    def _rows(self) -> float:
        """Every item in its row, the parallel block around its items; returns the lower edge of the last."""
        y, rows = float(TOP), list(self.bundle.rows)
        while rows:
            if group := rows[0].parallel:
                block = [row for row in rows if row.parallel == group]
                y = self.rows.block(group, [row.item for row in block], self.left, y).bottom + GAP
                rows = [row for row in rows if row not in block]
            else:
                y = self.rows.item(rows.pop(0).item, self.left, y).bottom + GAP
        for act in self.bundle.joint_acts:
            y = self.rows.joint(act.kind, self.left, y).bottom + 2 * GAP
        return y - GAP

    def _precedence(self) -> None:
        """Front results as data objects in the left margin: the one source of precedence (R71-R79)."""
        canvas = self.canvas
        for front, lane in self.lanes.items():
            box = self.rows.shapes[front]
            joint = front.startswith(joint_item(""))
            name, down = ("联合记录", 56) if joint else ("前置结果", 180)
            data = canvas.data_object(f"result-of-{front}", name, self.left - 62, box.y + down)
            out = [(box.x + 20, box.bottom), (box.x + 20, data.cy)] if joint else [(box.x, data.cy)]
            canvas.data_out(box, data, [*out, data.east()])
            x = self.left - 78 - LANE * lane
            for back in self.backs[front]:
                target = self.rows.shapes[back]
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
