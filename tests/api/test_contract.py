"""The description keeps its word: generated requests of every role get described answers and never a server error (P11, F14)."""

from __future__ import annotations

import logging
import re
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis.config import PositiveDataAcceptanceConfig
from schemathesis.core.parameters import ParameterLocation
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import negative_data_rejection

COMPANY = "demo-restaurant"
ROLES = {
    "anonymous": "", "citizen": "demo-zhang-san", "company": COMPANY, "clerk": "window-410105",
    "supervisor": "supervisor-410105", "reviewer": "reviewer-market-410105", "delivery": "delivery-410105",
    "adviser": "adviser-market-410105", "head": "head-market-410105",
}
UNDERSTOOD = ("2xx", "401", "403", "404", "409", "413", "415", "422", "429", "503")
"""A request can be well formed and still ask for what the rules do not allow: an item that is not there, a limit passed."""
MADE_UP = re.compile(r"^[0-9A-Za-z-]{1,40}$")


class Actor:
    """Sends generated requests as one person; there is a case, a question and a file of a company."""

    def __init__(self, person: Callable[[str], Any], subject: str) -> None:
        self.person, self.turn, self.statuses = person(subject), 0, Counter()
        owner = self.person if subject == COMPANY else person(COMPANY)
        self.real = {"number": owner.apply().json()["number"], "document_id": owner.upload()}

    def send(self, case: Any) -> None:
        """Every other request that names something made up names something real instead."""
        self.turn += 1
        for name, value in self.real.items():
            if self.turn % 2 and MADE_UP.match(str(case.path_parameters.get(name, ""))):
                case.path_parameters[name] = value
        wrong = {place for place, part in case.meta.components.items() if part.mode.is_negative}
        # What is left out on purpose stays out: without cookie or token it is somebody else who asks.
        headers = {} if ParameterLocation.HEADER in wrong else {"X-CSRF-Token": self.person.csrf}
        cookies = {} if ParameterLocation.COOKIE in wrong else dict(self.person.client.cookies)
        # In a multipart body a number and a file that holds its digits are the same bytes: nothing there to refuse.
        same = [negative_data_rejection] if case.media_type == "multipart/form-data" else []
        answer = case.call_and_validate(headers=headers, cookies=cookies, excluded_checks=same)
        self.statuses[answer.status_code] += 1


def play(app: Any, actor: Actor, examples: int) -> int:
    """Well formed and malformed requests to every operation; raises at the first answer that is not as described. How many
    operations were asked."""
    schema = schemathesis.openapi.from_asgi("/api/v1/openapi.json", app)
    schema.config.checks.positive_data_acceptance = PositiveDataAcceptanceConfig(expected_statuses=UNDERSTOOD)
    quick = settings(
        max_examples=examples, deadline=None, derandomize=True, database=None, phases=(Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
    )
    asked = 0
    for found in schema.get_all_operations():
        operation = found.ok()
        if actor.person.csrf and operation.path.endswith(("/login", "/logout")):
            continue  # a login that ends would end the role: the anonymous asks both
        asked += 1
        for mode in GenerationMode:
            with suppress(Unsatisfiable):  # nothing to send wrongly
                quick(given(case=operation.as_strategy(generation_mode=mode))(actor.send))()
    return asked


@pytest.mark.parametrize("subject", ROLES.values(), ids=ROLES)
def test_every_answer_is_described(app: Any, person: Callable[[str], Any], subject: str) -> None:
    actor = Actor(person, subject)
    play(app, actor, 3)
    assert not [status for status in actor.statuses if status >= 500]
    assert actor.statuses[200]


@pytest.mark.prove
@pytest.mark.timeout(7200)
@pytest.mark.parametrize("subject", ROLES.values(), ids=ROLES)
def test_every_answer_is_described_at_length(app: Any, person: Callable[[str], Any], subject: str) -> None:
    """What docs/proofs.md says: `-rP` shows the figures."""
    logging.getLogger("python_multipart").setLevel(logging.ERROR)  # it warns of each malformed body
    actor = Actor(person, subject)
    print(f"{subject or 'anonymous'}: {play(app, actor, 200)} operations, {actor.turn} requests, {dict(actor.statuses)}")
    assert not [status for status in actor.statuses if status >= 500]
