"""What an application has to tell its applicant, and what it may only do with a separate consent: which departments receive
which data, which of them are no authorities, which data are sensitive. Pure (S25; PIPL, articles 14, 17, 23, 29, 30, 35)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from onething.application_form import fields_for, sections
from onething.catalogue import Bundle, Catalogue
from onething.catalogue.conditions import Answer
from onething.catalogue.consents import ConsentText, ConsentTexts, SensitiveKind
from onething.eligibility import materials_for
from onething.errors import InvalidInput
from onething.vocabulary import Audience, DeliveryWay

Recipients = Sequence[Sequence[Any]]
"""Pairs of who receives and a list of what, in words."""
PERSON = "申请人姓名（名称）、证件号码和电话"
PARCEL = ("寄递企业", ["收件人姓名", "电话", "地址"])


@dataclass(frozen=True)
class Part:
    """One text with what is particular to this application. `items` are those that cannot be handled without it."""

    text: ConsentText
    version: int
    recipients: tuple[tuple[str, list[str]], ...]
    items: tuple[str, ...]

    @property
    def key(self) -> str:
        return self.text.key

    @property
    def separate(self) -> bool:
        return self.text.kind == "separate"

    @property
    def sha256(self) -> str:
        return fingerprint(self.text, self.version, self.recipients)


def fingerprint(text: ConsentText, version: int, recipients: Recipients) -> str:
    """Of exactly what was read: the words of that version, and who receives what."""
    said = [version, text.key, text.title, text.text, text.withdrawal, [[who, list(what)] for who, what in recipients]]
    return hashlib.sha256(json.dumps(said, ensure_ascii=False).encode()).hexdigest()


def parts_for(
    texts: ConsentTexts, catalogue: Catalogue, bundle: Bundle, items: Collection[str],
    answers: Mapping[str, Answer] | None, way: str,
) -> list[Part]:
    """Everything that applies to this choice, in the order in which it is read; without `answers` with what may be asked."""
    edition = texts.current
    rows = [row for row in bundle.rows if row.item in items]
    chosen = [row.item for row in rows]
    partners = [row.item for row in rows if catalogue.departments[row.department].kind == "partner"]
    kinds = texts.sensitive if bundle.audience == Audience.INDIVIDUAL else ()  # a company cannot agree for its people
    sensitive = [item for item in chosen if _sensitive(kinds, catalogue, bundle, [item], answers)]
    made = [Part(edition.part("handling"), edition.version, _departments(catalogue, bundle, chosen, answers), tuple(chosen))]
    if way == DeliveryWay.COURIER:
        made.append(courier_part(texts))
    if sensitive:
        whom = tuple(
            (catalogue.department_name(department), _sensitive(kinds, catalogue, bundle, own, answers))
            for department, own in _by_department(bundle, sensitive).items()
        )
        made.append(Part(edition.part("sensitive"), edition.version, whom, tuple(sensitive)))
    if partners:
        whom = _departments(catalogue, bundle, partners, answers)
        made.append(Part(edition.part("partners"), edition.version, whom, tuple(partners)))
    return made


def courier_part(texts: ConsentTexts) -> Part:
    return Part(texts.current.part("courier"), texts.current.version, (PARCEL,), ())


def separate_versions(parts: Collection[Part]) -> dict[str, int]:
    """What somebody says who agrees to everything that is asked."""
    return {part.key: part.version for part in parts if part.separate}


def check_agreed(parts: Collection[Part], agreed: Mapping[str, int]) -> None:
    """Every separate consent given by itself, and to the words that are in force. Raises `InvalidInput`."""
    for part in parts:
        if not part.separate:
            continue
        if part.key not in agreed:
            raise InvalidInput(
                f"办理所选事项需要您单独同意“{part.text.title}”；请阅读后勾选，或者不选相关事项",
                field=f"consents.{part.key}", code="consent-missing",
            )
        if agreed[part.key] != part.version:
            raise InvalidInput(
                f"“{part.text.title}”的内容已经更新；请重新阅读后再同意", field=f"consents.{part.key}", code="consent-outdated"
            )


def _departments(
    catalogue: Catalogue, bundle: Bundle, items: Collection[str], answers: Mapping[str, Answer] | None
) -> tuple[tuple[str, list[str]], ...]:
    """Each department once: the applicant, its part of the form, the materials of its items."""
    found = []
    for department, own in _by_department(bundle, items).items():
        form = [f"申请表中的{section}" for section in sections(fields_for(catalogue, bundle, own))]
        papers = [need.material.name for need in materials_for(catalogue, bundle, own, answers)]
        found.append((catalogue.department_name(department), [PERSON, *form, *papers]))
    return tuple(found)


def _by_department(bundle: Bundle, items: Collection[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for item in items:
        found.setdefault(bundle.row(item).department, []).append(item)
    return found


def _sensitive(
    kinds: Collection[SensitiveKind], catalogue: Catalogue, bundle: Bundle, items: Collection[str],
    answers: Mapping[str, Answer] | None,
) -> list[str]:
    """What of these items is sensitive, kind by kind."""
    fields = {need.field.key: need.field.label for need in fields_for(catalogue, bundle, items)}
    papers = {need.material.key: need.material.name for need in materials_for(catalogue, bundle, items, answers)}
    found = []
    for kind in kinds:
        what = [fields[key] for key in kind.fields if key in fields] + [papers[key] for key in kind.materials if key in papers]
        if what:
            found.append(f"{kind.name}（{'、'.join(what)}）")
    return found
