"""制证: reserve a number once, draw and sign from a frozen snapshot, publish the stored bytes (R83, S19)."""

from __future__ import annotations

from typing import Any

from onething.application_form import certified, holder_of
from onething.catalogue import Item
from onething.engine.worker import Task
from onething.faults import reach
from onething.numbers import certificate_number, is_credit_code, masked_id
from onething.papers import Detail, LicenceContent, file_name
from onething.store import Application, Certificate, Document, audit, certificates, documents
from onething.validity import in_words, last_day
from onething.vocabulary import CertificateState, ItemState, PaperKind
from workers import papermaking
from workers.desk import Desk, Outcome, case_and_item


def handle(task: Task, desk: Desk) -> Outcome:
    now = desk.tools.clock.now()
    with desk.tools.store.transaction() as session:
        application, row = case_and_item(session, task)
        if row.state != ItemState.APPROVED or row.decided_at is None:
            return {}
        item, district = desk.catalogue(application).items[row.item], application.district
        issued_on = papermaking.local_date(row.decided_at)
        certificate = certificates.reserve(
            session, application.number, row.item, f"certificate/{district}/{issued_on.year}",
            lambda serial: certificate_number(district, issued_on.year, serial),
            title=item.result.name,
            holder=holder_of(desk.catalogue(application), item, application.form) or papermaking.holder(application),
            issuer=papermaking.issuer(desk, application, row.department), issued_on=issued_on,
            valid_until=last_day(item.result.validity, issued_on, row.decided_term),
        )
    if certificate.state != CertificateState.RESERVED:
        return {}
    reach("certificate-reserved")
    paper = licence(desk, application, item, certificate, row.decided_term)
    pdf = papermaking.signed(desk, paper, number=certificate.certificate_no)
    reach("certificate-signed")
    with desk.tools.store.transaction() as session:
        application, row = case_and_item(session, task)
        certificate = next(c for c in certificates.of_case(session, application.number) if c.item == row.item)
        if certificate.state == CertificateState.RESERVED:
            document = _keep(session, desk, application, certificate, paper, pdf)
            certificates.publish(certificate, document.id)
            audit.record(
                session, now, "制证系统", "publish-certificate", number=application.number, item=row.item,
                certificate=certificate.certificate_no, sha256=document.sha256,
            )
    return {}


def licence(desk: Desk, application: Application, item: Item, certificate: Certificate, term: str) -> LicenceContent:
    """The frozen snapshot of a licence. `term`: as fixed with the decision. What it states by its own rules stands on it; item
    and basis only where no such list is known."""
    own = certificate.holder == papermaking.holder(application)
    number = application.applicant.get("id_no", "") if own else ""
    code = number if is_credit_code(number) else ""
    lines = certified(desk.catalogue(application), item, application.form)
    if not own and item.result.shows and item.result.shows.applicant:
        lines.insert(0, (item.result.shows.applicant, papermaking.holder(application)))
    return LicenceContent(
        number=certificate.certificate_no, application_no=application.number, issuer=certificate.issuer,
        issued_on=certificate.issued_on, verify_url=f"{desk.tools.settings.base_url}/verify/{certificate.verify_token}",
        demo=desk.tools.settings.demo, title=certificate.title, holder_name=certificate.holder,
        holder_called=(item.result.shows and item.result.shows.called) or "持证主体",
        holder_code=code, holder_id_masked="" if code else masked_id(number),
        item_name="" if lines else item.name, legal_basis=() if lines else papermaking.basis_of(item),
        details=[Detail(label=label, value=value) for label, value in lines],
        valid_until=certificate.valid_until, validity=in_words(item.result.validity, term),
    )


def _keep(
    session: Any, desk: Desk, application: Application, certificate: Certificate, paper: LicenceContent, pdf: bytes
) -> Document:
    """Its token is the certificate's."""
    return documents.add(
        session, desk.tools.clock.now(), application.account_id, file_name(paper), "application/pdf", pdf,
        number=application.number, item=certificate.item, paper_kind=str(PaperKind.LICENCE),
        paper_no=certificate.certificate_no,
    )
