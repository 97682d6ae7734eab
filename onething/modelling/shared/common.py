"""What several shared processes draw alike."""

from __future__ import annotations

from onething.engine.contract import Topic
from onething.modelling.canvas import Canvas
from onething.modelling.shapes import Point, Shape

LINE, SECOND = 150, 300
"""Heights of the main line and of a second line beneath it, px."""


def input_gateway(
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


def late(
    canvas: Canvas, task: Shape, name: str, due: str, *, x: float | None = None, y: float = SECOND
) -> None:
    """A limit of this task: told to the supervisor, interrupting nothing."""
    timer = canvas.timer(f"{task.id}-late", name, task, x or task.cx, due)
    supervise = canvas.service(f"{task.id}-supervise", "超期督办", timer.cx, y, Topic.SUPERVISE)
    canvas.flow(timer, supervise, [timer.south(), supervise.north()])
    canvas.straight(supervise, canvas.end(f"{task.id}-supervise-end", "已督办", supervise.right + 50, y))
