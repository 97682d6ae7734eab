"""Our objects -> the answers of the JSON API. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from api import schemas, schemas_catalogue, schemas_delivery
from api.case_view import CaseView, ItemView
from api.clock_view import ClockView
from api.correction import Mark
from api.estimating import EstimateView
from api.guide_view import GuideItem, guide_items
from api.local_time import iso
from onething.catalogue import Bundle, Catalogue, Question
from onething.catalogue.models import Limit
from onething.catalogue.wording import condition_text
from onething.consents import Part
from onething.deadlines import kind_of
from onething.deliveries import in_scope
from onething.eligibility import not_offered
from onething.estimates import critical_path, steps_of
from onething.guides.document import Document as Guide
from onething.store import Application, Certificate, Document


def summary(catalogue: Catalogue, bundle: Bundle) -> schemas_catalogue.BundleSummary:
    return schemas_catalogue.BundleSummary(**_summary(catalogue, bundle))


def detail(catalogue: Catalogue, bundle: Bundle, district: str) -> schemas_catalogue.BundleDetail:
    asked, away = catalogue.questions_of(bundle), not_offered(bundle, district)
    return schemas_catalogue.BundleDetail(
        **_summary(catalogue, bundle), guide_version=catalogue.version(bundle.slug), licence_first=bundle.licence_first,
        promise=_promise(catalogue, bundle),
        items=[_item(entry, asked, entry.row.item not in away) for entry in guide_items(catalogue, bundle)],
        notes=list(bundle.notes),
        questions=[
            schemas_catalogue.QuestionInfo(key=q.key, text=q.text, type=q.type, options={o.value: o.label for o in q.options})
            for q in asked
        ],
    )


def _summary(catalogue: Catalogue, bundle: Bundle) -> dict[str, object]:
    return {
        "slug": bundle.slug, "audience": str(bundle.audience), "number": bundle.number, "name": bundle.name,
        "short_name": bundle.short_name, "national": bundle.national, "theme": catalogue.themes[bundle.theme].name,
        "lead": catalogue.department_name(bundle.lead),
    }


def _promise(catalogue: Catalogue, bundle: Bundle) -> schemas_catalogue.PromisedLimit:
    items = [row.item for row in bundle.rows]
    path = critical_path(steps_of(catalogue, bundle, items))
    confirmed = all(catalogue.items[item].limits.promised.confirmed for item in items)
    return schemas_catalogue.PromisedLimit(working_days=path.days, path=list(path.items), confirmed=confirmed)


def estimate_info(view: EstimateView, submitted_at: datetime) -> schemas_catalogue.EstimateInfo:
    found = view.found
    return schemas_catalogue.EstimateInfo(
        working_days=view.path.days, path=list(view.path.items), confirmed=view.confirmed,
        submitted_at=iso(submitted_at), intake_due=iso(found.intake.due) if found and found.intake else None,
        acceptance_due=iso(found.acceptance.due) if found else None,
        items={item: iso(deadline.due) for item, deadline in found.items.items()} if found else {},
        ends_at=iso(found.ends.due) if found else None, provisional=bool(found and found.provisional), note=view.note,
        sentence=view.sentence,
    )


def _item(entry: GuideItem, questions: Sequence[Question], offered: bool) -> schemas_catalogue.ItemInfo:
    row, item = entry.row, entry.item
    uses = {use.key: use for use in item.materials}
    return schemas_catalogue.ItemInfo(
        item=item.slug, name=item.name, kind=str(item.kind), department=entry.department,
        levels=[str(level) for level in row.levels], offered=offered, remark=row.remark, result=item.result.name,
        certificate=item.result.certificate, statutory=_limit(item.limits.statutory),
        promised=_limit(item.limits.promised), after=list(row.after), parallel=row.parallel,
        situation=row.situation, option=row.option,
        materials=[
            schemas_catalogue.MaterialInfo(
                key=m.key, name=m.name, source=m.source, required=required, formats=list(m.formats), note=m.note,
                tolerance_days=uses[m.key].tolerance_days, commitment=uses[m.key].promise, when=uses[m.key].when,
                condition=condition_text(questions, uses[m.key].when or ""),
            )
            for m, required in entry.materials
        ],
    )


def guide(document: Guide, url: str) -> schemas_catalogue.GuideDocument:
    return schemas_catalogue.GuideDocument(
        title=document.title, subtitle=document.subtitle, version=document.version, url=url,
        sections=[
            schemas_catalogue.GuideSection(key=section.key, title=section.title, groups=[
                schemas_catalogue.GuideGroup(title=group.title, lines=[
                    schemas_catalogue.GuideLine(**vars(line)) for line in group.lines
                ])
                for group in section.groups
            ])
            for section in document.sections
        ],
    )


def _limit(limit: Limit) -> schemas_catalogue.LimitInfo:
    return schemas_catalogue.LimitInfo(days=limit.days, confirmed=limit.confirmed)


def case_summary(catalogue: Catalogue, application: Application, label: str) -> schemas.ApplicationSummary:
    return schemas.ApplicationSummary(
        number=application.number, bundle=application.bundle, name=catalogue.bundle(application.bundle).short_name,
        state=application.state, label=label, submitted_at=iso(application.submitted_at),
    )


def case_detail(case: CaseView, base_url: str, marks: Iterable[Mark]) -> schemas.ApplicationDetail:
    application = case.application
    return schemas.ApplicationDetail(
        number=application.number, bundle=application.bundle, name=case.bundle.short_name, state=application.state,
        label=case.state.label, submitted_at=iso(application.submitted_at), district=application.district,
        headline=case.headline, items=[_progress(item) for item in case.items], clocks=[clock_info(c) for c in case.clocks],
        papers=[_paper(document) for document, _ in case.papers],
        certificates=[certificate(row, base_url) for row in case.certificates],
        delivery=delivery(case),
        notices=[schemas.NoticeInfo(text=row.text, created_at=iso(row.created_at)) for row in case.notices],
        guidance=[request.number for request in case.pre_checks],
        joint_acts=[
            schemas.JointActInfo(
                label=act.label, state=act.state, items=list(act.items), appointed_for=iso(act.appointed_for),
                place=act.place, reason=act.reason,
            )
            for act in case.joint_acts
        ],
        promises=[
            schemas.PromiseInfo(
                key=row.key, name=name, kind=row.kind, consequence=row.consequence, signed_at=iso(row.signed_at),
                due_at=iso(row.due_at), handed_in_at=iso(row.handed_in_at),
            )
            for row, name, _ in case.promises
        ],
        to_correct=[
            schemas.ToCorrect(key=one.key, name=one.name, problem=one.problem, fields=list(one.fields)) for one in marks
        ],
    )


def delivery(case: CaseView) -> schemas_delivery.DeliveryInfo:
    """统一出件: all results of the case with their state (R103)."""
    return schemas_delivery.DeliveryInfo(
        mode=str(case.mode), way=case.application.delivery_way, changeable=case.may_choose_delivery,
        results=[
            schemas_delivery.ResultInfo(
                item=result.item.row.item, name=result.item.name, result=result.title,
                certificate_no=result.certificate.certificate_no if result.certificate else "",
                state=str(result.state), label=result.state.label,
                arrived_at=iso(result.row.arrived_at) if result.row else None,
                delivered_at=iso(result.row.delivered_at) if result.row else None,
            )
            for result in case.results
        ],
        attempts=[
            schemas_delivery.DeliveryAttemptInfo(
                items=in_scope(case.bundle, [item.row.item for item in case.items], row.scope) if row.scope else [],
                attempt=row.attempt, way=row.way, outcome=row.outcome, reason=row.reason, proof_no=row.proof_no,
                at=iso(row.at),
            )
            for row in case.attempts
        ],
    )


def _progress(item: ItemView) -> schemas.ItemProgress:
    return schemas.ItemProgress(
        item=item.row.item, name=item.name, department=item.department, state=item.row.state, label=item.state.label,
        held_by=item.holder, reason=item.row.decision_reason or item.row.acceptance_reason,
        procedures=[
            schemas.ProcedureInfo(
                label=one.label, effect=one.effect, reason=one.reason, started_at=iso(one.started_at),
                ended_at=iso(one.ended_at), outcome=one.outcome,
            )
            for one in item.procedures
        ],
    )


def clock_info(clock: ClockView) -> schemas.ClockInfo:
    row = clock.row
    return schemas.ClockInfo(
        clock=row.clock, label=clock.clock.label, item=row.item, started_at=iso(row.started_at), due_at=iso(row.due_at),
        ended_at=iso(row.ended_at), provisional=row.provisional, overdue=clock.overdue,
        working_days_left=clock.days_left, days=row.days, paused_at=iso(row.paused_at), overdue_at=iso(row.overdue_at),
        ledger=[
            schemas.LedgerDay(
                day=day["day"], counts=day["counts"], kind=kind_of(day), number=day["counted"], reason=day["reason"]
            )
            for day in row.ledger
        ],
    )


def document_info(row: Document) -> schemas.DocumentInfo:
    return schemas.DocumentInfo(document_id=row.id, name=row.name, media_type=row.media_type, size=row.size, safety=row.safety)


def _paper(row: Document) -> schemas.PaperInfo:
    return schemas.PaperInfo(
        **document_info(row).model_dump(), kind=row.paper_kind, item=row.item, paper_no=row.paper_no
    )


def certificate(row: Certificate, base_url: str) -> schemas.CertificateInfo:
    return schemas.CertificateInfo(
        certificate_no=row.certificate_no, item=row.item, title=row.title, issuer=row.issuer, issued_on=row.issued_on,
        state=row.state, document_id=row.document_id, verify_url=f"{base_url}/verify/{row.verify_token}",
    )


def consent(part: Part) -> schemas_catalogue.ConsentInfo:
    whom = [schemas_catalogue.ConsentRecipient(who=who, what=what) for who, what in part.recipients]
    said = part.text.model_dump(include={"title", "text", "withdrawal", "source", "confirmed"})
    return schemas_catalogue.ConsentInfo(
        key=part.key, version=part.version, separate=part.separate, recipients=whom, items=list(part.items), sha256=part.sha256,
        **said,
    )
