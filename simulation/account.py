"""What became of a story: the path of each item, limits that ran out, and whether everything that must hold does."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from onething.cases import FINAL_CASE_STATES, OPEN_ITEM_STATES
from onething.catalogue import Bundle
from onething.deadlines import CHINA
from onething.engine.records import Activity
from onething.store import Application, applications, certificates, supervision
from onething.supervision import NEVER_OVERDUE
from onething.vocabulary import CaseState, Clock, ItemState, SupervisionKind
from simulation.town import Town
from simulation.world import Life

STEPS = frozenset({"userTask", "intermediateMessageCatch", "boundaryTimer", "boundaryMessage", "noneEndEvent"})
"""What a path names: what people did, what was waited for, limits, withdrawals and how it ended."""
WHOLE_CASE = ""


@dataclass(frozen=True)
class Told:
    """One item of a story, or the whole case (`item` empty). `late` are the limits an office did not keep."""

    story: str
    bundle: str
    item: str
    name: str
    state: str
    path: tuple[str, ...]
    late: tuple[str, ...]
    promised_days: int | None
    used_days: int | None


@dataclass(frozen=True)
class Account:
    told: tuple[Told, ...]
    problems: tuple[str, ...]
    """What must never be; empty in a healthy town."""


def give_account(town: Town, life: Life) -> Account:
    """Read the end of a story from store and engine."""
    case = town.case(life.number)
    paths = _paths(town, case)
    with town.tools.store.reading() as session:
        clocks = applications.clocks(session, case.number)
        made = {row.item for row in certificates.of_case(session, case.number) if row.document_id}
        said = [row for row in supervision.of_case(session, case.number) if row.kind == SupervisionKind.OVERDUE]
    told = tuple(
        _told(town, life, case, item, paths.get(item, ()), [row for row in clocks if row.item == item])
        for item in (WHOLE_CASE, *(row.item for row in case.items))
    )
    return Account(told, tuple(f"{life.story.name}：{problem}" for problem in _problems(town, life, case, clocks, made, said)))


def _told(town: Town, life: Life, case: Application, item: str, path: tuple[str, ...], clocks: list[Any]) -> Told:
    catalogue, row = town.tools.catalogue, next((one for one in case.items if one.item == item), None)
    late = tuple(Clock(one.clock).label for one in clocks if one.overdue_at and one.clock not in NEVER_OVERDUE)
    used = None
    if row is not None and row.accepted_at and row.decided_at:
        first, last = row.accepted_at.astimezone(CHINA).date(), row.decided_at.astimezone(CHINA).date()
        used = town.tools.calendar.working_days_between(first, last)
    return Told(
        story=life.story.name, bundle=case.bundle, item=item, path=path, late=late,
        name=catalogue.items[item].name if row else catalogue.bundle(case.bundle).short_name,
        state=ItemState(row.state).label if row else CaseState(case.state).label,
        promised_days=catalogue.items[item].limits.promised.days if row else None, used_days=used,
    )


def _paths(town: Town, case: Application) -> Mapping[str, tuple[str, ...]]:
    """Item -> names of its steps in order; what concerns no single item under the empty one."""
    about, items = town.admin.items_of(case.number), {row.item for row in case.items}
    found: dict[str, list[str]] = {}
    for step in town.admin.activities(case.number):
        if step.type not in STEPS:
            continue
        named = about.get(step.process_instance_id) or _named_after(step, items)
        found.setdefault(named if named in items else WHOLE_CASE, []).append(step.name)
    return {item: tuple(names) for item, names in found.items()}


def _named_after(step: Activity, items: set[str]) -> str:
    """In a bundle the steps of an item are named after it."""
    return max((item for item in items if step.id.startswith(f"{item}-")), key=len, default=WHOLE_CASE)


def _problems(
    town: Town, life: Life, case: Application, clocks: list[Any], made: set[str], said: list[Any]
) -> Iterator[str]:
    bundle = town.tools.catalogue.bundle(case.bundle)
    if not life.ended:
        tasks = "、".join(task.name for task in town.admin.user_tasks(case.number))
        yield f"没有走到终点，停在“{CaseState(case.state).label}”（待办：{tasks or '无'}）"
        return
    if town.admin.incidents(case.number):
        yield "有未处理的事件"
    if case.state in FINAL_CASE_STATES:
        if town.admin.timers(case.number) or town.admin.user_tasks(case.number):
            yield "办结后仍有任务或定时器"
        if any(row.ended_at is None for row in clocks):
            yield "办结后仍有计时"
        if any(row.state in OPEN_ITEM_STATES for row in case.items):
            yield "办结后仍有未决事项"
    for row in case.items:
        granted = row.state == ItemState.APPROVED and town.tools.catalogue.items[row.item].result.certificate
        if (row.item in made) != granted and case.state in FINAL_CASE_STATES:
            yield f"{row.item} 的证照与决定不符"
    yield from _order(bundle, case)
    keys = [row.key for row in said]
    if len(keys) != len(set(keys)) or len(keys) < sum(1 for row in clocks if row.overdue_at and row.clock not in NEVER_OVERDUE):
        yield "超期没有恰好督办一次"


def _order(bundle: Bundle, case: Application) -> Iterator[str]:
    """Nothing is approved before what stands in front of it (R74, R76)."""
    rows = {row.item: row for row in case.items}
    for row in case.items:
        for front in bundle.fronts_of(row.item):
            if row.state == ItemState.APPROVED and front in rows and not rows[front].decided_at <= row.decided_at:
                yield f"{row.item} 在前置事项 {front} 之前获准"
