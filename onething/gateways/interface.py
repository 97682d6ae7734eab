"""What every outside system must offer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from onething.errors import OneThingError


class GatewayError(OneThingError):
    """The outside system did not take the order; the relay tries again later."""

    default_code = "gateway"
    default_status = 502


class GatewayRefused(GatewayError):
    """The outside system says no to this order for good: no repetition cures it."""

    default_code = "gateway-refused"


class OutcomeUnknown(GatewayError):
    """The order was sent and the answer is missing: ask `find` before anything else."""

    default_code = "outcome-unknown"


class Gateway(Protocol):
    name: str

    def send(self, key: str, body: Mapping[str, Any]) -> str:
        """Hand over one order; the same `key` has one effect however often it is sent. Returns the receipt number."""
        ...

    def find(self, key: str) -> str | None:
        """The receipt of the order under this key; None when the system has none. Raises `GatewayError`."""
        ...

    def check(self) -> str:
        """One sentence on whether the system can be reached."""
        ...
