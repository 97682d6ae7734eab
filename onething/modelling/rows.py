"""The rows of a bundle: what stands for one item, one parallel block or one joint act, wired to the gateways around it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from onething.catalogue import Bundle, Catalogue
from onething.engine.contract import Message, block_item, block_variable, choose_variable, joint_item, joint_variable
from onething.modelling import box as boxes
from onething.modelling.box import BoxDrawing, BoxPlan, withdrawal
from onething.modelling.canvas import Canvas
from onething.modelling.shapes import Point, Shape
from onething.vocabulary import JointKind

JOINT_IN = ("application_no", "bundle_name", "item", "item_name", "lead_group")
DELIVERY_IN = ("application_no", "bundle_name", "delivery_group")
OUTLET = 60  # from the boxes' right edge to 分别领取？
BLOCK_SIDE, BLOCK_TOP, BLOCK_GAP = 132, 40, 30
ASIDE = 15  # from a gateway to where a line leaves the usual column
TURN = 36  # from a row's lower edge to the line of what was withdrawn
Path = Sequence[Point]


def _first(paths: Sequence[Path]) -> Path:
    return paths[0]


class Rows:
    """Draws rows on `canvas` between the gateways `choose` and `join`.

    `route` picks one of several ways for a flow, the usual one first; who draws into a model of others looks for a clear one.
    """

    def __init__(
        self, canvas: Canvas, bundle: Bundle, catalogue: Catalogue, choose: Shape, join: Shape,
        route: Callable[[Sequence[Path]], Path] = _first,
    ) -> None:
        self.canvas, self.bundle, self.catalogue = canvas, bundle, catalogue
        self.choose, self.join, self.route = choose, join, route
        self.shapes: dict[str, Shape] = {}

    def item(self, slug: str, x: float, y: float) -> Shape:
        """A row with the box of an item; (x, y) is the box's upper left corner."""
        shape = self.box(slug, x, y)
        self._choose(shape, choose_variable(slug), shape.y + boxes.LINE)
        self._leave(shape, slug, shape.y + boxes.LINE)
        return shape

    def block(self, group: str, items: Sequence[str], x: float, y: float) -> Shape:
        """Items the law makes parallel: chosen, or left, as a whole (R26)."""
        shape = self._block(group, items, x, y)
        entry = shape.y + BLOCK_TOP + boxes.LINE
        self._choose(shape, block_variable(group), entry)
        self._leave(shape, block_item(group), entry)
        return shape

    def joint(self, kind: JointKind, x: float, y: float) -> Shape:
        """Several departments look at the same thing once; its record goes to all of them (R84, R85)."""
        slug = joint_item(kind)
        call = self.canvas.call(
            slug, kind.label, x + boxes.ACCEPTANCE, y + 32, "joint-act", JOINT_IN, (), **boxes.CALL
        )
        self.canvas.inputs(call.id, {"item": slug, "item_name": kind.label})
        self.shapes[slug] = call
        self._choose(call, joint_variable(kind), call.cy)
        self._to_join(call, [call.east()], call.cy)
        gone = self.canvas.message_boundary(f"{slug}-not-needed", "不再需要", call, call.cx + 36, Message.ITEM_WITHDRAWN)
        self._to_join(gone, [gone.south()], call.bottom + TURN)
        return call

    def box(self, slug: str, x: float, y: float) -> Shape:
        """The box alone, wired to nothing."""
        row = self.bundle.row(slug)
        plan = BoxPlan(row, self.catalogue.items[slug], self.catalogue.department_name(row.department))
        self.shapes[slug] = BoxDrawing(self.canvas, plan, x, y).draw()
        return self.shapes[slug]

    def inside(self, fork: Shape, box: Shape, join: Shape) -> None:
        """A box of a block, wired to the gateways of the block."""
        entry = box.y + boxes.LINE
        first = entry == fork.cy
        enter = [fork.east()] if first else [fork.south(), (fork.cx, entry)]
        self.canvas.flow(fork, box, [*enter, (box.x, entry)])
        leave = [join.west()] if first else [(join.cx, entry), join.south()]
        self.canvas.flow(box, join, [(box.right, entry), *leave])

    def _choose(self, shape: Shape, condition: str, entry: float) -> None:
        choose, end = self.choose, (shape.x, entry)
        usual = [choose.east(), end] if entry == choose.cy else [choose.south(), (choose.cx, entry), end]
        turn = choose.bottom + ASIDE
        around = [[choose.south(), (choose.cx, turn), (x, turn), (x, entry), end] for x in _steps(choose.x, -1)]
        self.canvas.flow(choose, shape, self.route([usual, *around]), condition=condition)

    def _to_join(self, source: Shape, start: list[Point], line: float, *, name: str = "", default: bool = False,
                 label: Point | None = None) -> None:
        """From `start` along the height `line` to the gateway where the items come together."""
        join = self.join
        turn = [] if start[-1][1] == line else [(start[-1][0], line)]
        usual = [*start, *turn, join.west()] if line == join.cy else [*start, *turn, (join.cx, line), join.south()]
        up = join.bottom + ASIDE
        around = [[*start, *turn, (x, line), (x, up), (join.cx, up), join.south()] for x in _steps(join.right, 1)]
        self.canvas.flow(source, join, self.route([usual, *around]), name=name, default=default, label=label)

    def _leave(self, shape: Shape, slug: str, entry: float) -> None:
        """Handed over by itself where the applicant wants that (R94); what was withdrawn goes straight on."""
        canvas, x = self.canvas, shape.right + OUTLET
        gate = canvas.gateway("exclusive", f"{slug}-outlet", "分别领取？", x, entry, label=(x - 31, entry - 44))
        canvas.flow(shape, gate, [(shape.right, entry), gate.west()])
        self._to_join(gate, [gate.east()], entry, name="否", default=True, label=(gate.right + 3, entry - 18))
        call = canvas.call(
            f"{slug}-delivery", "送达此项", x, entry + 90, "delivery", (*DELIVERY_IN, "item"), (), width=76, height=60
        )
        canvas.inputs(call.id, {"item": slug})
        canvas.flow(gate, call, [gate.south(), call.north()], name="是", condition="delivery_mode == 'separate'",
                    label=(x + 6, gate.bottom + 4))
        self._to_join(call, [call.east()], call.cy)
        message = withdrawal(canvas, shape, slug)
        self._to_join(message, [message.south()], shape.bottom + TURN)

    def _block(self, group: str, items: Sequence[str], x: float, y: float) -> Shape:
        canvas = self.canvas
        height = BLOCK_TOP + len(items) * (boxes.HEIGHT + BLOCK_GAP)
        width, name = boxes.WIDTH + 2 * BLOCK_SIDE, "依法并行办理（不可拆分）"
        with canvas.box(f"block-{group}", name, x, y, width, height) as block:
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
                self.inside(fork, self.box(slug, block.x + BLOCK_SIDE, top), join)
            canvas.straight(join, canvas.end(f"{block.id}-end", "已办结", block.right - 32, line))
        return block


def _steps(start: float, way: int) -> list[float]:
    """Columns farther and farther from `start`, for lines that cannot take the usual one."""
    return [start + way * distance for distance in range(15, 135, 10)]
