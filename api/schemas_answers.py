"""What the JSON API answers to a question in people's own words."""

from __future__ import annotations

from pydantic import BaseModel, Field

from api.schemas import example


class AnswerInfo(BaseModel):
    model_config = example(
        bundle="open-restaurant", name="开饭店", question="还没有营业执照，可以先申请吗？", answer="不可以。……",
        owner="市场监管部门", source="办事指南“注意事项”", confirmed=False, guide_version="0f3a5c7e9b1d2f40",
        guide="/bundles/open-restaurant", sureness=0.82,
    )
    bundle: str
    name: str
    question: str
    answer: str
    owner: str = Field(description="The department that keeps the answer right")
    source: str
    confirmed: bool = Field(description="false: 待核实, the window's word holds")
    guide_version: str = Field(description="Edition of the guide that the answer belongs to")
    guide: str = Field(description="Path of the guide")
    sureness: float = Field(description="The part of the question that the answer speaks of, 0 to 1")


class RelatedThing(BaseModel):
    model_config = example(
        bundle="open-restaurant", name="开饭店", guide="/bundles/open-restaurant", ask="/bundles/open-restaurant/ask",
    )
    bundle: str
    name: str
    guide: str
    ask: str = Field(description="Page where an adviser is asked")


class Answers(BaseModel):
    """`known` false: nothing kept answers this; `advice` says so and what to do instead."""

    question: str
    district: str
    known: bool
    answers: list[AnswerInfo] = Field(description="At most three, the surest first")
    related: list[RelatedThing]
    advice: str
