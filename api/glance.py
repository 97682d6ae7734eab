"""A case in a list and on its diagram: who has it now, asked for many at once and without all that its own page shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from api.case_view import ITEM_TONES, WAITED_FOR, tone
from api.clock_view import ClockView, clock_view
from api.headline import headline
from api.procedure_view import JointView, joint_acts_of
from onething.bootstrap import Tools
from onething.catalogue import Bundle
from onething.store import Application, ApplicationItem, Deadline, applications, joint
from onething.vocabulary import CaseState, DeliveryMode, ItemState


@dataclass(frozen=True)
class ItemGlance:
    row: ApplicationItem
    name: str
    department: str
    state: ItemState
    clock: ClockView | None

    @property
    def tone(self) -> str:
        return ITEM_TONES[self.state]


@dataclass(frozen=True)
class Glance:
    """What `holdings` and the diagram read of a case."""

    application: Application
    bundle: Bundle
    district: str
    state: CaseState
    items: tuple[ItemGlance, ...]
    clocks: tuple[ClockView, ...]
    joint_acts: tuple[JointView, ...]

    @property
    def mode(self) -> DeliveryMode:
        return DeliveryMode(self.application.delivery_mode)

    @property
    def tone(self) -> str:
        return tone(self.application)

    @property
    def headline(self) -> str:
        return headline(self.application, late=self.clock is not None and self.clock.overdue)

    @property
    def clock(self) -> ClockView | None:
        """The one that the whole case waits for."""
        return next((one for one in self.clocks if not one.row.item and not one.row.ended_at), None)


def glances(session: Any, tools: Tools, rows: Sequence[Application]) -> list[Glance]:
    if not rows:
        return []
    numbers = [row.number for row in rows]
    clocks, meeting = applications.clocks_of(session, numbers), joint.cases_with_acts(session, numbers)
    return [_glance(session, tools, row, clocks[row.number], row.number in meeting) for row in rows]


def _glance(session: Any, tools: Tools, row: Application, clocks: Sequence[Deadline], meets: bool) -> Glance:
    catalogue = tools.catalogue_of(row)
    bundle = catalogue.bundle(row.bundle)
    shown = tuple(clock_view(tools, catalogue, bundle, clock) for clock in clocks)
    open_ones = {(one.row.item, one.clock): one for one in shown if not one.row.ended_at}

    def item(entry: ApplicationItem) -> ItemGlance:
        state = ItemState(entry.state)
        return ItemGlance(
            entry, catalogue.items[entry.item].name, catalogue.department_name(entry.department), state,
            open_ones.get((entry.item, WAITED_FOR[state])) if state in WAITED_FOR else None,
        )

    return Glance(
        row, bundle, tools.catalogue.districts[row.district].name, CaseState(row.state),
        tuple(item(entry) for entry in row.items), shown, tuple(joint_acts_of(session, catalogue, row.number)) if meets else (),
    )
