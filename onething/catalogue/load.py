"""Read catalogue/ into one checked `Catalogue`. A fault names file, key and cure."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from onething.catalogue.check import check_references
from onething.catalogue.conditions import variables_of
from onething.catalogue.districts import BundleOverlay, ItemOverlay, in_district, short
from onething.catalogue.facts import FormField
from onething.catalogue.knowledge import Knowledge
from onething.catalogue.models import Bundle, Item, Material, Question, Theme
from onething.catalogue.offices import SERVICE_CENTRE, Department, District
from onething.catalogue.procedures import Procedures
from onething.catalogue.service import Service
from onething.catalogue.version import guide_version
from onething.errors import CatalogueError, NotFound
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
    service: Service
    questions: dict[str, Question] = field(default_factory=dict)
    fields: dict[str, FormField] = field(default_factory=dict)
    knowledge: dict[str, Knowledge] = field(default_factory=dict)
    home: Path = field(default=Path(), compare=False)
    city: Catalogue | None = field(default=None, compare=False)
    """Of a district's catalogue: the one it adds to."""
    local: dict[str, Catalogue] = field(default_factory=dict, compare=False)
    versions: dict[str, str] = field(default_factory=dict, compare=False)

    def version(self, slug: str) -> str:
        """Of the guide of this bundle; computed once."""
        if slug not in self.versions:
            self.versions[slug] = guide_version(self, self.bundles[slug])
        return self.versions[slug]

    def in_district(self, code: str) -> Catalogue:
        """With what the district adds or shortens (R27); the city's own where it does nothing."""
        city = self.city or self
        return city.local.get(code, city)

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

    def processes(self) -> dict[str, tuple[Catalogue, Bundle]]:
        """Key of the process -> the catalogue and bundle it runs: the city's, and what districts added or extended."""
        found = {bundle.process: (self, bundle) for bundle in self.bundles.values()}
        for local in self.local.values():
            found |= {one.process: (local, one) for one in local.bundles.values() if one.process not in found}
        return found

    def questions_of(self, bundle: Bundle) -> list[Question]:
        """Its own, then the shared ones on which one of its items, or a material of one, depends; each key once."""
        own = {question.key for question in bundle.questions}
        uses = [use for row in bundle.rows for use in self.items[row.item].materials]
        asked = {key for one in (*bundle.rows, *uses) if one.when for key in variables_of(one.when)} - own
        return [*bundle.questions, *(question for key, question in self.questions.items() if key in asked)]

    def in_plan_order(self, audience: Audience | None = None) -> list[Bundle]:
        chosen = [b for b in self.bundles.values() if audience in (None, b.audience)]
        return sorted(chosen, key=lambda b: (list(Audience).index(b.audience), b.number))


def read_typed(model: type[M], path: Path) -> M:
    """One file of the catalogue that is one thing. Raises `CatalogueError`."""
    return _typed(model, _read(path), path)


def load_procedures(home: Path) -> Procedures:
    path = home / "catalogue" / "procedures.yaml"
    return _typed(Procedures, _read(path), path)


def load_service(home: Path) -> Service:
    path = home / "catalogue" / "service.yaml"
    return _typed(Service, _read(path), path)


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
        service=load_service(home),
        questions=_list(root / "questions.yaml", Question, "key"),
        fields=_list(root / "fields.yaml", FormField, "key"),
        knowledge=_by_file(root / "knowledge", Knowledge, "bundle"),
        home=home,
    )
    check_references(catalogue)
    for code in catalogue.districts:
        if entries := _overlay(root / "districts" / code):
            catalogue.local[code] = in_district(catalogue, code, entries)
            check_references(catalogue.local[code])
    return catalogue


@lru_cache
def cached_catalogue(home: Path) -> Catalogue:
    return load_catalogue(home)


def _read(path: Path) -> Any:
    try:
        return yaml.load(path.read_text(encoding="utf-8"), Loader)
    except FileNotFoundError as error:
        raise CatalogueError(short(path), "文件", "文件不存在", "请从版本库恢复此文件") from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = f"第 {mark.line + 1} 行" if mark else "全文"
        raise CatalogueError(short(path), place, "不是合法的 YAML", "请检查缩进、冒号和引号") from error


def _overlay(folder: Path) -> dict[Path, BaseModel]:
    """The files of one district, each as what it is."""
    found: dict[Path, BaseModel] = {}
    for kind, whole, added in (("items", Item, ItemOverlay), ("bundles", Bundle, BundleOverlay)):
        for path in sorted((folder / kind).glob("*.yaml")):
            data = _read(path)
            found[path] = _typed(added if isinstance(data, dict) and "extends" in data else whole, data, path)
    return found


def _typed(model: type[M], data: Any, path: Path, prefix: str = "") -> M:
    try:
        return model.model_validate(data)
    except ValidationError as error:
        first = error.errors()[0]
        key = prefix + ".".join(str(part) for part in first["loc"]) or "全文"
        cure = "请对照 docs/catalogue.md 改正此项"
        raise CatalogueError(short(path), key, first["msg"].removeprefix("Value error, "), cure) from error


def _by_file(folder: Path, model: type[M], key: str) -> dict[str, M]:
    found: dict[str, M] = {}
    for path in sorted(folder.glob("*.yaml")):
        entry = _typed(model, _read(path), path)
        name = getattr(entry, key)
        if name != path.stem:
            raise CatalogueError(short(path), key, f"“{name}”与文件名不一致", "请使两者相同")
        found[name] = entry
    if not found:
        raise CatalogueError(short(folder), "文件夹", "没有任何 .yaml 文件", "请从版本库恢复")
    return found


def _list(path: Path, model: type[M], key: str) -> dict[str, M]:
    found: dict[str, M] = {}
    for position, data in enumerate(_read(path) or []):
        entry = _typed(model, data, path, f"[{position}].")
        name = getattr(entry, key)
        if name in found:
            raise CatalogueError(short(path), f"[{position}].{key}", f"“{name}”重复", "请合并或改名")
        found[name] = entry
    return found
