"""核验: is this certificate real? By its token, or by the file itself."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date
from typing import Any

from cryptography import x509

from api.local_time import local_day
from api.masking import mask_name
from onething.bootstrap import Tools
from onething.papers.signing import SignatureReport, verify
from onething.store import Certificate, certificates
from onething.vocabulary import CertificateState


@dataclass(frozen=True)
class Verdict:
    """`status`: valid, expired, revoked or unknown. Only masked names leave here (S19)."""

    status: str
    title: str = ""
    certificate_no: str = ""
    holder: str = ""
    issuer: str = ""
    issued_on: date | None = None


def by_token(session: Any, tools: Tools, token: str) -> Verdict:
    return _verdict(tools, certificates.by_token(session, token[:64]))


def by_file(session: Any, tools: Tools, pdf: bytes) -> tuple[SignatureReport, Verdict]:
    """Judge the signature, and whether exactly this file is an issued certificate that still counts."""
    report = verify(pdf, trusted_roots(tools))
    row = certificates.by_content(session, hashlib.sha256(pdf).hexdigest()) if report.valid else None
    return report, _verdict(tools, row)


def trusted_roots(tools: Tools) -> list[x509.Certificate]:
    """The public root only: the front door never holds a signing key."""
    path = tools.settings.var_dir / "authority" / "root.crt"
    return [x509.load_pem_x509_certificate(path.read_bytes())] if path.exists() else []


def _verdict(tools: Tools, row: Certificate | None) -> Verdict:
    if row is None or row.state == CertificateState.RESERVED:
        return Verdict("unknown")
    expired = row.valid_until is not None and row.valid_until < local_day(tools.clock.now())
    status = "revoked" if row.state == CertificateState.REVOKED else "expired" if expired else "valid"
    return Verdict(status, row.title, row.certificate_no, mask_name(row.holder), row.issuer, row.issued_on)
