"""预警, 超期 and 催办: when an open limit is looked at, how often it may be pressed. Neither moves it. Pure (R123)."""

from __future__ import annotations

from datetime import datetime

from onething.catalogue import Catalogue
from onething.catalogue.models import Supervision
from onething.errors import Conflict
from onething.vocabulary import CaseState, Clock, Role

WARNED = frozenset({Clock.ACCEPTANCE, Clock.DEEMED_ACCEPTANCE, Clock.PRE_REVIEW, Clock.PROMISED, Clock.STATUTORY})
"""Limits in working days that an office must keep; the clocks of hours and of one day leave no time for a warning."""
APPLICANTS = frozenset({Clock.CORRECTION, Clock.SUPPLEMENT})
"""Clocks of what the applicant has to do."""
NEVER_OVERDUE = APPLICANTS | {Clock.DEEMED_ACCEPTANCE}
"""The end of the last decides by law: no office is late when these run out."""
WATCHED_STATES = (
    CaseState.SUBMITTED, CaseState.IN_PROGRESS, CaseState.DELIVERING, CaseState.UNDELIVERED, CaseState.WITHDRAWN
)
"""Cases in which an office can be late; after a withdrawal there are papers to return."""
HOLDERS = {
    Clock.INTAKE: Role.WINDOW, Clock.DIGITISING: Role.WINDOW, Clock.RETURN: Role.WINDOW, Clock.DELIVERY: Role.DELIVERY,
}
"""Who has the work of a clock of the whole case; a clock of an item is its reviewers'."""


def rule_of(catalogue: Catalogue, item: str) -> Supervision:
    """The item's own, or the common one for clocks of the whole case."""
    return catalogue.items[item].supervision if item in catalogue.items else Supervision()


def warning_step(rule: Supervision, days: int, left: int) -> int | None:
    """How many working days before the end the warning that is due now was meant for; None while none is.

    A limit that is shorter than the step is not warned about the moment it begins. Who comes late gets the last one only.
    """
    return min((step for step in rule.warn_before if left <= step < days), default=None)


def check_reminder(rule: Supervision, given_today: int, *, ended_at: datetime | None, paused_at: datetime | None) -> None:
    """Whether this limit may be pressed once more today."""
    if ended_at:
        raise Conflict("这项工作已经办完，不需要催办", code="clock-ended")
    if paused_at:
        raise Conflict("计时已暂停，等待的事项不由经办部门掌握；恢复计时后才能催办", code="clock-paused")
    if not rule.reminders_a_day:
        raise Conflict("本事项未开放催办；如有需要，请直接联系经办部门", code="no-reminders")
    if given_today >= rule.reminders_a_day:
        raise Conflict(
            f"今天已催办 {given_today} 次，本事项每天最多 {rule.reminders_a_day} 次；请明天再催办", code="reminded-enough"
        )
