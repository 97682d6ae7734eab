"""各区县可结合实际拓展: what a district adds to or shortens in the city's catalogue (R27). It may not take anything away.

catalogue/districts/<code>/bundles/*.yaml and items/*.yaml: either a whole entry with a `slug` of its own, or `extends` of a
city's entry with what is added.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from onething.catalogue.base import Model, Slug
from onething.catalogue.facts import Fact
from onething.catalogue.models import Bundle, Item, Limit, PrecedenceNote, Question, Row
from onething.errors import CatalogueError

if TYPE_CHECKING:
    from onething.catalogue.load import Catalogue


class BundleOverlay(Model):
    """Rows, questions and notes that a district adds to a bundle of the city."""

    extends: Slug
    rows: tuple[Row, ...] = ()
    questions: tuple[Question, ...] = ()
    precedence_notes: tuple[PrecedenceNote, ...] = ()
    notes: tuple[str, ...] = ()


class ItemOverlay(Model):
    """A shorter promised limit, and conditions or review points that are particular to the district."""

    extends: Slug
    promised: Limit | None = None
    conditions: tuple[Fact, ...] = ()
    review_points: tuple[Fact, ...] = ()


def in_district(city: Catalogue, code: str, entries: dict[Path, Model]) -> Catalogue:
    """The catalogue of one district; `entries` are its checked files."""
    items, bundles = dict(city.items), dict(city.bundles)
    for path, entry in entries.items():
        file = short(path)
        if isinstance(entry, ItemOverlay):
            items[entry.extends] = _item(_extended(items, entry.extends, file), entry, file)
        elif isinstance(entry, Item):
            _is_new(entry.slug, city.items, file)
            items[entry.slug] = entry
    for path, entry in entries.items():
        file = short(path)
        if isinstance(entry, BundleOverlay):
            bundles[entry.extends] = _bundle(_extended(bundles, entry.extends, file), entry, code, file)
        elif isinstance(entry, Bundle):
            _is_new(entry.slug, city.bundles, file)
            bundles[entry.slug] = entry
    return replace(city, items=items, bundles=bundles, city=city, local={}, versions={})


def short(path: Path) -> str:
    parts = path.parts
    return "/".join(parts[parts.index("catalogue"):]) if "catalogue" in parts else path.name


def _extended(table: dict[str, Any], slug: str, file: str) -> Any:
    if slug not in table:
        raise CatalogueError(file, "extends", f"全市目录中没有“{slug}”", "请改正名称；新增的请写完整条目和 slug")
    return table[slug]


def _is_new(slug: str, table: dict[str, Any], file: str) -> None:
    if slug in table:
        cure = "请用 extends 只写增加的内容；不能改写或删去全市的内容"
        raise CatalogueError(file, "slug", f"“{slug}”是全市目录已有的条目", cure)


def _item(item: Item, overlay: ItemOverlay, file: str) -> Item:
    limits = item.limits
    if overlay.promised:
        if overlay.promised.days > limits.promised.days:
            raise CatalogueError(
                file, "promised.days", f"{overlay.promised.days} 个工作日长于全市承诺的 {limits.promised.days} 个工作日",
                "区县只能缩短时限；请改短或删去",
            )
        limits = limits.model_copy(update={"promised": overlay.promised})
    return item.model_copy(update={
        "limits": limits, "conditions": item.conditions + overlay.conditions,
        "review_points": item.review_points + overlay.review_points,
    })


def _bundle(bundle: Bundle, overlay: BundleOverlay, code: str, file: str) -> Bundle:
    known = {row.item for row in bundle.rows}
    for row in overlay.rows:
        if row.item in known:
            raise CatalogueError(file, f"rows[{row.item}]", "全市目录的这件事已有这个事项", "区县只能增加事项；请删去这一行")
    return bundle.model_copy(update={
        "rows": bundle.rows + overlay.rows, "questions": bundle.questions + overlay.questions,
        "precedence_notes": bundle.precedence_notes + overlay.precedence_notes, "notes": bundle.notes + overlay.notes,
        "model": f"{bundle.slug}-{code}" if overlay.rows else bundle.model,
    })
