"""The case: which state may follow which, and what a decision needs. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from onething.errors import Conflict, InvalidInput
from onething.vocabulary import CaseState, ItemState

OPEN_ITEM_STATES = frozenset(
    {ItemState.SUBMITTED, ItemState.RECEIVED, ItemState.ACCEPTED, ItemState.PRE_REVIEWED}
)
FAILED_ITEM_STATES = frozenset(
    {
        ItemState.NOT_ACCEPTED, ItemState.REFUSED, ItemState.ENDED_BY_RULE, ItemState.WITHDRAWN, ItemState.NOT_TAKEN,
        ItemState.EXPIRED,
    }
)
FINAL_CASE_STATES = frozenset({CaseState.COMPLETED, CaseState.WITHDRAWN, CaseState.NOT_TAKEN, CaseState.EXPIRED})
OPEN_CASE_STATES = frozenset(CaseState) - FINAL_CASE_STATES

ITEM_MOVES: Mapping[ItemState, frozenset[ItemState]] = {
    ItemState.SUBMITTED: frozenset({ItemState.RECEIVED, ItemState.NOT_TAKEN, ItemState.WITHDRAWN, ItemState.EXPIRED}),
    ItemState.RECEIVED: frozenset({ItemState.ACCEPTED, ItemState.NOT_ACCEPTED, ItemState.WITHDRAWN}),
    ItemState.ACCEPTED: frozenset(
        {ItemState.PRE_REVIEWED, ItemState.APPROVED, ItemState.REFUSED, ItemState.ENDED_BY_RULE, ItemState.WITHDRAWN}
    ),
    ItemState.PRE_REVIEWED: frozenset(
        {ItemState.ACCEPTED, ItemState.APPROVED, ItemState.REFUSED, ItemState.ENDED_BY_RULE, ItemState.WITHDRAWN}
    ),
}
CASE_MOVES: Mapping[CaseState, frozenset[CaseState]] = {
    CaseState.SUBMITTED: frozenset(
        {CaseState.IN_PROGRESS, CaseState.CORRECTION, CaseState.NOT_TAKEN, CaseState.WITHDRAWN}
    ),
    CaseState.CORRECTION: frozenset({CaseState.SUBMITTED, CaseState.WITHDRAWN, CaseState.EXPIRED}),
    CaseState.IN_PROGRESS: frozenset({CaseState.DELIVERING, CaseState.WITHDRAWN}),
    CaseState.DELIVERING: frozenset({CaseState.COMPLETED, CaseState.UNDELIVERED}),
    CaseState.UNDELIVERED: frozenset({CaseState.DELIVERING}),
}


def move_item(current: ItemState, to: ItemState) -> ItemState:
    """`to` if the item may go there (staying is allowed: steps run at least once); else `Conflict`."""
    if to == current or to in ITEM_MOVES.get(current, ()):
        return to
    raise Conflict(f"事项目前为“{current.label}”，不能改为“{to.label}”", code="item-state")


def move_case(current: CaseState, to: CaseState) -> CaseState:
    if to == current or to in CASE_MOVES.get(current, ()):
        return to
    raise Conflict(f"办件目前为“{current.label}”，不能改为“{to.label}”", code="case-state")


def may_withdraw_item(state: ItemState) -> bool:
    """Before the decision on it (R86-R88)."""
    return state in OPEN_ITEM_STATES


def may_withdraw_case(case: CaseState, items: Iterable[ItemState]) -> bool:
    """While the case is open and at least one item is undecided; decided items stay as they are."""
    return CaseState.WITHDRAWN in CASE_MOVES.get(case, ()) and any(may_withdraw_item(state) for state in items)


def fronts_pending(fronts: Iterable[ItemState]) -> bool:
    """Whether a back item must still wait: some chosen front item is undecided (R74, R76)."""
    return any(state in OPEN_ITEM_STATES for state in fronts)


def fronts_failed(fronts: Iterable[ItemState]) -> bool:
    """A front item ended without approval: its back item ends by rule (R79)."""
    return any(state in FAILED_ITEM_STATES for state in fronts)


def require_reason(reason: str, what: str) -> str:
    """A refusal says why (R65, R91)."""
    if not reason.strip():
        raise InvalidInput(f"{what}必须写明理由；请填写后再提交", field="reason", code="reason-missing")
    return reason.strip()
