"""Our objects -> the answers of the JSON API. Pure."""

from __future__ import annotations

from datetime import datetime

from api import schemas
from api.case_view import CaseView, ClockView, ItemView
from api.estimating import EstimateView
from api.guide_view import GuideItem, guide_items
from api.local_time import iso
from onething.catalogue import Bundle, Catalogue
from onething.catalogue.models import Limit
from onething.estimates import critical_path, steps_of
from onething.store import Application, Certificate, Document


def summary(catalogue: Catalogue, bundle: Bundle) -> schemas.BundleSummary:
    return schemas.BundleSummary(**_summary(catalogue, bundle))


def detail(catalogue: Catalogue, bundle: Bundle) -> schemas.BundleDetail:
    return schemas.BundleDetail(
        **_summary(catalogue, bundle), licence_first=bundle.licence_first, promise=_promise(catalogue, bundle),
        items=[_item(entry) for entry in guide_items(catalogue, bundle)], notes=list(bundle.notes),
        questions=[
            schemas.QuestionInfo(key=q.key, text=q.text, type=q.type, options={o.value: o.label for o in q.options})
            for q in bundle.questions
        ],
    )


def _summary(catalogue: Catalogue, bundle: Bundle) -> dict[str, object]:
    return {
        "slug": bundle.slug, "audience": str(bundle.audience), "number": bundle.number, "name": bundle.name,
        "short_name": bundle.short_name, "national": bundle.national, "theme": catalogue.themes[bundle.theme].name,
        "lead": catalogue.department_name(bundle.lead),
    }


def _promise(catalogue: Catalogue, bundle: Bundle) -> schemas.PromiseInfo:
    items = [row.item for row in bundle.rows]
    path = critical_path(steps_of(catalogue, bundle, items))
    confirmed = all(catalogue.items[item].limits.promised.confirmed for item in items)
    return schemas.PromiseInfo(working_days=path.days, path=list(path.items), confirmed=confirmed)


def estimate_info(view: EstimateView, submitted_at: datetime) -> schemas.EstimateInfo:
    found = view.found
    return schemas.EstimateInfo(
        working_days=view.path.days, path=list(view.path.items), confirmed=view.confirmed,
        submitted_at=iso(submitted_at), intake_due=iso(found.intake.due) if found and found.intake else None,
        acceptance_due=iso(found.acceptance.due) if found else None,
        items={item: iso(deadline.due) for item, deadline in found.items.items()} if found else {},
        ends_at=iso(found.ends.due) if found else None, provisional=bool(found and found.provisional), note=view.note,
        sentence=view.sentence,
    )


def _item(entry: GuideItem) -> schemas.ItemInfo:
    row, item = entry.row, entry.item
    return schemas.ItemInfo(
        item=item.slug, name=item.name, kind=str(item.kind), department=entry.department,
        levels=[str(level) for level in row.levels], remark=row.remark, result=item.result.name,
        certificate=item.result.certificate, statutory=_limit(item.limits.statutory),
        promised=_limit(item.limits.promised), after=list(row.after), parallel=row.parallel,
        situation=row.situation, option=row.option,
        materials=[
            schemas.MaterialInfo(
                key=m.key, name=m.name, source=m.source, required=required, formats=list(m.formats), note=m.note
            )
            for m, required in entry.materials
        ],
    )


def _limit(limit: Limit) -> schemas.LimitInfo:
    return schemas.LimitInfo(days=limit.days, confirmed=limit.confirmed)


def case_summary(catalogue: Catalogue, application: Application, label: str) -> schemas.ApplicationSummary:
    return schemas.ApplicationSummary(
        number=application.number, bundle=application.bundle, name=catalogue.bundle(application.bundle).short_name,
        state=application.state, label=label, submitted_at=iso(application.submitted_at),
    )


def case_detail(case: CaseView, base_url: str) -> schemas.ApplicationDetail:
    application = case.application
    return schemas.ApplicationDetail(
        number=application.number, bundle=application.bundle, name=case.bundle.short_name, state=application.state,
        label=case.state.label, submitted_at=iso(application.submitted_at), district=application.district,
        headline=case.headline, items=[_progress(item) for item in case.items], clocks=[_clock(c) for c in case.clocks],
        papers=[_paper(document) for document, _ in case.papers],
        certificates=[_certificate(row, base_url) for row in case.certificates],
        notices=[schemas.NoticeInfo(text=row.text, created_at=iso(row.created_at)) for row in case.notices],
    )


def _progress(item: ItemView) -> schemas.ItemProgress:
    return schemas.ItemProgress(
        item=item.row.item, name=item.name, department=item.department, state=item.row.state, label=item.state.label,
        held_by=item.holder, reason=item.row.decision_reason or item.row.acceptance_reason,
    )


def _clock(clock: ClockView) -> schemas.ClockInfo:
    row = clock.row
    return schemas.ClockInfo(
        clock=row.clock, label=clock.clock.label, item=row.item, started_at=iso(row.started_at), due_at=iso(row.due_at),
        ended_at=iso(row.ended_at), provisional=row.provisional, overdue=clock.overdue,
        working_days_left=clock.days_left,
    )


def document_info(row: Document) -> schemas.DocumentInfo:
    return schemas.DocumentInfo(document_id=row.id, name=row.name, media_type=row.media_type, size=row.size)


def _paper(row: Document) -> schemas.PaperInfo:
    return schemas.PaperInfo(
        **document_info(row).model_dump(), kind=row.paper_kind, item=row.item, paper_no=row.paper_no
    )


def _certificate(row: Certificate, base_url: str) -> schemas.CertificateInfo:
    return schemas.CertificateInfo(
        certificate_no=row.certificate_no, item=row.item, title=row.title, issuer=row.issuer, issued_on=row.issued_on,
        state=row.state, document_id=row.document_id, verify_url=f"{base_url}/verify/{row.verify_token}",
    )
