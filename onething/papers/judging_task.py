"""The task of the judging sandbox: `verify`, in terms that can leave it."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from cryptography import x509

from onething.papers.signing import verify


def judge(pdf: bytes, options: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
    report = verify(pdf, [x509.load_pem_x509_certificate(root.encode()) for root in options["roots"]])
    return asdict(report) | {"signed_at": report.signed_at.isoformat() if report.signed_at else ""}, b""
