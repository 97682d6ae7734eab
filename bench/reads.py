"""`python -m bench.reads`: how long people wait for the front door: pages at a steady rate, submissions, the first page's size.

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
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import requests

from api.personas import APPLICANTS
from bench import report, table
from bench.rig import as_json, percentile
from onething.application_form import examples, fields_for
from onething.catalogue import Catalogue, load_catalogue
from onething.client import Client, records
from simulation.engine import free_port
from simulation.postgres import run_postgres

HOME = Path(__file__).resolve().parent.parent
DISTRICT, SUBJECT, BUNDLE, ITEMS = "410105", "demo-zhang-san", "unemployment", ("unemployment-registration",)
OPEN_TO_ALL = (
    "/", "/?q=开饭店", "/bundles/open-restaurant", "/bundles/open-restaurant/guide", "/bundles/newborn", "/verify", "/guidance",
    "/api/v1/bundles", "/api/v1/bundles/open-restaurant",
)
OF_A_PERSON = ("/cases", "/cases/{number}", "/cases/{number}", "/me", "/me/certificates", "/api/v1/applications/{number}")
HANDS = 32
LOADED = re.compile(r'(?:src|href)="([^"]+\.(?:css|js|svg|png|woff2)[^"]*)"')


@dataclass(frozen=True)
class Door:
    """One front door process with a store on PostgreSQL; its engine is away, which no page of these needs."""

    address: str
    pid: int


@contextmanager
def front_door(folder: Path) -> Iterator[Door]:
    with run_postgres(folder / "postgres") as postgres:
        postgres.create("store")
        port = free_port()
        told = {
            "ONETHING_VAR": str(folder / "var"), "ONETHING_API_PORT": str(port), "ONETHING_LIMITS": "off",
            "ONETHING_DATABASE_URL": postgres.store_url("store"),
            "ONETHING_ENGINE_URL": f"http://127.0.0.1:{free_port()}/engine-rest",
        }
        with (folder / "api.log").open("ab") as log:
            process = subprocess.Popen([sys.executable, "-m", "api"], cwd=HOME, env=os.environ | told, stdout=log, stderr=log)
        try:
            door = Door(f"http://127.0.0.1:{port}", process.pid)
            _wait_for(door, process, folder / "api.log")
            yield door
        finally:
            process.terminate()
            process.wait(60)


def _wait_for(door: Door, process: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(600):
        if process.poll() is not None:
            raise RuntimeError(f"the front door ended; see {log}")
        try:
            requests.get(f"{door.address}/healthz", timeout=2)
        except requests.ConnectionError:
            time.sleep(0.2)
        else:
            return
    raise RuntimeError(f"the front door does not answer; see {log}")


def body(catalogue: Catalogue) -> records.NewApplication:
    local = catalogue.in_district(DISTRICT)
    person = next(one for one in APPLICANTS if one.subject == SUBJECT)
    return records.NewApplication.model_validate({
        "bundle": BUNDLE, "district": DISTRICT, "items": list(ITEMS), "answers": {}, "delivery_way": "electronic",
        "applicant": {"name": person.name, "id_no": person.id_no, "phone": person.phone, "address": "郑州市演示路 1 号"},
        "form": examples(fields_for(local, local.bundle(BUNDLE), list(ITEMS))),
    })


def at_rate(rate: float, seconds: float, ask: Callable[[int], Any]) -> list[float]:
    """Waits in milliseconds, each from when the request was due."""
    began = time.monotonic() + 0.2

    def one(number: int) -> float:
        due = began + number / rate
        time.sleep(max(0.0, due - time.monotonic()))
        ask(number)
        return (time.monotonic() - due) * 1000

    with ThreadPoolExecutor(HANDS) as hands:
        return list(hands.map(one, range(int(rate * seconds))))


def measure(asked: argparse.Namespace) -> dict[str, Any]:
    catalogue = load_catalogue(HOME)
    with tempfile.TemporaryDirectory(prefix="onething-reads-") as folder, front_door(Path(folder)) as door:
        person = Client([door.address]).log_in_as(SUBJECT)
        wish = body(catalogue)
        numbers = [person.submit_application(wish, key=f"bench-reads-seed-{number}").number for number in range(asked.cases)]
        chance, rounds = random.Random(1), []
        pages = [*OPEN_TO_ALL, *OF_A_PERSON]

        def read(path: str) -> None:
            answer = person.session.get(door.address + path, timeout=30)
            if answer.status_code != 200:
                raise RuntimeError(f"{path}: {answer.status_code}")

        for path in pages * 3:
            read(path.format(number=numbers[0]))
        for turn in range(asked.rounds):
            paths = [chance.choice(pages).format(number=chance.choice(numbers)) for _ in range(int(asked.rate * asked.seconds))]
            reads = at_rate(asked.rate, asked.seconds, lambda number, paths=paths: read(paths[number]))
            keys = (f"bench-reads-{turn}-{number}" for number in itertools.count())
            submits = at_rate(asked.submits, asked.seconds, lambda _, keys=keys: person.submit_application(wish, key=next(keys)))
            rounds.append({"round": turn + 1, **as_json(_facts("read", reads) | _facts("submit", submits))})
            print(rounds[-1], file=sys.stderr, flush=True)
        return {
            "rate": asked.rate, "submits_per_second": asked.submits, "seconds": asked.seconds, "cases": asked.cases,
            "first_page_bytes": first_page(door.address), "rounds": rounds, "not_measured": {},
        }


def _facts(what: str, waits: Sequence[float]) -> dict[str, float]:
    return {f"{what}_p{share}_ms": percentile(waits, share / 100) for share in (50, 95, 99)}


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


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.reads", description=__doc__)
    parser.add_argument("--rate", type=float, default=50, help="pages per second")
    parser.add_argument("--submits", type=float, default=2, help="submissions per second")
    parser.add_argument("--seconds", type=float, default=30, help="of each, per round")
    parser.add_argument("--cases", type=int, default=40, help="cases of the person who reads")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", type=Path, help="write every round here")
    asked = parser.parse_args(arguments)
    found = measure(asked)
    shown = ("rate", "submits", "seconds", "cases", "rounds")
    command = " ".join(["python -m bench.reads", *(f"--{name} {getattr(asked, name):g}" for name in shown)])
    full = report.describe(HOME, "reads", "postgres", "none", command, found)
    if asked.json:
        report.save(asked.json, full)
    print(table.table(full))


if __name__ == "__main__":
    main()
