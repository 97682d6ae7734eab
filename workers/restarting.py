"""A case whose process is gone is begun again: every step finds what was done before and does nothing twice."""

from __future__ import annotations

from typing import Any

from onething.bootstrap import Tools
from onething.cases import OPEN_CASE_STATES
from onething.engine import checking
from onething.engine.client import EngineClient
from onething.store import applications, audit, outbox

SYSTEM = "核对程序"


def open_cases(session: Any) -> list[str]:
    """Cases that should have a process: open, and not about to be started."""
    under_way = {entry.number for entry in outbox.waiting(session) if entry.kind in outbox.STARTS}
    return [number for number in applications.numbers_in_states(session, OPEN_CASE_STATES) if number not in under_way]


def restart(tools: Tools, number: str, reason: str) -> None:
    """Promise the start once more, unless it is promised."""
    now = tools.clock.now()
    with tools.store.transaction() as session:
        if outbox.start_again(session, now, number):
            audit.record(session, now, SYSTEM, "start-again", number=number, reason=reason)


def restart_missing(tools: Tools, engine: EngineClient) -> None:
    """All that the engine does not know, after a person has looked at why."""
    with tools.store.reading() as session:
        numbers = open_cases(session)
    for number, instances in checking.root_instances(engine, numbers).items():
        if not instances:
            restart(tools, number, "经人工确认后恢复")
