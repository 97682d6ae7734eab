"""核验: is this certificate real? By its token, by number and token, or by the file itself (S19)."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from api.local_time import local_day
from api.masking import mask_name
from onething.bootstrap import Tools
from onething.papers import heading_of
from onething.papers.judging import judge_apart
from onething.papers.report import SignatureReport
from onething.store import Certificate, Document, accounts, applications, certificates, documents
from onething.validity import is_over
from onething.vocabulary import CertificateState


@dataclass(frozen=True)
class Verdict:
    """`status`: valid, expired, revoked or unknown. `kind`: certificate, or paper for a notice or decision, which is valid
    when we made it. Only masked names leave here (S19)."""

    status: str
    title: str = ""
    certificate_no: str = ""
    holder: str = ""
    issuer: str = ""
    issued_on: date | None = None
    valid_until: date | None = None
    kind: str = "certificate"
    revoked_on: date | None = None


@dataclass(frozen=True)
class FileVerdict:
    """`outcome` is a key of `OUTCOMES`; `certificate` is told where exactly this file was issued as one."""

    outcome: str
    signer: str
    signed_at: datetime | None
    certificate: Verdict

    @property
    def heading(self) -> str:
        return OUTCOMES[self.outcome][0]

    @property
    def sentence(self) -> str:
        return OUTCOMES[self.outcome][1].format(signer=self.signer)


OUTCOMES = {
    "valid": ("有效", "签名有效，与发证存档一致：文件由{signer}签发，签发后没有改动，目前有效。"),
    "archived": ("与存档一致", "签名有效，与存档一致：文件由{signer}制发，制发后没有改动。"),
    "expired": ("已过有效期", "签名有效，与发证存档一致，但证照的有效期已过。"),
    "revoked": ("已撤销", "签名有效，但证照已经撤销，不能使用。"),
    "not-archived": (
        "签名有效，但不在存档中", "文件由{signer}签名，签名后没有改动，但存档中没有这一份；它可能没有发布，请向发证机关查询。",
    ),
    "changed": ("签发后被改动", "文件由{signer}签发过，但签发后内容被改动，不能使用。请向持证人索取原始文件。"),
    "foreign": ("不是本系统签发", "文件有电子签名，但不是本系统签发的，不能确认签发机关。"),
    "unsigned": ("没有电子签名", "文件没有电子签名，不是本系统签发的原始文件；打印后扫描或另存的文件也会失去签名。"),
    "unreadable": ("签名无效", "文件已损坏、在签发后被改动，或者不是 PDF。请用原始的 PDF 文件核验。"),
}
"""What was found -> heading and sentence, the same on the page and in the API."""


def by_token(session: Any, tools: Tools, token: str, number: str | None = None) -> Verdict:
    """Unknown, wrong and not yet published look the same. A number only narrows: by itself it finds nothing."""
    row = certificates.by_token(session, token[:64])
    paper = None if row else documents.by_token(session, token[:64])
    found = _paper_verdict(session, paper) if paper else _verdict(tools, row)
    return found if number is None or _same(number, found.certificate_no) else Verdict("unknown")


def by_file(tools: Tools, pdf: bytes) -> FileVerdict:
    """Judge the signature, and whether exactly this file was issued and still counts. Nothing of it is kept."""
    report, sha256 = judge_apart(pdf, trusted_roots(tools)), hashlib.sha256(pdf).hexdigest()
    with tools.store.reading() as session:
        certificate = _verdict(tools, certificates.by_content(session, sha256) if report.valid else None)
        archived = report.valid and documents.is_issued(session, sha256)
    outcome = certificate.status
    if outcome == "unknown":
        outcome = "archived" if archived else _outcome(report)
    return FileVerdict(outcome, report.signer if report.trusted else "", report.signed_at, certificate)


def _outcome(report: SignatureReport) -> str:
    if report.valid:
        return "not-archived"
    if report.trusted and not report.intact:
        return "changed"
    if report.intact and not report.trusted:
        return "foreign"
    return "unreadable" if report.signed else "unsigned"


def trusted_roots(tools: Tools) -> list[str]:
    """The public root only: the front door never holds a signing key."""
    path = tools.settings.var_dir / "authority" / "root.crt"
    return [path.read_text("ascii")] if path.exists() else []


def _same(typed: str, number: str) -> bool:
    """Blanks and letter case do not matter to somebody who types from paper."""
    return secrets.compare_digest("".join(typed.split()).upper().encode(), number.upper().encode())


def _verdict(tools: Tools, row: Certificate | None) -> Verdict:
    if row is None or row.state == CertificateState.RESERVED:
        return Verdict("unknown")
    over = is_over(row.valid_until, local_day(tools.clock.now()))
    status = "revoked" if row.state == CertificateState.REVOKED else "expired" if over else "valid"
    return Verdict(
        status, row.title, row.certificate_no, mask_name(row.holder), row.issuer, row.issued_on, row.valid_until,
        revoked_on=local_day(row.revoked_at) if status == "revoked" and row.revoked_at else None,
    )


def _paper_verdict(session: Any, row: Document) -> Verdict:
    """Of a case, or of a consultation, which has no other person than its account."""
    if row.number:
        holder = applications.get(session, row.number).applicant.get("name", "")
    else:
        holder = accounts.get(session, row.account_id).name
    return Verdict(
        "valid", heading_of(row.name), row.paper_no, mask_name(holder) if holder else "",
        issued_on=local_day(row.created_at), kind="paper",
    )
