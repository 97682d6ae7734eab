"""A person decided, and the applicant withdrew before it was written down: it counts for nothing, and is on record (I5)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from onething.bootstrap import Tools
from onething.engine.client import EngineClient
from onething.store import audit

OVERTAKEN = "decision-overtaken"
RECORDS: Mapping[str, tuple[str, ...]] = {
    "intake-review": ("intake-accepted", "intake-correction", "intake-rejected", "intake-on-the-spot", "intake-needs-reason"),
    "repeat-notice": ("repeat-notice-allowed", "repeat-notice-denied"), "digitising": ("digitise",),
    "paper-handover": ("hand-over-originals",), "paper-receipt": ("receive-originals", "originals-differ"),
    "pull-application": ("pull-application",), "acceptance-review": ("accept", "refuse-acceptance"),
    "pre-review": ("pre-review-complete", "pre-review-defective"),
    "approval-decision": ("approve", "refuse", "start-special-step", "ask-extension"),
    "special-step": ("end-special-step",), "extra-record": ("record-extra-step",),
    "extension-decision": ("grant-extension", "deny-extension"),
    "result-sending": ("send-results",), "result-handover": ("deliver", "delivery-failed"),
}
"""User task -> the records one of which each completion leaves."""
KEYS = {action: key for key, actions in RECORDS.items() for action in actions}


def note(tools: Tools, engine: EngineClient, number: str) -> None:
    """After a withdrawal has reached the engine: every decision in a part of the case that has ended and left no record."""
    ended = {one.id for one in engine.instances(number) if one.ended}
    decided = Counter(
        (step.id, step.assignee or "") for step in engine.activities(number)
        if step.type == "userTask" and step.id in RECORDS and step.ended and not step.cancelled
        and step.process_instance_id in ended
    )
    if not decided:
        return
    now = tools.clock.now()
    with tools.store.transaction() as session:
        missing = decided - recorded(audit.trail(session, number))
        for (task, person), times in sorted(missing.items()):
            for _ in range(times):
                audit.record(session, now, person, OVERTAKEN, number=number, task=task)


def recorded(records: Iterable[Any]) -> Counter[tuple[str, str]]:
    """(user task, person) -> how many of its decisions are on record."""
    return Counter(
        (row.detail["task"] if row.action == OVERTAKEN else KEYS[row.action], row.actor)
        for row in records if row.action in KEYS or row.action == OVERTAKEN
    )
