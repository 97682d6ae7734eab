"""I1 to I10 of the fault matrix: one pure function each, from a snapshot to what is wrong, with the number of the case."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from itertools import pairwise
from types import SimpleNamespace

from onething.cases import FINAL_CASE_STATES, OPEN_ITEM_STATES
from onething.deadlines import recompute
from onething.store import audit
from onething.vocabulary import CertificateState, Clock, OutsideSystem
from tests.fault import decisions
from tests.fault.snapshot import Finding, Row, Snapshot, grouped

MINUTE = timedelta(seconds=60)
SYSTEMS = frozenset(system.value for system in OutsideSystem)


Findings = Iterator[Finding]


def started_once(snap: Snapshot) -> Findings:
    """I1: what was acknowledged is a case with one process, or waits in the outbox for less than a minute."""
    cases, roots = {row["number"]: row for row in snap.rows("application")}, snap.roots
    waiting = {row["key"] for row in snap.rows("outbox") if row["done_at"] is None}
    for number in sorted({line["number"] for line in snap.acknowledged}):
        if number not in cases:
            yield Finding(number, "acknowledged, and the store does not know it")
    by_key = grouped(snap.acknowledged, "key")
    for key, lines in by_key.items():
        if len({line["number"] for line in lines}) > 1:
            yield Finding(lines[0]["number"], f"key {key} was answered with {len(lines)} numbers")
    for number, row in cases.items():
        count = len(roots.get(number, ()))
        young = f"start:{number}" in waiting and snap.at - row["submitted_at"] < MINUTE
        if count > 1 or (count == 0 and not young):
            yield Finding(number, f"{count} processes")


def nothing_in_limbo(snap: Snapshot) -> Findings:
    """I2: every case has ended, or somebody has it before them: a user task, an incident, the applicant."""
    case_of = snap.case_of
    tasks = Counter(case_of.get(task["processInstanceId"], "") for task in snap.open_tasks)
    incidents = Counter(case_of.get(one["processInstanceId"], "") for one in snap.incidents)
    items = grouped(snap.rows("application_item"), "number")
    troubled = {row["number"] for row in snap.rows("trouble") if row["closed_at"] is None}
    for row in snap.rows("application"):
        number, roots = row["number"], snap.roots.get(row["number"], [])
        running = any(one["state"] == "ACTIVE" for one in roots)
        somebody = tasks[number] or incidents[number] or number in troubled or row["state"] == "correction"
        if running and not somebody:
            yield Finding(number, f"{row['state']}, and nobody has it before them")
        if row["state"] in FINAL_CASE_STATES and any(item["state"] in OPEN_ITEM_STATES for item in items.get(number, ())):
            yield Finding(number, f"{row['state']} with an undecided item")


def certificates_are_single(snap: Snapshot) -> Findings:
    """I3: one certificate per item and version, every number used, every stored paper as it was signed and recorded."""
    rows = snap.rows("certificate")
    for name, key in (("number", lambda r: r["certificate_no"]), ("item", lambda r: (r["number"], r["item"], r["version"]))):
        for found, count in Counter(map(key, rows)).items():
            if count > 1:
                yield Finding(str(found), f"{count} certificates of one {name}")
    for (number, item), count in Counter(
        (row["number"], row["item"]) for row in rows if row["state"] == CertificateState.PUBLISHED
    ).items():
        if count > 1:
            yield Finding(number, f"{count} valid certificates for {item}")
    yield from _numbers_are_used(snap, rows)
    documents = {row["id"]: row for row in snap.rows("document")}
    recorded = {row["detail"].get("certificate"): row["detail"].get("sha256") for row in snap.rows("audit")}
    for row in rows:
        paper = documents.get(row["document_id"])
        same = paper is not None and recorded.get(row["certificate_no"]) == paper["sha256"]
        if row["state"] == CertificateState.PUBLISHED and not same:
            yield Finding(row["number"], f"{row['certificate_no']} is not the paper that was recorded")


def _numbers_are_used(snap: Snapshot, rows: list[Row]) -> Findings:
    series = Counter((row["certificate_no"][2:8], row["certificate_no"][8:12]) for row in rows)
    for row in snap.rows("counter"):
        kind, *parts = row["series"].split("/")
        if kind == "certificate" and series[tuple(parts)] != row["value"]:
            yield Finding(row["series"], f"{row['value']} numbers given, {series[tuple(parts)]} certificates")
    running = {number for number, roots in snap.roots.items() if any(one["state"] == "ACTIVE" for one in roots)}
    for row in rows:
        if row["state"] == CertificateState.RESERVED and row["number"] not in running:
            yield Finding(row["number"], f"{row['certificate_no']} was reserved, neither issued nor void")


def sent_at_most_once(snap: Snapshot) -> Findings:
    """I4: outside nobody got anything twice, and whatever we call sent was got."""
    for name, lines in snap.sent.items():
        for key, count in Counter(line.get("key") for line in lines).items():
            if count > 1:
                yield Finding(str(key), f"{name} got it {count} times")
    got = {f"{name}:{line.get('key')}" for name, lines in snap.sent.items() for line in lines}
    for row in snap.rows("effect"):
        name, _, key = row["key"].partition(":")  # a department's own system is one of several behind one door
        place = name if name in SYSTEMS else "departments"
        if row["state"] == "DONE" and f"{place}:{key}" not in got:
            yield Finding(row["number"], f"{row['key']} counts as sent, and nobody got it")
        if row["state"] == "SENDING" and snap.at - row["updated_at"] > 5 * MINUTE:
            yield Finding(row["number"], f"{row['key']} is being sent for more than five minutes")
    for row in snap.rows("notice"):
        if row["sent_at"] and f"sms:{row['key']}" not in got:
            yield Finding(row["number"], f"notice {row['key']} counts as sent, and nobody got it")


def decisions_are_recorded(snap: Snapshot) -> Findings:
    """I5: each completed decision has one record of the same person and outcome; the chain of records is whole."""
    fault = audit.first_fault([SimpleNamespace(**row) for row in snap.rows("audit")])
    if fault is not None:
        yield Finding(f"record {fault}", "does not fit the chain")
    yield from decisions.unrecorded(snap)


def time_goes_forward(snap: Snapshot) -> Findings:
    """I6: a case's records are in the order of time; every limit is what the calendar makes of its start."""
    for number, records in grouped(sorted(snap.rows("audit"), key=lambda row: row["seq"]), "number").items():
        for before, after in pairwise(records):
            if number and after["at"] < before["at"]:
                yield Finding(number, f"record {after['seq']} is older than {before['seq']} by {before['at'] - after['at']}")
    cases = {row["number"]: row for row in snap.rows("application")}
    records = grouped(snap.rows("audit"), "number")
    for row in snap.rows("deadline"):
        if row["paused_at"] is None and row["number"] in cases:
            yield from _limit_is_right(snap, row, cases[row["number"]], records.get(row["number"], []))


