"""What the guide of one thing says, gathered from the catalogue for page and API. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from onething.catalogue import Bundle, Catalogue, Item, Row
from onething.eligibility import MaterialNeed, materials_for
from onething.guides.measures import choices

Group = tuple[tuple[str, ...], list[MaterialNeed]]
"""(names of the items, none where answers decide; materials)."""


@dataclass(frozen=True)
class GuideItem:
    row: Row
    item: Item
    department: str
    partner: bool
    situation: str
    fronts: tuple[str, ...]
    materials: tuple[Any, ...]

    @property
    def levels(self) -> str:
        return "、".join(f"{level.label}级" for level in self.row.levels)


def guide_items(catalogue: Catalogue, bundle: Bundle) -> list[GuideItem]:
    return [_item(catalogue, bundle, row) for row in bundle.rows]


def _item(catalogue: Catalogue, bundle: Bundle, row: Row) -> GuideItem:
    department, item = catalogue.departments[row.department], catalogue.items[row.item]
    title = next((s.title for s in bundle.situations if s.group == row.situation), "")
    return GuideItem(
        row=row, item=item, department=department.name, partner=department.kind == "partner",
        situation=f"{title}：{option_label(bundle, row)}" if row.situation else "",
        fronts=tuple(catalogue.items[front].name for front in row.after),
        materials=tuple((catalogue.materials[use.key], use.required) for use in item.materials),
    )


def option_label(bundle: Bundle, row: Row) -> str:
    """The words of the answer that a row of a situation belongs to."""
    asked = {s.group: s.question for s in bundle.situations}.get(row.situation or "")
    options = next((q.options for q in bundle.questions if q.key == asked), ())
    return next((option.label for option in options if option.value == row.option), row.option or "")


def all_materials(catalogue: Catalogue, bundle: Bundle) -> tuple[list[Any], list[Any]]:
    """(to be handed in, fetched by government) over all items of the bundle."""
    needs = materials_for(catalogue, bundle, [row.item for row in bundle.rows], None)
    return [n for n in needs if n.upload], [n for n in needs if n.fetched]


def most_at_once(bundle: Bundle) -> int:
    """How many items one applicant can have: of situations that exclude each other the items of one."""
    return max(len(chosen) for chosen in choices(bundle))


def by_need(catalogue: Catalogue, bundle: Bundle, uploads: list[MaterialNeed]) -> tuple[list[MaterialNeed], list[Group]]:
    """(what everybody brings, what only some bring by the items that ask for it, what answers decide first).

    Where an answer decides about every item, nothing is set apart.
    """
    sure = {row.item for row in bundle.rows if not row.when and not row.situation}
    always = [need for need in uploads if not need.conditions and not sure.isdisjoint(need.items)]
    if not always:
        return uploads, []
    groups: dict[tuple[str, ...], list[MaterialNeed]] = {(): []}
    for need in uploads:
        if need not in always:
            names = () if not sure.isdisjoint(need.items) else tuple(catalogue.items[item].name for item in need.items)
            groups.setdefault(names, []).append(need)
    return always, [(names, needs) for names, needs in groups.items() if needs]


def conditions(catalogue: Catalogue, bundle: Bundle) -> list[tuple[str, tuple[Any, ...]]]:
    """申请条件 of each item that has any."""
    items = [catalogue.items[row.item] for row in bundle.rows]
    return [(item.name, item.conditions) for item in items if item.conditions]


def fees(catalogue: Catalogue, bundle: Bundle) -> list[tuple[str, str]]:
    """(what it costs, names of the items) for each different answer."""
    same: dict[str, list[str]] = {}
    for item in (catalogue.items[row.item] for row in bundle.rows):
        if item.fee:
            same.setdefault(item.fee.doubted, []).append(item.name)
    return [(text, "、".join(names)) for text, names in same.items()]


def free(catalogue: Catalogue, bundle: Bundle) -> bool:
    """Whether every item is known to cost nothing, in whatever words."""
    costs = [catalogue.items[row.item].fee for row in bundle.rows]
    return all(fee and fee.confirmed and fee.text.endswith("不收费") for fee in costs)


def blocks(bundle: Bundle) -> list[str]:
    return list(dict.fromkeys(row.parallel for row in bundle.rows if row.parallel))
