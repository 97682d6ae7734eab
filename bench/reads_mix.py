"""What people read, and how often: one request of the mix after the other, of somebody who may read it."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import requests
from requests.adapters import HTTPAdapter

from bench.reads_cases import DISTRICT, Made
from bench.reads_city import City
from onething.client import Client

CONNECTIONS = 64
WINDOW, NOBODY = f"window-{DISTRICT}", ""
BUNDLES = ("open-restaurant", "newborn", "open-bookstore", "unemployment", "second-hand-home-transfer")
WORDS = ("开饭店", "生孩子", "孩子上户口", "失业", "过户", "开超市", "残疾证", "退休")
ANYBODY, CITIZEN, CLERK = "anybody", "citizen", "clerk"
MIX: Mapping[tuple[str, str], int] = {
    (ANYBODY, "/"): 8, (ANYBODY, "/?q={word}"): 6, (ANYBODY, "/bundles/{bundle}"): 6, (ANYBODY, "/bundles/{bundle}/guide"): 6,
    (ANYBODY, "/verify/{token}"): 4, (ANYBODY, "/verify"): 1, (ANYBODY, "/api/v1/bundles"): 1,
    (ANYBODY, "/api/v1/bundles/{bundle}"): 2, (ANYBODY, "/api/v1/verify/{token}"): 1,
    (CITIZEN, "/cases"): 7, (CITIZEN, "/cases/{number}"): 16, (CITIZEN, "/cases/{number}/diagram"): 4,
    (CITIZEN, "/cases/{number}/receipt"): 2, (CITIZEN, "/me"): 5, (CITIZEN, "/me/data"): 2, (CITIZEN, "/me/certificates"): 3,
    (CITIZEN, "/documents/{paper}"): 4, (CITIZEN, "/documents/{paper}/view"): 1, (CITIZEN, "/documents/{paper}/pages/1"): 1,
    (CITIZEN, "/guidance"): 1, (CITIZEN, "/api/v1/applications"): 2, (CITIZEN, "/api/v1/applications/{number}"): 4,
    (CITIZEN, "/api/v1/certificates"): 1,
    (CLERK, "/staff/window"): 5, (CLERK, "/staff/window/{any}"): 6, (CLERK, "/staff/cases/{any}"): 1,
}
"""Who and what -> of a hundred requests. The case page holds the ledger of its limits (如何计算)."""


@dataclass(frozen=True)
class Read:
    """`route` is what it is counted under."""

    route: str
    path: str
    session: requests.Session


@dataclass
class Readers:
    """Everybody with a login, and what there is of theirs to read."""

    address: str
    sessions: dict[str, requests.Session]
    numbers: Mapping[str, Sequence[str]]
    papers: dict[str, list[str]] = field(default_factory=dict)
    tokens: list[str] = field(default_factory=list)

    def reads(self, chance: random.Random) -> Iterator[Read]:
        """Without an end, in the proportions of the mix."""
        routes, weights = list(MIX), list(MIX.values())
        while True:
            (who, route), = chance.choices(routes, weights)
            subject = {ANYBODY: NOBODY, CLERK: WINDOW}.get(who) or chance.choice(list(self.numbers)) * (who == CITIZEN)
            path = route.format(**self._words(chance, subject))
            yield Read(route, path, self.sessions[subject])

    def _words(self, chance: random.Random, subject: str) -> dict[str, str]:
        every = [number for numbers in self.numbers.values() for number in numbers]
        return {
            "word": chance.choice(WORDS), "bundle": chance.choice(BUNDLES), "token": chance.choice(self.tokens),
            "any": chance.choice(every), "number": chance.choice(self.numbers.get(subject) or every),
            "paper": chance.choice(self.papers.get(subject) or [""]),
        }

    def read(self, one: Read) -> None:
        answer = one.session.get(self.address + one.path, timeout=60, allow_redirects=False)
        if answer.status_code != 200:
            raise RuntimeError(f"{one.path}: {answer.status_code}")


def readers(city: City, made: Made) -> Readers:
    people = {subject: Client([city.address]).log_in_as(subject) for subject in (*made.numbers, WINDOW)}
    sessions = {subject: _pooled(person.session) for subject, person in people.items()} | {NOBODY: _pooled(requests.Session())}
    found = Readers(city.address, sessions, made.numbers)
    for subject, numbers in made.numbers.items():
        cases = [people[subject].get_application(number) for number in numbers]
        found.papers[subject] = [paper.document_id for case in cases for paper in case.papers] + [
            one.document_id for case in cases for one in case.certificates if one.document_id
        ]
        found.tokens += [one.verify_url.rpartition("/")[2] for case in cases for one in case.certificates]
    return found


def _pooled(session: requests.Session) -> Any:
    """Connections enough for everybody who asks at once. One that was closed as it idled is opened anew, as browsers do."""
    session.mount("http://", HTTPAdapter(pool_connections=2, pool_maxsize=CONNECTIONS, max_retries=2))
    session.trust_env = False
    return session