def _limit_is_right(snap: Snapshot, row: Row, case: Row, records: list[Row]) -> Findings:
    clock = Clock(row["clock"])
    channel = snap.calendar.counter(case["channel"], case["district"])
    counted = recompute(snap.calendar, clock, row["started_at"], row["days"], channel=channel)
    if counted.due != row["due_at"]:
        yield Finding(row["number"], f"{clock} of {row['item'] or 'the case'} is due {row['due_at']}, counted {counted.due}")
    began = {"intake": "submit", "acceptance": "intake-accepted", "promised": "accept", "statutory": "accept"}.get(clock)
    starts = [
        record["at"] for record in records if record["action"] == began and record["item"] in ("", row["item"])
    ]
    if starts and not any(row["started_at"] <= at < row["started_at"] + MINUTE for at in starts):
        yield Finding(row["number"], f"{clock} began {row['started_at']}, recorded {starts}")
    if clock == Clock.PROMISED and row["days"] != snap.catalogue.items[row["item"]].limits.promised.days:
        yield Finding(row["number"], f"{clock} of {row['item']} has {row['days']} days")


def files_and_rows_agree(snap: Snapshot) -> Findings:
    """I7: each row has its file with the content it had, each file has a row."""
    rows = grouped(snap.rows("document"), "sha256")
    for sha256, documents in rows.items():
        content = snap.files.get(f"{sha256[:2]}/{sha256}")
        if content != sha256:
            problem = "the file is gone" if content is None else "the file has changed"
            yield Finding(documents[0]["number"] or documents[0]["id"], problem)
    for path in snap.files:
        if path.rpartition("/")[2] not in rows:
            yield Finding(path, "a file that belongs to no row")


def store_and_engine_agree(snap: Snapshot) -> Findings:
    """I8: the state a person reads is the one the engine's history tells."""
    yield from decisions.drift(snap)


def attempts_are_counted(snap: Snapshot) -> Findings:
    """I9: no step repeats without being counted; no lock is held by nobody."""
    failed = Counter(row["externalTaskId"] for row in snap.failures)
    begun = {row["task_id"]: row["attempts"] for row in snap.rows("inbox")}
    lock = timedelta(seconds=snap.lock_seconds)
    for task in snap.external:
        number, attempts = task.get("businessKey") or "", max(failed[task["id"]], begun.get(task["id"], 0))
        if task.get("retries") is None and attempts > 1:
            yield Finding(number, f"{task['topicName']} was tried {attempts} times without a count")
        if task["lock_until"] and task.get("retries") != 0 and snap.at - task["lock_until"] > lock:
            yield Finding(number, f"{task['topicName']} is locked since {task['lock_until']} by nobody")


def nobody_leaks(snap: Snapshot) -> Findings:
    """I10: nothing about a person outside of the store: not in the engine, not in a log."""
    for place, canary in snap.leaks:
        yield Finding(place, f"holds {canary[:6]}…")


INVARIANTS: Mapping[str, Callable[[Snapshot], Findings]] = {
    "I1": started_once, "I2": nothing_in_limbo, "I3": certificates_are_single, "I4": sent_at_most_once,
    "I5": decisions_are_recorded, "I6": time_goes_forward, "I7": files_and_rows_agree, "I8": store_and_engine_agree,
    "I9": attempts_are_counted, "I10": nobody_leaks,
}


def check(snap: Snapshot) -> dict[str, list[Finding]]:
    """Every invariant with what violates it."""
    return {name: list(invariant(snap)) for name, invariant in INVARIANTS.items()}

