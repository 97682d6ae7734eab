"""Citizens who hand in over HTTP until they are answered, and reviewers who do what lies in their lists."""

from __future__ import annotations

import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from api.personas import APPLICANTS
from onething.application_form import examples, fields_for
from onething.catalogue import Catalogue
from onething.catalogue.consents import consent_texts
from onething.client import Client, records
from onething.consents import parts_for, separate_versions
from onething.engine import identity
from onething.engine.client import EngineClient
from onething.engine.errors import EngineRefused
from onething.engine.roster import member_of
from onething.errors import OneThingError
from simulation.answers import YES, group_of
from tests.fault.city import HOME, City
from tests.fault.witness import Witness

DISTRICT = "410105"
AT_ONCE = 24
CANARY = "演示路金丝雀号"
"""Part of every address that is handed in: it must turn up in the store only (I10)."""


@dataclass(frozen=True)
class Kind:
    """A bundle and the items chosen of it; none needs an upload."""

    subject: str
    bundle: str
    items: tuple[str, ...]


CERTIFIED = Kind("demo-restaurant", "register-self-employed", ("self-employed-registration",))
PLAIN = Kind("demo-zhang-san", "unemployment", ("unemployment-registration",))


def application(catalogue: Catalogue, kind: Kind) -> dict[str, Any]:
    """The body a citizen's own program would send."""
    local = catalogue.in_district(DISTRICT)
    person = next(one for one in APPLICANTS if one.subject == kind.subject)
    bundle = local.bundle(kind.bundle)
    asked = parts_for(consent_texts(HOME), local, bundle, kind.items, {}, "electronic")
    return {
        "bundle": kind.bundle, "district": DISTRICT, "channel": "online", "items": list(kind.items), "answers": {},
        "applicant": {"name": person.name, "id_no": person.id_no, "phone": person.phone, "address": f"郑州市{CANARY} 1 号"},
        "materials": {}, "delivery_way": "electronic", "form": examples(fields_for(local, bundle, kind.items)),
        "consents": separate_versions(asked),
    }


class Applicant:
    """One logged-in person. Every request is repeated, at either front door, until it is answered with yes."""

    def __init__(self, doors: Sequence[str], subject: str, witness: Witness, patience: float = 300) -> None:
        self.witness, self.problems = witness, Counter[str]()
        self.client = Client(doors, patience=patience, longest_pause=0.3, note=self._note)
        self.doors, self.session = self.client.doors, self.client.session
        self.session.trust_env = False
        self.client.log_in_as(subject)

    def _note(self, what: str, where: str) -> None:
        """Each refusal is counted by status, or by the kind of broken connection."""
        self.problems[what] += 1
        self.witness.write(what="refused", path=where, status=what)

    def apply(self, body: Mapping[str, Any], key: str) -> str:
        began = time.monotonic()
        number = self.client.submit_application(records.NewApplication.model_validate(body), key=key).number
        self.witness.write(what="acknowledged", key=key, number=number, seconds=time.monotonic() - began)
        return number

    def upload(self, name: str, content: bytes) -> str:
        found = self.client.upload_document(name, content).document_id
        self.witness.write(what="uploaded", document=found)
        return found


@dataclass
class Crowd:
    """Applicants side by side. `wanted` applications are handed in, at most `rate` a second."""

    city: City
    witness: Witness
    kinds: Sequence[Kind]
    wanted: int
    seed: int = 1
    rate: float = 1000.0
    threads: int = 6
    problems: Counter[str] = field(default_factory=Counter)
    numbers: list[str] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        catalogue = self.city.tools().catalogue
        self._bodies = [(kind, application(catalogue, kind)) for kind in self.kinds]
        self._turns, self._lock = iter(range(self.wanted)), threading.Lock()
        self._began, self.stopped = time.monotonic(), threading.Event()
        self._running = [threading.Thread(target=self._serve, daemon=True) for _ in range(self.threads)]

    def start(self) -> Crowd:
        self._began = time.monotonic()
        for thread in self._running:
            thread.start()
        return self

    @property
    def busy(self) -> bool:
        return any(thread.is_alive() for thread in self._running)

    def join(self, seconds: float) -> None:
        end = time.monotonic() + seconds
        for thread in self._running:
            thread.join(max(0.0, end - time.monotonic()))

    def stop(self, seconds: float = 60) -> None:
        self.stopped.set()
        self.join(seconds)

    def _serve(self) -> None:
        people: dict[str, Applicant] = {}
        try:
            while not self.stopped.is_set() and (turn := self._next()) is not None:
                time.sleep(max(0.0, self._began + turn / self.rate - time.monotonic()))
                kind, body = self._bodies[turn % len(self._bodies)]
                if kind.subject not in people:
                    people[kind.subject] = Applicant(self.city.front_doors, kind.subject, self.witness)
                self.numbers.append(people[kind.subject].apply(body, f"run-{self.seed}-{turn:06}"))
        except Exception as error:
            self.failures.append(f"{type(error).__name__}: {error}")
        finally:
            with self._lock:
                for person in people.values():
                    self.problems += person.problems

    def _next(self) -> int | None:
        with self._lock:
            return next(self._turns, None)


