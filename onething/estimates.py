"""What the chosen items promise together: their critical path, and the day it would end. Pure (R71-R77, R122).

Items run side by side. One that needs another's result does 容缺预审 meanwhile; its clock stands still while only that
result is missing, and then it is decided within what is left.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from onething.catalogue import Bundle, Catalogue
from onething.deadlines import Deadline, WorkCalendar

ACCEPTANCE_DAYS = 1
WAITING = "等待前置结果"


@dataclass(frozen=True)
class Step:
    """One chosen item as clocks see it. `fronts` are chosen items only; `decides`: acceptance is decided first."""

    item: str
    days: int
    pre_review_days: int
    fronts: tuple[str, ...] = ()
    decides: bool = True


@dataclass(frozen=True)
class CriticalPath:
    """`days`: working days after the day of receipt until the last item must be decided; `items` decide the length."""

    days: int
    items: tuple[str, ...]


@dataclass(frozen=True)
class Estimate:
    """Every limit kept to its last moment: `ends` is when the last item would be decided."""

    path: CriticalPath
    intake: Deadline | None
    acceptance: Deadline
    items: dict[str, Deadline]
    note: str

    @property
    def ends(self) -> Deadline:
        return max(self.items.values(), key=lambda deadline: deadline.due)

    @property
    def provisional(self) -> bool:
        return bool(self.note)


def steps_of(catalogue: Catalogue, bundle: Bundle, chosen: Collection[str]) -> list[Step]:
    """The chosen items, each after those it waits for."""
    waiting = {
        item: Step(
            item, catalogue.items[item].limits.promised.days, catalogue.items[item].pre_review_days,
            tuple(front for front in bundle.fronts_of(item) if front in chosen),
            catalogue.items[item].has_acceptance_decision,
        )
        for item in chosen
    }
    ordered: list[Step] = []
    while waiting:
        free = [step for step in waiting.values() if not waiting.keys() & set(step.fronts)]
        ordered += free
        for step in free:
            del waiting[step.item]
    return ordered


def critical_path(steps: Iterable[Step]) -> CriticalPath:
    """`steps` come after the ones they wait for. Counted in working days, whatever the calendar."""
    paths: dict[str, CriticalPath] = {}
    for step in steps:
        start = ACCEPTANCE_DAYS if step.decides else 0
        reviewed = start + step.pre_review_days
        front = max((paths[name] for name in step.fronts), key=lambda path: path.days, default=None)
        if front is None or front.days <= reviewed:
            paths[step.item] = CriticalPath(start + step.days, (step.item,))
        else:
            left = step.days - step.pre_review_days
            paths[step.item] = CriticalPath(front.days + left, (*front.items, step.item))
    return max(paths.values(), key=lambda path: path.days)


def estimate(
    calendar: WorkCalendar, steps: Collection[Step], submitted_at: datetime, *, channel: str = "online",
    received_at: datetime | None = None,
) -> Estimate:
    """If it is handed in at `submitted_at` (or was taken in at `received_at`). Raises `CalendarNotPublished`."""
    intake = None if received_at else calendar.intake_due(submitted_at, channel)
    received = intake.due if intake else received_at or submitted_at
    acceptance = calendar.acceptance_due(received)
    items: dict[str, Deadline] = {}
    for step in steps:
        start = acceptance.due if step.decides else received
        limit = calendar.limit_due(start, step.days)
        reviewed = calendar.limit_due(start, step.pre_review_days).due
        front = max((items[name].due for name in step.fronts), default=reviewed)
        if front > reviewed:
            limit = calendar.with_pauses(limit, [calendar.pause(reviewed, front, WAITING)])
        items[step.item] = limit
    touched = [intake, acceptance, *items.values()]
    notes = dict.fromkeys(calendar.provisional_note(deadline) for deadline in touched if deadline)
    return Estimate(critical_path(steps), intake, acceptance, items, max(notes, key=len))
