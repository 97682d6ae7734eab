"""What outside systems tell the front door, and what it answers."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, Field, StringConstraints

from api.parameters import ONE_LINE
from api.schemas import Slug, example


class OutsideEvent(BaseModel):
    """One event about one case. `order` is the Idempotency-Key of our order, `receipt` the system's own number for it."""

    model_config = example(
        event="event-20261126-000017", kind="signed-for", number="41010520261126000001O",
        order="41010520261126000001O:COURIER:1", receipt="KD1000000017", at="2026-11-26T15:04:05+08:00",
    )
    event: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._:-]{8,64}$")] = Field(
        description="The system's own id of the event: the same event is taken once"
    )
    kind: Literal["sent-out", "signed-for", "returned", "decided", "received", "rejected"]
    number: Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z]{1,40}$")]
    order: Annotated[str, StringConstraints(pattern=ONE_LINE, max_length=200)] = ""
    item: Slug | Literal[""] = ""
    receipt: Annotated[str, StringConstraints(pattern=ONE_LINE, max_length=100)] = ""
    note: Annotated[str, StringConstraints(pattern=ONE_LINE, max_length=500)] = ""
    at: AwareDatetime


class EventTaken(BaseModel):
    """The same answer, however often the event is sent."""

    event: str
    received_at: str
