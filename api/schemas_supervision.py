"""What the JSON API says to those who oversee cases."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from api.schemas import ClockInfo, Slug


class OverseenClock(BaseModel):
    """One open limit: whose work it is, and how often it was warned about and pressed."""

    number: str
    name: str
    subject: str
    holder: str
    clock: ClockInfo
    warnings: int
    reminders: int
    may_remind: bool


class SupervisionList(BaseModel):
    """Soonest due first, stopped clocks last. One item with two late clocks is one overdue item."""

    open: int
    overdue: int
    overdue_items: int
    overdue_cases: int
    clocks: list[OverseenClock]


class NewReminder(BaseModel):
    model_config = ConfigDict(extra="forbid")
    number: str = Field(pattern=r"^[0-9A-Za-z]{1,40}$")
    item: Slug | Literal[""] = Field("", description="Empty for a clock of the whole case")
    clock: str = Field(pattern=r"^[a-z-]{1,20}$")


class Reminded(BaseModel):
    told: str
