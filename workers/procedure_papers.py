"""Papers about special steps, extensions, joint acts and revocations."""

from __future__ import annotations

from typing import Any

from onething import papers
from onething.deadlines import CHINA
from onething.store import (
    Application,
    ApplicationItem,
    Certificate,
    Extension,
    JointAct,
    SpecialStep,
    applications,
    joint,
)
from onething.vocabulary import Clock, JointKind, Opinion, PaperKind, StepKind
from workers.decision_papers import remedy
from workers.desk import Desk
from workers.papermaking import holder, issuer, keep, local_date, masked_id, shared_content


def special_step(session: Any, desk: Desk, application: Application, row: ApplicationItem, step: SpecialStep) -> None:
    rule = desk.tools.catalogue.procedures.rule(StepKind(step.kind))
    who = issuer(desk, application, row.department)
    keep(session, desk, application, papers.SpecialStepContent(
        **shared_content(session, desk, application, PaperKind.SPECIAL_STEP_NOTICE, who),
        addressee=holder(application), item_name=desk.catalogue(application).items[row.item].name,
        bundle_name=desk.bundle(application).name, step_name=StepKind(step.kind).label, reason=step.reason,
        started_on=local_date(step.started_at), stops_clock=step.stops_clock, legal_basis=[rule.source],
    ), row.item)


def extension(session: Any, desk: Desk, application: Application, row: ApplicationItem, granted: Extension) -> None:
    clock = next(c for c in applications.clocks(session, application.number)
                 if (c.item, c.clock) == (row.item, Clock.PROMISED))
    who = issuer(desk, application, row.department)
    keep(session, desk, application, papers.ExtensionContent(
        **shared_content(session, desk, application, PaperKind.EXTENSION_NOTICE, who), addressee=holder(application),
        item_name=desk.catalogue(application).items[row.item].name, bundle_name=desk.bundle(application).name,
        days=granted.days, decide_by=local_date(clock.due_at), provisional=clock.provisional, reason=granted.reason,
        legal_basis=[desk.tools.catalogue.procedures.extension.source],
    ), row.item)


def revocation(session: Any, desk: Desk, application: Application, row: ApplicationItem, certificate: Certificate) -> None:
    """By the authority that issued it, whatever its department is called now."""
    shared = shared_content(session, desk, application, PaperKind.REVOCATION_DECISION, certificate.issuer)
    keep(session, desk, application, papers.RevocationContent(
        **shared, addressee=holder(application),
        addressee_id_masked=masked_id(application), title=certificate.title, certificate_no=certificate.certificate_no,
        item_name=desk.catalogue(application).items[row.item].name, bundle_name=desk.bundle(application).name,
        granted_on=certificate.issued_on, revoked_on=local_date(certificate.revoked_at or desk.tools.clock.now()),
        reason=certificate.revoked_reason, basis=certificate.revoked_basis,
        remedy=remedy(desk, application),
    ), row.item)


def joint_record(session: Any, desk: Desk, application: Application, act: JointAct) -> None:
    catalogue, bundle = desk.catalogue(application), desk.bundle(application)
    mine = {row.item: row.department for row in application.items}
    who = issuer(desk, application, bundle.lead)
    opinions = [
        papers.DepartmentOpinion(
            department=catalogue.department_name(entry.department),
            items="、".join(
                catalogue.items[item].name for item, _ in act.participants if mine[item] == entry.department
            ) or "事项已终止",
            opinion=Opinion(entry.opinion).label, text=entry.text, person=desk.staff_name(entry.given_by),
        )
        for entry in joint.opinions(session, application.number, JointKind(act.kind))
    ]
    keep(session, desk, application, papers.JointRecordContent(
        **shared_content(session, desk, application, PaperKind.JOINT_RECORD, who),
        title=f"{JointKind(act.kind).label}记录", bundle_name=bundle.name, holder_name=holder(application),
        met_at=act.appointed_for.astimezone(CHINA), place=act.place, organiser=who, opinions=opinions, record=act.record,
    ))
