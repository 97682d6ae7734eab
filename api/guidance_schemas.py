"""What the JSON API takes and gives of consultations."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, FiniteFloat, StringConstraints

from api.parameters import NO_NUL
from api.schemas import DocumentId, Slug, Text, Whole, example
from onething.vocabulary import GuidanceKind


class Requester(BaseModel):
    """Who asks in the hall; only a window account of that district may fill it in."""

    model_config = ConfigDict(extra="forbid")
    name: Text
    phone: Text


class NewGuidance(BaseModel):
    model_config = example(
        kind="question", bundle="open-restaurant", district="410105", items=["food-business-license"], answers={},
        question="租用的房屋可以办吗？",
    )
    kind: GuidanceKind
    bundle: Slug
    district: Annotated[str, StringConstraints(pattern=r"^\d{6}$")]
    items: list[Slug] = Field(max_length=60)
    answers: dict[Text, bool | Whole | FiniteFloat | Text] = Field(default_factory=dict, max_length=50)
    question: Annotated[str, StringConstraints(pattern=NO_NUL, max_length=1000)] = ""
    materials: dict[Slug, DocumentId] = Field(default_factory=dict, max_length=60)
    requester: Requester | None = None


class Asked(BaseModel):
    model_config = example(number="ZX410105202611230000012", asked_at="2026-11-23T09:00:00+08:00", location="/api/…")
    number: str
    asked_at: str
    location: str


class GuidanceSummary(BaseModel):
    number: str
    kind: str
    label: str
    bundle: str
    name: str
    channel: str
    state: str
    state_label: str
    asked_at: str


class GuidanceDetail(GuidanceSummary):
    """`notification` is everything for this choice, as told with the answer; `guide_version` is the guide it rests on."""

    district: str
    items: list[str]
    question: str
    answer: str
    gaps: list[str]
    adviser: str
    answered_at: str | None
    guide_version: str
    notification: dict[str, Any]
    document_id: str | None = Field(description="The signed 一次性告知单, once answered")
    application: str | None = Field(description="The case this pre-check went along with")
