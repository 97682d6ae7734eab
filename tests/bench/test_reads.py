"""How long people wait for the front door: every wait counts from when it was due, in the mix that is written down."""

import itertools
import random
import time
from typing import Any

from bench import table
from bench.reads import at_rate, round_of
from bench.reads_cases import GOALS
from bench.reads_mix import MIX, WINDOW, Readers


def test_a_wait_counts_from_when_it_was_due() -> None:
    """One hand and a slow answer: the next ones are late from the beginning, and that is their wait."""

    def ask(number: int) -> dict[str, float]:
        time.sleep(0.05 if number == 0 else 0)
        return {"first": time.monotonic(), "second": time.monotonic()}

    waits = at_rate(1000, 0.003, 1, ask)
    assert [len(waits[name]) for name in ("first", "second")] == [3, 3]
    assert all(wait >= 40 for wait in waits["first"])
    assert all(wait >= 0 for wait in waits["second"]), "from the answer before"


def test_the_mix_is_what_people_read() -> None:
    assert sum(MIX.values()) == 100
    routes = {route for _, route in MIX}
    for wanted in ("/", "/?q={word}", "/cases", "/cases/{number}", "/cases/{number}/diagram", "/me/data", "/me/certificates",
                   "/documents/{paper}", "/verify/{token}", "/staff/window", "/staff/window/{any}"):
        assert wanted in routes
    assert set(GOALS) == {"submitted", "reviewed", "corrected", "to be corrected", "ended"}


def test_everybody_reads_what_is_theirs() -> None:
    sessions: dict[str, Any] = {name: name for name in ("one", "two", WINDOW, "")}
    readers = Readers("", sessions, {"one": ["1"], "two": ["2"]}, {"one": ["p1"], "two": ["p2"]}, ["t"])
    seen = set()
    for read in itertools.islice(readers.reads(random.Random(1)), 3000):
        seen.add(read.route)
        theirs = {"/cases/{number}": {"one": "/cases/1", "two": "/cases/2"}, "/documents/{paper}": {
            "one": "/documents/p1", "two": "/documents/p2"}}.get(read.route)
        assert theirs is None or theirs[str(read.session)] == read.path
        assert not read.route.startswith("/staff") or read.session == WINDOW
        assert "{" not in read.path
    assert seen == {route for _, route in MIX}


def test_the_table_says_what_every_route_took() -> None:
    waits = {"/": [5.0] * 19 + [70.0], "/cases": [20.0]}
    slower = {route: [2 * wait for wait in found] for route, found in waits.items()}
    sent, cores = {"files": [40.0], "submit": [100.0]}, {"door": 0.5, "workers": 0.2, "engine": 0.1}
    heading, lines = table.reads({
        "rounds": [
            {"round": 1, "beside": False, "load_before": 1.5, **round_of(waits, {}, cores, 180.0)},
            {"round": 1, "beside": True, "load_before": 2.5, **round_of(slower, sent, cores, 190.0)},
        ], "rate": 50, "submits_per_second": 2,
        "files_per_submission": 4, "seconds": 30, "mix": {"/": 8, "/cases": 7},
        "first_page_bytes": {"/": 2048}, "cases_by_state": {"ended": 2, "submitted": 1},
    })
    text = "\n".join(lines)
    assert "1 rounds of twice 30 s" in heading
    assert "| `/` | 8 | 20 | 5 | 5 | 10 | 10 |" in text
    assert "| submissions | 2 | 100 | 100 | 100 | 100–100 | p95 ≤ 300 |" in text
    assert "| the same, with submissions beside it | 50 | 10 | 40 | 140 | 40–40 |  |" in text
    assert "Load average before each half: 1.5, 2.5." in text
    assert "2 ended, 1 submitted" in text
