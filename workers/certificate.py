"""制证: reserve a number once, draw and sign from a frozen snapshot, publish the stored bytes (R83, S19)."""

from __future__ import annotations

from onething.engine.worker import Task
from onething.faults import reach
from onething.numbers import certificate_number
from onething.store import audit, certificates
from onething.vocabulary import CertificateState, ItemState
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
            title=item.result.name, holder=papermaking.holder(application),
            issuer=papermaking.issuer(desk, application, row.department), issued_on=issued_on,
        )
    if certificate.state != CertificateState.RESERVED:
        return {}
    reach("certificate-reserved")
    paper = papermaking.licence(desk, application, item, certificate)
    pdf = papermaking.signed(desk, paper, number=certificate.certificate_no)
    reach("certificate-signed")
    with desk.tools.store.transaction() as session:
        application, row = case_and_item(session, task)
        certificate = next(c for c in certificates.of_case(session, application.number) if c.item == row.item)
        if certificate.state == CertificateState.RESERVED:
            document = papermaking.keep_licence(session, desk, application, certificate, paper, pdf)
            certificates.publish(certificate, document.id)
            audit.record(
                session, now, "制证系统", "publish-certificate", number=application.number, item=row.item,
                certificate=certificate.certificate_no, sha256=document.sha256,
            )
    return {}
