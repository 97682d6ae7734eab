"""Taking out of a model what was drawn for an item, and nothing that a person drew (see `Cut`)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from lxml import etree

from onething.catalogue import Bundle, Catalogue, Item
from onething.engine.contract import block_item, joint_item
from onething.modelling.canvas import Canvas
from onething.modelling.names import ModelError, find_all, local, tag
from onething.modelling.read import holders
from onething.modelling.results import left_over
from onething.modelling.rows import Rows
from onething.vocabulary import JointKind

NODES = ("Task", "task", "Event", "Gateway", "subProcess", "callActivity", "textAnnotation", "dataObjectReference", "group")
DATA_ENDS = (tag("bpmn", "sourceRef"), tag("bpmn", "targetRef"))
AFTER = "再运行 onething model sync"


class Cut:
    """What stands for one item, block or joint act: its box, the steps behind it, its result. `known` are the ids it may have,
    `why` says what is to be done and why.

    Raises `ModelError` that names the element and the cure when a person's work hangs in it.
    """

    def __init__(self, model: etree._Element, slug: str, known: frozenset[str], why: str) -> None:
        self.model, self.why, self.holders = model, why, holders(model)
        self.elements = {one.get("id"): one for one in model.iter(etree.Element) if one.get("id")}
        inside = {one.get("id", ""): one for one in self.holders[slug].iter(etree.Element) if one.get("id")}
        strange = next((one for name, one in inside.items() if local(one).endswith(NODES) and name not in known), None)
        if strange is not None:
            raise ModelError(
                f"{why}，但它的框里有手工画的{called(strange)}；"
                f"请先在 Modeler 中把它移到别处或删去，{AFTER}", code="model-by-hand",
            )
        self.gone = set(inside) | {name for name in known & self.elements.keys() if local(self.elements[name]) != "sequenceFlow"}

    def refuse_what_hangs_on(self, neighbours: Iterable[str]) -> None:
        """`neighbours` are the gateways to which rows are wired; everything else that is joined to the row is handwork."""
        free = self.gone | set(neighbours)
        for one in self.model.iter(etree.Element):
            ends = ends_of(one)
            if ends & self.gone and (strange := next(iter(sorted(ends - free)), None)):
                raise self._hangs(self.elements.get(strange, one))
            if one.get("attachedToRef") in self.gone and one.get("id") not in self.gone:
                raise self._hangs(one)
        for box in self.model.iter(*DATA_ENDS):
            self._refuse_data(box.getparent(), box.getparent().getparent())

    def _refuse_data(self, association: etree._Element, holder: etree._Element) -> None:
        """A result that somebody drew, or that somebody's step reads, is handwork as well."""
        named = {one.text or "" for one in association.iter(*DATA_ENDS)}
        if holder.get("id") not in self.gone:
            if named & self.gone and holder not in self.holders.values():
                raise self._hangs(holder)
        elif local(association) == "dataOutputAssociation" and (strange := next(iter(sorted(named - self.gone)), None)):
            raise self._hangs(self.elements.get(strange, association))

    def _hangs(self, strange: etree._Element) -> ModelError:
        return ModelError(
            f"{self.why}，但手工画的{called(strange)}还连着它；"
            f"请先在 Modeler 中删去或改接它，{AFTER}", code="model-by-hand",
        )


def take_out(model: etree._Element, gone: Iterable[str]) -> None:
    """Remove elements with all that names them: lines, references, places in the diagram."""
    gone = set(gone)
    references = list(model.iter(tag("bpmn", "dataObjectReference")))
    kept = {one.get("dataObjectRef") for one in references if one.get("id") not in gone}
    gone |= {data for one in references if one.get("id") in gone and (data := one.get("dataObjectRef")) and data not in kept}
    lines = model.iter(tag("bpmn", "sequenceFlow"), tag("bpmn", "association"))
    gone |= {line.get("id", "") for line in lines if ends_of(line) & gone}
    for association in list(model.iter(tag("bpmn", "dataInputAssociation"), tag("bpmn", "dataOutputAssociation"))):
        named = {one.text for one in association.iter(*DATA_ENDS)}
        if named & gone and association.getparent().get("id") not in gone:
            gone |= {association.get("id", "")}
            _forget_property(association)
    for one in list(model.iter(etree.Element)):
        reference = local(one) in ("incoming", "outgoing", "flowNodeRef") and one.text in gone
        if one.get("default") in gone:
            del one.attrib["default"]
        if reference or one.get("id") in gone or one.get("bpmnElement") in gone:
            remove(one.getparent() if local(one) == "BPMNPlane" else one)


