"""F05: a front door is killed in the middle of a submission or an upload; citizens send again with the same key."""

from __future__ import annotations

import threading
import time
from collections import Counter

from onething.cli.demo import SAMPLE_PDF
from tests.fault import snapshot
from tests.fault.city import answers
from tests.fault.people import Applicant, Kind, application, until
from tests.fault.scene import Scene

TITLE = "kill -9 of a front door in mid-submission and mid-upload"
LEASED = Kind("demo-trade", "open-bookstore", ("publication-retail-permit-leased",))
MATERIAL = "lease-contract"
POINTS = ("application-kept", "file-written")


def play(here: Scene) -> None:
    wanted, threads = here.size(500, 30), 4
    stopped, kills = threading.Event(), Counter[str]()
    killers = [threading.Thread(target=_kill, args=(here, name, stopped, kills)) for name in ("api-1", "api-2")]
    for killer in killers:
        killer.start()
    keys, problems, failures = [f"mid-{turn:05}" for turn in range(wanted)], Counter[str](), []
    hands = [
        threading.Thread(target=_hand_in, args=(here, keys[start::threads], problems, failures)) for start in range(threads)
    ]
    for hand in hands:
        hand.start()
    for hand in hands:
        hand.join(400)
    stopped.set()
    for killer in killers:
        killer.join()
    left = _orphans(here)
    here.finish()
    numbers = here.witness.lines("acknowledged")
    rows = Counter(row["idempotency_key"] for row in here.last.rows("application"))
    result = here.result
    result.figures |= {"kills": dict(kills), "files without a row before the sweep": left,
                       "answers other than yes": dict(problems)}
    result.want("acknowledged", f"≥ {wanted}", len(numbers), len(numbers) >= wanted)
    result.want("one application for each key", "1", max(rows.values(), default=0), set(rows.values()) == {1})
    result.want("keys without an application", "0", len(set(keys) - set(rows)), set(keys) <= set(rows))
    result.want("citizens who were never answered", "0", "; ".join(failures[:2]) or 0, not failures)
    result.want("kills", f"≥ {here.size(20, 2)}", sum(kills.values()), sum(kills.values()) >= here.size(20, 2))


def _hand_in(here: Scene, keys: list[str], problems: Counter[str], failures: list[str]) -> None:
    catalogue = here.city.tools().catalogue
    body = application(catalogue, LEASED)
    person = Applicant(here.city.front_doors, LEASED.subject, here.witness)
    for key in keys:
        try:
            content = SAMPLE_PDF.replace(b"%%EOF", f"%{key}\n%%EOF".encode())
            person.apply({**body, "materials": {MATERIAL: person.upload("租赁合同.pdf", content)}}, key)
        except Exception as error:
            failures.append(f"{key}: {type(error).__name__} {error}"[:200])
    problems.update(person.problems)


def _kill(here: Scene, name: str, stopped: threading.Event, kills: Counter[str]) -> None:
    """One front door dies at a point or at any time, and is started again, until there is enough."""
    door = f"http://127.0.0.1:{here.city.ports[name]}/readyz"
    while not stopped.is_set():
        how = here.random.choice((*POINTS, "any time"))
        fault = {} if how == "any time" else {"ONETHING_FAULT": f"{how}:{here.random.randint(1, 8)}"}
        if here.city.alive(name):
            here.city.kill(name)
            kills[how if fault == {} else "any time"] += 1
        here.city.start(name, environment=fault)
        until(lambda: answers(door) or not here.city.alive(name) or stopped.is_set(), 60)
        end = time.monotonic() + here.random.uniform(3, 9)
        while here.city.alive(name) and time.monotonic() < end and not stopped.is_set():
            time.sleep(0.1)
        if not here.city.alive(name):
            kills[how] += 1
    if here.city.alive(name):
        here.city.kill(name)
    here.city.start(name)
    here.city.wait_ready()


def _orphans(here: Scene) -> int:
    known = {row[0] for row in here.sql("SELECT sha256 FROM document")}
    return sum(path.rpartition("/")[2] not in known for path in snapshot.files_in(here.city.tools().store))
