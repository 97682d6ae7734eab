"""The counter's acts on the real engine: what a clerk registers completes the task in the clerk's name (R42-R45, R49, R51)."""

from __future__ import annotations

from typing import Any

import pytest

from api.window_acts import Wanted, register
from onething.store import accounts, applications, audit, intake, window
from onething.vocabulary import Channel
from simulation.town import Town

pytestmark = pytest.mark.engine
CLERK = "window-410105"


def act(town: Town, number: str, task: str, **form: str) -> None:
    """As the page does: record and promise, no engine in the request."""
    with town.tools.store.transaction() as session:
        clerk = accounts.ensure(session, CLERK, "window", "窗口", organisation=CLERK)
        case = applications.lock(session, number)
        register(session, town.tools, clerk, case, Wanted(task=task, form=form))


def due(town: Town, number: str) -> list[str]:
    with town.tools.store.reading() as session:
        return [one.task for one in window.due(session, applications.get(session, number))]


def ticks(town: Town, number: str) -> dict[str, str]:
    with town.tools.store.reading() as session:
        keys = [row.key for row in applications.materials(session, number)]
    return {f"{kind}.{key}": "yes" for key in keys for kind in ("complete", "legal")}


def test_r42_r45_r49_r51_from_taking_in_to_handing_over_without_tasklist(town: Town) -> None:
    number = town.submit("open-hotel", ["public-place-hygiene-permit"], channel=Channel.WINDOW)
    act(town, number, "intake-review", decision="accepted", **ticks(town, number))
    town.wait(lambda: "digitising" in due(town, number))
    town.scan(number)
    act(town, number, "digitising")
    town.wait(lambda: "digitising" not in due(town, number))
    act(town, number, "paper-handover", receiver="牵头部门老李")
    town.wait(lambda: "paper-handover" not in due(town, number))
    with town.tools.store.reading() as session:
        [check] = intake.checks(session, number)
        handed: Any = intake.handover(session, number)
        who = {entry.action: entry.actor for entry in audit.trail(session, number)}
        assert intake.dispatches(session, number), "all departments have it"
    assert (check.outcome, check.clerk) == ("accepted", CLERK)
    assert (handed.handed_by, handed.receiver) == (CLERK, "牵头部门老李")
    assert (who["digitise"], who["hand-over-originals"]) == (CLERK, CLERK)
    assert town.admin.incidents(number) == []
