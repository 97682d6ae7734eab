"""What each paper says, as plain data: no layout, no database rows, nothing looked up while drawing.

Papers are drawn from a frozen snapshot, so that the same case gives the same bytes on any day (S19).
Lists may be given as list or tuple. Every check that fails raises PaperError(code="paper-content", status=422).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import ClassVar, Literal

from onething.papers.errors import PaperError
from onething.papers.labels import label_of


def remedy_text(review_authority: str, court: str, *, what: str = "决定") -> str:
    """The remedy paragraph of a refusal: where to appeal and how long that is possible (R91). `what` is on paper: 决定, 告知."""
    return (
        f"如不服本{what}，可以自收到本{what}书之日起六十日内依法向{review_authority}申请行政复议，"
        f"也可以自收到本{what}书之日起六个月内依法向{court}提起行政诉讼。"
    )


@dataclass(frozen=True, kw_only=True)
class PaperContent:
    """What all papers share. `number` is the paper's own number, `application_no` the case's."""

    kind: ClassVar[str]
    required: ClassVar[tuple[str, ...]] = ()

    number: str
    application_no: str
    issuer: str
    issued_on: date
    verify_url: str
    contact: str = ""
    demo: bool = True

    def __post_init__(self) -> None:
        for name in ("number", "application_no", "issuer", "verify_url", *self.required):
            value = getattr(self, name)
            if not value or (isinstance(value, str) and not value.strip()):
                raise PaperError(
                    f"文书缺少必填内容：{label_of(name)}。请补充后再制作。", code="paper-content", status=422
                )
        for field in fields(self):
            if isinstance(value := getattr(self, field.name), list):
                object.__setattr__(self, field.name, tuple(value))

    @property
    def heading(self) -> str:
        """The name printed on the paper and used for the file, such as 受理通知书."""
        raise NotImplementedError


@dataclass(frozen=True, kw_only=True)
class Detail:
    """One line of a licence that only its kind has, such as 经营场所."""

    label: str
    value: str


@dataclass(frozen=True, kw_only=True)
class LicenceContent(PaperContent):
    """A certificate (证照). `number` is the certificate number. `holder_code`: the 统一社会信用代码, in full, of holders that
    have one.

    `validity` is printed when `valid_until` is None; without both it is 长期有效.
    """

    kind = "licence"
    required = ("title", "holder_name")

    title: str
    holder_name: str
    holder_called: str = "持证主体"
    holder_code: str = ""
    holder_id_masked: str = ""
    item_name: str = ""
    legal_basis: Sequence[str] = ()
    details: Sequence[Detail] = ()
    valid_until: date | None = None
    validity: str = ""
    remarks: str = ""
    orientation: Literal["landscape", "portrait"] = "landscape"

    @property
    def heading(self) -> str:
        return self.title


@dataclass(frozen=True, kw_only=True)
class AcceptanceContent(PaperContent):
    """受理通知书 of one item. `deemed` says that it counts as accepted because the limit for answering ran out."""

    kind = "acceptance-notice"
    required = ("addressee", "item_name", "accepted_on")

    addressee: str
    item_name: str
    bundle_name: str = ""
    received_on: date | None = None
    accepted_on: date
    decide_by: date | None = None
    promised_days: int | None = None
    statutory_days: int | None = None
    provisional: bool = False
    deemed: bool = False
    legal_basis: Sequence[str] = ()

    @property
    def heading(self) -> str:
        return "受理通知书"


REFUSALS = {
    "acceptance": ("不予受理决定书", "依法不予受理"),
    "approval": ("不予许可决定书", "不符合法定条件、标准，依法不予许可"),
    "service": ("不予办理决定书", "不符合办理的条件、标准，依法不予办理"),
    "ended": ("终止办理决定书", "本事项不能继续办理，依规则终止办理"),
}
"""What a refusal is of -> its title, and what it says was found."""


@dataclass(frozen=True, kw_only=True)
class RefusalContent(PaperContent):
    """A refusal: of taking the item on (`acceptance`), of the licence (`approval`), of what is no licence (`service`), or
    the end of an item whose front item failed (`ended`). Never without reasons, basis and remedy (R65, R91)."""

    kind = "refusal-decision"
    required = ("addressee", "item_name", "applied_on", "reasons", "legal_basis", "remedy")

    stage: Literal["acceptance", "approval", "service", "ended"]
    addressee: str
    addressee_id_masked: str = ""
    item_name: str
    bundle_name: str = ""
    applied_on: date
    reasons: Sequence[str]
    legal_basis: Sequence[str]
    remedy: str

    def __post_init__(self) -> None:
        super().__post_init__()
        if not all(reason.strip() for reason in self.reasons):
            raise PaperError("不予决定的每一条理由都必须写明，不能为空。", code="paper-content", status=422)

    @property
    def heading(self) -> str:
        return REFUSALS[self.stage][0]

    @property
    def verdict(self) -> str:
        return REFUSALS[self.stage][1]


@dataclass(frozen=True, kw_only=True)
class ReceiptItem:
    """An item of the case, who decides it and when that would be done (`due` None: said by `due_note`)."""

    name: str
    department: str
    due: date | None = None
    due_note: str = ""


@dataclass(frozen=True, kw_only=True)
class ReceiptMaterial:
    """A material as it was taken in. `form`: 原件, 复印件, 电子件, 共享获取 ..."""

    name: str
    copies: int = 1
    form: str = "电子件"
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class ReceiptContent(PaperContent):
    """收件回执, issued at once in duplicate: number, time, materials, items, when it would end (R45)."""

    kind = "receipt"
    required = ("bundle_name", "applicant_name", "received_at", "items", "materials")

    bundle_name: str
    applicant_name: str
    applicant_id_masked: str = ""
    agent_name: str = ""
    received_at: datetime
    channel: str = ""
    window: str = ""
    clerk_name: str = ""
    items: Sequence[ReceiptItem]
    materials: Sequence[ReceiptMaterial]
    expected_on: date | None = None
    expected_note: str = ""
    notes: str = ""

    @property
    def heading(self) -> str:
        return "收件回执"


@dataclass(frozen=True, kw_only=True)
class Defect:
    """What is wrong with one material, and what the applicant has to do about it."""

    material: str
    problem: str
    cure: str
    basis: str = ""


@dataclass(frozen=True, kw_only=True)
class CorrectionContent(PaperContent):
    """一次告知通知书: all that must be put right, told once, in duplicate."""

    kind = "correction-notice"
    required = ("addressee", "bundle_name", "defects")

    addressee: str
    bundle_name: str
    item_name: str = ""
    applied_on: date | None = None
    defects: Sequence[Defect]
    correct_by: date | None = None
    how: str = ""
    clerk_name: str = ""

    @property
    def heading(self) -> str:
        return "一次性告知通知书"


@dataclass(frozen=True, kw_only=True)
class DeliveredDocument:
    title: str
    number: str
    copies: int = 1


@dataclass(frozen=True, kw_only=True)
class DeliveryContent(PaperContent):
    """送达回证. What is not known yet stays blank, to be written by hand (R102)."""

    kind = "delivery-record"
    required = ("addressee", "documents", "way")

    addressee: str
    item_name: str = ""
    documents: Sequence[DeliveredDocument]
    way: str
    place: str = ""
    delivered_at: datetime | None = None
    receiver_name: str = ""
    receiver_relation: str = ""
    proof_no: str = ""
    failure_reason: str = ""
    server_name: str = ""
    remarks: str = ""

    @property
    def heading(self) -> str:
        return "送达回证"
