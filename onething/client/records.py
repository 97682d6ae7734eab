"""What the front door takes and gives.

Written by `python -m api client` from the description of the API; not edited by hand."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from pydantic import BaseModel, Field


class Record(BaseModel):
    """Fields that are newer than this client are left out, not refused."""


class AnswerInfo(Record):
    bundle: str
    name: str
    question: str
    answer: str
    owner: str
    source: str
    confirmed: bool
    guide_version: str
    guide: str
    sureness: float


class Answers(Record):
    question: str
    district: str
    known: bool
    answers: list[AnswerInfo]
    related: list[RelatedThing]
    advice: str


class Applicant(Record):
    name: str
    id_no: str
    phone: str
    address: str = ""
    agent_name: str = ""
    agent_id_no: str = ""


class ApplicationDetail(Record):
    number: str
    bundle: str
    name: str
    state: str
    label: str
    submitted_at: str
    district: str
    headline: str
    items: list[ItemProgress]
    clocks: list[ClockInfo]
    papers: list[PaperInfo]
    certificates: list[CertificateInfo]
    delivery: DeliveryInfo
    notices: list[NoticeInfo]
    guidance: list[str]
    promises: list[PromiseInfo]
    joint_acts: list[JointActInfo]
    to_correct: list[ToCorrect]


class ApplicationSummary(Record):
    number: str
    bundle: str
    name: str
    state: str
    label: str
    submitted_at: str


class Asked(Record):
    number: str
    asked_at: str
    location: str


class BundleDetail(Record):
    slug: str
    audience: str
    number: int
    name: str
    short_name: str
    national: bool
    theme: str
    lead: str
    guide_version: str
    licence_first: bool
    promise: PromisedLimit
    items: list[ItemInfo]
    questions: list[QuestionInfo]
    notes: list[str]


class BundleSummary(Record):
    slug: str
    audience: str
    number: int
    name: str
    short_name: str
    national: bool
    theme: str
    lead: str


class CertificateInfo(Record):
    certificate_no: str
    item: str
    title: str
    issuer: str
    issued_on: date
    state: str
    document_id: str | None
    verify_url: str


class ClockInfo(Record):
    clock: str
    label: str
    item: str
    started_at: str
    due_at: str
    ended_at: str | None
    provisional: bool
    overdue: bool
    working_days_left: int
    days: int
    paused_at: str | None
    overdue_at: str | None
    ledger: list[LedgerDay]


class ConsentInfo(Record):
    key: str
    version: int
    separate: bool
    title: str
    text: str
    withdrawal: str
    source: str
    confirmed: bool
    recipients: list[ConsentRecipient]
    items: list[str]
    sha256: str


class ConsentRecipient(Record):
    who: str
    what: list[str]


class Correction(Record):
    materials: dict[str, Any]
    form: dict[str, Any] | None = None


class DeliveryAttemptInfo(Record):
    items: list[str]
    attempt: int
    way: str
    outcome: str
    reason: str
    proof_no: str
    at: str


class DeliveryChoice(Record):
    delivery_mode: str
    delivery_way: str
    address: str = ""


class DeliveryInfo(Record):
    mode: str
    way: str
    changeable: bool
    results: list[ResultInfo]
    attempts: list[DeliveryAttemptInfo]


class DocumentInfo(Record):
    document_id: str
    name: str
    media_type: str
    size: int
    safety: str


class EstimateInfo(Record):
    working_days: int
    path: list[str]
    confirmed: bool
    submitted_at: str
    intake_due: str | None
    acceptance_due: str | None
    items: dict[str, str]
    ends_at: str | None
    provisional: bool
    note: str
    sentence: str


class EventTaken(Record):
    event: str
    received_at: str


class FileVerifyResult(Record):
    outcome: Literal["valid", "expired", "revoked", "archived", "not-archived", "changed", "foreign", "unsigned", "unreadable"]
    heading: str
    sentence: str
    signer: str
    signed_at: str | None
    certificate: VerifyResult | None


class GuidanceDetail(Record):
    number: str
    kind: str
    label: str
    bundle: str
    name: str
    channel: str
    state: str
    state_label: str
    asked_at: str
    district: str
    items: list[str]
    question: str
    answer: str
    gaps: list[str]
    adviser: str
    answered_at: str | None
    guide_version: str
    notification: dict[str, Any]
    document_id: str | None
    application: str | None


class GuidanceSummary(Record):
    number: str
    kind: str
    label: str
    bundle: str
    name: str
    channel: str
    state: str
    state_label: str
    asked_at: str


class GuideDocument(Record):
    title: str
    subtitle: str
    version: str
    url: str
    sections: list[GuideSection]


class GuideGroup(Record):
    title: str
    lines: list[GuideLine]


class GuideLine(Record):
    text: str
    confirmed: bool
    source: str
    link: str


class GuideSection(Record):
    key: str
    title: str
    groups: list[GuideGroup]


class ItemInfo(Record):
    item: str
    name: str
    kind: str
    department: str
    levels: list[str]
    offered: bool
    remark: str
    result: str
    certificate: bool
    statutory: LimitInfo
    promised: LimitInfo
    materials: list[MaterialInfo]
    after: list[str]
    parallel: str | None
    situation: str | None
    option: str | None


class ItemProgress(Record):
    item: str
    name: str
    department: str
    state: str
    label: str
    held_by: str
    reason: str
    procedures: list[ProcedureInfo]


class JointActInfo(Record):
    label: str
    state: str
    items: list[str]
    appointed_for: str | None
    place: str
    reason: str


class LedgerDay(Record):
    day: str
    counts: bool
    kind: Literal["counted", "skipped", "paused"]
    number: int
    reason: str


class LimitInfo(Record):
    days: int
    confirmed: bool


class LoggedIn(Record):
    name: str
    role: str
    csrf_token: str


class Login(Record):
    subject: str


class MaterialInfo(Record):
    key: str
    name: str
    source: Literal["applicant", "government"]
    required: bool
    formats: list[str]
    note: str
    tolerance_days: int
    commitment: bool
    when: str | None = None
    condition: str = ""


class NewApplication(Record):
    bundle: str
    district: str
    items: list[str]
    applicant: Applicant
    delivery_way: str
    channel: Literal["online"] = "online"
    answers: dict[str, Any] = Field(default_factory=dict)
    materials: dict[str, Any] = Field(default_factory=dict)
    delivery_mode: str = "unified"
    guidance: list[str] = Field(default_factory=list)
    promises: dict[str, Any] = Field(default_factory=dict)
    signature: str = ""
    form: dict[str, Any] = Field(default_factory=dict)
    consents: dict[str, Any] = Field(default_factory=dict)


class NewGuidance(Record):
    kind: str
    bundle: str
    district: str
    items: list[str]
    answers: dict[str, Any] = Field(default_factory=dict)
    question: str = ""
    materials: dict[str, Any] = Field(default_factory=dict)
    requester: Requester | None = None


class NewReminder(Record):
    number: str
    clock: str
    item: str | Literal[""] = ""


class NoticeInfo(Record):
    text: str
    created_at: str


class OverseenClock(Record):
    number: str
    name: str
    subject: str
    holder: str
    clock: ClockInfo
    warnings: int
    reminders: int
    may_remind: bool


class OwnCertificate(Record):
    certificate_no: str
    item: str
    title: str
    issuer: str
    issued_on: date
    state: str
    document_id: str | None
    verify_url: str
    number: str


class PaperInfo(Record):
    document_id: str
    name: str
    media_type: str
    size: int
    safety: str
    kind: str
    item: str
    paper_no: str


class ProcedureInfo(Record):
    label: str
    effect: str
    reason: str
    started_at: str
    ended_at: str | None
    outcome: str


class PromiseInfo(Record):
    key: str
    name: str
    kind: str
    consequence: str
    signed_at: str
    due_at: str | None
    handed_in_at: str | None


class PromisedLimit(Record):
    working_days: int
    path: list[str]
    confirmed: bool


class QuestionInfo(Record):
    key: str
    text: str
    type: str
    options: dict[str, str]


class RelatedThing(Record):
    bundle: str
    name: str
    guide: str
    ask: str


class Reminded(Record):
    told: str


class Requester(Record):
    name: str
    phone: str


class ResultInfo(Record):
    item: str
    name: str
    result: str
    certificate_no: str
    state: str
    label: str
    arrived_at: str | None
    delivered_at: str | None


class Submitted(Record):
    number: str
    submitted_at: str
    location: str


class SupervisionList(Record):
    open: int
    overdue: int
    overdue_items: int
    overdue_cases: int
    clocks: list[OverseenClock]


class Supplement(Record):
    materials: dict[str, Any]


class ToCorrect(Record):
    key: str
    name: str
    problem: str
    fields: list[str]


class VerifyResult(Record):
    status: Literal["valid", "expired", "revoked", "unknown"]
    title: str
    certificate_no: str
    holder: str
    issuer: str
    issued_on: date | None
    valid_until: date | None = None
    kind: Literal["certificate", "paper"] = "certificate"
    revoked_on: date | None = None


class Withdrawal(Record):
    item: str | None = None


class Withdrawn(Record):
    number: str
    state: str
    items: list[str]


class Fault(Record):
    field: str
    code: str
    detail: str


class Problem(Record):
    type: str
    title: str
    status: int
    detail: str
    code: str
    field: str = ""
    errors: list[Fault] = Field(default_factory=list)
