"""Special steps, extensions and joint acts: what may stop or move a clock, as data (R84, R85, R90)."""

from __future__ import annotations

from pydantic import Field, model_validator

from onething.catalogue.base import Model, Slug, Text
from onething.vocabulary import ItemKind, JointKind, StepKind


class SpecialStepUse(Model):
    """A special step this item may need; only declared ones may stop its clock (R9, R90)."""

    kind: StepKind
    source: str = ""
    confirmed: bool = False

    @model_validator(mode="after")
    def waiting_is_no_step_to_declare(self) -> SpecialStepUse:
        if self.kind == StepKind.FRONT_RESULT:
            raise ValueError("等待前置结果不是可以申报的特别环节；请删去，前后置关系写在一件事的 after 中")
        return self


class JointAct(Model):
    """Items whose departments look at the same thing together, once (R84, R85)."""

    kind: JointKind
    items: tuple[Slug, ...] = Field(min_length=2)
    source: str = ""
    confirmed: bool = False


class StepRule(Model):
    """Whether a special step stops the clock, and by which law (Administrative Licensing Law, article 45)."""

    kind: StepKind
    stops_clock: bool
    source: Text
    confirmed: bool = False


class ExtensionRule(Model):
    """How many working days the head of a department may add, once, to which kinds of items (article 42)."""

    days: int = Field(ge=1, le=60)
    kinds: tuple[ItemKind, ...]
    source: Text
    confirmed: bool = False


class CorrectionRule(Model):
    """How many working days the applicant has to hand in what the one-time notice names, and when they are reminded."""

    days: int = Field(ge=2, le=120)
    remind_before: int = Field(ge=1)
    source: Text
    confirmed: bool = False

    @model_validator(mode="after")
    def reminded_before_the_end(self) -> CorrectionRule:
        if self.remind_before >= self.days:
            raise ValueError("remind_before 须小于 days；请改正提醒的天数")
        return self


class Procedures(Model):
    """catalogue/procedures.yaml: what the law says about clocks that stop, are extended, or are the applicant's."""

    steps: tuple[StepRule, ...]
    extension: ExtensionRule
    correction: CorrectionRule

    @model_validator(mode="after")
    def every_kind_once(self) -> Procedures:
        kinds = [rule.kind for rule in self.steps]
        if sorted(kinds) != sorted(StepKind):
            raise ValueError("steps 须为每种特别环节各写一条；请对照 StepKind 补全或删去重复")
        return self

    def rule(self, kind: StepKind) -> StepRule:
        return next(rule for rule in self.steps if rule.kind == kind)
