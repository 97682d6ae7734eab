"""What every outside system must offer, and the three ways in which it may fail to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from onething.errors import OneThingError


class GatewayError(OneThingError):
    """The outside system surely did not take the order: it may be handed over again later."""

    default_code = "gateway"
    default_status = 502


class GatewayRefused(GatewayError):
    """The system says no to this order for good; no repeat cures it, a person must look."""

    default_code = "gateway-refused"


class OutcomeUnknown(GatewayError):
    """The order left us and its answer was lost: whoever sent it asks `find` before anything else."""

    default_code = "gateway-unknown"


class Gateway(Protocol):
    name: str

    def send(self, key: str, body: Mapping[str, Any]) -> str:
        """Hand over one order; the same `key` has one effect however often it is sent. Returns the receipt number."""
        ...

    def find(self, key: str) -> str | None:
        """The receipt of the order under `key`; None when the system says that it has none. Raises `GatewayError`."""
        ...

    def check(self) -> str:
        """One sentence on the system; raises `GatewayError` when it cannot be reached."""
        ...


class Source(Gateway, Protocol):
    """A system that also answers questions: data sharing, e-licences."""

    def look_up(self, dataset: str, subject: str) -> Mapping[str, Any]:
        """What `dataset` knows of the person or company; empty when it knows nobody of that number."""
        ...
