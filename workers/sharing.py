"""数据共享: government-held materials are fetched, never asked of the applicant (R40, R53, R112)."""

from __future__ import annotations

from onething.gateways import GatewayError
from onething.store import Application, applications, audit, intake
from workers.desk import Desk


def fetch(desk: Desk, number: str) -> None:
    """Ask for each one not yet received: licences of the licence library, the rest of data sharing; what fails is kept with
    its reason."""
    with desk.tools.store.reading() as session:
        application = applications.get(session, number)
        received = {key for key, row in intake.shared(session, number).items() if row.receipt}
        wanted = [row.key for row in applications.materials(session, number)
                  if row.source == "government" and row.document_id is None and row.key not in received]
    answers = {key: _ask(desk, application, key) for key in wanted}
    if not answers:
        return
    now = desk.tools.clock.now()
    with desk.tools.store.transaction() as session:
        applications.lock(session, number)
        for key, (receipt, problem) in answers.items():
            intake.keep_shared(session, number, key, now, receipt, problem)
        failed = [key for key, (_, problem) in answers.items() if problem]
        audit.record(session, now, "系统", "fetch-shared", number=number, materials=sorted(answers), failed=failed)


def _ask(desk: Desk, application: Application, key: str) -> tuple[str, str]:
    """(receipt, problem)"""
    material = desk.catalogue(application).materials[key]
    holder = desk.gateways.licences if material.is_licence else desk.gateways.sharing
    order = {"number": application.number, "material": key, "dataset": material.dataset,
             "subject": application.applicant.get("id_no", "")}
    try:
        return holder.send(f"share:{application.number}:{key}", order), ""
    except GatewayError as error:
        return "", error.message
