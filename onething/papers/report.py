"""What is said of a signature; apart from `signing`, so that the front door need not hold pyHanko in its memory."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, kw_only=True)
class SignatureReport:
    """`valid` = signed, unchanged to the last byte, and by a certificate we trust. `problem` says why not; `trusted` and
    not `intact` = we signed it once, and then it was changed."""

    valid: bool
    intact: bool
    trusted: bool
    signer: str
    signed_at: datetime | None
    problem: str | None
    signed: bool = True
