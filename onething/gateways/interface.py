"""What every outside system must offer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from onething.errors import OneThingError


class GatewayError(OneThingError):
    """The outside system did not take the order; the relay tries again later."""

    default_code = "gateway"
    default_status = 502


class Gateway(Protocol):
    name: str

    def send(self, key: str, body: Mapping[str, Any]) -> str:
        """Hand over one order; the same `key` has one effect however often it is sent. Returns the receipt number."""
        ...

    def check(self) -> str:
        """One sentence on whether the system can be reached."""
        ...
