"""The checker finds what it is for: a snapshot in order, one bug planted in it, and that invariant alone speaks."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from onething.catalogue import load_catalogue
from onething.deadlines import WorkCalendar, clock_entry
from onething.store import audit
from tests.fault.city import HOME
from tests.fault.faults.f02 import worked_again
from tests.fault.invariants import INVARIANTS, check
from tests.fault.snapshot import Row, Snapshot

CATALOGUE = load_catalogue(HOME)
CALENDAR = WorkCalendar.load(HOME / "catalogue" / "calendars", provisional=True)
AT = datetime(2026, 11, 23, 2, tzinfo=UTC)
ENDED, OPEN, ITEM = "41010520261123000001X", "41010520261123000002V", "self-employed-registration"
PAPER = b"%PDF-1.7 signed"
SHA = hashlib.sha256(PAPER).hexdigest()
LICENCE = "ZZ4101052026000001A"
STEPS = (
    ("submit", "dev:zhang", ENDED, ""), ("submit", "dev:zhang", OPEN, ""), ("intake-accepted", "window-1", ENDED, ""),
    ("accept", "reviewer-1", ENDED, ITEM), ("approve", "reviewer-1", ENDED, ITEM),
    ("publish-certificate", "制证系统", ENDED, ITEM), ("close", "系统", ENDED, ""),
)


def trail() -> list[Row]:
    rows: list[Row] = []
    for seq, (action, actor, number, item) in enumerate(STEPS, start=1):
        detail = {"certificate": LICENCE, "sha256": SHA} if action == "publish-certificate" else {}
        row = {"seq": seq, "at": AT + timedelta(minutes=seq), "actor": actor, "action": action, "number": number,
               "item": item, "detail": detail, "ip": "", "previous": rows[-1]["hash"] if rows else audit.GENESIS}
        rows.append(row | {"hash": audit.digest(SimpleNamespace(**row))})
    return rows


def limits() -> list[Row]:
    def row(number: str, item: str, clock: str, minute: int, deadline: Any) -> Row:
        entry = clock_entry(deadline)
        return {"number": number, "item": item, "clock": clock, "started_at": AT + timedelta(minutes=minute),
                "due_at": entry["due_at"], "days": entry["days"], "paused_at": None}

    promised = CATALOGUE.items[ITEM].limits.promised.days
    return [
        row(ENDED, "", "intake", 1, CALENDAR.intake_due(AT + timedelta(minutes=1))),
        row(OPEN, "", "intake", 2, CALENDAR.intake_due(AT + timedelta(minutes=2))),
        row(ENDED, ITEM, "promised", 4, CALENDAR.limit_due(AT + timedelta(minutes=4), promised)),
    ]


def task(key: str, process: str, person: str) -> Row:
    return {"id": key, "taskDefinitionKey": key, "processInstanceId": process, "deleteReason": "completed", "assignee": person}


def instance(process: str, number: str, state: str) -> Row:
    return {"id": process, "rootProcessInstanceId": process, "businessKey": number, "state": state}


@pytest.fixture
def snap() -> Snapshot:
    """Two cases: one with its certificate at its end, one before the window."""
    found = Snapshot(AT + timedelta(hours=1), CATALOGUE, CALENDAR)
    found.acknowledged = [{"key": "k-1", "number": ENDED}, {"key": "k-2", "number": OPEN}]
    decided = {"number": ENDED, "item": ITEM, "task": "t", "key": "approval-decision", "answer": "approve"}
    found.decided = [decided]
    found.instances = [instance("p-1", ENDED, "COMPLETED"), instance("p-2", OPEN, "ACTIVE")]
    found.open_tasks = [{"taskDefinitionKey": "intake-review", "processInstanceId": "p-2"}]
    found.done_tasks = [task("intake-review", "p-1", "window-1"), task("acceptance-review", "p-1", "reviewer-1"),
                        task("approval-decision", "p-1", "reviewer-1")]
    found.sent = {"sms": [{"key": f"{ENDED}::submitted"}, {"key": f"{OPEN}::submitted"}]}
    found.files = {f"{SHA[:2]}/{SHA}": SHA}
    case = {"channel": "online", "district": "410105", "submitted_at": AT}
    found.tables = {
        "application": [{"number": ENDED, "state": "completed", **case}, {"number": OPEN, "state": "submitted", **case}],
        "application_item": [
            {"number": ENDED, "item": ITEM, "state": "approved"}, {"number": OPEN, "item": ITEM, "state": "submitted"},
        ],
        "certificate": [{"certificate_no": LICENCE, "number": ENDED, "item": ITEM, "version": 1, "state": "published",
                         "document_id": "d-1"}],
        "counter": [{"series": "certificate/410105/2026", "value": 1}],
        "document": [{"id": "d-1", "number": ENDED, "sha256": SHA}],
        "notice": [{"key": f"{number}::submitted", "number": number, "sent_at": AT} for number in (ENDED, OPEN)],
        "effect": [{"key": f"sms:{number}::submitted", "number": number, "state": "DONE", "updated_at": AT}
                   for number in (ENDED, OPEN)],
        "audit": trail(), "deadline": limits(), "outbox": [], "inbox": [], "trouble": [],
    }
    return found


def a_start_is_lost(snap: Snapshot) -> None:
    snap.acknowledged.append({"key": "k-3", "number": "41010520261123000003T"})


def a_process_runs_twice(snap: Snapshot) -> None:
    snap.instances.append(instance("p-3", OPEN, "ACTIVE"))


def nobody_has_it(snap: Snapshot) -> None:
    snap.open_tasks.clear()


def a_second_certificate(snap: Snapshot) -> None:
    snap.tables["certificate"].append({**snap.tables["certificate"][0], "version": 2})


def a_number_is_wasted(snap: Snapshot) -> None:
    snap.tables["counter"][0]["value"] = 2


def sent_twice(snap: Snapshot) -> None:
    snap.sent["sms"].append({"key": f"{OPEN}::submitted"})


def never_sent(snap: Snapshot) -> None:
    snap.sent["sms"].pop()


def a_record_is_edited(snap: Snapshot) -> None:
    snap.tables["audit"][0]["actor"] = "dev:li"


def a_record_is_missing(snap: Snapshot) -> None:
    snap.done_tasks.append(task("acceptance-review", "p-1", "reviewer-1"))


def another_outcome(snap: Snapshot) -> None:
    snap.decided[0]["answer"] = "refuse"


def a_clock_is_moved(snap: Snapshot) -> None:
    snap.tables["deadline"][2]["due_at"] += timedelta(days=1)


def a_file_without_a_row(snap: Snapshot) -> None:
    snap.files["ab/abcd"] = "abcd"


def a_file_is_changed(snap: Snapshot) -> None:
    snap.files[f"{SHA[:2]}/{SHA}"] = "0" * 64


def the_states_differ(snap: Snapshot) -> None:
    snap.tables["application"][1]["state"] = "in-progress"


def nobody_counts(snap: Snapshot) -> None:
    snap.external.append({"id": "e-1", "topicName": "intake", "businessKey": OPEN, "processInstanceId": "p-2", "retries": None,
                          "lock_until": None})
    snap.tables["inbox"].append({"task_id": "e-1", "attempts": 2})


def a_lock_is_left(snap: Snapshot) -> None:
    snap.external.append({"id": "e-1", "topicName": "intake", "businessKey": OPEN, "processInstanceId": "p-2", "retries": 3,
                          "lock_until": snap.at - timedelta(minutes=5)})


def a_person_is_in_a_log(snap: Snapshot) -> None:
    snap.leaks.append(("engine.log", "13800000001"))


PLANTED: list[tuple[str, Callable[[Snapshot], None]]] = [
    ("I1", a_start_is_lost), ("I1", a_process_runs_twice), ("I2", nobody_has_it), ("I3", a_second_certificate),
    ("I3", a_number_is_wasted), ("I4", sent_twice), ("I4", never_sent), ("I5", a_record_is_edited), ("I5", a_record_is_missing),
    ("I5", another_outcome), ("I6", a_clock_is_moved), ("I7", a_file_without_a_row), ("I7", a_file_is_changed),
    ("I8", the_states_differ), ("I9", nobody_counts), ("I9", a_lock_is_left), ("I10", a_person_is_in_a_log),
]


def test_nothing_is_found_where_all_is_in_order(snap: Snapshot) -> None:
    assert {name: found for name, found in check(snap).items() if found} == {}


@pytest.mark.parametrize(("invariant", "plant"), PLANTED, ids=[plant.__name__ for _, plant in PLANTED])
def test_a_planted_bug_is_found_by_its_invariant_alone(snap: Snapshot, invariant: str, plant: Callable[[Snapshot], None]) -> None:
    plant(snap)
    assert {name for name, found in check(snap).items() if found} == {invariant}


def test_time_that_goes_back_is_found(snap: Snapshot) -> None:
    """The chain is made anew over it: only the order of time is wrong."""
    rows = snap.tables["audit"]
    for row in rows:
        row["at"] = AT + timedelta(minutes=5) if row["action"] == "close" else row["at"]
    last = rows[-1]
    last["hash"] = audit.digest(SimpleNamespace(**last))
    assert {name for name, found in check(snap).items() if found} == {"I6"}


def test_every_invariant_has_a_planted_bug() -> None:
    assert {name for name, _ in PLANTED} == set(INVARIANTS)


def test_work_that_is_done_again_after_its_outcome_was_kept_is_seen() -> None:
    lived = [("task-worked", "a"), ("task-worked", "a"), ("outcome-kept", "a"), ("task-told", ""), ("task-worked", "b")]
    assert worked_again(lived) == []
    assert worked_again([*lived, ("task-worked", "a")]) == ["a"]
