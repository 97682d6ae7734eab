"""A model as a picture: its diagram interchange drawn as one self-contained SVG for pages, guides and papers (R15)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import ceil, hypot
from xml.sax.saxutils import escape, quoteattr

from lxml import etree

from onething.modelling.names import NAMESPACES, ModelError, find_all, local, tag, waypoints
from onething.modelling.paints import BOXES, INK, LINE, PAPER, PLAIN, POOLS, SECONDARY, STATES, THICK, THIN, Paint
from onething.modelling.shapes import Point, Shape

FONTS = "Noto Sans CJK SC, PingFang SC, Microsoft YaHei, sans-serif"
MARGIN, SIZE, NAME, MOST = 20, 12, 13, 12  # px around; px of labels and of names in boxes; characters a line
FLOWS = ("sequenceFlow", "messageFlow")
DASHED, DOTTED = 'stroke-dasharray="4 2.5"', 'stroke-dasharray="1 3" stroke-linecap="round"'
CIRCLE = "M-{0:g} 0a{0:g} {0:g} 0 1 0 {1:g} 0a{0:g} {0:g} 0 1 0-{1:g} 0"
MARKERS = {  # round the middle of a gateway
    "exclusiveGateway": "M-7-7L7 7M7-7L-7 7", "parallelGateway": "M0-11V11M-11 0H11",
    "inclusiveGateway": CIRCLE.format(10, 20), "complexGateway": "M0-11V11M-11 0H11M-7-7L7 7M7-7L-7 7",
    "eventBasedGateway": CIRCLE.format(13, 26) + "M0-8L7.6-2.5L4.7 6.5H-4.7L-7.6-2.5Z",
}
GLYPHS = {  # in the upper left corner of a task
    "userTask": "M-6 7V5.5C-6 1 6 1 6 5.5V7ZM-3-3.5a3 3 0 1 0 6 0a3 3 0 1 0-6 0",
    "serviceTask": CIRCLE.format(3.4, 6.8)
    + "M0-6v2M0 4v2M-6 0h2M4 0h2M-4.2-4.2l1.4 1.4M2.8 2.8l1.4 1.4M-4.2 4.2l1.4-1.4M2.8-2.8l1.4-1.4",
}
_WORD = re.compile(r"[（《「“(\[]*(?:[A-Za-z0-9.%]{1,18}|.)[）》」”)\]，。、；：？！,;:?!]*", re.DOTALL)


@dataclass(frozen=True)
class Text:
    """Lines of text from `top` down; `x` is their middle, or their left edge."""

    lines: Sequence[str]
    x: float
    top: float
    size: int = SIZE
    middle: bool = True
    style: str = f'fill="{INK}"'

    def box(self) -> Shape:
        width = max(map(_ems, self.lines)) * self.size
        return Shape("", self.x - width / 2 * self.middle, self.top, width, (self.size + 3) * len(self.lines))

    def svg(self) -> str:
        first = self.top + (self.size + 3) / 2 + 0.36 * self.size  # the base line: Typst knows no dominant-baseline
        lines = (f'<tspan x="{self.x:g}" y="{first + n * (self.size + 3):g}">{escape(line)}</tspan>'
                 for n, line in enumerate(self.lines))
        anchor = 'text-anchor="middle" ' * self.middle
        return f'<text font-size="{self.size}" {anchor}{self.style}>{"".join(lines)}</text>'


@dataclass(frozen=True)
class Drawn:
    """An element with its place: bounds of a node or points of a line, and of its label if the diagram has one."""

    element: etree._Element
    kind: str
    name: str
    box: Shape
    points: Sequence[Point]
    label: Shape | None
    paint: Paint
    holds: bool


def picture(
    model: etree._Element, *, marked: Mapping[str, str] | None = None, paints: Mapping[str, Paint] = STATES,
    notes: Sequence[str] = (),
) -> str:
    """The diagram of `model` as SVG text. `marked`: element id -> done, now, waiting, overdue, skipped, or what else
    `paints` has, explained in a legend below with `notes` under it. Raises `ModelError` for a model without diagram."""
    drawn = sorted(_read(model, marked or {}, paints), key=_layer)
    if not drawn:
        raise ModelError("流程模型里没有图形；请用 Modeler 打开并重新保存")
    texts = [_label(one) for one in drawn if one.name]
    places = [*(one.box for one in drawn), *(text.box() for text in texts)]
    left, top = min(p.x for p in places) - MARGIN, min(p.y for p in places) - MARGIN
    right, bottom = max(p.right for p in places) + MARGIN, max(p.bottom for p in places) + MARGIN
    legend, end, low = ("", right, bottom) if marked is None else _legend(left + MARGIN, bottom, paints, notes)
    right, bottom = max(right, end), low
    title = next((e.get("name") or e.get("id", "") for e in find_all(model, "bpmn:process")), "")
    size = f'width="{right - left:g}" height="{bottom - top:g}"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" {size} font-family="{FONTS}" fill="none" '
        f'viewBox="{left:g} {top:g} {right - left:g} {bottom - top:g}"><title>{escape(title)}</title>'
        f'<rect x="{left:g}" y="{top:g}" {size} fill="{PAPER}"/>{"".join(map(_group, drawn))}'
        f'{"".join(text.svg() for text in texts)}{"".join(map(_sign, drawn))}{legend}</svg>'
    )


def _read(model: etree._Element, marked: Mapping[str, str], paints: Mapping[str, Paint]) -> Iterator[Drawn]:
    elements = {e.get("id"): e for e in model.iter(etree.Element) if e.get("id")}
    for shape in find_all(model, "bpmndi:BPMNDiagram[1]/bpmndi:BPMNPlane/*"):
        element = elements.get(shape.get("bpmnElement"))
        points = waypoints(shape)
        box = _box(shape.find("dc:Bounds", NAMESPACES), points)
        if element is None or box is None:
            continue
        name = (element.get("name") or element.findtext("bpmn:text", "", NAMESPACES)).strip()
        kind, state = local(element), marked.get(element.get("id", ""))
        plain = Paint(stroke=SECONDARY) if points else PLAIN.get(kind, Paint())
        label = _box(shape.find("bpmndi:BPMNLabel/dc:Bounds", NAMESPACES))
        holds = kind in POOLS or (kind in BOXES and shape.get("isExpanded") == "true")
        yield Drawn(element, kind, name, box, points, label, paints[state] if state else plain, holds)


def _box(bounds: etree._Element | None, points: Sequence[Point] = ()) -> Shape | None:
    if bounds is not None:
        return Shape("", *(float(bounds.get(k, "0")) for k in ("x", "y", "width", "height")))
    if len(points) < 2:
        return None
    xs, ys = zip(*points, strict=True)
    return Shape("", min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys))


def _layer(one: Drawn) -> tuple[int, float]:
    """Boxes from the outer to the inner one, then lines, those gone uppermost, nodes, and events on the edge of a node."""
    if one.holds:
        return 0, len(list(one.element.iterancestors()))
    return (1, one.paint.width) if one.points else (3 if one.kind == "boundaryEvent" else 2, 0)


def _ems(text: str) -> float:
    return sum(1 if ord(character) > 0x2000 else 0.58 for character in text)


def _wrap(text: str, most: float) -> Sequence[str]:
    """Lines of at most `most` characters and of like length; no line begins with a closing mark."""
    found: list[str] = []
    for part in text.split("\n"):
        count = max(1, ceil(_ems(part) / most))
        even = (_fill(part, min(most, _ems(part) / count + more)) for more in range(3))
        found += next((lines for lines in even if len(lines) <= count), _fill(part, most))
    return found


def _fill(text: str, most: float) -> list[str]:
    lines = [""]
    for word in _WORD.findall(text):
        if lines[-1] and _ems(lines[-1] + word) > most:
            lines.append("")
        lines[-1] += word
    return [line.strip() for line in lines]


def _label(one: Drawn) -> Text:
    """The name: where the diagram puts it, else under events, left at the top of boxes and in the middle of tasks."""
    box, label, grey = one.box, one.label, f'fill="{SECONDARY}"'
    if one.kind == "textAnnotation":
        lines = _wrap(one.name, (box.width - 12) / SIZE)
        return Text(lines, box.x + 9, box.cy - len(lines) * 7.5, middle=False, style=grey)
    if label:
        lines = _wrap(one.name, min(MOST, max(label.width / SIZE + 1, 4)))
        return Text(lines, label.cx, label.y - 0.5, style=grey if one.points else Text.style)
    if one.holds:
        lines = _wrap(one.name, (box.width - 24) / NAME)
        return Text(lines, box.x + 14, box.y + 6, NAME, middle=False, style=f'fill="{INK}" font-weight="bold"')
    if one.points:
        (x1, y1), (x2, _) = max(pairwise(one.points), key=lambda ends: abs(ends[0][0] - ends[1][0]))
        lines = _wrap(one.name, MOST)
        return Text(lines, (x1 + x2) / 2, y1 - 15 * len(lines) - 3, style=grey)
    if one.kind.endswith(("Event", "Gateway", "Reference")):
        return Text(_wrap(one.name, MOST), box.cx, box.bottom + 3)
    lines = _wrap(one.name, min(MOST, (box.width - 10) / NAME))
    return Text(lines, box.cx, box.cy - len(lines) * 8, NAME)


def _path(d: str, more: str = "") -> str:
    return f'<path d="{d}" {more}/>'


def _group(one: Drawn) -> str:
    """The element, drawn round its middle if it is a node, with its id and, where a case is now, a mark for the page."""
    place = "" if one.points else f' transform="translate({one.box.cx:g} {one.box.cy:g})"'
    node = _event if one.kind.endswith("Event") else _gateway if one.kind.endswith("Gateway") else _node
    inside, style = (_line if one.points else node)(one), f'stroke="{one.paint.stroke}" stroke-width="{THIN}"'
    here = ' data-here=""' * (one.paint in (STATES["now"], STATES["overdue"]) and not one.holds)
    return f"<g data-element={quoteattr(one.element.get('id', ''))}{here}{place} {style}>{inside}</g>"


def _towards(start: Point, end: Point, most: float) -> Point:
    """The point `most` px from `start` on the way to `end`, at the farthest half the way."""
    length = hypot(end[0] - start[0], end[1] - start[1]) or 1
    part = min(most / length, 0.5)
    return start[0] + (end[0] - start[0]) * part, start[1] + (end[1] - start[1]) * part


def _line(one: Drawn) -> str:
    """Along the points with rounded corners; full head for flows, open head for data, none for notes."""
    points, kind = list(one.points), one.kind
    tip, back = _towards(points[-1], points[-2], 1), _towards(points[-1], points[-2], 9)
    dx, dy = (back[0] - tip[0]) / 2, (back[1] - tip[1]) / 2
    head = f"M{back[0] - dy:g} {back[1] + dx:g}L{tip[0]:g} {tip[1]:g}L{back[0] + dy:g} {back[1] - dx:g}"
    if kind in FLOWS:
        points[-1] = back
    d = "M{:g} {:g}".format(*points[0])
    for before, at, after in zip(points, points[1:], points[2:], strict=False):
        d += "L{:g} {:g}Q{:g} {:g} {:g} {:g}".format(*_towards(at, before, 6), *at, *_towards(at, after, 6))
    d += "L{:g} {:g}".format(*points[-1])
    dash = {"sequenceFlow": "", "messageFlow": DASHED}.get(kind, DOTTED)
    line = _path(d, f'{dash} stroke-width="{min(one.paint.width, 2):g}"')
    if kind in FLOWS:
        return line + _path(head + "Z", f'stroke="none" fill="{one.paint.stroke}"')
    return line if kind == "association" else line + _path(head)


def _event(one: Drawn) -> str:
    """A ring, thick at the end and double in between, dashed where it interrupts nothing; a sign for what it awaits."""
    paint, radius = one.paint, one.box.width / 2
    dash = DASHED if "false" in (one.element.get("cancelActivity"), one.element.get("isInterrupting")) else ""
    width = max(paint.width, THICK if one.kind == "endEvent" else THIN)
    drawn = _path(CIRCLE.format(radius, 2 * radius), f'fill="{paint.fill}" stroke-width="{width:g}" {dash}')
    if one.kind not in ("startEvent", "endEvent"):
        drawn += _path(CIRCLE.format(radius - 3.5, 2 * radius - 7), dash)
    awaited = {local(e).removesuffix("EventDefinition") for e in one.element.iterchildren(etree.Element)}
    if "timer" in awaited:
        drawn += _path(CIRCLE.format(9.5, 19) + "M0-6V0L4 2.5")
    elif "message" in awaited:
        thrown = one.kind in ("endEvent", "intermediateThrowEvent")
        drawn += _path("M-8-5.5H8V5.5H-8Z", f'fill="{paint.stroke if thrown else PAPER}"')
        drawn += _path("M-8-5.5L0 1L8-5.5", f'stroke="{PAPER if thrown else paint.stroke}"')
    return drawn


def _gateway(one: Drawn) -> str:
    w, h, width = one.box.width / 2, one.box.height / 2, THIN if one.kind == "eventBasedGateway" else 2.5
    style = f'fill="{one.paint.fill}" stroke-width="{one.paint.width:g}"'
    return _path(f"M0-{h:g}L{w:g} 0L0 {h:g}L-{w:g} 0Z", style) + _path(MARKERS[one.kind], f'stroke-width="{width}"')


def _node(one: Drawn) -> str:
    """Data, notes, boxes and tasks, with what marks them: repeated, closed, set off by an event, done by whom."""
    paint, w, h = one.paint, one.box.width / 2, one.box.height / 2
    style = f'fill="{paint.fill}" stroke-width="{paint.width:g}"' + ' fill-opacity="0.5"' * bool(one.holds and paint.sign)
    if one.kind == "textAnnotation":
        return _path(f"M{7 - w:g}-{h:g}H-{w:g}V{h:g}H{7 - w:g}")
    if one.kind == "dataObjectReference":
        return _path(f"M{w - 10:g}-{h:g}H-{w:g}V{h:g}H{w:g}V{10 - h:g}ZV{10 - h:g}H{w:g}", style)
    if one.kind == "callActivity":
        style = f'fill="{paint.fill}" stroke-width="{THICK}"'
    elif one.element.get("triggeredByEvent") == "true":
        style += f' {DOTTED} stroke="{paint.stroke if paint.sign else SECONDARY}"'
    drawn = f'<rect x="{-w:g}" y="{-h:g}" width="{2 * w:g}" height="{2 * h:g}" rx="8" {style}/>'
    if one.kind in GLYPHS:
        drawn += _path(GLYPHS[one.kind], f'transform="translate({13 - w:g} {13 - h:g})" stroke="{SECONDARY}"')
    loop = one.element.find(tag("bpmn", "multiInstanceLoopCharacteristics"))
    closed = "M-6-6H6V6H-6ZM0-4V4M-4 0H4" if one.kind in BOXES and not one.holds else ""
    repeated = "" if loop is None else "M-5-4H5M-5 0H5M-5 4H5" if loop.get("isSequential") == "true" else "M-4-5V5M0-5V5M4-5V5"
    mark = _path(repeated or closed, f'transform="translate(0 {h - 10:g})" stroke="{SECONDARY}"')
    return drawn + (mark if repeated or closed else "")


def _sign(one: Drawn) -> str:
    """The sign of a live state at the upper right of a node; lines and notes have their colour alone."""
    if not one.paint.sign or one.points or one.kind == "textAnnotation":
        return ""
    inside = 4 if one.kind.endswith("Event") else 11 if one.kind.endswith("Gateway") else 3
    return _badge(one.box.right - inside, one.box.y + inside, one.paint)


def _badge(x: float, y: float, paint: Paint) -> str:
    disc = _path(CIRCLE.format(7.5, 15), f'fill="{SECONDARY if paint.stroke == LINE else paint.stroke}"')
    return (f'<g transform="translate({x:g} {y:g})" stroke="{PAPER}" stroke-width="1.75" stroke-linecap="round" '
            f'stroke-linejoin="round"><title>{paint.word}</title>{disc}{_path(paint.sign)}</g>')


def _legend(x: float, y: float, paints: Mapping[str, Paint], notes: Sequence[str]) -> tuple[str, float, float]:
    """The row of states from (x, y) on and the notes below it; then the right and the lower edge they reach."""
    below = Text(notes or [""], x, y + 16 + MARGIN, middle=False)
    drawn, end = below.svg() if notes else "", below.box().right + MARGIN
    for paint in paints.values():
        text, at = Text([paint.word], x + 40, y + 0.5, middle=False), f'x="{x:g}" y="{y:g}" width="26" height="16" rx="4"'
        drawn += f'<rect {at} fill="{paint.fill}" stroke="{paint.stroke}" stroke-width="{paint.width:g}"/>'
        drawn, x = drawn + _badge(x + 26, y + 2, paint) + text.svg(), text.box().right + MARGIN
    return drawn, max(x, end), (below.box().bottom if notes else y + 16) + MARGIN
