"""Special steps, the extension of an item and joint acts as the applicant and staff see them (R84, R85, R90)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from onething.catalogue import Catalogue
from onething.store import joint, procedures
from onething.vocabulary import JointKind, JointState, Opinion, StepKind


@dataclass(frozen=True)
class ProcedureView:
    """`effect` says what it does to the clock; `outcome` is empty while it goes on."""

    item: str
    label: str
    effect: str
    reason: str
    started_at: datetime
    ended_at: datetime | None
    outcome: str


def procedures_of(session: Any, number: str) -> Iterator[ProcedureView]:
    """In the order they began; an extension shows only once it is granted, what the head denies stays inside."""
    for row in procedures.steps(session, number):
        effect = "不计入办理期限" if row.stops_clock else "计入办理期限"
        label, why = (row.reason, "") if row.kind == procedures.EXTRA else (StepKind(row.kind).label, row.reason)
        yield ProcedureView(row.item, label, effect, why, row.started_at, row.ended_at, row.outcome)
    for row in procedures.extensions(session, number):
        if row.granted:
            yield ProcedureView(
                row.item, "延长办理期限", f"延长 {row.days} 个工作日", row.reason, row.asked_at, row.decided_at, "负责人已批准"
            )


@dataclass(frozen=True)
class JointView:
    """A joint act with what each department said; `state` is the label."""

    kind: str
    label: str
    state: str
    open: bool
    items: tuple[str, ...]
    appointed_for: datetime | None
    place: str
    reason: str
    opinions: tuple[tuple[str, str, str], ...]
    record: str


def joint_acts_of(session: Any, catalogue: Catalogue, number: str) -> Iterator[JointView]:
    for row in joint.acts(session, number):
        given = joint.opinions(session, number, JointKind(row.kind))
        yield JointView(
            kind=row.kind, label=JointKind(row.kind).label, state=JointState(row.state).label, open=joint.is_open(row),
            items=tuple(catalogue.items[item].name for item, _ in row.participants),
            appointed_for=row.appointed_for, place=row.place, reason=row.reason, record=row.record,
            opinions=tuple(
                (catalogue.department_name(one.department), Opinion(one.opinion).label, one.text) for one in given
            ),
        )
