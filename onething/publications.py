"""Documents and forms as papers: the same words, ready to print (R2, R4, R17)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from onething.application_form import FieldNeed, examples, fields_for, said, sections
from onething.catalogue import Bundle, Catalogue
from onething.eligibility import MaterialNeed
from onething.estimates import critical_path, steps_of
from onething.guides.document import Document, Section
from onething.guides.subject import code_of
from onething.papers import (
    Detail,
    FormContent,
    FormSection,
    LeafletContent,
    PromisedMaterial,
    PublicationContent,
    PublicationGroup,
    PublicationLine,
    PublicationSection,
    PublicationTable,
)
from onething.vocabulary import PromiseKind

NOTE = "标有“待核实”的时限、依据、材料和费用以窗口答复为准。"
EXAMPLE_APPLICANT = (
    ("姓名或单位名称", "（示例）张三"), ("证件号码", "（示例）410102199001010012"), ("联系电话", "（示例）13800000000"),
    ("地址", "（示例）郑州市××区××路××号"),
)

AGENT_ROWS = (("受托人姓名", "agent_name"), ("受托人身份证号码", "agent_id_no"))


def publication(
    document: Document, bundle: Bundle, *, issuer: str, url: str, on: date, demo: bool, picture: str = ""
) -> PublicationContent:
    return PublicationContent(
        number=document.version, application_no=code_of(bundle), issuer=issuer, issued_on=on, verify_url=url, demo=demo,
        title=document.title, subtitle=document.subtitle, note=NOTE,
        sections=[_section(section) for section in document.sections], picture=picture,
        picture_title="事项办理流程图" if picture else "",
    )


def leaflet(
    catalogue: Catalogue, document: Document, bundle: Bundle, *, issuer: str, place: str, url: str, on: date, demo: bool
) -> LeafletContent:
    path = critical_path(steps_of(catalogue, bundle, [row.item for row in bundle.rows]))
    return LeafletContent(
        number=document.version, application_no=code_of(bundle), issuer=issuer, issued_on=on, verify_url=url, demo=demo,
        title=document.title, short_name=bundle.short_name, place=place, item_count=len(bundle.rows),
        promise=f"收件后 {path.days} 个工作日内办结（待核实）", sections=[_section(section) for section in document.sections],
    )


def _section(section: Section) -> PublicationSection:
    return PublicationSection(
        title=section.title,
        groups=[
            PublicationGroup(title=group.title, lines=[
                PublicationLine(text=line.text, confirmed=not line.doubtful, source=line.source) for line in group.lines
            ])
            for group in section.groups
        ],
        tables=[
            PublicationTable(head=list(table.head), rows=[list(row) for row in table.rows], widths=list(table.widths))
            for table in section.tables
        ],
    )


def form_paper(
    catalogue: Catalogue, bundle: Bundle, chosen: Collection[str], needs: Collection[MaterialNeed], *, mode: str, issuer: str,
    url: str, on: date, demo: bool, number: str = "", applicant: Mapping[str, str] | None = None,
    values: Mapping[str, Any] | None = None,
) -> FormContent:
    """The application form: blank (sample), with example values, or of somebody (`applicant`, `values`): to sign, or filled."""
    fields = fields_for(catalogue, bundle, chosen)
    filled = examples(fields) if mode == "example" else values or {}
    first = FormSection(title="申请人", rows=[
        Detail(label=label, value=_applicant(applicant, key) if applicant else value if mode == "example" else "")
        for (label, value), key in zip(EXAMPLE_APPLICANT, ("name", "id_no", "phone", "address"), strict=True)
        if key != "address" or not applicant or applicant.get(key)  # asked only where something is sent there
    ])
    if applicant and applicant.get("agent_name"):
        first.rows.extend(Detail(label=label, value=applicant.get(key, "")) for label, key in AGENT_ROWS)
    rest = [FormSection(title=title, rows=[_row(need, filled) for need in found]) for title, found in sections(fields).items()]
    return FormContent(
        number=number or catalogue.version(bundle.slug), application_no=number or code_of(bundle), issuer=issuer, issued_on=on,
        verify_url=url, demo=demo, mode=mode, bundle_name=bundle.name,
        items=[catalogue.items[row.item].name for row in bundle.rows if row.item in chosen], sections=[first, *rest],
        materials=[need.material.name for need in needs if need.upload],
        signed_name=(applicant or {}).get("name", "") if mode == "filled" else "",
    )


def promised(catalogue: Catalogue, need: MaterialNeed, kind: PromiseKind) -> PromisedMaterial:
    """A line of the letter of promise, before there is a day from which to count."""
    return PromisedMaterial(
        material=need.material.name, item="、".join(catalogue.items[item].name for item in need.items), kind=kind.label,
        due=f"收件之日起 {need.tolerance_days} 个工作日内" if kind == PromiseKind.TOLERANCE else "以承诺代替",
    )


def _applicant(applicant: Mapping[str, str] | None, key: str) -> str:
    return (applicant or {}).get(key, "")


def _row(need: FieldNeed, values: Mapping[str, Any]) -> Detail:
    field = need.field
    label = field.label + (f"（{field.unit}）" if field.unit else "")
    value = said(field, values.get(field.key))
    if not value and field.options:
        value = "　".join(f"□{option.label}" for option in field.options)
    if not value and field.type == "boolean":
        value = "□是　□否"
    return Detail(label=label, value=value.removesuffix(field.unit) if field.unit else value)
