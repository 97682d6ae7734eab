"""The task of the sandbox in which files of strangers are judged: `verify`, in terms that can leave it."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any

from cryptography import x509

from onething.papers.signing import SignatureReport, verify
from onething.sandbox import Sandbox, Stopped

JUDGE = Sandbox("onething.papers.judging:judge", places=1)


def judge_apart(pdf: bytes, roots: list[str]) -> SignatureReport:
    """`verify` in a process of its own: anybody may send a file, and what it does to its reader is not ours to bear."""
    try:
        facts, _ = JUDGE.run(pdf, roots=roots)
    except Stopped:
        return SignatureReport(
            valid=False, intact=False, trusted=False, signer="", signed_at=None, signed=False,
            problem="文件无法读取。请用原始的 PDF 文件核验。",
        )
    facts.pop("peak_kib")
    signed_at = facts.pop("signed_at")
    return SignatureReport(**facts, signed_at=datetime.fromisoformat(signed_at) if signed_at else None)


def judge(pdf: bytes, options: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
    report = verify(pdf, [x509.load_pem_x509_certificate(root.encode()) for root in options["roots"]])
    return asdict(report) | {"signed_at": report.signed_at.isoformat() if report.signed_at else ""}, b""
