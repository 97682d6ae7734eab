"""窗口: which acts at the counter a case waits for, as the store knows it; each is one user task of the models. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from onething.catalogue import District
from onething.engine import contract
from onething.engine.contract import judgement_variables
from onething.vocabulary import CaseState, Channel, CheckOutcome, Clock, DeliveryWay

REVIEW, DIGITISE, HAND_OVER = "intake-review", "digitising", "paper-handover"
DELIVER, GIVE_BACK = "result-handover", "material-return"
TASK_OF = {
    Clock.INTAKE: REVIEW, Clock.DIGITISING: DIGITISE, Clock.DELIVERY: DELIVER, Clock.RETURN: GIVE_BACK,
}
"""The clock that runs while a task is open; handing originals over has no clock of its own."""
COUNTER_CASE, PAPER_REPLY, WITHDRAW, CHOOSE = "counter-case", "paper-reply", "withdrawal", "delivery-choice"
CORRECT, SUPPLEMENT = "correction", "supplement"
"""What else is put on record at the counter, without a task: an application for somebody, a department's answer on paper, what an
applicant asks for there, and what they bring: what was to be corrected, what was promised for later."""
RELATIONS = {"self": "本人", "legal": "法定代表人", "agent": "代办人"}
"""Who stands at the counter, to the applicant."""
REFERENCE = re.compile(r"window-act:(\d+)")
UNDER_WAY = frozenset({CaseState.IN_PROGRESS, CaseState.DELIVERING, CaseState.UNDELIVERED})


def agent_of(visit: Any, applicant: Mapping[str, str]) -> str:
    """Who was sent: as seen in the `visit` to the counter, else as the application says; empty where nobody was."""
    at_counter = visit is not None and visit.relation == RELATIONS["agent"]
    return visit.person if at_counter else applicant.get("agent_name", "")


def contact_of(district: District) -> str:
    """Where to ask: the district's own window where its telephone is known, else the hotline."""
    known = (f"{window.name} {window.phone.text}" for window in district.windows if window.phone and window.phone.confirmed)
    return next(known, "12345 政务服务便民热线")


def address_of(district: District) -> str:
    """Empty while nobody has confirmed one."""
    return next((window.address.text for window in district.windows if window.address.confirmed), "")


@dataclass(frozen=True)
class Act:
    """A task the case waits for. `round` counts how often it was done before: an act meant for an earlier one is void."""

    task: str
    scope: str
    round: int
    due_at: datetime | None


@dataclass(frozen=True)
class Papers:
    """How the originals stand: whether the window still has them to hand over, and how often it did."""

    to_hand_over: bool
    handed_over: int


def group_of(task: str, district: str) -> str:
    """Who does it: the window, or for results the delivery window."""
    return contract.delivery_group(district) if task == DELIVER else contract.window_group(district)


def acts(
    case: Any, running: Iterable[tuple[str, str, datetime]], outcomes: Sequence[str], attempts: Mapping[str, int], papers: Papers
) -> list[Act]:
    """Soonest first. `running` are the open clocks as (clock, scope, due); `outcomes` those of the intake checks so far."""
    counts = {REVIEW: len(outcomes)}
    found, acceptance = [], None
    for clock, scope, due_at in running:
        task = TASK_OF.get(Clock(clock))
        if clock == Clock.ACCEPTANCE:
            acceptance = min(acceptance or due_at, due_at)
        if task and _open(task, case, outcomes):
            found.append(Act(task, scope, attempts.get(scope, 0) if task == DELIVER else counts.get(task, 0), due_at))
    if papers.to_hand_over and case.channel == Channel.WINDOW and case.state in UNDER_WAY:
        found.append(Act(HAND_OVER, "", papers.handed_over, acceptance))
    return sorted(found, key=lambda act: (act.due_at is None, act.due_at.timestamp() if act.due_at else 0.0))


def _open(task: str, case: Any, outcomes: Sequence[str]) -> bool:
    if task == REVIEW:  # a second telling lies with the supervisor
        return case.state == CaseState.SUBMITTED and (not outcomes or outcomes[-1] != CheckOutcome.NEEDS_REASON)
    if task == DELIVER:
        return case.delivery_way != DeliveryWay.ELECTRONIC
    return True


def receiver(answer: str, applicant: str) -> str:
    """Who took it: Tasklist asks for the relation only, so that the engine holds no name (S11); a clerk here writes the name."""
    return applicant if answer == "self" else RELATIONS.get(answer, answer)


def reference(act_no: int) -> str:
    """What the engine is given for words written at the counter: they stay with the act in the store (S11)."""
    return f"window-act:{act_no}"


def referred(variables: Mapping[str, Any]) -> dict[str, tuple[int, str]]:
    """Variable -> the act that holds its words, and under which name: a problem with a material under that material's."""
    found = {name: REFERENCE.fullmatch(value) for name, value in variables.items() if isinstance(value, str)}
    listed = enumerate(str(variables.get("material_keys") or "").split(), start=1)
    names = {judgement_variables(row)[2]: entry for row, entry in listed}
    return {name: (int(match[1]), names.get(name, name)) for name, match in found.items() if match}


def judgement_answers(listed: str, judged: Mapping[str, Sequence[Any]]) -> dict[str, Any] | None:
    """The form of intake filled in row by row from `key:version` -> (complete, legal, problem).

    None where the task lists a version that was not looked at: it must be looked at first.
    """
    answers: dict[str, Any] = {}
    for row, entry in enumerate(listed.split(), start=1):
        if entry not in judged:
            return None
        answers |= dict(zip(judgement_variables(row), judged[entry], strict=True))
    return answers
