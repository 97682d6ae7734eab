"""The application form of a case as pages and papers show it, and the disputes about what registers said (R111, R115)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from api.local_time import local_day
from onething.application_form import fields_of, said, sections
from onething.bootstrap import Tools
from onething.catalogue.facts import FormField
from onething.eligibility import needs_of
from onething.errors import Conflict, InvalidInput, NotFound
from onething.papers import render
from onething.publications import form_paper
from onething.store import Account, Application, DataDispute, applications, audit, guides, notices

EMPTY = "（空）"


@dataclass(frozen=True)
class Answered:
    """One line of the form. `source` is the register it came from; empty where it was typed. `before` is what it said until
    the last correction, where that changed it."""

    label: str
    value: str
    source: str
    before: str = ""


@dataclass(frozen=True)
class FormView:
    sections: dict[str, tuple[Answered, ...]]
    disputes: tuple[tuple[DataDispute, str, str], ...]
    """Each with the label of its field and the name of the department that shares the data."""


def form_view(session: Any, tools: Tools, application: Application, *, disputed: bool, item: str = "") -> FormView:
    """`disputed`: whether there may be disputes; most cases have none and need no question. `item`: what that one needs."""
    catalogue, versions = tools.catalogue_of(application), applications.form_versions(session, application.number)
    needs = [need for need in fields_of(catalogue, application) if not item or item in need.items]
    before = versions[-1].form if versions else application.form
    shown = {
        title: tuple(
            _answered(need.field, application, before) for need in found
            if need.field.key in application.form or before.get(need.field.key) not in (None, "")
        )
        for title, found in sections(needs).items()
    }
    labels = {need.field.key: need.field.label for need in needs}
    return FormView(
        sections={title: lines for title, lines in shown.items() if lines},
        disputes=tuple(
            (row, labels.get(row.field, row.field), catalogue.department_name(row.department))
            for row in (guides.disputes(session, application.number) if disputed else ()) if not item or row.field in labels
        ),
    )


def _answered(field: FormField, application: Application, before: Mapping[str, Any]) -> Answered:
    now, then = application.form.get(field.key), before.get(field.key)
    return Answered(
        field.label, EMPTY if now is None else said(field, now), application.form_sources.get(field.key, ""),
        "" if then == now else EMPTY if then is None else said(field, then),
    )


def form_pdf(tools: Tools, application: Application) -> bytes:
    """申请表 of the case, as it was handed in."""
    catalogue = tools.catalogue_of(application)
    bundle, district = catalogue.bundle(application.bundle), catalogue.districts[application.district]
    return render(form_paper(
        catalogue, bundle, [row.item for row in application.items], needs_of(catalogue, bundle, application), mode="filled",
        issuer=f"{district.name}综合受理窗口", url=f"{tools.settings.base_url}/cases/{application.number}",
        on=local_day(application.submitted_at), demo=tools.settings.demo, number=application.number,
        applicant=application.applicant, values=application.form,
    ))


def answer_dispute(
    session: Any, tools: Tools, account: Account, application: Application, field: str, answer: str
) -> None:
    """What came of checking with the office that shares the data; told to the applicant once."""
    row = next((one for one in guides.disputes(session, application.number) if one.field == field), None)
    if row is None:
        raise NotFound("这个办件没有这项数据异议；请在办件页面核对", code="unknown-dispute")
    if row.answered_at is not None:
        raise Conflict("这项数据异议已经答复；请刷新页面查看", code="dispute-answered")
    text = answer.strip()[:500]
    if not text:
        raise InvalidInput("请填写核实结果", field=f"dispute-{field}", code="answer-missing")
    now = tools.clock.now()
    row.answer, row.answered_by, row.answered_at = text, account.subject, now
    audit.record(session, now, account.subject, "answer-dispute", number=application.number, field=field)
    notices.give(
        session, now, application.number, f"dispute-{field}",
        f"您对“{row.dataset}”中一项信息提出的异议已有核实结果：{text}",
    )
