"""A first drawing of a bundle from its catalogue entry. From then on the model belongs to the analysts."""

from __future__ import annotations

from pathlib import Path

from onething.catalogue import Bundle, Catalogue
from onething.engine.contract import Message, Topic, block_item, block_variable, choose_variable
from onething.errors import Conflict
from onething.modelling import box as boxes
from onething.modelling.box import BoxDrawing, BoxPlan, withdrawal
from onething.modelling.canvas import Canvas
from onething.modelling.shapes import Shape

TOP, GAP = 210, 75  # first row's upper edge; space between rows
LANE = 9  # distance between two lines of front results
INTAKE_IN = ("application_no", "bundle", "district", "channel", "window_group", "intake_due")
INTAKE_OUT = ("intake_outcome", "acceptance_due", "deemed_acceptance_due")
DELIVERY_IN = ("application_no", "bundle", "district", "delivery_group")
BLOCK_LEFT, BLOCK_RIGHT, BLOCK_TOP = 150, 150, 40


def new_model(slug: str, catalogue: Catalogue, home: Path, *, overwrite: bool = False) -> Path:
    """Draw bpmn/bundles/<slug>.bpmn; an existing model is never overwritten unless asked. Raises `Conflict`."""
    path = home / "bpmn" / "bundles" / f"{slug}.bpmn"
    if path.exists() and not overwrite:
        raise Conflict(f"{path.name} 已存在，归流程分析员所有；如要重画，请先移走该文件", code="model-exists")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(scaffold(catalogue.bundle(slug), catalogue))
    return path


def scaffold(bundle: Bundle, catalogue: Catalogue) -> bytes:
    return _BundleDrawing(bundle, catalogue).draw()


