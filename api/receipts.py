"""提交回执: what was handed in, how "2小时" is read for it, and when it would end; as page and as PDF (R60)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from api.case_view import CaseView
from api.counter_papers import shared
from api.estimating import EstimateView, estimate_view
from api.local_time import local, local_day
from api.masking import mask_id
from onething.bootstrap import Tools
from onething.cases import FAILED_ITEM_STATES
from onething.eligibility import needs_of
from onething.papers import ReceiptItem, ReceiptMaterial, SubmissionContent, render
from onething.store import Document, Promise
from onething.vocabulary import CaseState, Channel, Clock, PromiseKind

UNSURE = "（申请时答了“不清楚”，是否需要办理，由窗口核实）"


def handed_in(case: CaseView) -> datetime:
    """When the window's two hours began."""
    return next((c.row.started_at for c in case.clocks if c.clock == Clock.INTAKE), case.application.submitted_at)


def explanation(tools: Tools, case: CaseView) -> str:
    counter = tools.calendar.counter(case.application.channel, case.application.district)
    return tools.calendar.intake_explanation(handed_in(case), counter)


def estimate_of(tools: Tools, case: CaseView, items: Sequence[str] = ()) -> EstimateView:
    """Of `items`, or of all that were handed in."""
    row = case.application
    return estimate_view(
        tools, case.bundle, items or [item.row.item for item in case.items], at=handed_in(case), channel=row.channel,
        district=row.district, received_at=row.received_at,
    )


UNTOUCHED = frozenset({CaseState.SUBMITTED, CaseState.IN_PROGRESS})


def ends(tools: Tools, case: CaseView) -> EstimateView | None:
    """When everything is decided at the latest; None where that cannot be said: something was stopped or extended."""
    left = [item.row.item for item in case.items if item.state not in FAILED_ITEM_STATES]
    moved = any(clock.paused for clock in case.clocks) or not case.rare.isdisjoint({"extensions", "special steps"})
    return None if moved or not left or case.state not in UNTOUCHED else estimate_of(tools, case, left)


def submission_pdf(tools: Tools, case: CaseView) -> bytes:
    """To keep or to print; the 收件回执 with its number and seal comes from the window."""
    row, estimate = case.application, estimate_of(tools, case)
    found = estimate.found.items if estimate.found else {}
    looked_by = next((local(c.row.due_at) for c in case.clocks if c.clock == Clock.INTAKE), None)
    return render(SubmissionContent(
        **shared(tools, row, row.number, "综合受理窗口"), bundle_name=case.bundle.short_name,
        applicant_name=row.applicant["name"],
        applicant_id_masked=mask_id(row.applicant.get("id_no", "")), agent_name=row.applicant.get("agent_name", ""),
        channel=Channel(row.channel).label,
        submitted_at=local(row.submitted_at), looked_by=looked_by, notes=f"{explanation(tools, case)}{estimate.note}",
        items=[
            ReceiptItem(
                name=f"{item.name}{UNSURE if item.unsure else ''}", department=item.department,
                due_note="前" if item.row.item in found else "",
                due=local_day(found[item.row.item].due) if item.row.item in found else None,
            ) for item in case.items
        ],
        materials=_materials(tools, case) or [ReceiptMaterial(name="无需提交材料", form="—")],
    ))


def _materials(tools: Tools, case: CaseView) -> list[ReceiptMaterial]:
    """In the order of the page where they were handed in or promised; last what offices share."""
    catalogue = tools.catalogue_of(case.application)
    lines = {
        row.key: ReceiptMaterial(name=catalogue.materials[row.key].name, form=_form_of(row.source, document))
        for row, _, document in case.materials
    } | {
        row.key: ReceiptMaterial(name=name, form=PromiseKind(row.kind).label, note=_instead(row))
        for row, name, _ in case.promises
    }
    needs = sorted(needs_of(catalogue, case.bundle, case.application), key=lambda need: need.fetched)
    return [lines[key] for key in dict.fromkeys([need.material.key for need in needs] + list(lines)) if key in lines]


def _instead(promise: Promise) -> str:
    if promise.kind == PromiseKind.COMMITMENT:
        return "以书面承诺代替"
    return f"收件之日起 {promise.days} 个工作日内补交"


def _form_of(source: str, document: Document | None) -> str:
    return "共享获取" if source == "government" else "电子件" if document else "纸质原件"
