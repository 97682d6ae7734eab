"""F22: many uploads at once, hostile ones among them, on a real front door; its memory is read from the kernel.

The number of uploads is 24 of 10 MiB in every run and 200 in `make prove`; both print how long other pages took meanwhile.
"""

from __future__ import annotations

import os
import signal
import statistics
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest

from simulation.engine import free_port
from tests.uploads.corpus import CLEANED, HOSTILE, MIB, padded, phone_photo

HOME = Path(__file__).resolve().parent.parent.parent
LIMIT_KIB = 256 * 1024
"""For the front door and for every process that reads files."""


@dataclass
class Door:
    address: str
    pid: int
    peaks: dict[str, int] = field(default_factory=dict)
    waits: list[float] = field(default_factory=list)


@pytest.fixture
def door(tmp_path: Path) -> Iterator[Door]:
    port = free_port()
    env = os.environ | {
        "ONETHING_VAR": str(tmp_path), "ONETHING_API_PORT": str(port), "ONETHING_LIMITS": "off", "TMPDIR": str(tmp_path),
    }
    with (tmp_path / "log").open("wb") as log:
        process = subprocess.Popen([sys.executable, "-m", "api"], cwd=HOME, env=env, stdout=log, stderr=log)
    found = Door(f"http://127.0.0.1:{port}", process.pid)
    try:
        wait_for(found)
        yield found
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=60)


def wait_for(door: Door) -> None:
    for _ in range(600):
        try:
            if httpx.get(f"{door.address}/healthz").status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.2)
    raise AssertionError("the front door did not start")


def family(pid: int) -> dict[str, int]:
    """Largest memory so far of the front door, its keepers, and whoever reads a file just now (KiB, from the kernel)."""
    found, waiting, own = {}, [pid], Path(f"/proc/{pid}/cmdline").read_bytes()
    while waiting:
        one = waiting.pop()
        try:
            if one != pid and Path(f"/proc/{one}/cmdline").read_bytes() == own:
                continue  # forked, and not a program of its own yet: it shares the front door's memory
            status = Path(f"/proc/{one}/status").read_text()
            for children in Path(f"/proc/{one}/task").glob("*/children"):  # each thread has its own
                waiting += [int(child) for child in children.read_text().split()]
            found[f"{one}"] = int(status.partition("VmHWM:")[2].split()[0])
        except (OSError, IndexError):
            continue
    return found


def watch(door: Door, ended: threading.Event) -> None:
    while not ended.wait(0.05):
        for one, peak in family(door.pid).items():
            door.peaks[one] = max(peak, door.peaks.get(one, 0))


def visit(door: Door, ended: threading.Event) -> None:
    with httpx.Client(base_url=door.address, timeout=60) as client:
        while not ended.wait(0.1):
            start = time.perf_counter()
            assert client.get("/").status_code == 200
            door.waits.append(time.perf_counter() - start)


def send(door: Door, login: tuple[Any, str], name: str, content: bytes) -> int:
    cookies, csrf = login
    answer = httpx.post(
        f"{door.address}/api/v1/documents", files={"file": (name, content)}, cookies=cookies,
        headers={"X-CSRF-Token": csrf}, timeout=600,
    )
    return answer.status_code


@pytest.mark.parametrize("count", [24, pytest.param(200, marks=pytest.mark.prove)])
def test_many_uploads_at_once_stay_within_their_memory_f22(door: Door, count: int, tmp_path: Path) -> None:
    hello = httpx.post(f"{door.address}/api/v1/login", json={"subject": "demo-restaurant"})
    login = (hello.cookies, hello.json()["csrf_token"])
    large, photo = padded(10 * MIB), phone_photo(6)
    left_out = (CLEANED, "file-too-large")  # the one is taken, the other made for a smaller limit
    bad = [(s.name, s.make()) for s in HOSTILE if s.verdict not in left_out and "\0" not in s.name and "\n" not in s.name]
    work = [("大.pdf", large)] * (count - count // 6) + [("照.jpg", photo)] * (count // 6)
    assert httpx.get(f"{door.address}/").status_code == 200
    ended = threading.Event()
    threads = [threading.Thread(target=one, args=(door, ended)) for one in (watch, visit)]
    for thread in threads:
        thread.start()
    try:
        with ThreadPoolExecutor(count + 8) as pool:
            good = [pool.submit(send, door, login, name, content) for name, content in work]
            refused = [pool.submit(send, door, login, name, content) for name, content in bad]
            taken = Counter(one.result() for one in good)
            answers = Counter(one.result() for one in refused)
    finally:
        ended.set()
        for thread in threads:
            thread.join()
    slow = statistics.quantiles(door.waits, n=20)[-1] if len(door.waits) > 20 else max(door.waits)
    print(f"{count} uploads: front door {door.peaks[str(door.pid)] // 1024} MiB, largest other process "
          f"{max(v for k, v in door.peaks.items() if k != str(door.pid)) // 1024} MiB, p95 of / meanwhile {slow:.2f} s "
          f"({len(door.waits)} visits)")
    assert taken == {201: len(work)}
    assert set(answers) <= {400, 413, 415, 422}, "400: a name too long to be a header"
    assert max(door.peaks.values()) <= LIMIT_KIB, door.peaks
    kept = [path for path in (tmp_path / "files").rglob("*") if path.is_file()]
    assert len(kept) == 2, "the large PDF and the photo, once each"
