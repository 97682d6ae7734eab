"""What Tasklist shows of a case beside its tasks: who applies, masked, and how long is left. The engine holds neither (S11)."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from api.access import handles
from api.clock_view import ClockView, clock_view
from api.local_time import iso, local_day
from api.masking import mask_name
from onething.bootstrap import Tools
from onething.deliveries import in_scope
from onething.store import Account, Application, Deadline, applications
from onething.vocabulary import Clock

WORKED_TO = {
    Clock.INTAKE, Clock.DIGITISING, Clock.ACCEPTANCE, Clock.PRE_REVIEW, Clock.PROMISED, Clock.SENDING, Clock.DELIVERY,
    Clock.RETURN,
}
"""The clocks of staff; the legal ones behind them are on the page of the case."""


def told(session: Any, tools: Tools, account: Account, numbers: Collection[str]) -> dict[str, Any]:
    """Number -> case, of those that the account's offices handle; of any other there is nothing, as of none (S10)."""
    cases = [case for case in applications.several(session, numbers) if handles(tools, account, case)]
    clocks = applications.clocks_of(session, [case.number for case in cases])
    return {case.number: _case(tools, case, clocks[case.number]) for case in cases}


def _case(tools: Tools, case: Application, clocks: Collection[Deadline]) -> dict[str, Any]:
    running = sorted((row for row in clocks if not row.ended_at and row.clock in WORKED_TO), key=lambda row: row.due_at)
    return {
        "applicant": mask_name(str(case.applicant.get("name") or "")),
        "clocks": [_clock(tools, case, row) for row in running],
    }


def _clock(tools: Tools, case: Application, row: Deadline) -> dict[str, Any]:
    """`items`: names, none for a clock of the whole case."""
    catalogue = tools.catalogue_of(case)
    bundle = catalogue.bundle(case.bundle)
    shown = clock_view(tools, catalogue, bundle, row)
    items = in_scope(bundle, [one.item for one in case.items], row.item) if row.item else []
    return {
        "items": [catalogue.items[item].name for item in items], "label": shown.clock.label, "due": iso(row.due_at),
        "state": "paused" if shown.paused else "overdue" if shown.overdue else "running",
        "days": _days(tools, shown), "minutes": shown.minutes_left,
    }


def _days(tools: Tools, clock: ClockView) -> int:
    """Working days left, or over; 0 on the day itself."""
    return abs(tools.calendar.working_days_between(local_day(tools.clock.now()), local_day(clock.row.due_at)))
