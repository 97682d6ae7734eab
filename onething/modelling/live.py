"""Where a case stands, as marks on the elements of its model. An element the analyst renamed is left unmarked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from lxml import etree

from onething.engine.contract import joint_item
from onething.modelling.names import find_all
from onething.modelling.read import boxes, extra_steps
from onething.vocabulary import CaseState, ItemState

DONE, NOW, WAITING, OVERDUE, SKIPPED = "done", "now", "waiting", "overdue", "skipped"
ACCEPTED = ("start", "acceptance", "handover", "accepted")
DECIDED = (*ACCEPTED, "approval", "approved")
ENDS: Mapping[ItemState, tuple[str, ...]] = {
    ItemState.APPROVED: (*DECIDED, "fork", "certificate", "result", "join", "done"),
    ItemState.REFUSED: (*DECIDED, "push-refusal", "refused"), ItemState.ENDED_BY_RULE: (*DECIDED, "push-refusal", "refused"),
    ItemState.NOT_ACCEPTED: (*ACCEPTED, "not-accepted"),
}
INTAKE = ("submitted", "intake-call", "taken-in")
TAKEN_IN = (*INTAKE, "split", "choose-items", "papers", "papers-done")
ALL_DECIDED = (*TAKEN_IN, "items-done", "all-done")


@dataclass(frozen=True)
class Stand:
    """A case as the store has it. `late`: items whose running clock has run out, "" for the case's own; `paused` likewise."""

    state: CaseState
    taken_in: bool
    items: Mapping[str, ItemState]
    late: frozenset[str] = frozenset()
    paused: frozenset[str] = frozenset()
    joint: Mapping[str, bool] | None = None
    extra: Mapping[str, Mapping[str, bool]] | None = None
    """Item -> the steps that an analyst added to it and the case has reached, by name: whether it goes on."""


def marks(model: etree._Element, stand: Stand) -> dict[str, str]:
    """Element id -> state, as `picture` takes them, flows between what is done included."""
    found = _case(stand)
    for item, box in boxes(model).items():
        if not item.startswith("block-"):
            found |= _box(item, box, stand)
            _mark_extra(found, item, box, (stand.extra or {}).get(item, {}))
    for kind, is_open in (stand.joint or {}).items():
        found[joint_item(kind)] = NOW if is_open else DONE
    for flow in find_all(model, ".//bpmn:sequenceFlow"):
        ends = found.get(flow.get("sourceRef", "")), found.get(flow.get("targetRef", ""))
        if ends[0] == DONE and ends[1] not in (None, SKIPPED):
            found[flow.get("id", "")] = DONE
    return found


def _case(stand: Stand) -> dict[str, str]:
    """The nodes outside of the boxes."""
    urgent = OVERDUE if "" in stand.late else NOW
    match stand.state:
        case CaseState.SUBMITTED:
            return _all(DONE, ["submitted"]) | {"intake-call": urgent}
        case CaseState.CORRECTION:
            return _all(DONE, ["submitted"]) | {"intake-call": WAITING}
        case CaseState.NOT_TAKEN | CaseState.EXPIRED:
            return _all(DONE, [*INTAKE, "not-taken-in"])
        case CaseState.IN_PROGRESS:
            return _all(DONE, TAKEN_IN)
        case CaseState.DELIVERING | CaseState.UNDELIVERED:
            waits = stand.state == CaseState.UNDELIVERED
            return _all(DONE, ALL_DECIDED) | {"delivery-call": WAITING if waits else urgent}
        case CaseState.COMPLETED:
            return _all(DONE, [*ALL_DECIDED, "delivery-call", "archive", "archived"])
    way = TAKEN_IN if stand.taken_in else ("submitted",)
    return _all(DONE, [*way, "withdrawal", "case-withdrawn", "record-withdrawal"])


def _box(item: str, box: etree._Element, stand: Stand) -> dict[str, str]:
    state, parts = stand.items.get(item), {e.get("id", "") for e in box.iter(etree.Element) if e.get("id")}
    if state in (None, ItemState.WITHDRAWN, ItemState.NOT_TAKEN, ItemState.EXPIRED):
        return dict.fromkeys(parts, SKIPPED) | ({f"{item}-withdrawn": DONE} if state == ItemState.WITHDRAWN else {})
    if state in ENDS:
        return _all(DONE, [box.get("id", ""), *(f"{item}-{part}" for part in ENDS[state])])
    urgent = OVERDUE if item in stand.late else WAITING if item in stand.paused else NOW
    if state == ItemState.RECEIVED:
        return _all(DONE, [f"{item}-start"]) | _all(urgent, [box.get("id", ""), f"{item}-acceptance", f"{item}-handover"])
    if state in (ItemState.ACCEPTED, ItemState.PRE_REVIEWED):
        urgent = WAITING if state == ItemState.PRE_REVIEWED else urgent
        return _all(DONE, [f"{item}-{part}" for part in ACCEPTED]) | _all(urgent, [box.get("id", ""), f"{item}-approval"])
    return {}


def _mark_extra(found: dict[str, str], item: str, box: etree._Element, reached: Mapping[str, bool]) -> None:
    """Who waits for an added step does not decide yet."""
    approval = f"{item}-approval"
    for name, call in extra_steps(box):
        if found.get(box.get("id", "")) != SKIPPED and name in reached:
            found[call.get("id", "")] = found.get(approval, NOW) if reached[name] else DONE
    if any(reached.values()) and found.get(approval) != DONE:
        found.pop(approval, None)


def _all(state: str, ids: Iterable[str]) -> dict[str, str]:
    return dict.fromkeys(ids, state)
