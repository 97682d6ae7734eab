"""Read catalogue/ into one checked `Catalogue`. A fault names file, key and cure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from onething.catalogue.conditions import variables_of
from onething.catalogue.knowledge import Knowledge, owners_of
from onething.catalogue.models import SERVICE_CENTRE, Bundle, Department, District, Item, Material, Theme
from onething.catalogue.procedures import Procedures
from onething.errors import CatalogueError, NotFound, OneThingError
from onething.vocabulary import Audience

M = TypeVar("M", bound=BaseModel)
Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True)
class Catalogue:
    bundles: dict[str, Bundle]
    items: dict[str, Item]
    departments: dict[str, Department]
    districts: dict[str, District]
    themes: dict[str, Theme]
    materials: dict[str, Material]
    procedures: Procedures
    knowledge: dict[str, Knowledge] = field(default_factory=dict)
    home: Path = field(default=Path(), compare=False)

    def bundle(self, slug: str) -> Bundle:
        if slug not in self.bundles:
            raise NotFound(f"没有名为“{slug}”的一件事；请从一件事清单中选择", code="unknown-bundle")
        return self.bundles[slug]

    def item(self, slug: str) -> Item:
        if slug not in self.items:
            raise NotFound(f"没有名为“{slug}”的事项；请从办事指南中选择", code="unknown-item")
        return self.items[slug]

    def department_name(self, slug: str) -> str:
        return self.departments[slug].name

    def office_name(self, office: str) -> str:
        """A department, or the service centre that advises in its place."""
        return "政务服务中心" if office == SERVICE_CENTRE else self.department_name(office)

    def in_plan_order(self, audience: Audience | None = None) -> list[Bundle]:
        chosen = [b for b in self.bundles.values() if audience in (None, b.audience)]
        return sorted(chosen, key=lambda b: (list(Audience).index(b.audience), b.number))


def load_procedures(home: Path) -> Procedures:
    path = home / "catalogue" / "procedures.yaml"
    return _typed(Procedures, _read(path), path)


def load_catalogue(home: Path) -> Catalogue:
    """Read and check everything below `home/catalogue`; raises `CatalogueError`."""
    root = home / "catalogue"
    catalogue = Catalogue(
        bundles=_by_file(root / "bundles", Bundle, "slug"),
        items=_by_file(root / "items", Item, "slug"),
        departments=_list(root / "departments.yaml", Department, "slug"),
        districts=_by_file(root / "districts", District, "code"),
        themes=_list(root / "themes.yaml", Theme, "slug"),
        materials=_list(root / "materials.yaml", Material, "key"),
        procedures=load_procedures(home),
        knowledge=_by_file(root / "knowledge", Knowledge, "bundle"),
        home=home,
    )
    _check_references(catalogue)
    return catalogue


@lru_cache
def cached_catalogue(home: Path) -> Catalogue:
    return load_catalogue(home)


def _read(path: Path) -> Any:
    try:
        return yaml.load(path.read_text(encoding="utf-8"), Loader)
    except FileNotFoundError as error:
        raise CatalogueError(_short(path), "文件", "文件不存在", "请从版本库恢复此文件") from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = f"第 {mark.line + 1} 行" if mark else "全文"
        raise CatalogueError(_short(path), place, "不是合法的 YAML", "请检查缩进、冒号和引号") from error


def _short(path: Path) -> str:
    parts = path.parts
    return "/".join(parts[parts.index("catalogue"):]) if "catalogue" in parts else path.name


def _typed(model: type[M], data: Any, path: Path, prefix: str = "") -> M:
    try:
        return model.model_validate(data)
    except ValidationError as error:
        first = error.errors()[0]
        key = prefix + ".".join(str(part) for part in first["loc"]) or "全文"
        cure = "请对照 docs/catalogue.md 改正此项"
        raise CatalogueError(_short(path), key, first["msg"].removeprefix("Value error, "), cure) from error


def _by_file(folder: Path, model: type[M], key: str) -> dict[str, M]:
    found: dict[str, M] = {}
    for path in sorted(folder.glob("*.yaml")):
        entry = _typed(model, _read(path), path)
        name = getattr(entry, key)
        if name != path.stem:
            raise CatalogueError(_short(path), key, f"“{name}”与文件名不一致", "请使两者相同")
        found[name] = entry
    if not found:
        raise CatalogueError(_short(folder), "文件夹", "没有任何 .yaml 文件", "请从版本库恢复")
    return found


def _list(path: Path, model: type[M], key: str) -> dict[str, M]:
    found: dict[str, M] = {}
    for position, data in enumerate(_read(path) or []):
        entry = _typed(model, data, path, f"[{position}].")
        name = getattr(entry, key)
        if name in found:
            raise CatalogueError(_short(path), f"[{position}].{key}", f"“{name}”重复", "请合并或改名")
        found[name] = entry
    return found


def _check_references(catalogue: Catalogue) -> None:
    for district in catalogue.districts.values():
        file = f"catalogue/districts/{district.code}.yaml"
        _known(file, "merge_intake_acceptance", district.merge_intake_acceptance, catalogue.departments)
    for item in catalogue.items.values():
        file = f"catalogue/items/{item.slug}.yaml"
        _known(file, "materials", (use.key for use in item.materials), catalogue.materials)
    for bundle in catalogue.bundles.values():
        file = f"catalogue/bundles/{bundle.slug}.yaml"
        _known(file, "lead", [bundle.lead], catalogue.departments)
        _known(file, "theme", [bundle.theme], catalogue.themes)
        _known(file, "rows.item", (row.item for row in bundle.rows), catalogue.items)
        _known(file, "rows.department", (row.department for row in bundle.rows), catalogue.departments)
        _check_bundle(bundle, file)
    for known in catalogue.knowledge.values():
        file = f"catalogue/knowledge/{known.bundle}.yaml"
        _known(file, "bundle", [known.bundle], catalogue.bundles)
        owners = dict.fromkeys(owners_of(catalogue.bundles[known.bundle]))
        _known(file, "entries.owner", (entry.owner for entry in known.entries), owners)


def _known(file: str, key: str, names: Iterable[str], table: dict[str, Any]) -> None:
    for name in names:
        if name not in table:
            raise CatalogueError(file, key, f"“{name}”没有定义", "请先定义它，或改正拼写")


def _check_bundle(bundle: Bundle, file: str) -> None:
    items = [row.item for row in bundle.rows]
    if len(set(items)) != len(items):
        raise CatalogueError(file, "rows.item", "同一事项出现两次", "请删去重复的行")
    questions = {question.key for question in bundle.questions}
    groups = {situation.group: situation for situation in bundle.situations}
    for row in bundle.rows:
        _known(file, f"rows[{row.item}].after", row.after, dict.fromkeys(items))
        if row.situation:
            _known(file, f"rows[{row.item}].situation", [row.situation], groups)
        try:
            asked = variables_of(row.when) if row.when else set()
        except OneThingError as error:
            raise CatalogueError(file, f"rows[{row.item}].when", error.message, "请改正条件") from error
        _known(file, f"rows[{row.item}].when", asked, dict.fromkeys(questions))
    for act in bundle.joint_acts:
        _known(file, f"joint_acts[{act.kind}].items", act.items, dict.fromkeys(items))
    for situation in bundle.situations:
        _known(file, f"situations[{situation.group}].question", [situation.question], dict.fromkeys(questions))
    _check_acyclic(bundle, file)


def _check_acyclic(bundle: Bundle, file: str) -> None:
    remaining = {row.item: set(row.after) for row in bundle.rows}
    while remaining:
        free = [item for item, fronts in remaining.items() if not fronts & remaining.keys()]
        if not free:
            circle = "、".join(sorted(remaining))
            raise CatalogueError(file, "rows.after", f"前后置关系成环：{circle}", "请删去其中一条")
        for item in free:
            del remaining[item]
