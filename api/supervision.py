"""督办: open limits by due time for 市政务服务办公室 and lead departments, and 催办 (R70, R119, R123)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from api.clock_view import ClockView, clock_view
from api.local_time import local_day
from onething.bootstrap import Tools
from onething.engine import contract
from onething.engine.roster import roster_of
from onething.errors import NotAllowed, NotFound
from onething.store import (
    Account,
    Application,
    Deadline,
    Dispatch,
    SupervisionEvent,
    applications,
    audit,
    intake,
    outbox,
    supervision,
)
from onething.supervision import check_reminder, rule_of
from onething.vocabulary import Clock, SupervisionKind

SHOWN = 200
"""The most urgent lines of the list; the figures above it count everything."""


@dataclass(frozen=True)
class Line:
    """One open limit: whose work it is, and what was said about it so far."""

    application: Application
    name: str
    clock: ClockView
    holder: str
    warnings: int
    reminders: int
    may_remind: bool


@dataclass(frozen=True)
class Overview:
    """`lines` are the most urgent first; `figures` count everything."""

    lines: tuple[Line, ...]
    figures: supervision.Figures


def overview(session: Any, tools: Tools, account: Account) -> Overview:
    """Soonest first. Raises `NotAllowed` for who oversees nothing."""
    areas, now = list(_areas(tools, account)), tools.clock.now()
    urgent = supervision.overseen(session, areas, SHOWN)
    numbers = {case.number for case, _ in urgent}
    said, sent = supervision.of_cases(session, numbers), intake.dispatches_of(session, numbers)
    lines = [_line(tools, case, row, said[case.number], sent[case.number]) for case, row in urgent]
    return Overview(tuple(lines), supervision.figures(session, areas, now))


def remind(session: Any, tools: Tools, account: Account, number: str, item: str, clock: str) -> str:
    """Press once, on record and told to who has the work; returns that group. Raises `NotFound`, `Conflict`."""
    try:
        application, row = applications.lock(session, number), supervision.clock(session, number, item, clock)
    except NotFound:
        application, row = None, None
    if application is None or row is None or not _oversees(tools, account, application):  # all three look the same (S10)
        raise NotFound(f"没有编号为 {number} 的办件，或它没有这项时限；请核对后重试", code="unknown-case")
    now, today = tools.clock.now(), local_day(tools.clock.now())
    said = _about(supervision.of_case(session, number), row, SupervisionKind.REMINDER)
    given = [one for one in said if local_day(one.at) == today]
    check_reminder(rule_of(tools.catalogue_of(application), item), len(given), ended_at=row.ended_at, paused_at=row.paused_at)
    group = supervision.holder(application, row, _lead(tools, application), intake.dispatches(session, number))
    key = f"reminder:{number}:{item}:{clock}:{today:%Y%m%d}:{len(given) + 1}"
    supervision.record(session, key, row, SupervisionKind.REMINDER, now, account.subject, [group])
    outbox.put(
        session, now, key, "push", what="reminder", event=key, number=number, item=item, clock=clock,
        due=row.due_at.isoformat(), to=[group],
    )
    audit.record(session, now, account.subject, "remind", number=number, item=item, clock=clock, to=[group])
    return group


def group_name(tools: Tools, group: str) -> str:
    """Empty for a group that does not exist."""
    return roster_of(tools.catalogue).groups.get(group, "")


def oversees_anything(account: Account) -> bool:
    return any(group.startswith(("supervisor-", "lead-")) for group in account.organisation.split())


def _areas(tools: Tools, account: Account) -> Iterable[tuple[str, list[str] | None]]:
    """District and bundles (None: all) that the account's groups oversee."""
    if not oversees_anything(account):
        raise NotAllowed("督办清单只对市政务服务办公室和牵头部门开放；请用相应岗位登录", code="not-overseeing")
    for group in account.organisation.split():
        district = contract.district_of(group)
        if group == contract.supervisor_group(district):
            yield district, None
        elif group.startswith("lead-"):
            local = tools.catalogue.in_district(district)
            bundles = [b.slug for b in local.bundles.values() if contract.lead_group(b.lead, district) == group]
            yield district, bundles


def _oversees(tools: Tools, account: Account, application: Application) -> bool:
    wanted = {contract.supervisor_group(application.district), _lead(tools, application)}
    return not wanted.isdisjoint(account.organisation.split())


def _lead(tools: Tools, application: Application) -> str:
    return contract.lead_group(tools.catalogue_of(application).bundle(application.bundle).lead, application.district)


def _about(said: Iterable[SupervisionEvent], row: Deadline, kind: SupervisionKind) -> list[SupervisionEvent]:
    return [one for one in said if (one.item, one.clock, one.kind) == (row.item, row.clock, kind)]


def _line(
    tools: Tools, application: Application, row: Deadline, said: Iterable[SupervisionEvent], sent: Iterable[Dispatch]
) -> Line:
    catalogue, today = tools.catalogue_of(application), local_day(tools.clock.now())
    reminders = _about(said, row, SupervisionKind.REMINDER)
    given = sum(local_day(one.at) == today for one in reminders)
    group = supervision.holder(application, row, _lead(tools, application), sent)
    return Line(
        application=application, name=catalogue.bundle(application.bundle).short_name,
        clock=clock_view(tools, catalogue, catalogue.bundle(application.bundle), row),
        holder=group_name(tools, group) or group,
        warnings=len(_about(said, row, SupervisionKind.WARNING)), reminders=len(reminders),
        may_remind=not row.paused_at and row.clock != Clock.SUPPLEMENT
        and given < rule_of(catalogue, row.item).reminders_a_day,
    )
