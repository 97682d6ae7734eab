"""What people decided, told three times: by the engine's history, by the audit trail, by the state of the case."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from onething.cases import FINAL_CASE_STATES
from onething.vocabulary import CaseState, ItemState
from tests.fault.snapshot import Finding, Snapshot, grouped
from workers.overtaken import KEYS, OVERTAKEN, RECORDS

OUTCOMES: Mapping[str, Mapping[str, str]] = {
    "intake-review": {"accepted": "intake-accepted", "rejected": "intake-rejected"},
    "acceptance-review": {"accept": "accept", "refuse": "refuse-acceptance"},
    "approval-decision": {"approve": "approve", "refuse": "refuse"},
}
WAITING: Mapping[str, tuple[CaseState, ...]] = {
    "intake-review": (CaseState.SUBMITTED,), "acceptance-review": (CaseState.IN_PROGRESS,),
    "approval-decision": (CaseState.IN_PROGRESS,), "special-step": (CaseState.IN_PROGRESS,),
    "result-handover": (CaseState.DELIVERING, CaseState.IN_PROGRESS),
}
"""User task that is open -> the states its case can be in."""
ITEM_WAITING: Mapping[str, tuple[ItemState, ...]] = {
    "acceptance-review": (ItemState.RECEIVED,), "approval-decision": (ItemState.ACCEPTED, ItemState.PRE_REVIEWED),
}


def unrecorded(snap: Snapshot) -> Iterator[Finding]:
    """Decisions without a record, with two, with another person's name or another outcome."""
    case_of, pending = snap.case_of, _pending(snap)
    done: Counter[tuple[str, str, str]] = Counter()
    for task in snap.done_tasks:
        number, key = case_of.get(task["processInstanceId"], ""), task["taskDefinitionKey"]
        if key in RECORDS and task.get("deleteReason") == "completed" and number not in pending:
            done[number, key, snap.operations.get(task["id"]) or task.get("assignee") or ""] += 1
    people = {person for _, _, person in done}
    recorded = Counter(
        (row["number"], row["detail"]["task"] if row["action"] == OVERTAKEN else KEYS[row["action"]], row["actor"])
        for row in snap.rows("audit")
        if row["action"] in (*KEYS, OVERTAKEN) and row["number"] not in pending and row["actor"] in people
    )
    for number, key, person in sorted(done.keys() | recorded.keys()):
        asked, found = done[number, key, person], recorded[number, key, person]
        if asked != found:
            yield Finding(number, f"{key} by {person}: {asked} times done, {found} times recorded")
    yield from _other_outcome(snap, pending)


def _other_outcome(snap: Snapshot, pending: set[str]) -> Iterator[Finding]:
    recorded = {(row["number"], row["item"], row["action"]) for row in snap.rows("audit")}
    for line in snap.decided:
        action = OUTCOMES.get(line["key"], {}).get(line.get("answer", ""))
        item = line["item"] if line["key"] != "intake-review" else ""
        if action and line["number"] not in pending and (line["number"], item, action) not in recorded:
            yield Finding(line["number"], f"{line['key']} was answered {line['answer']}, and that is not recorded")


def drift(snap: Snapshot) -> Iterator[Finding]:
    """Where the store's state is not the one that the engine's history tells."""
    pending = _pending(snap)
    tasks: dict[str, set[str]] = {}
    for number, key in _open(snap):
        tasks.setdefault(number, set()).add(key)
    for row in snap.rows("application"):
        number, state = row["number"], CaseState(row["state"])
        for root in snap.roots.get(number, [])[:1]:
            ended = root["state"] != "ACTIVE"
            if number not in pending and ended != (state in FINAL_CASE_STATES and not tasks.get(number)):
                yield Finding(number, f"the store says {state}, the engine {root['state']}")
        for key in tasks.get(number, ()):
            if key in WAITING and number not in pending and state not in WAITING[key]:
                yield Finding(number, f"{key} is open, and the store says {state}")
    yield from _item_drift(snap, pending, tasks)


def _item_drift(snap: Snapshot, pending: set[str], tasks: Mapping[str, set[str]]) -> Iterator[Finding]:
    for number, items in grouped(snap.rows("application_item"), "number").items():
        keys = tasks.get(number, set()) & ITEM_WAITING.keys()
        if number not in pending and len(keys) == 1 and len(items) == 1:  # of several items the task does not say which
            key, state = next(iter(keys)), items[0]["state"]
            if state not in ITEM_WAITING[key]:
                yield Finding(number, f"{key} is open, and the item is {state}")


def _open(snap: Snapshot) -> Iterator[tuple[str, str]]:
    case_of = snap.case_of
    for task in snap.open_tasks:
        yield case_of.get(task["processInstanceId"], ""), task["taskDefinitionKey"]


def _pending(snap: Snapshot) -> set[str]:
    """Cases of which an automatic step has not ended: an incident, or a step that will be tried again."""
    case_of = snap.case_of
    waiting: set[Any] = {case_of.get(one["processInstanceId"], "") for one in snap.incidents}
    return waiting | {case_of.get(one["processInstanceId"], "") for one in snap.external}
