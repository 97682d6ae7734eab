"""如果今天提交，预计何时办结: the estimate for a choice of items, in words, for pages and API (R60, R72, R122)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from api.local_time import day_text
from onething.bootstrap import Tools
from onething.catalogue import Bundle
from onething.deadlines import CalendarNotPublished
from onething.estimates import CriticalPath, Estimate, critical_path, estimate, steps_of
from onething.vocabulary import Channel


@dataclass(frozen=True)
class EstimateView:
    """`found` is None where the setting refuses years that are not published; `note` says why a date is 暂定 or missing.
    `ordered`: some of the items wait for others."""

    path: CriticalPath
    names: tuple[str, ...]
    confirmed: bool
    acceptance: bool
    intake_hours: int
    found: Estimate | None
    note: str
    several: bool
    ordered: bool = False

    @property
    def sentence(self) -> str:
        if self.found is None:
            return f"收件后 {self.path.days} 个工作日内办结"
        provisional = "（暂定）" if self.found.provisional else ""
        return f"如果今天提交，预计 {day_text(self.found.ends.due)} 前办结{provisional}"


def estimate_view(
    tools: Tools, bundle: Bundle, items: Collection[str], *, at: datetime | None = None,
    channel: str = Channel.ONLINE, district: str = "", received_at: datetime | None = None,
) -> EstimateView:
    """For items handed in at `at` (now), or taken in at `received_at`, by the office hours of the district."""
    counter = tools.calendar.counter(channel, district)
    steps = steps_of(tools.catalogue, bundle, items)
    path, limits = critical_path(steps), [tools.catalogue.items[item].limits.promised for item in items]
    try:
        moment = at or tools.clock.now()
        found = estimate(tools.calendar, steps, moment, channel=counter, received_at=received_at)
        note = found.note
    except CalendarNotPublished as error:
        found, note = None, f"{error.year} 年放假安排尚未公布，暂时不能给出预计日期。"
    return EstimateView(
        path=path, names=tuple(tools.catalogue.items[item].name for item in path.items),
        confirmed=all(limit.confirmed for limit in limits), acceptance=any(step.decides for step in steps),
        intake_hours=tools.calendar.hours[counter].intake_hours, found=found, note=note,
        several=len(items) > 1, ordered=any(step.fronts for step in steps),
    )


def refuse_unpublished(tools: Tools, bundle: Bundle, items: Collection[str], channel: str) -> None:
    """Nothing is taken in whose limits could not be counted. Raises `CalendarNotPublished`."""
    estimate(tools.calendar, steps_of(tools.catalogue, bundle, items), tools.clock.now(), channel=channel)
