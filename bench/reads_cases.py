"""Cases for `bench.reads`, made as people make them: handed in over HTTP, judged by reviewers at their tasks, put right."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from api.personas import APPLICANTS
from bench.profile_case import filled_in
from bench.reads_city import HOME, City
from onething.application_form import examples, fields_for
from onething.catalogue import Catalogue
from onething.catalogue.consents import consent_texts
from onething.cli.demo import SAMPLE_PDF
from onething.client import Client, records
from onething.consents import parts_for, separate_versions
from onething.eligibility import materials_for
from onething.engine import contract, identity
from onething.engine.client import EngineClient
from onething.engine.errors import EngineRefused
from onething.engine.records import UserTask
from onething.engine.roster import member_of
from simulation.answers import YES, group_of

DISTRICT = "410105"
SECONDS_PER_CASE, SIDE_BY_SIDE = 240, 6
INTAKE = "intake-review"


@dataclass(frozen=True)
class Wish:
    """What somebody applies for; what it asks for is uploaded with it."""

    subject: str
    bundle: str
    items: tuple[str, ...]
    answers: Mapping[str, Any] = field(default_factory=dict)


WISHES = (
    Wish("demo-restaurant", "open-restaurant",
         ("food-business-license", "fire-safety-inspection", "urban-drainage-permit"), {"fire_area_reached": True}),
    Wish("demo-trade", "open-bookstore", ("publication-retail-permit-leased",)),
    Wish("demo-zhang-san", "unemployment", ("unemployment-registration",)),
    Wish("demo-li-si", "second-hand-home-transfer",
         ("stock-housing-online-contract", "real-estate-tax-declaration", "real-estate-registration",
          "electricity-account-transfer", "water-account-transfer")),
)
HANDED_IN = Wish("demo-wang-wu", WISHES[3].bundle, WISHES[3].items)
"""What is handed in while others read, by somebody of whom nothing is read."""
GOALS = ("ended", "submitted", "ended", "reviewed", "corrected", "ended", "to be corrected", "reviewed", "ended", "submitted")
"""How far cases come, in turn."""


@dataclass
class Made:
    """Numbers by owner, and of each case how far it came."""

    goals: dict[str, str] = field(default_factory=dict)
    numbers: dict[str, list[str]] = field(default_factory=dict)

    @property
    def tally(self) -> dict[str, int]:
        return dict(Counter(self.goals.values()))


class Builder:
    def __init__(self, city: City) -> None:
        self.city, self.local = city, city.catalogue.in_district(DISTRICT)
        self.person = cache(self._person)

    def make(self, cases: int) -> Made:
        """The same number of each wish; goals follow each other within one."""
        plans = [(WISHES[turn % len(WISHES)], GOALS[turn // len(WISHES) % len(GOALS)]) for turn in range(cases)]
        people = {wish.subject: Client([self.city.address]).log_in_as(wish.subject) for wish in WISHES}
        made = Made()
        with ThreadPoolExecutor(SIDE_BY_SIDE) as hands:
            numbers = hands.map(lambda plan: self._case(people[plan[0].subject], *plan), plans)
            for (wish, goal), number in zip(plans, numbers, strict=True):
                made.goals[number] = goal
                made.numbers.setdefault(wish.subject, []).append(number)
        return made

    def _case(self, citizen: Client, wish: Wish, goal: str) -> str:
        materials = upload(citizen, self.local, wish)
        number = citizen.submit_application(application(self.local, wish, materials)).number
        if goal in ("to be corrected", "corrected") and materials:
            key = self._notice(number, materials)
            self._wait(lambda: citizen.get_application(number).state == "correction")
            if goal == "corrected":
                again = citizen.upload_document("更正.pdf", SAMPLE_PDF).document_id
                citizen.correct(number, records.Correction(materials={key: again}))
        elif goal == "reviewed":
            self._do(self._open(number, INTAKE))
        elif goal == "ended":
            self._wait(lambda: self._step(number) or citizen.get_application(number).state == "completed")
        return number

    def _step(self, number: str) -> None:
        for task in self.city.admin.user_tasks(number):
            self._do(task)

    def _open(self, number: str, key: str) -> UserTask:
        """Once it is there."""
        return self._wait(lambda: next((task for task in self.city.admin.user_tasks(number) if task.key == key), None))

    def _wait(self, what: Callable[[], Any]) -> Any:
        end = time.monotonic() + SECONDS_PER_CASE
        while not (found := what()):
            if time.monotonic() > end:
                raise RuntimeError("a case does not get on")
            time.sleep(0.3)
        return found

    def _notice(self, number: str, uploaded: Mapping[str, str]) -> str:
        """The clerk finds the first upload not complete; its key."""
        task = self._open(number, INTAKE)
        listed = str(self.city.admin.form_variables(task.id)["material_keys"]).split()
        row, key = next((row, key) for row, entry in enumerate(listed, 1) if (key := entry.partition(":")[0]) in uploaded)
        complete, _, defect = contract.judgement_variables(row)
        faults = {complete: False, defect: "缺第 2 页", "intake_decision": "correction", "intake_reason": ""}
        self._do(task, {**contract.all_in_order(), **faults})
        return key

    def _do(self, task: UserTask, answers: Mapping[str, Any] | None = None) -> None:
        shown = self.city.admin.form_variables(task.id)
        person = self.person(group_of(task.key, shown), task.key)
        for _ in range(40):
            try:
                person.claim(task.id)
                return person.complete_task(task.id, filled_in(answers or YES[task.key], shown))
            except EngineRefused as error:
                if error.gone:
                    return None
                if not error.transient:
                    raise
                time.sleep(0.1)  # a step of the same case committed first
        return None

    def _person(self, group: str, step: str) -> EngineClient:
        user, password = identity.credentials_of(self.city.var, member_of(self.city.catalogue, group, step))
        return EngineClient(self.city.admin.rest_url, user, password)


def upload(citizen: Client, local: Catalogue, wish: Wish, content: bytes = SAMPLE_PDF) -> dict[str, str]:
    """What the wish asks for, each its own file; material -> document."""
    return {
        need.material.key: citizen.upload_document(f"{need.material.name}.pdf", content).document_id
        for need in materials_for(local, local.bundle(wish.bundle), wish.items, wish.answers) if need.upload
    }


def application(local: Catalogue, wish: Wish, materials: Mapping[str, str]) -> records.NewApplication:
    person, bundle = next(one for one in APPLICANTS if one.subject == wish.subject), local.bundle(wish.bundle)
    asked = parts_for(consent_texts(HOME), local, bundle, wish.items, wish.answers, "electronic")
    return records.NewApplication.model_validate({
        "bundle": wish.bundle, "district": DISTRICT, "items": list(wish.items), "answers": dict(wish.answers),
        "applicant": {"name": person.name, "id_no": person.id_no, "phone": person.phone, "address": "郑州市演示路 1 号"},
        "materials": dict(materials), "delivery_way": "electronic",
        "form": examples(fields_for(local, bundle, list(wish.items))), "consents": separate_versions(asked),
    })

