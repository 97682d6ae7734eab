"""F22: two hundred uploads of 10 MiB at once at one front door, every hostile file of the corpus among them, while citizens hand
in and others read. Memory is read from the kernel for the front doors, whoever reads files for them, and who draws papers."""

from __future__ import annotations

import io
import os
import statistics
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx

from tests.fault.people import CERTIFIED
from tests.fault.scene import Scene
from tests.uploads.corpus import CLEANED, HOSTILE, MIB, padded

TITLE = "two hundred uploads of 10 MiB at once, hostile ones among them"
SUBJECT = "demo-trade"
MIB_ALLOWED, SECONDS_ALLOWED = 256, 1.0
NOT_HOSTILE_HERE = (CLEANED, "file-too-large")
"""Taken, because it is drawn anew; made for a smaller limit than the city's."""
READS = ("/", "/?q=开饭店", "/bundles/open-restaurant", "/cases", "/cases/{number}", "/api/v1/applications/{number}")
REFUSALS = {400, 413, 415, 422}
KINDS = {"onething.sandbox_child": "reader of files", "onething.papers.press_child": "press of papers"}


class Varied(io.RawIOBase):
    """`content` with a number written over its middle: another file each time, and only one in memory."""

    def __init__(self, content: bytes, number: int) -> None:
        self.content, self.place, self.mark = memoryview(content), len(content) // 2, f"{number:016}".encode()

    def readable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        self.at = offset + {os.SEEK_SET: 0, os.SEEK_END: len(self.content)}.get(whence, self.tell())
        return self.at

    def tell(self) -> int:
        return getattr(self, "at", 0)

    def read(self, size: int = -1) -> bytes:
        start = self.tell()
        end = self.seek(len(self.content) if size < 0 else min(start + size, len(self.content)))
        found = bytearray(self.content[start:end])
        first, last = max(self.place, start), min(self.place + len(self.mark), end)
        if first < last:
            found[first - start:last - start] = self.mark[first - self.place:last - self.place]
        return bytes(found)


