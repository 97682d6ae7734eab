"""审查: one item of a case with what its reviewer decides on, and nothing else (R72, R91)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from api.case_view import CaseView, ItemView
from api.clock_view import ClockView
from api.form_view import FormView, form_view
from api.passage import Step, passage
from onething.bootstrap import Tools
from onething.deliveries import in_scope
from onething.eligibility import needs_of
from onething.intake import Judgement
from onething.store import Certificate, Document, Material, Promise, intake


@dataclass(frozen=True)
class MaterialView:
    """A material of the item. `judged` is the window's last judgement of this version, `promise` what stands in its place."""

    name: str
    row: Material | None
    file: Document | None
    judged: Judgement | None
    promise: Promise | None


@dataclass(frozen=True)
class FrontView:
    """前置结果: an item that this one waits for, and what came of it."""

    item: ItemView
    certificate: Certificate | None


@dataclass(frozen=True)
class ReviewView:
    item: ItemView
    materials: tuple[MaterialView, ...]
    fronts: tuple[FrontView, ...]
    clocks: tuple[ClockView, ...]
    form: FormView
    papers: tuple[tuple[Document, str], ...]
    """Notices and decisions about this item or the whole case, each with the item's name."""
    passage: tuple[Step, ...]


def review(session: Any, tools: Tools, shown: CaseView, item: str) -> ReviewView | None:
    """None where the case has no such item."""
    case, items = shown.application, {one.row.item: one for one in shown.items}
    if item not in items:
        return None
    catalogue, names = tools.catalogue_of(case), {key: one.name for key, one in items.items()}
    fronts = [items[front] for front in catalogue.bundle(case.bundle).fronts_of(item) if front in items]
    return ReviewView(
        item=items[item], materials=tuple(_materials(session, tools, shown, item)),
        fronts=tuple(FrontView(one, _certificate(shown, one)) for one in fronts),
        clocks=tuple(clock for clock in shown.clocks if clock.row.item and item in _scope(shown, clock)),
        form=form_view(session, tools, case, disputed="disputes" in shown.rare, item=item),
        papers=tuple((row, name) for row, name in shown.papers if row.item in ("", item)),
        passage=tuple(passage(session, tools, case, names, shown.notices)),
    )


def _certificate(shown: CaseView, item: ItemView) -> Certificate | None:
    return next((row for row in shown.certificates if row.item == item.row.item), None)


def _scope(shown: CaseView, clock: ClockView) -> list[str]:
    return in_scope(shown.bundle, [one.row.item for one in shown.items], clock.row.item)


def _materials(session: Any, tools: Tools, shown: CaseView, item: str) -> Iterable[MaterialView]:
    """In the order of the guide; one that was neither handed in nor promised was not asked for."""
    number, catalogue = shown.application.number, tools.catalogue_of(shown.application)
    there = {row.key: (row, file) for row, _, file in shown.materials}
    judged, promised = intake.last_judgements(session, number), {row.key: row for row, *_ in shown.promises}
    for need in needs_of(catalogue, shown.bundle, shown.application):
        key = need.material.key
        row, file = there.get(key, (None, None))
        if item in need.items and (row or key in promised):
            last = judged.get(key)
            current = last if last and row and last.version == row.version else None
            yield MaterialView(need.material.name, row, file, current, promised.get(key))
