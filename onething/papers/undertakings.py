"""What two papers of intake say: the letter of promise, and the ledger of originals handed to the lead department."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from onething.papers.content import PaperContent


@dataclass(frozen=True, kw_only=True)
class PromisedMaterial:
    """A material that is not there yet, how it is dealt with, and by when it is due."""

    material: str
    item: str
    kind: str
    due: str


@dataclass(frozen=True, kw_only=True)
class PromiseContent(PaperContent):
    """承诺书 of 容缺受理 and 告知承诺: the consequences told, and the applicant's typed confirmation (R46, R47). `to_sign`:
    printed at the counter before it is handed in, with an empty line for the hand."""

    kind = "promise-letter"
    required = ("bundle_name", "lines", "consequences", "signed_name")

    window: str
    bundle_name: str
    lines: Sequence[PromisedMaterial]
    consequences: Sequence[str]
    signed_name: str
    signed_at: datetime
    to_sign: bool = False

    @property
    def heading(self) -> str:
        return "承诺书"


@dataclass(frozen=True, kw_only=True)
class Original:
    name: str
    copies: int = 1


@dataclass(frozen=True, kw_only=True)
class HandoverContent(PaperContent):
    """纸质原件移交清单: which originals the window handed to the lead department, who received them (R51)."""

    kind = "handover-ledger"
    required = ("bundle_name", "originals", "receiver_name")

    bundle_name: str
    lead: str
    originals: Sequence[Original]
    handed_by: str
    handed_at: datetime
    receiver_name: str
    received_by: str
    received_at: datetime
    note: str = ""

    @property
    def heading(self) -> str:
        return "纸质原件移交清单"
