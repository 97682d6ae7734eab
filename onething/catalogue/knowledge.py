"""Advice knowledge (咨询辅导知识): kept by the lead with its co-departments, shown on guides, sent to 12345 (R30, R35)."""

from __future__ import annotations

import hashlib
import json
from datetime import date
from typing import TYPE_CHECKING, Any

from pydantic import Field, model_validator

from onething.catalogue.base import Model, Slug, Text
from onething.catalogue.models import Bundle

if TYPE_CHECKING:
    from onething.catalogue.load import Catalogue


class KnowledgeEntry(Model):
    """A question people ask; `owner` keeps the answer right, `reviewed` is when it last looked."""

    question: Text
    answer: Text
    owner: Slug
    source: Text
    reviewed: date | None = None
    confirmed: bool = False

    @model_validator(mode="after")
    def confirmed_means_reviewed(self) -> KnowledgeEntry:
        if self.confirmed and self.reviewed is None:
            raise ValueError("已核实的条目必须写明审核日期 reviewed；请补上日期，或改为 confirmed: false")
        return self


class Knowledge(Model):
    """catalogue/knowledge/<bundle>.yaml."""

    bundle: Slug
    entries: tuple[KnowledgeEntry, ...] = Field(min_length=1)


def owners_of(bundle: Bundle) -> set[str]:
    """Who may own an entry: the lead department and those that decide items of the bundle."""
    return {bundle.lead, *(row.department for row in bundle.rows)}


def export_knowledge(catalogue: Catalogue) -> list[dict[str, Any]]:
    """Every bundle in plan order; those without knowledge say so by an empty list (R30, R35)."""
    return [of_bundle(catalogue, bundle) for bundle in catalogue.in_plan_order()]


def of_bundle(catalogue: Catalogue, bundle: Bundle) -> dict[str, Any]:
    known = catalogue.knowledge.get(bundle.slug)
    entries = [
        entry.model_dump(mode="json") | {"owner": catalogue.department_name(entry.owner)}
        for entry in (known.entries if known else ())
    ]
    about = {"bundle": bundle.slug, "name": bundle.name, "lead": catalogue.department_name(bundle.lead)}
    text = json.dumps([about, entries], ensure_ascii=False, sort_keys=True)
    return {**about, "complete": bool(entries), "version": hashlib.sha256(text.encode()).hexdigest()[:16], "entries": entries}
