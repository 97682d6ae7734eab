"""Papers that are drawn when they are needed and not kept: the slip a recipient signs, the courier's label, and what an
applicant takes along before the window has looked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from onething.papers.content import PaperContent, ReceiptItem, ReceiptMaterial

TITLES = {"results": "办理结果签收单", "originals": "材料原件退还签收单", "withdrawal": "撤回申请书"}


@dataclass(frozen=True, kw_only=True)
class SlipLine:
    """What changes hands: a result with its number, or an original with its copies."""

    name: str
    number: str = ""
    copies: int = 1


@dataclass(frozen=True, kw_only=True)
class SlipContent(PaperContent):
    """签收单: signed on paper by whoever collects, or asks for an end; the scan goes with the act (R97, R100, R89, R86)."""

    kind = "collection-slip"
    required = ("bundle_name", "addressee", "lines")

    what: Literal["results", "originals", "withdrawal"]
    bundle_name: str
    addressee: str
    lines: Sequence[SlipLine]
    clerk_name: str = ""

    @property
    def heading(self) -> str:
        return TITLES[self.what]


@dataclass(frozen=True, kw_only=True)
class LabelContent(PaperContent):
    """寄递面单 on A6: sender, receiver, what is inside; the QR carries the order's number (R99)."""

    kind = "courier-label"
    required = ("receiver_name", "receiver_phone", "receiver_address", "order_no")

    receiver_name: str
    receiver_phone: str
    receiver_address: str
    sender_address: str = ""
    order_no: str
    waybill: str = ""
    inside: Sequence[str] = ()

    @property
    def heading(self) -> str:
        return "政务寄递面单"


@dataclass(frozen=True, kw_only=True)
class SubmissionContent(PaperContent):
    """提交回执: what was handed in and when; not yet a 收件回执. `looked_by`: until when the window takes it in or tells all that
    is wanting (R60)."""

    kind = "submission-slip"
    required = ("bundle_name", "applicant_name", "submitted_at", "items", "materials")

    bundle_name: str
    applicant_name: str
    applicant_id_masked: str = ""
    agent_name: str = ""
    channel: str = ""
    submitted_at: datetime
    looked_by: datetime | None = None
    items: Sequence[ReceiptItem]
    materials: Sequence[ReceiptMaterial]
    notes: str = ""

    @property
    def heading(self) -> str:
        return "提交回执"


@dataclass(frozen=True, kw_only=True)
class AuthorityContent(PaperContent):
    """授权委托书, blank: what an application by somebody else needs beside it. `items` are there to be ticked."""

    kind = "authority-letter"
    required = ("bundle_name", "items")

    bundle_name: str
    items: Sequence[str]

    @property
    def heading(self) -> str:
        return "授权委托书"