class Reviewers:
    """Do the open tasks of the cases they are given until each case has ended; the engine may go away meanwhile."""

    def __init__(self, city: City, witness: Witness, threads: int = 3, pause: float = 0.05) -> None:
        self.city, self.witness, self.pause = city, witness, pause
        self.catalogue, self.admin = city.tools().catalogue, city.admin
        self.cases: deque[str] = deque()
        self.followed: Crowd | None = None
        self._seen = 0
        self.finished: set[str] = set()
        self.held: frozenset[str] = frozenset()  # tasks of these kinds are left alone
        self.stopped = threading.Event()
        self._people: dict[str, EngineClient] = {}
        self._lock = threading.Lock()
        self._running = [threading.Thread(target=self._serve, daemon=True) for _ in range(threads)]

    def start(self) -> Reviewers:
        for thread in self._running:
            thread.start()
        return self

    def take(self, numbers: Iterable[str]) -> None:
        self.cases.extend(numbers)

    def stop(self) -> None:
        self.stopped.set()
        for thread in self._running:
            thread.join(60)

    def wait(self, count: int, seconds: float) -> int:
        """Until so many cases have ended; how many did."""
        end = time.monotonic() + seconds
        while len(self.finished) < count and time.monotonic() < end:
            time.sleep(0.2)
        return len(self.finished)

    def _serve(self) -> None:
        while not self.stopped.is_set():
            self._look_for_more()
            try:
                number = self.cases.popleft()
            except IndexError:
                self.stopped.wait(0.1)
                continue
            ended = False
            with suppress(OneThingError):  # the engine is down or busy: they look again later
                ended = self._look_at(number)
            if ended:
                self.finished.add(number)
            else:
                self.cases.append(number)
                self.stopped.wait(self.pause)

    def _look_for_more(self) -> None:
        """What the crowd that is followed has handed in since, a few at a time: cases that are begun come to their end, and
        one that stands still keeps no other waiting."""
        with self._lock:
            if self.followed and len(self.cases) < AT_ONCE:
                fresh = self.followed.numbers[self._seen:self._seen + AT_ONCE - len(self.cases)]
                self._seen += len(fresh)
                self.cases.extend(fresh)

    def _look_at(self, number: str) -> bool:
        """Do what is open; whether the case has ended."""
        tasks = self.admin.user_tasks(number)
        for task in (task for task in tasks if task.key not in self.held):
            shown = self.admin.form_variables(task.id)
            person = self._person(group_of(task.key, shown), task.key)
            person.claim(task.id)
            person.complete_task(task.id, YES[task.key])
            self.witness.write(
                what="decided", number=number, task=task.id, key=task.key, user=person.user,
                item=str(shown.get("item") or ""), answer=answer_in(YES[task.key]),
            )
        return not tasks and self.admin.process_state(number) not in (None, "ACTIVE")

    def _person(self, group: str, step: str) -> EngineClient:
        user = member_of(self.catalogue, group, step)
        with self._lock:
            if user not in self._people:
                self._people[user] = EngineClient(self.admin.rest_url, *identity.credentials_of(self.city.var, user))
            return self._people[user]


def claim(person: EngineClient, task: str) -> None:
    """Also where a step of the same case commits at that moment."""
    for _ in range(10):
        try:
            return person.claim(task)
        except EngineRefused as error:
            if not error.transient:
                raise
            time.sleep(0.1)
    return None


def answer_in(variables: Mapping[str, Any]) -> str:
    """The decision among what a form sends."""
    return next((str(value) for name, value in variables.items() if name.endswith("_decision")), "")


def until(what: Callable[[], Any], seconds: float, pause: float = 0.2) -> Any:
    """What it says once that is true, or the last it said."""
    end = time.monotonic() + seconds
    while not (found := what()) and time.monotonic() < end:
        time.sleep(pause)
    return found
