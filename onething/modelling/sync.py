"""A bundle's model brought into line with its catalogue entry; what analysts drew and where they put it stays."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cached_property

from lxml import etree

from onething.catalogue import Bundle, Catalogue, Row
from onething.engine.contract import block_item, joint_item
from onething.modelling import box as boxes
from onething.modelling.canvas import Canvas
from onething.modelling.cutting import Cut, called, drop_edge, known_ids, known_ids_of_block, take_out
from onething.modelling.growing import Growing
from onething.modelling.names import ModelError, find_all, parse
from onething.modelling.read import Edge, edges, holders, item_of, result_of
from onething.modelling.redrawing import Redrawing
from onething.modelling.renaming import rename
from onething.modelling.results import Results
from onething.modelling.rows import BLOCK_GAP, BLOCK_SIDE, BLOCK_TOP, OUTLET, TURN, Rows
from onething.modelling.saving import as_it_was
from onething.modelling.shapes import Shape
from onething.modelling.space import Space

GAP = 60  # px between rows
JOINT_HEIGHT = 64
AGAIN = "再运行 onething model sync"
BLOCK = "依法并行办理"


@dataclass(frozen=True)
class Synced:
    """The file as it should be, and what was changed, one Chinese sentence each; nothing to do: the same bytes, no sentence."""

    data: bytes
    changes: tuple[str, ...]


def sync(data: bytes, file: str, bundle: Bundle, catalogue: Catalogue) -> Synced:
    """`data`, the text of the model `file` of `bundle`, in line with `catalogue`.

    Raises `ModelError` where the file is no model of this bundle, or where the change would lose what a person drew.
    """
    model = parse(data, file)
    ids = [one.get("id") for one in find_all(model, "bpmn:process")]
    if ids != [bundle.process]:
        raise ModelError(f"{file}：文件里应当只有一个流程，编号为 {bundle.process}；请改正流程编号或文件名")
    try:
        changes = _Sync(model, bundle, catalogue).run()
    except ModelError as error:
        raise ModelError(f"{file}：{error.message}", code=error.code) from error
    return Synced(as_it_was(model, data) if changes else data, tuple(changes))


class _Sync:
    """One run over one model; every step looks at the model anew, as the steps before left it."""

    def __init__(self, model: etree._Element, bundle: Bundle, catalogue: Catalogue) -> None:
        self.model, self.bundle, self.catalogue = model, bundle, catalogue
        self.canvas = Canvas.opened(model)
        self.space = Space(self.canvas.plane)
        self.changes: list[str] = []
        self.blocks = {block_item(row.parallel): row.parallel for row in bundle.rows if row.parallel}
        self.joint = {joint_item(act.kind): act for act in bundle.joint_acts}

    def run(self) -> list[str]:
        self._refuse_twins()
        self._cut()
        self._drop_edges()
        self._add_rows()
        self._add_edges()
        self._redraw()
        self.changes += rename(self.model, self.bundle, self.catalogue)
        self.canvas.artifacts_last()
        return self.changes

    def title(self, slug: str) -> str:
        """As people know it: the catalogue's name, or else what stands in the picture."""
        known, drawn = self.catalogue.items.get(slug), holders(self.model).get(slug)
        name = known.name if known else self.joint[slug].kind.label if slug in self.joint else ""
        name = name or (" ".join((drawn.get("name") or "").split()) if drawn is not None else "")
        return f"“{name}”（{slug}）" if name else f"“{slug}”"

    def _refuse_twins(self) -> None:
        items = Counter(item for one in find_all(self.model, ".//bpmn:subProcess") if (item := item_of(one)))
        for slug, count in items.items():
            if count > 1:
                raise ModelError(f"图中有 {count} 个{self.title(slug)}的框；请在 Modeler 中只留一个，{AGAIN}", code="model-twice")

    # what the catalogue no longer has

    def _cut(self) -> None:
        drawn, neighbours = holders(self.model), None
        whys = {slug: why for slug, box in drawn.items() if (why := self._why_gone(slug, box))}
        for slug in sorted(whys, key=lambda slug: slug not in self._drawn_blocks()):
            if slug not in holders(self.model):
                continue  # it went with its block
            neighbours = neighbours or self._neighbours()
            done = f"删去{self.title(slug)}：{whys[slug]}"
            cut = Cut(self.model, slug, self._known(slug), f"要{done}")
            cut.refuse_what_hangs_on(neighbours)
            take_out(self.model, cut.gone)
            self.changes.append(done)

    def _why_gone(self, slug: str, box: etree._Element) -> str:
        row = self.bundle.row(slug)
        if row is None:
            return "" if slug in self.blocks or slug in self.joint else "清单里已没有它"
        wanted = block_item(row.parallel) if row.parallel else None
        around = item_of(box.getparent())
        return "" if around == wanted else f"清单中它{'改为' if wanted else '不再'}{BLOCK}，框要换地方"

    def _drawn_blocks(self) -> set[str]:
        return {slug for slug in holders(self.model) if slug.startswith(block_item(""))}

    def _known(self, slug: str) -> frozenset[str]:
        if slug not in self._drawn_blocks():
            return known_ids(slug, self.bundle, self.catalogue)
        known = known_ids_of_block(slug.removeprefix(block_item("")), self.bundle, self.catalogue)
        inside = (item for one in find_all(holders(self.model)[slug], ".//bpmn:subProcess") if (item := item_of(one)))
        return known.union(*(known_ids(item, self.bundle, self.catalogue) for item in inside))

    def _neighbours(self) -> list[str]:
        inner = [f"{block}-{gate}" for block in self._drawn_blocks() for gate in ("fork", "join")]
        return [*self.ends, *inner]

    def _drop_edges(self) -> None:
        wanted = self._wanted_edges()
        for (front, back), associations in edges(self.model).items():
            if (front, back) in wanted:
                continue
            data, box = result_of(holders(self.model)[front]) or "", holders(self.model)[back]
            for association in associations:
                if association.get("id") != f"{data}-for-{box.get('id')}":
                    raise ModelError(
                        f"图中手工画了清单里没有的前置关系：{self.title(front)} → {self.title(back)}；"
                        f"请在 Modeler 中删去这条连线，或在 catalogue 的 after 中补上，{AGAIN}", code="model-by-hand",
                    )
                drop_edge(self.model, association, data)
            self.changes.append(f"删去前置关系：{self.title(front)} → {self.title(back)}")

    def _wanted_edges(self) -> list[Edge]:
        between = [(front, row.item) for row in self.bundle.rows for front in row.after]
        return between + [(slug, item) for slug, act in self.joint.items() for item in act.items]

    # what the model lacks

    def _add_rows(self) -> None:
        drawn, rows = holders(self.model), self.bundle.rows
        for slug, group in self.blocks.items():
            if slug not in drawn:
                items = [row.item for row in rows if row.parallel == group]
                height = BLOCK_TOP + len(items) * (boxes.HEIGHT + BLOCK_GAP)
                width = boxes.WIDTH + 2 * BLOCK_SIDE
                place = self._place(width, height)
                shape = self.rows.block(group, items, place.x, place.y)
                self._added(shape, f"{BLOCK}框，内有{'、'.join(map(self.title, items))}")
        for row in rows:
            if row.item not in holders(self.model):
                self._add_item(row)
        for slug, act in self.joint.items():
            if slug not in drawn:
                place = self._place(boxes.WIDTH, JOINT_HEIGHT)
                self._added(self.rows.joint(act.kind, place.x, place.y), self.title(slug))

    def _add_item(self, row: Row) -> None:
        taken = known_ids(row.item, self.bundle, self.catalogue) & {one.get("id") for one in self.model.iter(etree.Element)}
        if taken:
            raise ModelError(
                f"要增加{self.title(row.item)}，但图中{called(self.canvas.element(min(taken)))}已用了它的编号；"
                f"请先在 Modeler 中删去该元素或改它的编号，{AGAIN}", code="model-by-hand",
            )
        if row.parallel:
            self._add_inside(row, holders(self.model)[block_item(row.parallel)])
            return
        place = self._place(boxes.WIDTH, boxes.HEIGHT)
        self._added(self.rows.item(row.item, place.x, place.y), self.title(row.item))

    def _add_inside(self, row: Row, block: etree._Element) -> None:
        """Into the block of its group, whose lower edge goes down where nothing is in the way: all else stays where it is."""
        around = self._shape(block)
        fork, join = (self._shape(self._node(f"{block.get('id')}-{gate}", block)) for gate in ("fork", "join"))
        room = Shape("", around.x + BLOCK_SIDE - 2, around.y + BLOCK_TOP, boxes.WIDTH + 4, boxes.HEIGHT)
        room = self.space.lowest(room, (block.get("id", ""),), gap=BLOCK_GAP)
        grown = ""
        if room.bottom > around.bottom:
            more = round(room.bottom + BLOCK_GAP - around.bottom)
            if not Growing(self.canvas, block).by(more):
                raise ModelError(
                    f"{called(block)}里放不下{self.title(row.item)}，下面的元素又挡着；请在 Modeler 中用 Create/remove space "
                    f"在它下面腾出 {more} 像素，{AGAIN}，框会自己变高", code="model-no-room",
                )
            grown = f"，框的下边拉低 {more} 像素"
        self.canvas.scope = block
        shape = self.rows.box(row.item, room.x + 2, room.y)
        self.rows.inside(fork, shape, join)
        self.canvas.scope = self.canvas.process
        self.changes.append(f"增加{self.title(row.item)}，摆在{called(block)}里{grown}")

    def _place(self, width: float, height: float) -> Shape:
        """Upper left corner of a new row: beneath the lowest box, where nothing is in the way of the row and what leaves it."""
        choose, _ = self.ends.values()
        rows = [self._shape(one) for one in find_all(self.canvas.process, "bpmn:subProcess") if item_of(one)]
        x = Counter(one.x for one in rows).most_common(1)
        left = x[0][0] if x else choose.right + GAP
        top = max((one.bottom for one in rows), default=choose.bottom) + GAP
        room = Shape("", left - 2, top, width + OUTLET + 40, height + TURN + 4)
        room = self.space.lowest(room, gap=GAP)
        return Shape("", left, room.y, width, height)

    def _added(self, shape: Shape, title: str) -> None:
        above = [(place.bottom, " ".join(box.get("name", "").split())) for box in find_all(self.canvas.process, "bpmn:subProcess")
                 if (place := self.space.shape(box.get("id", ""))) and place.bottom <= shape.y]
        where = f"，摆在“{max(above)[1]}”下面" if above else ""
        self.changes.append(f"增加{title}{where}")

    def _add_edges(self) -> None:
        drawn, known = edges(self.model), holders(self.model)
        missing = [edge for edge in self._wanted_edges() if edge not in drawn]
        if not missing:
            return
        around = {slug: self._shape(box.getparent()) for slug, box in known.items() if item_of(box.getparent())}
        results = Results(self.canvas, {slug: self._shape(box) for slug, box in known.items()}, around)
        for front, back in missing:
            results.add(front, back)
            self.changes.append(f"增加前置关系：{self.title(front)} → {self.title(back)}")

    def _redraw(self) -> None:
        """Boxes of items that are of another kind now."""
        drawn = holders(self.model)
        done = (Redrawing(self.canvas, self.catalogue, row, drawn[row.item], self.title(row.item)).run()
                for row in self.bundle.rows)
        self.changes += filter(None, done)

    # what is there

    @cached_property
    def rows(self) -> Rows:
        return Rows(self.canvas, self.bundle, self.catalogue, *self.ends.values(), route=self.space.first_clear)

    @cached_property
    def ends(self) -> dict[str, Shape]:
        """The gateways at which the items part and come together, by id; an analyst may have drawn them anew."""
        found = (self._gate("choose-items", "outgoing", "选办事项"), self._gate("items-done", "incoming", "所选事项办结"))
        return {one.get("id", ""): self._shape(one) for one in found}

    def _gate(self, name: str, fan: str, title: str) -> etree._Element:
        gates = find_all(self.model, "bpmn:process/bpmn:inclusiveGateway")
        found = [one for one in gates if one.get("id") == name] or [
            one for one in gates if len(find_all(one, f"bpmn:{fan}")) > 1
        ]
        if len(found) != 1:
            raise ModelError(
                f"找不到“{title}”：事项分开或汇合的那个包容网关；请在 Modeler 中把它的编号改为 {name}，{AGAIN}",
                code="model-no-gateway",
            )
        return found[0]

    def _node(self, name: str, block: etree._Element) -> etree._Element:
        found = next((one for one in block if one.get("id") == name), None)
        if found is None:
            raise ModelError(f"{called(block)}里没有并行网关 {name}；请在 Modeler 中恢复它，{AGAIN}", code="model-no-gateway")
        return found

    def _shape(self, element: etree._Element) -> Shape:
        shape = self.space.shape(element.get("id", ""))
        if shape is None:
            raise ModelError(f"图上没有{called(element)}的位置；请在 Modeler 中打开并重新摆放，{AGAIN}", code="model-no-place")
        return shape
