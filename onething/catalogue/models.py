"""Typed, frozen models of catalogue/*.yaml. What a model refuses is reported with file, key and cure by `load`."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints, model_validator

from onething.catalogue.base import Model, Slug, Text
from onething.catalogue.facts import Attention, Basis, CommonError, Fact, Key
from onething.catalogue.offices import SERVICE_CENTRE
from onething.catalogue.procedures import JointAct, SpecialStepUse
from onething.catalogue.results import Result
from onething.vocabulary import Audience, ItemKind, Level, MaterialForm


class Theme(Model):
    slug: Slug
    name: Text
    audience: Audience
    order: int


class Material(Model):
    """A document the applicant hands in, or one that government already holds and never asks for (R112).

    `issuer` is where it comes from (材料来源), `standard` when it is in order (受理标准), `trust` A-D of 国办函〔2016〕108号,
    `holder` and `dataset` who shares it, `valid_days` how long an upload is offered again, `result_of` the items it results from:
    whoever applies for one of these need not have it.
    """

    key: Slug
    name: Text
    source: Literal["applicant", "government"]
    form: MaterialForm = MaterialForm.ORIGINAL
    issuer: str = ""
    trust: Literal["A", "B", "C", "D"] = "C"
    standard: str = ""
    copies: int = Field(1, ge=1)
    size: str = "A4"
    paper: bool = False
    formats: tuple[Literal["pdf", "jpg", "png"], ...] = ("pdf", "jpg", "png")
    holder: Slug | None = None
    dataset: str = ""
    valid_days: int | None = Field(None, ge=1, le=3650)
    result_of: tuple[Slug, ...] = ()
    note: str = ""
    confirmed: bool = False

    @property
    def is_licence(self) -> bool:
        """Kept in the library of electronic licences; everything else that government holds comes by data sharing."""
        return "电子证照" in self.dataset


class Limit(Model):
    """A time limit in working days; `confirmed: false` is shown as 待核实."""

    days: int = Field(ge=1, le=365)
    source: str = ""
    confirmed: bool = False


class Limits(Model):
    statutory: Limit
    promised: Limit

    @model_validator(mode="after")
    def promised_is_never_longer(self) -> Limits:
        if self.promised.days > self.statutory.days:
            raise ValueError(f"承诺时限 {self.promised.days} 天长于法定时限 {self.statutory.days} 天；请改短承诺时限")
        return self


class Tolerance(Model):
    """容缺受理: the item may be taken on without this material, which is due within `days` working days (R48)."""

    allowed: bool = True
    days: int = Field(ge=1, le=60)
    source: str = ""
    confirmed: bool = False


class MaterialUse(Model):
    """`promise`: a written promise may stand in for it (告知承诺). `when`: needed only if the answers say so; `basis`: 材料依据;
    `note`: what is particular here (补充说明或情形说明)."""

    key: Slug
    required: bool = True
    when: str | None = None
    basis: Basis | None = None
    note: str = ""
    tolerance: Tolerance | None = None
    promise: bool = False

    @property
    def tolerance_days(self) -> int:
        """0 where 容缺受理 is not allowed."""
        return self.tolerance.days if self.tolerance and self.tolerance.allowed else 0


class Supervision(Model):
    """When an open limit is warned about, in working days before its last one, and how often a day it may be pressed
    (R123). Neither ever moves the limit."""

    warn_before: tuple[Annotated[int, Field(ge=0, le=60)], ...] = (3, 1)
    reminders_a_day: int = Field(1, ge=0, le=10)


class Item(Model):
    """An item (事项), defined once and used by many bundles."""

    slug: Slug
    name: Text
    kind: ItemKind
    result: Result
    limits: Limits
    basis: tuple[Basis, ...] = ()
    materials: tuple[MaterialUse, ...] = ()
    special_steps: tuple[SpecialStepUse, ...] = ()
    supervision: Supervision = Supervision()
    conditions: tuple[Fact, ...] = ()
    fee: Fact | None = None
    intermediary: Fact | None = None
    attention: Attention | None = None
    common_errors: tuple[CommonError, ...] = ()
    review_points: tuple[Fact, ...] = ()
    fields: tuple[Key, ...] = ()

    @property
    def pre_review_days(self) -> int:
        """规定时间 of 容缺预审: the promised limit less one working day, in which the decision is made (R74)."""
        return max(self.limits.promised.days - 1, 1)

    @property
    def has_acceptance_decision(self) -> bool:
        """Queries and partners yield a result without a decision on acceptance (R92, R93)."""
        return self.kind not in (ItemKind.QUERY, ItemKind.PARTNER)


class Row(Model):
    """One row of the plan's annex: an item in a bundle, with the department that decides it there.

    `because` and `otherwise` say in plain words why the answers call for it, or do not.
    """

    item: Slug
    department: Slug
    levels: tuple[Level, ...] = Field(min_length=1)
    remark: str = ""
    parallel: Slug | None = None
    situation: Slug | None = None
    option: Slug | None = None
    when: str | None = None
    because: str = ""
    otherwise: str = ""
    after: tuple[Slug, ...] = ()

    @model_validator(mode="after")
    def option_comes_with_its_situation(self) -> Row:
        if (self.situation is None) != (self.option is None):
            raise ValueError("situation 与 option 必须同时填写；请补全或同时删去")
        return self


class Option(Model):
    value: Slug
    label: Text


class Question(Model):
    key: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]
    text: Text
    type: Literal["boolean", "choice", "number"]
    options: tuple[Option, ...] = ()
    unit: str = ""
    note: str = ""
    if_sure: bool = False
    """Asked only about items that are sure to be needed; left open, the ordinary way holds."""

    def said(self, answer: bool | float | str) -> str:
        """The answer in the words of the question."""
        if isinstance(answer, bool):
            return "是" if answer else "否"
        label = next((option.label for option in self.options if option.value == answer), None)
        return label or f"{answer} {self.unit}".rstrip()


class Situation(Model):
    group: Slug
    title: Text
    question: str


class PrecedenceNote(Model):
    front: Slug
    back: Slug
    reason: Text
    source: str = ""
    confirmed: bool = False


class Change(Model):
    """优化一批、新增一批、拓展一批: to which batch a bundle belongs, since when, and what changed (R127)."""

    batch: Literal["new", "optimised", "extended"]
    since: str
    what: Text
    source: str = ""
    confirmed: bool = False


class Guidance(Model):
    """`delegated`: simple enough for the staff of the service centre to advise on (R32)."""

    delegated: bool = False


class Bundle(Model):
    """One thing (一件事): its rows in the order of the plan, questions, exclusive situations, and what its form presumes.

    `whom` tells it from things that people call by the same name: 面馆 may be a 饭店 or a 小吃店. `companies_take` is the other
    one, where only 个体工商户 may have this.
    `notes` are for applicants; `editor_notes` say what is odd in the plan or still to be settled, for the lead department.
    """

    slug: Slug
    audience: Audience
    number: int = Field(ge=1)
    name: Text
    short_name: Text
    whom: Fact | None = None
    companies_take: Slug | None = None
    national: bool
    lead: Slug
    theme: Slug
    licence_first: bool = False
    rows: tuple[Row, ...] = Field(min_length=1)
    questions: tuple[Question, ...] = ()
    situations: tuple[Situation, ...] = ()
    precedence_notes: tuple[PrecedenceNote, ...] = ()
    joint_acts: tuple[JointAct, ...] = ()
    notes: tuple[str, ...] = ()
    editor_notes: tuple[str, ...] = ()
    presets: dict[Key, str] = {}  # noqa: RUF012
    guidance: Guidance = Guidance()
    change: Change | None = None
    model: Slug | None = None

    @property
    def process(self) -> str:
        """The key of the process that runs it: its own name, unless a district's added items need another model."""
        return self.model or self.slug

    @property
    def adviser_office(self) -> str:
        """Who advises: the lead department, or the service centre it delegated to (R30, R32)."""
        return SERVICE_CENTRE if self.guidance.delegated else self.lead

    def row(self, item: str) -> Row | None:
        return next((row for row in self.rows if row.item == item), None)

    def fronts_of(self, item: str) -> tuple[str, ...]:
        return row.after if (row := self.row(item)) else ()

    def backs_of(self, item: str) -> tuple[str, ...]:
        return tuple(row.item for row in self.rows if item in row.after)

    def block(self, group: str) -> tuple[str, ...]:
        return tuple(row.item for row in self.rows if row.parallel == group)