def _forget_property(association: etree._Element) -> None:
    """The property that the schema wants as a target goes with the last association of the box that the scaffold drew."""
    holder, target = association.getparent(), association.findtext(tag("bpmn", "targetRef"))
    users = [one for one in find_all(holder, "bpmn:dataInputAssociation/bpmn:targetRef") if one.text == target]
    mine = f"{holder.get('id')}-front"
    if target == mine and len(users) == 1:
        for one in find_all(holder, f"bpmn:property[@id='{mine}']"):
            remove(one)


def drop_edge(model: etree._Element, association: etree._Element, data: str) -> None:
    """One front result is no longer needed by one box; the data object goes when nobody reads it any more."""
    _forget_property(association)
    take_out(model, {association.get("id", "")})
    if data.startswith("result-of-") and left_over(model, data):
        take_out(model, {data})


def remove(element: etree._Element) -> None:
    """Out of its parent; the space behind it stays as that of the element before."""
    parent, before = element.getparent(), element.getprevious()
    if parent is None:
        return
    if element.getnext() is None and before is not None:
        before.tail = element.tail
    parent.remove(element)
    if len(parent) == 0 and not (parent.text or "").strip():
        parent.text = None


def called(element: etree._Element) -> str:
    """How a sentence names an element: by what people read in the picture, with its id."""
    name = " ".join((element.get("name") or element.findtext(tag("bpmn", "text")) or "").split())
    return f"“{name}”（{element.get('id')}）" if name else f"元素 {element.get('id')}"


def ends_of(element: etree._Element) -> set[str]:
    return {end for name in ("sourceRef", "targetRef") if (end := element.get(name))}


def known_ids(slug: str, bundle: Bundle, catalogue: Catalogue) -> frozenset[str]:
    """Every id that a row for an item or a joint act may have, whatever kind of item it is or was when it was drawn."""
    if slug in {joint_item(kind) for kind in JointKind}:
        kind = JointKind(slug.removeprefix(joint_item("")))
        return _drawn(slug, bundle, catalogue, lambda rows: rows.joint(kind, 0, 0))
    row = bundle.rows[0].model_copy(update={"item": slug})
    alone = bundle.model_copy(update={"rows": (row,)})
    ids: frozenset[str] = frozenset()
    for item in _one_of_each(catalogue):
        named = replace(catalogue, items={slug: item.model_copy(update={"slug": slug})})
        ids |= _drawn(slug, alone, named, lambda rows: rows.item(slug, 0, 0))
    return ids


def known_ids_of_block(group: str, bundle: Bundle, catalogue: Catalogue) -> frozenset[str]:
    """Those of the block itself, without the boxes in it."""
    return _drawn(block_item(group), bundle, catalogue, lambda rows: rows.block(group, (), 0, 0))


def _one_of_each(catalogue: Catalogue) -> list[Item]:
    """An item for each way a box is drawn."""
    return list({
        (item.kind, bool(item.result.certificate)): item for item in catalogue.items.values()
    }.values())


def _drawn(slug: str, bundle: Bundle, catalogue: Catalogue, draw: Callable[[Rows], object]) -> frozenset[str]:
    """The ids of a drawing on a sheet of its own, and of the result it may give."""
    canvas = Canvas("scratch", "")
    ends = [canvas.gateway("inclusive", name, "", 0, 0) for name in ("choose", "join")]
    draw(Rows(canvas, bundle, catalogue, *ends))
    drawn = {one.get("id", "") for one in canvas.process.iterdescendants(etree.Element)} - {"", "choose", "join"}
    return frozenset(drawn | {f"result-of-{slug}", f"result-of-{slug}-data"})
