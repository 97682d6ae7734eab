"""What papers about special steps, extensions, joint acts, results and revocations say, as plain data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from onething.papers.content import PaperContent


@dataclass(frozen=True, kw_only=True)
class SpecialStepContent(PaperContent):
    """特别程序告知书: the time it takes is not counted, told in writing (Licensing Law, article 45)."""

    kind = "special-step-notice"
    required = ("addressee", "item_name", "step_name", "reason", "legal_basis")

    addressee: str
    item_name: str
    bundle_name: str
    step_name: str
    reason: str
    started_on: date
    stops_clock: bool
    legal_basis: Sequence[str]

    @property
    def heading(self) -> str:
        return "特别程序告知书"


@dataclass(frozen=True, kw_only=True)
class ExtensionContent(PaperContent):
    """延长办理期限告知书: the reasons for an extension the head approved (Licensing Law, article 42)."""

    kind = "extension-notice"
    required = ("addressee", "item_name", "reason", "legal_basis")

    addressee: str
    item_name: str
    bundle_name: str
    days: int
    decide_by: date
    provisional: bool = False
    reason: str
    legal_basis: Sequence[str]

    @property
    def heading(self) -> str:
        return "延长办理期限告知书"


VERDICTS = {
    "licence": "依法准予许可", "registration": "准予登记", "filing": "予以备案", "confirmation": "予以确认",
    "benefit": "审核通过", "review": "审查同意",
}
"""Kind of item -> what an approval says; of all others that it was done."""


@dataclass(frozen=True, kw_only=True)
class ResultContent(PaperContent):
    """办理结果通知书: an item that ends with no certificate was approved; a decision is handed out in writing all the same
    (Licensing Law, article 38). `result` is what the guide calls the outcome."""

    kind = "result-notice"
    required = ("addressee", "item_name", "applied_on", "result", "legal_basis")

    addressee: str
    addressee_id_masked: str = ""
    item_name: str
    item_kind: str = ""
    bundle_name: str = ""
    applied_on: date
    result: str
    opinion: str = ""
    legal_basis: Sequence[str]

    @property
    def heading(self) -> str:
        return "办理结果通知书"

    @property
    def verdict(self) -> str:
        return VERDICTS.get(self.item_kind, "予以办理，现已办结")


@dataclass(frozen=True, kw_only=True)
class RevocationContent(PaperContent):
    """撤销决定书: a certificate is taken back (Licensing Law, article 69). Never without reason, basis and remedy."""

    kind = "revocation-decision"
    required = ("addressee", "title", "certificate_no", "item_name", "reason", "basis", "remedy")

    addressee: str
    addressee_id_masked: str = ""
    title: str
    certificate_no: str
    item_name: str
    bundle_name: str
    granted_on: date
    revoked_on: date
    reason: str
    basis: str
    remedy: str

    @property
    def heading(self) -> str:
        return "撤销决定书"


@dataclass(frozen=True, kw_only=True)
class DepartmentOpinion:
    """One department's opinion in a joint act, and who gave it."""

    department: str
    items: str
    opinion: str
    text: str
    person: str


@dataclass(frozen=True, kw_only=True)
class JointRecordContent(PaperContent):
    """The one record of a joint act: when, where, who, what each department said (R85)."""

    kind = "joint-record"
    required = ("title", "holder_name", "place", "opinions", "record")

    title: str
    bundle_name: str
    holder_name: str
    met_at: datetime
    place: str
    organiser: str
    opinions: Sequence[DepartmentOpinion]
    record: str

    @property
    def heading(self) -> str:
        return self.title
