"""Advice knowledge (咨询辅导知识): kept by the lead with its co-departments, shown on guides, sent to 12345 (R30, R35)."""

from __future__ import annotations

import hashlib
import json
from datetime import date
from typing import TYPE_CHECKING, Any

from pydantic import Field, model_validator

from onething.catalogue.base import Model, Slug, Text
from onething.catalogue.models import Bundle
from onething.vocabulary import Level

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


def export_knowledge(
    catalogue: Catalogue, *, level: Level | None = None, bundle: str | None = None
) -> list[dict[str, Any]]:
    """Every bundle in plan order, or those with items of one level, or one; those without knowledge have no entries
    (R30, R35)."""
    wanted = [catalogue.bundle(bundle)] if bundle else catalogue.in_plan_order()
    return [of_bundle(catalogue, one) for one in wanted if level is None or level in levels_of(one)]


def levels_of(bundle: Bundle, department: str | None = None) -> list[Level]:
    """The levels at which its items are decided, all of them or those of one department; from the province down."""
    found = {level for row in bundle.rows if department in (None, row.department) for level in row.levels}
    return [level for level in Level if level in found]


def of_bundle(catalogue: Catalogue, bundle: Bundle) -> dict[str, Any]:
    """The answers with the version of the guide that they belong to, and whose they are at which levels (R37)."""
    known, guide, levels = catalogue.knowledge.get(bundle.slug), catalogue.version(bundle.slug), levels_of(bundle)
    entries = [
        entry.model_dump(mode="json") | {
            "owner": catalogue.department_name(entry.owner), "guide_version": guide,
            "levels": [level.label for level in levels_of(bundle, entry.owner) or levels],
        }
        for entry in (known.entries if known else ())
    ]
    about = {"bundle": bundle.slug, "name": bundle.name, "lead": catalogue.department_name(bundle.lead)}
    text = json.dumps([about, entries], ensure_ascii=False, sort_keys=True)
    return {
        **about, "complete": bool(entries), "version": hashlib.sha256(text.encode()).hexdigest()[:16],
        "guide_version": guide, "levels": [level.label for level in levels], "entries": entries,
    }
