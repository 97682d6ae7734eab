"""`python -m bench.reads`: how long people wait for the front door of a city: what citizens and clerks read, at a steady rate.
Each round has two halves: reading by itself, and reading beside submissions with their files, which the workers take on.

Requests leave at their time whether or not earlier ones were answered, and a wait counts from that time: a slow answer is not
hidden by asking less often.
"""

from __future__ import annotations

import argparse
import gzip
import itertools
import os
import random
import re
import signal
import sys
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import requests

from bench import report, table
from bench.process import cpu_seconds, memory_bytes
from bench.reads_cases import DISTRICT, HANDED_IN, Builder, application, upload
from bench.reads_city import HOME, City, run_city
from bench.reads_mix import MIX, Readers, readers
from bench.rig import as_json, percentile
from onething.client import Client

HANDS, SENDERS = 32, 8
LOADED = re.compile(r'(?:src|href)="([^"]+\.(?:css|js|svg|png|woff2)[^"]*)"')
Waits = dict[str, list[float]]


def at_rate(rate: float, seconds: float, hands: int, ask: Callable[[int], Mapping[str, float]]) -> Waits:
    """Waits in milliseconds by what was asked. `ask` gives the moments it was answered (monotonic), the first wait counts from
    when it was due and each later one from the answer before."""
    began, found = time.monotonic() + 0.2, defaultdict(list)

    def one(number: int) -> list[tuple[str, float]]:
        before = began + number / rate
        time.sleep(max(0.0, before - time.monotonic()))
        waits = []
        for what, answered in ask(number).items():
            waits.append((what, (answered - before) * 1000))
            before = answered
        return waits

    with ThreadPoolExecutor(hands) as pool:
        for waits in pool.map(one, range(int(rate * seconds))):
            for what, wait in waits:
                found[what].append(wait)
    return dict(found)


class Sender:
    """Hands in one application after the other, each with files of its own."""

    def __init__(self, city: City) -> None:
        self.local, self.keys = city.catalogue.in_district(DISTRICT), (f"bench-reads-{number}" for number in itertools.count())
        self.people = [Client([city.address]).log_in_as(HANDED_IN.subject) for _ in range(SENDERS)]
        self.free = list(self.people)

    def send(self, _: int) -> dict[str, float]:
        person, key = self.free.pop(), next(self.keys)
        try:
            materials = upload(person, self.local, HANDED_IN)
            uploaded = time.monotonic()
            person.submit_application(application(self.local, HANDED_IN, materials), key=key)
            return {"files": uploaded, "submit": time.monotonic()}
        finally:
            self.free.append(person)


def measure(asked: argparse.Namespace) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="onething-reads-") as folder, run_city(Path(folder)) as city:
        say("the city runs; making cases")
        made = Builder(city).make(asked.cases)
        say(f"{made.tally}")
        sender, everybody, chance, rounds = Sender(city), readers(city, made), random.Random(1), []
        files = len(upload(sender.people[0], sender.local, HANDED_IN))
        for one in itertools.islice(everybody.reads(chance), 6 * len(MIX)):
            everybody.read(one)
        for turn, beside in itertools.product(range(asked.rounds), (False, True)):
            found = one_round(city, asked, everybody, sender if beside else None, chance)
            rounds.append({"round": turn + 1, "beside": beside, **found})
            say(str({key: value for key, value in rounds[-1].items() if key != "routes"}))
        return {
            "rate": asked.rate, "submits_per_second": asked.submits, "seconds": asked.seconds, "cases": asked.cases,
            "files_per_submission": files, "cases_by_state": made.tally,
            "mix": {route: weight for (_, route), weight in MIX.items()},
            "first_page_bytes": first_page(city.address), "rounds": rounds, "not_measured": {},
        }


def one_round(
    city: City, asked: argparse.Namespace, everybody: Readers, sender: Sender | None, chance: random.Random
) -> dict[str, Any]:
    """Readers, and a sender at the same time."""
    wanted = list(itertools.islice(everybody.reads(chance), int(asked.rate * asked.seconds)))
    sent: Waits = {}

    def read(number: int) -> dict[str, float]:
        everybody.read(wanted[number])
        return {wanted[number].route: time.monotonic()}

    def send() -> None:
        if sender:
            sent.update(at_rate(asked.submits, asked.seconds, SENDERS, sender.send))

    sending = threading.Thread(target=send)
    before, began = {name: cpu_seconds(pid) for name, pid in _ours(city).items()}, time.monotonic()
    waiting = os.getloadavg()[0]
    sending.start()
    waits = at_rate(asked.rate, asked.seconds, HANDS, read)
    sending.join()
    lasted = time.monotonic() - began
    used = {name: (cpu_seconds(pid) - before[name]) / lasted for name, pid in _ours(city).items()}
    return round_of(waits, sent, used, memory_bytes(city.pid) / 2**20) | {"load_before": round(waiting, 1)}


def round_of(waits: Waits, sent: Waits, cores: Mapping[str, float], mib: float) -> dict[str, Any]:
    every, used = [wait for found in waits.values() for wait in found], {f"{name}_cpu_share": one for name, one in cores.items()}
    routes = {route: as_json(_facts("", waits[route]) | {"times": len(waits[route])}) for _, route in MIX if route in waits}
    sending = {key: value for what, found in sent.items() for key, value in _facts(what, found).items()}
    return as_json(_facts("read", every) | sending | used | {"door_mib": mib}) | {"routes": routes}


def _ours(city: City) -> dict[str, int]:
    return {"door": city.pid, "workers": city.workers, "engine": city.engine}


def _facts(what: str, waits: Sequence[float]) -> dict[str, Any]:
    return {f"{what}_p{share}_ms".lstrip("_"): percentile(waits, share / 100) for share in (50, 95, 99)}


def first_page(address: str) -> dict[str, int]:
    """Address -> bytes on the wire of the start page and of what it loads."""
    sizes = {"/": _size(address + "/")}
    for found in LOADED.findall(requests.get(address + "/", timeout=30).text):
        sizes[found] = _size(urljoin(address + "/", found))
    return sizes


def _size(url: str) -> int:
    answer = requests.get(url, timeout=30, headers={"Accept-Encoding": "gzip"}, stream=True)
    answer.raise_for_status()
    sent = answer.raw.read(decode_content=False)
    return len(sent if answer.headers.get("Content-Encoding") else gzip.compress(sent))


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.reads", description=__doc__)
    parser.add_argument("--rate", type=float, default=50, help="reads per second")
    parser.add_argument("--submits", type=float, default=2, help="submissions per second, in its second half")
    parser.add_argument("--seconds", type=float, default=30, help="of each half of a round")
    parser.add_argument("--cases", type=int, default=40, help="cases that are read, in all states")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", type=Path, help="write every round here")
    asked = parser.parse_args(arguments)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that engine and database end with it
    found = measure(asked)
    shown = ("rate", "submits", "seconds", "cases", "rounds")
    command = " ".join(["python -m bench.reads", *(f"--{name} {getattr(asked, name):g}" for name in shown)])
    full = report.describe(HOME, "reads", "postgres", "operaton", command, found)
    if asked.json:
        report.save(asked.json, full)
    print(table.table(full))


if __name__ == "__main__":
    main()
