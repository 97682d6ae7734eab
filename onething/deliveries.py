"""送达: what is handed over together, by whom it is sent, and until when the applicant may choose anew. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from onething.catalogue import Bundle
from onething.engine.contract import block_item, district_of
from onething.vocabulary import CaseState, DeliveryState, ItemState

CASE = ""
"""The scope of a delivery of everything that is left; other scopes are an item or a parallel block."""
RESULT_STATES = frozenset(
    {ItemState.APPROVED, ItemState.REFUSED, ItemState.NOT_ACCEPTED, ItemState.ENDED_BY_RULE}
)
"""What has a result to hand over: refusals are delivered like certificates (R102)."""
OPEN_CASE_STATES = frozenset({
    CaseState.SUBMITTED, CaseState.CORRECTION, CaseState.IN_PROGRESS, CaseState.DELIVERING, CaseState.UNDELIVERED,
})


def in_scope(bundle: Bundle, items: Iterable[str], scope: str) -> list[str]:
    """Those of `items` that are handed over together under `scope`."""
    blocks = {row.item: block_item(row.parallel) for row in bundle.rows if row.parallel}
    return [item for item in items if scope in (CASE, item, blocks.get(item))]


def senders(groups: Iterable[str], district: str) -> list[str]:
    """The reviewer groups of another level than the case's own: each sends its results once to the window (R96)."""
    return sorted({group for group in groups if district_of(group) != district})


def state_of(item: ItemState, stored: str | None) -> DeliveryState:
    """Where a result is; before anybody has prepared its delivery the item itself says so (R103)."""
    if stored:
        return DeliveryState(stored)
    ended = item in (ItemState.WITHDRAWN, ItemState.NOT_TAKEN, ItemState.EXPIRED)
    return DeliveryState.NOT_DUE if ended else DeliveryState.AWAITED


def may_choose(case: CaseState, states: Iterable[str]) -> bool:
    """Mode and way may be changed until the first handover (R95)."""
    return case in OPEN_CASE_STATES and DeliveryState.DELIVERED not in states


def undelivered(items: Mapping[str, ItemState], stored: Mapping[str, str]) -> list[str]:
    """Items with a result that nobody has been given yet."""
    return [
        item for item, state in items.items()
        if state in RESULT_STATES and stored.get(item) != DeliveryState.DELIVERED
    ]


def parcel(number: str, scope: str, attempt: int) -> str:
    """The key of a courier's order: one for each attempt."""
    return f"{number}:{scope}:{attempt}"
