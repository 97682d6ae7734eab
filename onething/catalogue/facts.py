"""What a guide says beyond names and limits; every statement carries its source and whether it is confirmed (R6, R7, R13)."""

from __future__ import annotations

import re
from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from onething.catalogue.base import Model, Slug, Text

Key = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$", max_length=48)]


UNKNOWN = "待核实"


class Sourced(Model):
    """What may only be confirmed with where it stands."""

    source: str = ""
    confirmed: bool = False

    @model_validator(mode="after")
    def confirmed_has_a_source(self) -> Self:
        if self.confirmed and not self.source:
            raise ValueError("已核实的内容必须写明出处 source；请补上，或改为 confirmed: false")
        return self


class Fact(Sourced):
    """A sentence of a guide. Unconfirmed ones are shown as 待核实."""

    text: Text

    @property
    def doubted(self) -> str:
        """With its doubt, unless the sentence has it already."""
        return self.text if self.confirmed or UNKNOWN in self.text else f"{self.text}（{UNKNOWN}）"


class Validity(Fact):
    """How long a result holds, in words. `years`: where that is one fixed term from the day it is issued."""

    years: int | None = Field(default=None, ge=1, le=50)


class Basis(Model):
    """`edition`: the day of the version that was read, where it was read; only then may it be confirmed."""

    law: Text
    article: str = ""
    edition: str = ""
    confirmed: bool = False

    @model_validator(mode="after")
    def confirmed_names_article_and_edition(self) -> Basis:
        if self.confirmed and not (self.article and self.edition):
            raise ValueError("已核实的依据必须写明条款 article 和版本日期 edition；请补上，或改为 confirmed: false")
        return self

    @property
    def text(self) -> str:
        return f"{self.law}{self.article}"


class Attention(Model):
    """The four answers of 特殊注意事项 (R13)."""

    appointment: Fact
    in_person: Fact
    all_parties: Fact
    photo: Fact


class CommonError(Model):
    """What often goes wrong, and how it is right."""

    wrong: Text
    right: Text


class Choice(Model):
    value: Slug
    label: Text
    rare: bool = False
    """Whether pages fold it away behind the common ones."""


class Shared(Model):
    """Where the value is taken from, so that nobody fills it in again (R114); people may dispute it (R115)."""

    department: Slug
    dataset: Text


COUNTED = frozenset(("人", "个", "间", "台", "张", "辆", "条", "份", "头（只、羽）", "头（只、套）", "月", "日", "秒"))


class FormField(Model):
    """A question of the application form, defined once for all items that need it (R111)."""

    key: Key
    label: Text
    section: Text
    type: Literal["text", "textarea", "number", "date", "choice", "checks", "boolean"]
    unit: str = ""
    options: tuple[Choice, ...] = ()
    required: bool = True
    minimum: float | None = None
    maximum: float | None = None
    max_length: int = Field(200, ge=1, le=2000)
    pattern: str = ""
    help: str = ""
    error: str = ""
    example: str = ""
    shared: Shared | None = None
    not_before: str = ""
    """Of a date: the field whose date it may not precede."""
    past: bool = False
    """Of a date: what has happened, so not later than today."""
    identity: bool = False
    """Whether it is the number of somebody's identity document."""
    starts_as: str = ""
    """The shared field whose value is proposed here; the applicant may write something else, and nobody disputes it."""
    locates: bool = False
    """Whether it says in which district the matter is; the application goes to that district."""

    @property
    def whole(self) -> bool:
        """People and things are counted, not measured."""
        return self.type == "number" and self.unit in COUNTED

    @model_validator(mode="after")
    def options_belong_to_choices(self) -> FormField:
        if (self.type in ("choice", "checks")) != bool(self.options):
            raise ValueError("type 为 choice 或 checks 时须写 options，其他类型不写；请改正")
        if self.pattern and not (self.error and re.fullmatch(self.pattern, self.example)):
            raise ValueError("写了 pattern 的字段须用 error 说明怎样填写，并用 example 举一个符合的例子；请补上")
        return self
