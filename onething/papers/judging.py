"""Signatures of strangers are judged in a sandbox: pyHanko is neither in the front door's memory nor on its clock."""

from __future__ import annotations

import io
from datetime import datetime

from onething.papers.report import SignatureReport
from onething.sandbox import Sandbox, Stopped

JUDGE = Sandbox("onething.papers.judging_task:judge", places=1)


def judge_apart(pdf: bytes, roots: list[str]) -> SignatureReport:
    """`verify` in a process of its own: anybody may send a file, and what it does to its reader is not ours to bear."""
    try:
        facts, _ = JUDGE.run(io.BytesIO(pdf), roots=roots)
    except Stopped:
        return SignatureReport(
            valid=False, intact=False, trusted=False, signer="", signed_at=None, signed=False,
            problem="文件无法读取。请用原始的 PDF 文件核验。",
        )
    facts.pop("peak_kib")
    signed_at = facts.pop("signed_at")
    return SignatureReport(**facts, signed_at=datetime.fromisoformat(signed_at) if signed_at else None)
