"""Whether the files below catalogue/ agree with each other. A fault names file, key and cure."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from onething.catalogue.conditions import variables_of
from onething.catalogue.knowledge import owners_of
from onething.catalogue.models import Bundle
from onething.errors import CatalogueError, OneThingError

if TYPE_CHECKING:
    from onething.catalogue.load import Catalogue


def check_references(catalogue: Catalogue) -> None:
    """Raises `CatalogueError` for the first name that nothing defines, and for what contradicts itself."""
    _check_items(catalogue)
    for field in (one for one in catalogue.fields.values() if one.starts_as):
        shared = {key: one for key, one in catalogue.fields.items() if one.shared and one.type == field.type}
        _known("catalogue/fields.yaml", f"{field.key}.starts_as", [field.starts_as], shared)
    dates = {key: one for key, one in catalogue.fields.items() if one.type == "date"}
    for field in (one for one in catalogue.fields.values() if one.not_before):
        _known("catalogue/fields.yaml", f"{field.key}.not_before", [field.not_before], dates if field.key in dates else {})
    for district in catalogue.districts.values():
        file = f"catalogue/districts/{district.code}.yaml"
        _known(file, "merge_intake_acceptance", district.merge_intake_acceptance, catalogue.departments)
    for bundle in catalogue.bundles.values():
        file = f"catalogue/bundles/{bundle.slug}.yaml"
        _known(file, "lead", [bundle.lead], catalogue.departments)
        _known(file, "theme", [bundle.theme], catalogue.themes)
        _known(file, "companies_take", [bundle.companies_take] if bundle.companies_take else [], catalogue.bundles)
        _known(file, "rows.item", (row.item for row in bundle.rows), catalogue.items)
        _known(file, "rows.department", (row.department for row in bundle.rows), catalogue.departments)
        _check_bundle(catalogue, bundle, file)
    for known in catalogue.knowledge.values():
        file = f"catalogue/knowledge/{known.bundle}.yaml"
        _known(file, "bundle", [known.bundle], catalogue.bundles)
        owners = dict.fromkeys(owners_of(catalogue.bundles[known.bundle]))
        _known(file, "entries.owner", (entry.owner for entry in known.entries), owners)


def _known(file: str, key: str, names: Iterable[str], table: dict[str, Any]) -> None:
    for name in names:
        if name not in table:
            raise CatalogueError(file, key, f"“{name}”没有定义", "请先定义它，或改正拼写")


def _check_bundle(catalogue: Catalogue, bundle: Bundle, file: str) -> None:
    items = [row.item for row in bundle.rows]
    if len(set(items)) != len(items):
        raise CatalogueError(file, "rows.item", "同一事项出现两次", "请删去重复的行")
    questions = {question.key for question in bundle.questions}
    askable = dict.fromkeys([*questions, *catalogue.questions])
    groups = {situation.group: situation for situation in bundle.situations}
    for row in bundle.rows:
        for use in catalogue.items[row.item].materials:
            if use.when:
                _known(f"catalogue/items/{row.item}.yaml", f"materials[{use.key}].when", variables_of(use.when), askable)
        _known(file, f"rows[{row.item}].after", row.after, dict.fromkeys(items))
        if row.situation:
            _known(file, f"rows[{row.item}].situation", [row.situation], groups)
        _known(file, f"rows[{row.item}].when", _condition(file, f"rows[{row.item}].when", row.when), askable)
    for act in bundle.joint_acts:
        _known(file, f"joint_acts[{act.kind}].items", act.items, dict.fromkeys(items))
    for situation in bundle.situations:
        _known(file, f"situations[{situation.group}].question", [situation.question], dict.fromkeys(questions))
    _check_presets(catalogue, bundle, file)
    _check_acyclic(bundle, file)


def _check_presets(catalogue: Catalogue, bundle: Bundle, file: str) -> None:
    asked = dict.fromkeys(key for row in bundle.rows for key in catalogue.items[row.item].fields)
    _known(file, "presets", bundle.presets, asked)
    for key, value in bundle.presets.items():
        _known(file, f"presets.{key}", [value], dict.fromkeys(option.value for option in catalogue.fields[key].options))


def _check_acyclic(bundle: Bundle, file: str) -> None:
    remaining = {row.item: set(row.after) for row in bundle.rows}
    while remaining:
        free = [item for item, fronts in remaining.items() if not fronts & remaining.keys()]
        if not free:
            circle = "、".join(sorted(remaining))
            raise CatalogueError(file, "rows.after", f"前后置关系成环：{circle}", "请删去其中一条")
        for item in free:
            del remaining[item]


def _check_items(catalogue: Catalogue) -> None:
    for item in catalogue.items.values():
        file = f"catalogue/items/{item.slug}.yaml"
        _known(file, "materials", (use.key for use in item.materials), catalogue.materials)
        _known(file, "fields", item.fields, catalogue.fields)
        if shows := item.result.shows:
            named = [line.field for line in shows.lines] + ([shows.holder] if shows.holder else [])
            _known(file, "result.shows", named, dict.fromkeys(item.fields))
        for use in item.materials:
            _condition(file, f"materials[{use.key}].when", use.when)
    for material in catalogue.materials.values():
        _known("catalogue/materials.yaml", f"[{material.key}].result_of", material.result_of, catalogue.items)
        if material.holder:
            _known("catalogue/materials.yaml", f"[{material.key}].holder", [material.holder], catalogue.departments)
    for field in catalogue.fields.values():
        if field.shared:
            _known("catalogue/fields.yaml", f"[{field.key}].shared", [field.shared.department], catalogue.departments)


def _condition(file: str, key: str, text: str | None) -> set[str]:
    try:
        return variables_of(text) if text else set()
    except OneThingError as error:
        raise CatalogueError(file, key, error.message, "请改正条件") from error
