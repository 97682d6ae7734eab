"""撤销决定书: drawn after the case is over, when the relay finds that a certificate was taken back (S19)."""

from __future__ import annotations

from onething.store import applications, certificates, documents
from onething.vocabulary import CertificateState, PaperKind
from workers import procedure_papers
from workers.desk import Desk


def draw(desk: Desk, number: str, certificate_no: str) -> None:
    """Once. Not for a case whose person was cleared after its time: then nobody can be named."""
    with desk.tools.store.transaction() as session:
        application = applications.lock(session, number)
        row = next(one for one in certificates.of_case(session, number) if one.certificate_no == certificate_no)
        made = documents.paper(session, number, PaperKind.REVOCATION_DECISION, row.item)
        if made or application.cleared_at or row.state != CertificateState.REVOKED:
            return
        procedure_papers.revocation(session, desk, application, applications.item_of(application, row.item), row)
