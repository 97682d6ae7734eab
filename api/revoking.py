"""撤销证照: the head of the office that issued it takes it back, with reason and basis; who verifies it sees that at once."""

from __future__ import annotations

from typing import Any

from api.withdrawal import REMEDY
from onething.bootstrap import Tools
from onething.engine import contract
from onething.errors import Conflict, InvalidInput, NotAllowed, NotFound, refuse
from onething.store import Account, Application, Certificate, applications, audit, certificates, notices, outbox
from onething.vocabulary import CertificateState


def may_revoke(account: Account, application: Application, certificate: Certificate) -> bool:
    """Whoever decided it may take it back, by its head: one person more than the reviewer who approved."""
    row = applications.item_of(application, certificate.item)
    head = contract.head_group(row.department, contract.district_of(row.reviewer_group))
    return certificate.state == CertificateState.PUBLISHED and head in account.organisation.split()


def revoke(
    session: Any, tools: Tools, account: Account, application: Application, certificate_no: str, reason: str, basis: str
) -> Certificate:
    """Raises `NotFound`, `Conflict` when it is revoked already, `NotAllowed` for other offices, `InvalidInput`."""
    number = application.number
    row = next((one for one in certificates.issued(session, [number])[number] if one.certificate_no == certificate_no), None)
    if row is None:
        raise NotFound("这个办件没有这份证照；请核对证照编号", code="unknown-certificate")
    if row.state == CertificateState.REVOKED:
        raise Conflict("这份证照已经撤销；请刷新页面查看", code="already-revoked")
    if not may_revoke(account, application, row):
        raise NotAllowed("证照由作出决定的部门负责人撤销；请用相应岗位登录", code="not-the-head")
    reason, basis = " ".join(reason.split())[:500], " ".join(basis.split())[:200]
    refuse([
        InvalidInput(sentence, field=f"{field}-{certificate_no}", code=f"{field}-missing")
        for text, field, sentence in ((reason, "reason", "请写明撤销的理由"), (basis, "basis", "请写明撤销的法律依据"))
        if not text
    ])
    now = tools.clock.now()
    certificates.revoke(row, now, account.subject, reason, basis)
    audit.record(
        session, now, account.subject, "revoke-certificate", number=number, item=row.item, certificate=certificate_no, basis=basis
    )
    for department in dict.fromkeys(one.department for one in application.items):
        outbox.put(
            session, now, f"revoked:{certificate_no}:{department}", "push", what="certificate-revoked", number=number,
            item=row.item, department=department, certificate=certificate_no,
        )
    if application.cleared_at is None:  # later nobody knows any more how to reach the holder: the office writes itself
        outbox.put(
            session, now, f"revocation-decision:{certificate_no}", "revocation-decision", number=number,
            certificate=certificate_no,
        )
        notices.give(
            session, now, number, "revoked", item=row.item,
            text=f"您的“{row.title}”（{certificate_no}）已被撤销，不能再使用。理由：{reason}。依据：{basis}。{REMEDY}。"
                 "撤销决定书可在“我的办件”下载。",
        )
    return row
