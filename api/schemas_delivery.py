"""What the JSON API says about the delivery of results."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from api.parameters import ONE_LINE
from onething.vocabulary import DeliveryMode, DeliveryWay


class ResultInfo(BaseModel):
    """One line of 统一出件: the result of an item and where it is."""

    item: str
    name: str
    result: str
    certificate_no: str
    state: str
    label: str
    arrived_at: str | None
    delivered_at: str | None


class DeliveryAttemptInfo(BaseModel):
    """`items` empty for a delivery of everything that was left."""

    items: list[str]
    attempt: int
    way: str
    outcome: str
    reason: str
    proof_no: str
    at: str


class DeliveryInfo(BaseModel):
    mode: str
    way: str
    changeable: bool = Field(description="Until the first handover")
    results: list[ResultInfo]
    attempts: list[DeliveryAttemptInfo]


class DeliveryChoice(BaseModel):
    """`address` is needed for courier delivery; left out, the one given before stays."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [
        {"delivery_mode": "separate", "delivery_way": "courier", "address": "郑州市金水区示例路 1 号"}
    ]})
    delivery_mode: DeliveryMode
    delivery_way: DeliveryWay
    address: str = Field("", max_length=200, pattern=ONE_LINE)
