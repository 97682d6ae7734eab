"""The counter's acts on the real engine: what a clerk registers completes the task in the clerk's name (R42-R45, R49, R51)."""

from __future__ import annotations

import json
from typing import Any

import pytest
from sqlalchemy import select

from api.window_acts import Wanted, register
from onething.store import accounts, applications, audit, custody, intake, window
from onething.store.tables_work import Outbox
from onething.vocabulary import CaseState, Channel
from simulation.town import Town

pytestmark = pytest.mark.engine
CLERK = "window-410105"
CANARY = "钱金丝雀"


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


def engine_holds(town: Town, number: str) -> str:
    """Every value of a variable of the case, as history has it, and what was promised to tell the engine."""
    found = [
        list(town.admin.transport.pages("/history/variable-instance", {"processInstanceIdIn": one.id}))
        for one in town.admin.instances(number)
    ]
    with town.tools.store.reading() as session:
        promised = [row.body for row in session.scalars(select(Outbox).where(Outbox.number == number))]
    held = json.dumps([found, promised], ensure_ascii=False, default=str)
    assert found
    assert all(found)
    assert "window-act:" in json.dumps(found), "the references are there, so the words would be found"
    return held


def test_s11_words_written_at_the_counter_stay_in_the_store(town: Town) -> None:
    number = town.submit("open-hotel", ["public-place-hygiene-permit"], channel=Channel.WINDOW)
    act(town, number, "intake-review", decision="accepted", **ticks(town, number))
    town.wait(lambda: "digitising" in due(town, number))
    town.scan(number)
    act(town, number, "digitising", note=f"{CANARY}的营业执照缺第 3 页")
    town.wait(lambda: "digitising" not in due(town, number))
    act(town, number, "paper-handover", receiver=CANARY)
    town.wait(lambda: "paper-handover" not in due(town, number))
    town.work(number, until="acceptance-review")
    town.withdraw(number)
    town.wait(lambda: "material-return" in due(town, number))
    act(town, number, "material-return", receiver=CANARY, id_no="410105199001011233", relation="agent", signed="yes", note="TH-9")
    town.wait(lambda: town.admin.process_state(number) == "COMPLETED")
    with town.tools.store.reading() as session:
        receivers = [row.receiver for row in custody.ledger(session, number)]
    assert CANARY in receivers
    assert CANARY not in engine_holds(town, number)


def test_s11_what_is_wrong_with_a_material_is_told_to_the_applicant_and_not_to_the_engine(town: Town) -> None:
    number = town.submit("open-hotel", ["public-place-hygiene-permit"])
    fields = ticks(town, number)
    key = next(name for name in fields if name.startswith("complete.")).partition(".")[2]
    del fields[f"complete.{key}"]
    problem, reason = f"不是{CANARY}本人的", f"申请表没有{CANARY}的签名"
    act(town, number, "intake-review", decision="correction", reason=reason, **{f"problem.{key}": problem}, **fields)
    town.wait(lambda: town.case(number).state == CaseState.CORRECTION)
    told = town.case(number).reason
    assert problem in told
    assert reason in told
    assert CANARY not in engine_holds(town, number)


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
