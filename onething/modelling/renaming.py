"""Names a model took from the catalogue, brought up to date; a name that a person chose stays."""

from __future__ import annotations

import re

from lxml import etree

from onething.catalogue import Bundle, Catalogue, Row
from onething.modelling.box import approval_name
from onething.modelling.lint.limits_shown import SHOWN
from onething.modelling.names import find_all
from onething.modelling.read import holders
from onething.vocabulary import ItemKind


def rename(model: etree._Element, bundle: Bundle, catalogue: Catalogue) -> list[str]:
    """Item names, the limits at timers and the departments' notes of all boxes; what was changed, as Chinese sentences."""
    drawn, changes = holders(model), []
    for row in bundle.rows:
        if (box := drawn.get(row.item)) is not None:
            changes += _item_name(box, catalogue.items[row.item].name)
            changes += _approval(box, row.item, catalogue)
            changes += _limits(box, row, catalogue)
            changes += _department(box, row, catalogue)
    return changes


def _item_name(box: etree._Element, name: str) -> list[str]:
    """`item_name` keeps what the catalogue said when the box was drawn: a box that says something else was named by hand."""
    path = "bpmn:extensionElements/camunda:inputOutput/camunda:inputParameter[@name='item_name']"
    held = next(iter(find_all(box, path)), None)
    if held is None or held.text == name:
        return []
    before, shown = held.text or "", box.get("name", "")
    held.text = name
    if _bare(shown) != _bare(before):
        return [f"事项“{before}”改名为“{name}”；框上手写的名称“{' '.join(shown.split())}”不变"]
    box.set("name", name)
    return [f"事项“{before}”改名为“{name}”"]


def _approval(box: etree._Element, slug: str, catalogue: Catalogue) -> list[str]:
    item, usual = catalogue.items[slug], {approval_name(kind) for kind in ItemKind}
    for call in find_all(box, f"bpmn:callActivity[@id='{slug}-approval']"):
        wanted, shown = approval_name(item.kind), _bare(call.get("name", ""))
        if shown in usual - {wanted}:
            call.set("name", wanted)
            return [f"“{item.name}”的“{shown}”改为“{wanted}”"]
    return []


def _limits(box: etree._Element, row: Row, catalogue: Catalogue) -> list[str]:
    changes, item = [], catalogue.items[row.item]
    for kind, pattern in SHOWN.items():
        wanted, own = pattern.format(getattr(item.limits, kind).days), re.compile(pattern.format(r"\d+"))
        for event in find_all(box, f".//bpmn:boundaryEvent[@id='{row.item}-{kind}']"):
            shown = event.get("name", "")
            if own.fullmatch(_bare(shown)) and _bare(shown) != wanted:
                event.set("name", wanted)
                changes.append(f"“{item.name}”的定时器“{_bare(shown)}”改为“{wanted}”")
    return changes


def _department(box: etree._Element, row: Row, catalogue: Catalogue) -> list[str]:
    names, wanted = {one.name for one in catalogue.departments.values()}, catalogue.department_name(row.department)
    for note in find_all(box, f"bpmn:textAnnotation[@id='{row.item}-department']/bpmn:text"):
        if (before := note.text or "") in names - {wanted}:
            note.text = wanted
            return [f"“{catalogue.items[row.item].name}”的部门“{before}”改为“{wanted}”"]
    return []


def _bare(text: str) -> str:
    return "".join(text.split())
