"""An edition of a guide: all that the catalogue says on one thing, its version (a hash), and the catalogue as it was then
(R17, R20, R37)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from onething.catalogue.facts import FormField
from onething.catalogue.knowledge import Knowledge
from onething.catalogue.models import Bundle, Item, Material, Question
from onething.catalogue.service import Service

if TYPE_CHECKING:
    from onething.catalogue.load import Catalogue


def edition_of(catalogue: Catalogue, bundle: Bundle) -> dict[str, Any]:
    """Bundle, items, materials, fields, questions, frequent questions, the common rules and the flow, as data."""
    items = {row.item: catalogue.items[row.item] for row in bundle.rows}
    materials = {use.key: catalogue.materials[use.key] for item in items.values() for use in item.materials}
    fields = {key: catalogue.fields[key] for item in items.values() for key in item.fields}
    offices = {bundle.lead, *(row.department for row in bundle.rows)}
    known = catalogue.knowledge.get(bundle.slug)
    return {
        "bundle": bundle.model_dump(mode="json", exclude={"editor_notes", "guidance", "presets"}),
        "departments": {office: catalogue.department_name(office) for office in sorted(offices)},
        "items": _dumped(items), "materials": _dumped(materials), "fields": _dumped(fields),
        "questions": _dumped({question.key: question for question in catalogue.questions_of(bundle)}),
        "knowledge": known.model_dump(mode="json") if known else None,
        "service": catalogue.service.model_dump(mode="json"),
        "procedures": catalogue.procedures.model_dump(mode="json"), "model": _model(catalogue, bundle),
    }


def _model(catalogue: Catalogue, bundle: Bundle) -> str:
    """Hash of the bundle's model and the shared ones: the flow chart is part of the guide (R15). Empty where there is none."""
    path = catalogue.home / "bpmn" / "bundles" / f"{bundle.process}.bpmn"
    if not path.is_file():
        return ""
    shared = sorted((catalogue.home / "bpmn" / "shared").glob("*.bpmn"))
    return hashlib.sha256(b"".join(one.read_bytes() for one in (path, *shared))).hexdigest()


def _dumped(models: Mapping[str, Any]) -> dict[str, Any]:
    return {key: models[key].model_dump(mode="json") for key in sorted(models)}


def version_of(edition: Mapping[str, Any]) -> str:
    """Sixteen hexadecimal digits; the same as long as the guide says the same, whatever the order of keys."""
    text = json.dumps(edition, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def guide_version(catalogue: Catalogue, bundle: Bundle) -> str:
    return version_of(edition_of(catalogue, bundle))


def as_of(catalogue: Catalogue, edition: Mapping[str, Any]) -> Catalogue:
    """The catalogue as it was when `edition` was in force, as far as its bundle is concerned."""
    bundle = Bundle.model_validate(edition["bundle"])
    known = edition["knowledge"]
    return replace(
        catalogue, bundles={**catalogue.bundles, bundle.slug: bundle},
        items=catalogue.items | _read(Item, edition["items"]),
        materials=catalogue.materials | _read(Material, edition["materials"]),
        fields=catalogue.fields | _read(FormField, edition["fields"]),
        questions=catalogue.questions | _read(Question, edition["questions"]),
        knowledge=catalogue.knowledge | ({bundle.slug: Knowledge.model_validate(known)} if known else {}),
        service=Service.model_validate(edition["service"]), local={}, versions={},
    )


def _read(model: Any, dumped: Mapping[str, Any]) -> dict[str, Any]:
    return {key: model.model_validate(data) for key, data in dumped.items()}
