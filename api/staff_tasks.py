"""What Tasklist shows of a case beside its tasks: for what, who applies, masked, and how long is left (S11: the engine holds no
names)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from api.access import advises, handles
from api.clock_view import clock_view
from api.local_time import iso, local_day
from api.masking import mask_name
from onething.bootstrap import Tools
from onething.deliveries import in_scope
from onething.guidance import answer_due
from onething.store import Account, Application, Deadline, GuidanceRequest, JointAct, applications, guidance, joint
from onething.vocabulary import Clock, GuidanceState, JointKind

WORKED_TO = {
    Clock.INTAKE, Clock.DIGITISING, Clock.ACCEPTANCE, Clock.PRE_REVIEW, Clock.PROMISED, Clock.SENDING, Clock.DELIVERY,
    Clock.RETURN,
}
"""The clocks of staff; the legal ones behind them are on the page of the case."""


def told(session: Any, tools: Tools, account: Account, numbers: Collection[str]) -> dict[str, Any]:
    """Number -> case or consultation, of those that the account's offices handle; of any other there is nothing, as of none
    (S10)."""
    cases = [case for case in applications.several(session, numbers) if handles(tools, account, case)]
    handled = [case.number for case in cases]
    clocks, acts = applications.clocks_of(session, handled), joint.acts_of(session, handled)
    asked = [one for one in guidance.several(session, numbers) if advises(session, tools, account, one)]
    return {
        **{case.number: _case(tools, case, clocks[case.number], acts[case.number]) for case in cases},
        **{request.number: _consultation(session, tools, request) for request in asked},
    }


def _case(tools: Tools, case: Application, clocks: Collection[Deadline], acts: Collection[JointAct]) -> dict[str, Any]:
    """A joint act that is still to be done has no clock of its own: it is due with the first of its items."""
    running = sorted((row for row in clocks if not row.ended_at and row.clock in WORKED_TO), key=lambda row: row.due_at)
    promised = [row for row in running if row.clock == Clock.PROMISED]
    return {
        "applicant": mask_name(str(case.applicant.get("name") or "")),
        "bundle": tools.catalogue_of(case).bundle(case.bundle).short_name,
        "clocks": [_clock(tools, case, row) for row in running] + [
            {**_clock(tools, case, row), "items": [JointKind(act.kind).label]}
            for act in acts if joint.is_open(act) for row in [one for one in promised if joint.takes_part(act, one.item)][:1]
        ],
    }


def _consultation(session: Any, tools: Tools, request: GuidanceRequest) -> dict[str, Any]:
    """By when it is to be answered, which no clock of the case watches (R36)."""
    now, due = tools.clock.now(), answer_due(tools.calendar, request.asked_at)
    waiting = {
        "items": [], "label": "答复期限", "due": iso(due), "state": "overdue" if due <= now else "running",
        "days": _days_between(tools, now, due), "minutes": None,
    }
    return {
        "applicant": mask_name(guidance.asker(session, request)),
        "bundle": tools.catalogue_of(request).bundle(request.bundle).short_name,
        "clocks": [waiting] if request.state == GuidanceState.OPEN else [],
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
        "days": _days_between(tools, tools.clock.now(), row.due_at), "minutes": shown.minutes_left,
    }


def _days_between(tools: Tools, now: datetime, due: datetime) -> int:
    """Working days left, or over; 0 on the day itself."""
    return abs(tools.calendar.working_days_between(local_day(now), local_day(due)))
