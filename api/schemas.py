"""What the JSON API takes and gives. Extra fields are refused, so nobody writes what is not theirs (S10)."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, FiniteFloat, StringConstraints

from api.parameters import NO_NUL, ONE_LINE
from api.schemas_delivery import DeliveryInfo
from onething.vocabulary import DeliveryMode, DeliveryWay

MOST = 2**53
"""Beyond it a number is no longer the same in every program that reads JSON."""
Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=64)]
DocumentId = Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z-]{1,36}$")]
GuidanceNumber = Annotated[str, StringConstraints(pattern=r"^ZX\d{20}[0-9A-Z]$")]
Text = Annotated[str, StringConstraints(pattern=ONE_LINE, max_length=200)]
FormText = Annotated[str, StringConstraints(pattern=NO_NUL, max_length=2000)]
Whole = Annotated[int, Field(ge=-MOST, le=MOST)]
FieldKey = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$", max_length=48)]


def example(**fields: Any) -> ConfigDict:
    return ConfigDict(extra="forbid", json_schema_extra={"examples": [fields]})


class Fault(BaseModel):
    """One of the faults of what was sent: where it is (empty: nowhere in particular), and its sentence with the cure."""

    model_config = example(field="materials", code="missing-material", detail="还缺少材料：经营场所平面图；请补齐后再提交")
    field: str
    code: str
    detail: str


class Problem(BaseModel):
    """RFC 9457. `detail` is a plain Chinese sentence with the cure; `code` is stable; `field` is the one at fault. `errors` has
    everything that was found at once, the one of `detail` first."""

    model_config = example(
        type="urn:onething:problem:missing-material", title="内容需要修改", status=422, code="missing-material",
        detail="还缺少材料：经营场所平面图；请补齐后再提交", field="materials",
        errors=[{"field": "materials", "code": "missing-material", "detail": "还缺少材料：经营场所平面图；请补齐后再提交"}],
    )
    type: str
    title: str
    status: int
    detail: str
    code: str
    field: str = ""
    errors: list[Fault] = Field(default_factory=list)


class Login(BaseModel):
    model_config = example(subject="demo-zhang-san")
    subject: Text


class LoggedIn(BaseModel):
    """Send `csrf_token` as header X-CSRF-Token with every request that changes something."""

    model_config = example(name="张三（演示）", role="citizen", csrf_token="k3J…")
    name: str
    role: str
    csrf_token: str


class DocumentInfo(BaseModel):
    model_config = example(
        document_id="0b6f9a52-0000-4000-8000-000000000000", name="平面图.pdf", media_type="application/pdf", size=48211,
        safety="passed",
    )
    document_id: str
    name: str
    media_type: str
    size: int
    safety: str


class Applicant(BaseModel):
    model_config = ConfigDict(extra="forbid")
    name: Text
    id_no: Text
    phone: Text
    address: Text = ""
    agent_name: Text = Field(default="", description="受托人姓名；委托他人办理时填写")
    agent_id_no: Text = Field(default="", description="受托人身份证号码")


class NewApplication(BaseModel):
    model_config = example(
        bundle="open-restaurant", district="410100", channel="online", items=["food-business-license"], answers={},
        applicant={"name": "郑州示例餐饮有限公司（演示）", "id_no": "91410100MA0000000T", "phone": "13800000004"},
        materials={"premises-plan": "0b6f9a52-0000-4000-8000-000000000000"}, delivery_way="electronic",
    )
    bundle: Slug
    district: Annotated[str, StringConstraints(pattern=r"^\d{6}$")]
    channel: Literal["online"] = "online"
    items: list[Slug] = Field(max_length=60)
    answers: dict[Text, bool | Whole | FiniteFloat | Text] = Field(default_factory=dict, max_length=50)
    applicant: Applicant
    materials: dict[Slug, DocumentId] = Field(default_factory=dict, max_length=60)
    delivery_way: DeliveryWay
    delivery_mode: DeliveryMode = DeliveryMode.UNIFIED
    guidance: list[GuidanceNumber] = Field(
        default_factory=list, max_length=10, description="Numbers of one's own pre-checks that go along with the case"
    )
    promises: dict[Slug, Literal["tolerance", "commitment"]] = Field(
        default_factory=dict, max_length=60, description="Missing materials that the guide lets one promise"
    )
    signature: Text = Field("", description="The applicant's name, typed: signs the letter of promise")
    form: dict[FieldKey, bool | Whole | FiniteFloat | FormText | list[Text]] = Field(
        default_factory=dict, max_length=200,
        description="The application form by field, see /bundles/{slug}/form; what registers know may be left out",
    )
    consents: dict[Slug, Annotated[int, Field(ge=1, le=9999)]] = Field(
        default_factory=dict, max_length=10,
        description="What the applicant agreed to separately (单独同意): part to version, see /bundles/{slug}/consents",
    )


class Submitted(BaseModel):
    model_config = example(number="41010020261123000001M", submitted_at="2026-11-23T09:00:00+08:00", location="/api/…")
    number: str
    submitted_at: str
    location: str


class LedgerDay(BaseModel):
    """One day of a limit: counted, skipped or paused, and why; `number` is how many have been counted so far."""

    day: str
    counts: bool
    kind: Literal["counted", "skipped", "paused"]
    number: int
    reason: str


class ClockInfo(BaseModel):
    """Times are ISO 8601; `item` is empty for clocks of the whole case; provisional means 暂定. A clock with `paused_at`
    stands still, and its due time is counted anew when it runs on. `days`: working days of the limit, 0 in one of hours."""

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


class ProcedureInfo(BaseModel):
    """A special step, a wait for a front result, or a granted extension; `effect` is what it does to the clock."""

    label: str
    effect: str
    reason: str
    started_at: str
    ended_at: str | None
    outcome: str


class JointActInfo(BaseModel):
    """Several departments come together once; `place` and `appointed_for` are empty until the lead has appointed."""

    label: str
    state: str
    items: list[str]
    appointed_for: str | None
    place: str
    reason: str


class ItemProgress(BaseModel):
    item: str
    name: str
    department: str
    state: str
    label: str
    held_by: str
    reason: str
    procedures: list[ProcedureInfo]


class PaperInfo(DocumentInfo):
    kind: str
    item: str
    paper_no: str


class CertificateInfo(BaseModel):
    certificate_no: str
    item: str
    title: str
    issuer: str
    issued_on: date
    state: str
    document_id: str | None
    verify_url: str


class OwnCertificate(CertificateInfo):
    """A certificate with the case it was issued in."""

    number: str


class NoticeInfo(BaseModel):
    text: str
    created_at: str


class PromiseInfo(BaseModel):
    key: str
    name: str
    kind: str
    consequence: str
    signed_at: str
    due_at: str | None
    handed_in_at: str | None


class ToCorrect(BaseModel):
    key: str = Field(description="A material, or `application-form` for the form and what else the window has to say")
    name: str
    problem: str
    fields: list[str] = Field(description="Of the form: keys of the fields that may be changed")


class ApplicationSummary(BaseModel):
    number: str
    bundle: str
    name: str
    state: str
    label: str
    submitted_at: str


class ApplicationDetail(ApplicationSummary):
    district: str
    headline: str
    items: list[ItemProgress]
    clocks: list[ClockInfo]
    papers: list[PaperInfo]
    certificates: list[CertificateInfo]
    delivery: DeliveryInfo
    notices: list[NoticeInfo]
    guidance: list[str] = Field(description="Numbers of the pre-checks that came along with the case")
    promises: list[PromiseInfo]
    joint_acts: list[JointActInfo]
    to_correct: list[ToCorrect] = Field(description="What the window marked, while a correction is due; else empty")


class Withdrawal(BaseModel):
    """Without `item` the whole case is withdrawn."""

    model_config = example(item="food-business-license")
    item: Slug | None = None


class Withdrawn(BaseModel):
    model_config = example(number="41010020261123000001M", state="withdrawn", items=["food-business-license"])
    number: str
    state: str
    items: list[str] = Field(description="Every item that ended by this request")


class Supplement(BaseModel):
    """Files for promised materials, by key."""

    model_config = example(materials={"management-rules": "0b6f9a52-0000-4000-8000-000000000000"})
    materials: dict[Slug, DocumentId] = Field(max_length=60)


class Correction(BaseModel):
    """Files for the marked materials, by key, and the form where it was marked."""

    model_config = example(materials={"premises-plan": "0b6f9a52-0000-4000-8000-000000000000"})
    materials: dict[Slug, DocumentId] = Field(max_length=60)
    form: dict[FieldKey, bool | Whole | FiniteFloat | FormText | list[Text]] | None = Field(
        None, max_length=200, description="The form anew, where it was marked; `to_correct` says which fields may change"
    )
