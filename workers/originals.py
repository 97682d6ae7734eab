"""纸质原件: from the window to the lead, which alone keeps them, or back to the applicant (R41, R51, R89, R104)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from onething.custody import APPLICANT
from onething.engine import contract
from onething.store import Application, applications, audit, custody
from onething.vocabulary import Channel
from workers.desk import Desk


def take_in(session: Any, application: Application, actor: str, now: datetime) -> None:
    """At the counter the applicant's own materials come on paper; what came online or from government does not."""
    if application.channel == Channel.WINDOW:
        papers = [m.key for m in applications.materials(session, application.number) if m.source == "applicant"]
        custody.take(session, application.number, papers, contract.window_group(application.district), actor, now)


def hand_over(
    session: Any, desk: Desk, application: Application, actor: str, now: datetime, receiver: str, note: str
) -> list[str]:
    """To the lead department of the implementing level, once and all together (R51, R104)."""
    return _move(session, desk, application, _lead(desk, application), actor, now, receiver, note, "hand-over-papers")


def give_back(
    session: Any, desk: Desk, application: Application, actor: str, now: datetime, receiver: str, note: str
) -> list[str]:
    """One return for the case, whoever holds the originals (R89)."""
    return _move(session, desk, application, APPLICANT, actor, now, receiver, note, "return-papers")


def _lead(desk: Desk, application: Application) -> str:
    return contract.lead_group(desk.bundle(application).lead, application.district)


def _move(
    session: Any, desk: Desk, application: Application, to: str, actor: str, now: datetime, receiver: str, note: str,
    action: str,
) -> list[str]:
    moved = custody.transfer(
        session, application.number, to, window=contract.window_group(application.district),
        lead=_lead(desk, application), actor=actor, at=now, receiver=receiver, note=note,
    )
    if moved:
        audit.record(session, now, actor, action, number=application.number, materials=moved, to=to)
    return moved