class Memory:
    """The most that each kind of process held (MiB of VmHWM), looked at twenty times a second."""

    def __init__(self, here: Scene) -> None:
        self.here, self.most, self.ended = here, defaultdict[str, int](int), threading.Event()
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()

    def _run(self) -> None:
        while not self.ended.wait(0.05):
            for name in ("api-1", "api-2", "workers-1", "workers-2"):
                self._look(name, self.here.city.pid(name))

    def _look(self, name: str, pid: int, above: bytes = b"") -> None:
        """What was forked and is no program of its own yet shares its parent's memory: it does not count."""
        try:
            program = Path(f"/proc/{pid}/cmdline").read_bytes()
            if above and name in self.here.city.children and program == above:
                return
            status = Path(f"/proc/{pid}/status").read_text()
            self.most[name] = max(self.most[name], int(status.partition("VmHWM:")[2].split()[0]) // 1024)
            below = [int(one) for listed in Path(f"/proc/{pid}/task").glob("*/children") for one in listed.read_text().split()]
        except (OSError, IndexError):
            return  # it has just ended
        for child in below:
            self._look(_kind(child) or name, child, program)

    def stop(self) -> dict[str, int]:
        self.ended.set()
        self.thread.join()
        return dict(sorted(self.most.items()))


def _kind(pid: int) -> str:
    try:
        program = Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace")
    except OSError:
        return ""
    return next((kind for module, kind in KINDS.items() if module in program), "")


class Visitors:
    """One who reads other pages of the same front door, one after the other, ten a second at most."""

    def __init__(self, door: str, login: dict[str, Any], number: str) -> None:
        self.waits, self.wrong, self.ended = defaultdict[str, list[float]](list), Counter[str](), threading.Event()
        self.thread = threading.Thread(target=self._run, args=(door, login, number), daemon=True)
        self.thread.start()

    def _run(self, door: str, login: dict[str, Any], number: str) -> None:
        with httpx.Client(base_url=door, timeout=60, cookies=login["cookies"], trust_env=False) as client:
            while not self.ended.is_set():
                for route in READS:
                    began = time.perf_counter()
                    answer = client.get(route.format(number=number))
                    self.waits[route].append(time.perf_counter() - began)
                    if answer.status_code != 200:
                        self.wrong[f"{route} {answer.status_code}"] += 1
                    self.ended.wait(0.1)

    def stop(self) -> None:
        self.ended.set()
        self.thread.join()


def play(here: Scene) -> None:
    count, door = here.size(200, 24), here.city.front_doors[0]
    first = here.load(10)
    first.join(120)
    reader, sender = _log_in(door, CERTIFIED.subject), _log_in(door, SUBJECT)
    owned = here.sql(f"SELECT number FROM application WHERE bundle = '{CERTIFIED.bundle}'")
    memory, visitors = Memory(here), Visitors(door, reader, owned[0][0])
    crowd, began = here.load(here.size(200, 20), rate=4, threads=4), time.monotonic()
    here.review(first, len(first.numbers))
    bad = [(one.name, one.make()) for one in HOSTILE if one.verdict not in NOT_HOSTILE_HERE and not {"\0", "\n"} & set(one.name)]
    large = padded(10 * MIB)
    with ThreadPoolExecutor(count + 8) as hands:
        good = [hands.submit(_send, here, door, sender, f"大-{turn}.pdf", Varied(large, turn)) for turn in range(count)]
        refused = [hands.submit(_send, here, door, sender, name, io.BytesIO(content)) for name, content in bad]
        taken, answers = Counter(one.result() for one in good), Counter(one.result() for one in refused)
    seconds = round(time.monotonic() - began, 1)
    visitors.stop()
    crowd.join(120)
    most = memory.stop()
    here.finish(len(first.numbers))
    here.result.figures |= {"seconds for all uploads": seconds, "hostile files": len(bad),
                            "answers to hostile files": {str(status): times for status, times in sorted(answers.items())}}
    _judge(here, visitors, most)
    _files(here, count, taken, answers)


def _log_in(door: str, subject: str) -> dict[str, Any]:
    hello = httpx.post(f"{door}/api/v1/login", json={"subject": subject}, trust_env=False)
    return {"cookies": dict(hello.cookies), "headers": {"X-CSRF-Token": hello.json()["csrf_token"]}}


def _send(here: Scene, door: str, login: dict[str, Any], name: str, content: Any) -> int:
    """The status; what was taken is written down as taken."""
    answer = httpx.post(f"{door}/api/v1/documents", files={"file": (name, content)}, timeout=600, trust_env=False, **login)
    if answer.status_code == 201:
        here.witness.write(what="uploaded", document=answer.json()["document_id"], name=name)
    return answer.status_code


def _judge(here: Scene, visitors: Visitors, most: dict[str, int]) -> None:
    result, p95 = here.result, _rounded(visitors.waits, lambda waits: statistics.quantiles(waits, n=20)[-1])
    every = [wait for waits in visitors.waits.values() for wait in waits]
    together = round(statistics.quantiles(every, n=20)[-1], 2)
    result.figures |= {"memory, MiB": most, "p95 of a read meanwhile, s": p95, "reads meanwhile": len(every),
                       "p95 of all reads, s": together}
    for name, held in most.items():
        result.want(f"memory of {name}", f"≤ {MIB_ALLOWED} MiB", f"{held} MiB", held <= MIB_ALLOWED)
    slowest = max(p95.values())
    result.want("p95 of the slowest other route", f"≤ {SECONDS_ALLOWED:g} s", f"{slowest} s", slowest <= SECONDS_ALLOWED)
    wrong = dict(visitors.wrong)
    result.want("other routes that answered anything but 200", "0", wrong or 0, not wrong)


def _rounded(waits: dict[str, list[float]], what: Callable[[list[float]], float]) -> dict[str, float]:
    return {route: round(what(found), 2) for route, found in waits.items() if len(found) > 1}


def _files(here: Scene, count: int, taken: Counter[int], answers: Counter[int]) -> None:
    """Every file that was taken is kept; no hostile one is."""
    result, noted = here.result, {line["document"] for line in here.witness.lines("uploaded")}
    rows = [row for row in here.last.rows("document") if not row["paper_kind"]]
    kept = {row["id"]: row for row in rows if row["id"] in noted}
    result.want("10 MiB files taken", count, taken[201], taken[201] == count)
    result.want("hostile files accepted", "0", answers[201], not answers[201])
    other = {status: times for status, times in answers.items() if status not in REFUSALS}
    result.want("answers to hostile files other than a refusal", "0", other or 0, not other)
    result.want("files taken and lost", "0", len(noted - kept.keys()), noted == kept.keys())
    contents = len({row["sha256"] for row in kept.values()})
    result.want("different contents kept", count, contents, contents == count)
    result.want("other files kept", "0", len(rows) - len(kept), len(rows) == len(kept))