class _BundleDrawing:
    def __init__(self, bundle: Bundle, catalogue: Catalogue) -> None:
        self.bundle, self.catalogue = bundle, catalogue
        self.canvas = Canvas(bundle.slug, bundle.name)
        self.fronts = [row.item for row in bundle.rows if bundle.backs_of(row.item)]
        self.margin = 150 + LANE * len(self.fronts) if self.fronts else 60
        first_in_block = BLOCK_TOP if bundle.rows[0].parallel else 0
        self.line = TOP + first_in_block + boxes.LINE  # height of the main line: that of the first item
        self.left = 555 + self.margin  # left edge of the boxes
        self.shapes: dict[str, Shape] = {}

    def draw(self) -> bytes:
        fork, choose = self._opening()
        width = boxes.WIDTH + (BLOCK_LEFT + BLOCK_RIGHT if any(row.parallel for row in self.bundle.rows) else 0)
        self.right = self.left + width
        join = self.canvas.gateway("inclusive", "items-done", "", self.right + 60, self.line)
        bottom = self._rows(choose, join)
        together = self.canvas.gateway("parallel", "all-done", "", self.right + 140, self.line)
        self.canvas.straight(join, together)
        self._papers(fork, together)
        self._closing(together)
        self._precedence()
        self._withdrawal(bottom + 60)
        return self.canvas.write()

    def _opening(self) -> tuple[Shape, Shape]:
        canvas, y = self.canvas, self.line
        start = canvas.start("submitted", "申请已提交", 60, y, asynchronous=True)
        intake = canvas.call("intake-call", "收件", 170, y, "intake", INTAKE_IN, INTAKE_OUT)
        canvas.straight(start, intake)
        gate = canvas.gateway("exclusive", "taken-in", "收件？", 285, y, label=(265, y - 45))
        canvas.straight(intake, gate)
        rejected = canvas.end("not-taken-in", "不予收件", 285, y + 100)
        canvas.flow(gate, rejected, [gate.south(), rejected.north()], name="否", default=True, label=(291, y + 30))
        fork = canvas.gateway("parallel", "split", "", 375, y)
        canvas.straight(gate, fork, name="是", condition="intake_outcome == 'accepted'", label=(316, y - 18))
        choose = canvas.gateway("inclusive", "choose-items", "选办事项", 465, y, label=(492, y - 34))
        canvas.straight(fork, choose)
        return fork, choose

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
        return y - GAP

    def _choose(self, choose: Shape, shape: Shape, condition: str, entry: float) -> None:
        start = [choose.east()] if entry == choose.cy else [choose.south(), (choose.cx, entry)]
        self.canvas.flow(choose, shape, [*start, (shape.x, entry)], condition=condition)

    def _leave(self, shape: Shape, join: Shape, slug: str, entry: float) -> None:
        end = [join.west()] if entry == join.cy else [(join.cx, entry), join.south()]
        self.canvas.flow(shape, join, [(shape.right, entry), *end])
        message, turn = withdrawal(self.canvas, shape, slug), shape.bottom + 36
        self.canvas.flow(message, join, [message.south(), (message.cx, turn), (join.cx, turn), join.south()])

    def _box(self, slug: str, x: float, y: float) -> Shape:
        row = self.bundle.row(slug)
        plan = BoxPlan(row, self.catalogue.items[slug], self.catalogue.department_name(row.department))
        self.shapes[slug] = BoxDrawing(self.canvas, plan, x, y).draw()
        return self.shapes[slug]

    def _block(self, group: str, items: list[str], y: float) -> Shape:
        """Items the law makes parallel: chosen, or left, as a whole (R26)."""
        canvas, inner = self.canvas, GAP - 35
        height = BLOCK_TOP + len(items) * boxes.HEIGHT + (len(items) - 1) * inner + 30
        width, name = boxes.WIDTH + BLOCK_LEFT + BLOCK_RIGHT, "依法并行办理（不可拆分）"
        with canvas.box(f"block-{group}", name, self.left, y, width, height) as block:
            canvas.inputs(block.id, {"item": block_item(group)})
            line = y + BLOCK_TOP + boxes.LINE
            start = canvas.start(f"{block.id}-start", "转部门", self.left + 34, line)
            fork = canvas.gateway("parallel", f"{block.id}-fork", "", self.left + 100, line)
            canvas.straight(start, fork)
            join = canvas.gateway("parallel", f"{block.id}-join", "", block.right - 100, line)
            for number, slug in enumerate(items):
                box = self._box(slug, self.left + BLOCK_LEFT, y + BLOCK_TOP + number * (boxes.HEIGHT + inner))
                entry = box.y + boxes.LINE
                if number == 0:
                    canvas.flow(fork, box, [fork.east(), (box.x, entry)])
                    canvas.flow(box, join, [(box.right, entry), join.west()])
                else:
                    canvas.flow(fork, box, [fork.south(), (fork.cx, entry), (box.x, entry)])
                    canvas.flow(box, join, [(box.right, entry), (join.cx, entry), join.south()])
            canvas.straight(join, canvas.end(f"{block.id}-end", "已办结", block.right - 34, line))
        return block

    def _papers(self, fork: Shape, together: Shape) -> None:
        """Paper originals go to the lead department at the same time (R51)."""
        canvas, y = self.canvas, 110
        gate = canvas.gateway("exclusive", "papers", "有纸质原件？", 465, y, label=(428, y + 30))
        canvas.flow(fork, gate, [fork.north(), (fork.cx, y), gate.west()])
        task = canvas.user("paper-handover", "移交纸质原件", 600, y, "paper-handover", "window_group", "acceptance_due")
        canvas.straight(gate, task, name="是", condition="channel == 'window'", label=(496, y - 18))
        merge = canvas.gateway("exclusive", "papers-done", "", 735, y)
        canvas.straight(task, merge)
        over = [gate.north(), (gate.cx, y - 60), (merge.cx, y - 60), merge.north()]
        canvas.flow(gate, merge, over, name="否", default=True, label=(gate.cx + 8, y - 78))
        canvas.flow(merge, together, [merge.east(), (together.cx, y), together.north()])

    def _closing(self, together: Shape) -> None:
        canvas, x, y = self.canvas, together.cx, self.line
        delivery = canvas.call("delivery-call", "送达", x + 125, y, "delivery", DELIVERY_IN, ("delivery_way",))
        canvas.straight(together, delivery)
        archive = canvas.service("archive", "归档", x + 270, y, Topic.ARCHIVE, height=80)
        canvas.straight(delivery, archive)
        canvas.straight(archive, canvas.end("archived", "已归档", x + 375, y))

    def _precedence(self) -> None:
        """Front results as data objects in the left margin: the one source of precedence (R71-R79)."""
        canvas = self.canvas
        for lane, front in enumerate(self.fronts):
            box = self.shapes[front]
            y = box.y + 190
            data = canvas.data_object(f"result-of-{front}", "前置结果", self.left - 75, y)
            canvas.data_out(box, data, [(box.x, data.cy), data.east()])
            x = self.left - 95 - LANE * lane
            for back in self.bundle.backs_of(front):
                target = self.shapes[back]
                arrive = target.y + 135 + LANE * (lane % 5)
                canvas.data_in(data, target, [data.west(), (x, data.cy), (x, arrive), (target.x, arrive)])

    def _withdrawal(self, y: float) -> None:
        """The applicant takes the whole case back: everything else ends (R86, R87)."""
        canvas, x = self.canvas, self.left
        with canvas.box("withdrawal", "撤回申请", x, y, 420, 130, event=True):
            start = canvas.message_start("case-withdrawn", "申请人撤回", x + 60, y + 70, Message.CASE_WITHDRAWN)
            task = canvas.service("record-withdrawal", "登记撤回", x + 190, y + 70, Topic.WITHDRAWAL)
            canvas.straight(start, task)
            canvas.straight(task, canvas.end("withdrawn", "已撤回", x + 330, y + 70))
