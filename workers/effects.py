"""Sending what cannot be called back: written down before the call, settled after it, asked about where the answer is missing.

At most one effect per key, whatever dies in between: who finds an effect that was begun asks the receiver by our key first
(security.md section 5).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

import structlog

from onething.bootstrap import Tools
from onething.errors import Conflict
from onething.faults import reach
from onething.gateways import Gateway, GatewayError, GatewayRefused, HttpGateway, OutcomeUnknown
from onething.store import effects
from onething.store.effects import Claim, EffectState, Ending, Intent
from workers.together import Together

HOLD = timedelta(seconds=45)
"""Longer than any call may take: until then nobody else touches the effect."""

log = structlog.get_logger(__name__)


class Effects:
    """`sender` is unique per process incarnation."""

    def __init__(self, tools: Tools, sender: str) -> None:
        self.tools, self.sender = tools, sender
        self._claims, self._ends = Together(self._claim_all), Together(self._settle_all)

    def carry_out(self, gateway: Gateway, key: str, number: str, body: Mapping[str, Any]) -> str:
        """The receiver's receipt, from now or from before. Raises `GatewayError`; `GatewayRefused` when no repetition helps."""
        if isinstance(gateway, HttpGateway):
            gateway.require_called()
        name = f"{gateway.name}:{key}"
        claim = self._claims.save(Intent(name, gateway.name, number, body))
        if isinstance(claim, Conflict):
            raise claim
        if claim.receipt is not None:
            return claim.receipt
        reach("effect-claimed")
        receipt = self._send(gateway, name, key, body, ask=claim.ask)
        reach("effect-called")
        self._ends.save(Ending(name, EffectState.DONE, receipt=receipt))
        reach("effect-settled")
        return receipt

    def _send(self, gateway: Gateway, name: str, key: str, body: Mapping[str, Any], *, ask: bool) -> str:
        try:
            found = gateway.find(key) if ask else None
        except GatewayError as error:
            self._ends.save(Ending(name, EffectState.UNKNOWN, problem=error.message))
            raise
        if found is not None:
            log.info("effect had happened", effect=name)
            return found
        try:
            return gateway.send(key, body)
        except GatewayError as error:
            self._ends.save(Ending(name, state_after(error), problem=error.message))
            raise

    def _claim_all(self, intents: Sequence[Intent]) -> Sequence[Claim | Conflict]:
        now = self.tools.clock.now()
        with self.tools.store.transaction() as session:
            return effects.claim(session, now, now + HOLD, self.sender, intents)

    def _settle_all(self, endings: Sequence[Ending]) -> Sequence[None]:
        with self.tools.store.transaction() as session:
            effects.settle(session, self.tools.clock.now(), endings)
        return [None] * len(endings)


def state_after(error: GatewayError) -> EffectState:
    if isinstance(error, GatewayRefused):
        return EffectState.VOID
    return EffectState.UNKNOWN if isinstance(error, OutcomeUnknown) else EffectState.PLANNED
