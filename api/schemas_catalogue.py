"""What the JSON API says of bundles and their items."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, Field

from api.schemas import example


class BundleSummary(BaseModel):
    model_config = example(
        slug="open-restaurant", audience="enterprise", number=2, name="开饭店", short_name="开饭店", national=False,
        theme="准入准营", lead="市场监管部门",
    )
    slug: str
    audience: str
    number: int
    name: str
    short_name: str
    national: bool
    theme: str
    lead: str


class MaterialInfo(BaseModel):
    """`source` government means: fetched from the office that holds it, never uploaded."""

    key: str
    name: str
    source: Literal["applicant", "government"]
    required: bool
    formats: list[str]
    note: str
    tolerance_days: int = Field(description="容缺受理: may be handed in this many working days after intake; 0 not allowed")
    commitment: bool = Field(description="告知承诺: a written promise may stand in for it")
    when: str | None = Field(None, description="Needed only if the answers say so, e.g. `premises == leased`")
    condition: str = Field("", description="`when` in words")


class LimitInfo(BaseModel):
    """Working days; not confirmed means 待核实."""

    days: int
    confirmed: bool


class ItemInfo(BaseModel):
    item: str
    name: str
    kind: str
    department: str
    levels: list[str]
    offered: bool = Field(description="False in 市本级 for what counties alone decide: apply in one's own district")
    remark: str
    result: str
    certificate: bool
    statutory: LimitInfo
    promised: LimitInfo
    materials: list[MaterialInfo]
    after: list[str] = Field(description="Items whose result this one waits for when both are chosen")
    parallel: str | None = Field(description="Items of the same group are chosen or left together")
    situation: str | None = Field(description="Items of the same group with different options exclude each other")
    option: str | None


class QuestionInfo(BaseModel):
    key: str
    text: str
    type: str
    options: dict[str, str]


class PromisedLimit(BaseModel):
    """What a choice of items promises: working days after the day of receipt along the critical path `path`, acceptance
    included. Not confirmed means that a limit is 待核实."""

    working_days: int
    path: list[str]
    confirmed: bool


class EstimateInfo(PromisedLimit):
    """Every limit kept to its last moment. Times are missing where the year is not published and 暂定 is not allowed."""

    model_config = example(
        working_days=11, path=["food-business-license"], confirmed=False, submitted_at="2026-11-24T10:00:00+08:00",
        intake_due="2026-11-24T12:00:00+08:00", acceptance_due="2026-11-25T17:00:00+08:00",
        items={"food-business-license": "2026-12-09T17:00:00+08:00"}, ends_at="2026-12-09T17:00:00+08:00",
        provisional=False, note="", sentence="如果今天提交，预计 2026年12月9日 星期三 前办结",
    )
    submitted_at: str
    intake_due: str | None
    acceptance_due: str | None
    items: dict[str, str]
    ends_at: str | None
    provisional: bool
    note: str
    sentence: str


class BundleDetail(BundleSummary):
    guide_version: str = Field(description="Hash of all the guide says; answers of advisers cite it")
    licence_first: bool
    promise: PromisedLimit = Field(description="Of all items together; for a choice ask for an estimate")
    items: list[ItemInfo]
    questions: list[QuestionInfo]
    notes: list[str]


class GuideLine(BaseModel):
    """Not confirmed means 待核实; `link` is a path of the front door."""

    text: str
    confirmed: bool
    source: str
    link: str


class GuideGroup(BaseModel):
    title: str
    lines: list[GuideLine]


class GuideSection(BaseModel):
    """One element of the guide, named as in the plan."""

    key: str
    title: str
    groups: list[GuideGroup]


class GuideDocument(BaseModel):
    """The same words as page and PDF, under the same version."""

    title: str
    subtitle: str
    version: str
    url: str
    sections: list[GuideSection]


class ConsentRecipient(BaseModel):
    who: str
    what: list[str]


class ConsentInfo(BaseModel):
    """`separate`: name `key` and `version` in `consents` of the application. `sha256` is of words and recipients."""

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
