"""A town: store, workers and relay on the real engine, and people who do their tasks with no more rights than theirs."""

from __future__ import annotations

import io
import threading
import time
import uuid
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from api import promise, scans
from api.consenting import Agreed, asked_for
from api.correction import correct, replaceable
from api.submission import Wish, submit
from api.uploads import Upload
from api.withdrawal import withdraw_case, withdraw_item
from onething.application_form import examples, fields_for
from onething.bootstrap import Tools, build_tools
from onething.consents import separate_versions
from onething.eligibility import materials_for
from onething.engine import contract, identity
from onething.engine.client import EngineClient
from onething.engine.errors import EngineRefused
from onething.engine.records import UserTask
from onething.engine.roster import member_of
from onething.engine.worker import Worker
from onething.gateways import gateways_of
from onething.papers.signing import LocalAuthority
from onething.settings import Settings
from onething.store import Application, accounts, applications, documents, intake
from onething.vocabulary import Channel
from simulation.answers import YES, group_of
from simulation.clock import ShiftedClock
from workers.desk import Desk
from workers.inbox import StoreInbox
from workers.relay import Relay
from workers.table import ASKED, bound_to

Decide = Callable[[str, str], Mapping[str, Any]]
APPLICANT = {"name": "张三", "id_no": "11010519491231002X", "phone": "13800000000", "organisation": "", "address": ""}
COMPANY = {**APPLICANT, "id_no": "91110000600037341L", "organisation": "示例餐饮有限公司"}
PDF = b"%PDF-1.7\n"


def wanting(session: Any, tools: Tools, case: Application) -> list[str]:
    """The materials the last notice names; the first one where it names something else."""
    marked, keys = intake.marked(session, case.number), [need.material.key for need in replaceable(session, tools, case)]
    return [key for key in keys if key in marked] or keys[:1]


class Town:
    def __init__(self, home: Path, var: Path, admin: EngineClient) -> None:
        self.clock, self.admin, self.var = ShiftedClock(), admin, var
        self.tools = build_tools(Settings(home=home, var=var, limits=False), clock=self.clock)
        user, password = identity.credentials_of(var, "workers")
        self.engine = EngineClient(admin.rest_url, user, password)
        self.authority = LocalAuthority(var / "authority")
        gateways = gateways_of(self.tools.settings)
        self.desk = Desk(self.tools, self.engine, self.authority, gateways)
        self.worker = Worker(
            self.engine, bound_to(self.desk), slots=4, inbox=StoreInbox(self.tools), poll_seconds=1, variables=ASKED
        )
        self.relay = Relay(self.tools, self.engine, gateways, hands=1)  # a story does not depend on which errand is faster
        self.people: dict[str, EngineClient] = {}
        self._items: dict[str, str] = {}  # of each task
        self._threads = [threading.Thread(target=run) for run in (self.worker.run, partial(self.relay.run, 0.05))]

    def __enter__(self) -> Town:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.worker.stop()
        self.relay.stopped.set()
        for thread in self._threads:
            thread.join(timeout=60)

    # what citizens do

    def submit(
        self, bundle: str, items: Iterable[str], *, answers: Mapping[str, Any] | None = None, district: str = "410105",
        way: str = "electronic", mode: str = "unified", channel: Channel = Channel.ONLINE,
        promises: Mapping[str, str] | None = None,
    ) -> str:
        """A new case with every material it needs but the promised ones; returns its number."""
        chosen, catalogue = tuple(items), self.tools.catalogue.in_district(district)
        entry = catalogue.bundle(bundle)
        applicant = COMPANY if entry.audience == "enterprise" else APPLICANT
        if way == "courier":
            applicant = {**applicant, "address": "郑州市金水区示例路 1 号"}
        with self.tools.store.transaction() as session:
            account = accounts.ensure(session, "dev:zhang", "citizen", "张三")
            files = {
                need.material.key: documents.add(
                    session, self.clock.now(), account.id, f"{need.material.name}.pdf", "application/pdf", PDF
                ).id
                for need in materials_for(catalogue, entry, chosen, answers or {})
                if need.upload and need.material.key not in (promises or {})
            }
            wish = Wish(
                bundle=bundle, district=district, items=chosen, applicant=applicant, delivery_way=way, delivery_mode=mode,
                answers=answers or {}, documents=files, channel=channel, promises=promises or {},
                signature=applicant["name"] if promises else "",
                form=examples(fields_for(catalogue, entry, chosen)),
            )
            asked = asked_for(self.tools.in_district(district), wish)
            wish = replace(wish, agreed=Agreed(separate_versions(asked)))
            return submit(session, self.tools, account, uuid.uuid4().hex, wish).number

    def correct(self, number: str, keys: Iterable[str]) -> None:
        """Hand in the materials of the notice anew."""
        with self.tools.store.transaction() as session:
            account, case = self._own(session, number)
            correct(session, self.tools, account, case, {key: self._upload(session, account, "改.pdf") for key in keys})

    def wanting(self, number: str) -> list[str]:
        """The materials the last notice names; the first one where it names something else."""
        with self.tools.store.reading() as session:
            return wanting(session, self.tools, applications.get(session, number))

    def supplement(self, number: str) -> list[str]:
        """Hand in what was promised; the keys."""
        with self.tools.store.transaction() as session:
            account, case = self._own(session, number)
            keys = [row.key for row in promise.outstanding(session, case)]
            if keys:
                files = {key: self._upload(session, account, "补.pdf") for key in keys}
                promise.hand_in(session, self.tools, account, case, files)
        return keys

    def withdraw(self, number: str, item: str = "") -> None:
        """The whole case, or one item. Raises `Conflict` once it is too late."""
        with self.tools.store.transaction() as session:
            account, case = self._own(session, number)
            if item:
                withdraw_item(session, self.tools, account, case, item)
            else:
                withdraw_case(session, self.tools, account, case)

    def _own(self, session: Any, number: str) -> tuple[Any, Application]:
        case = applications.lock(session, number)
        return accounts.get(session, case.account_id), case

    def _upload(self, session: Any, account: Any, name: str) -> str:
        return documents.add(session, self.clock.now(), account.id, name, "application/pdf", PDF).id

    # what staff do

    def scan(self, number: str) -> None:
        """The window makes files of what came on paper."""
        with self.tools.store.transaction() as session:
            case = applications.lock(session, number)
            group = contract.window_group(case.district)
            clerk = accounts.ensure(session, group, "window", "窗口", organisation=group)
            for row in applications.materials(session, number):
                if row.source == "applicant" and row.document_id is None:
                    scan = Upload("扫描.pdf", "application/pdf", io.BytesIO(PDF))
                    scans.attach(session, self.tools, clerk, case, row.key, scan)

    def person(self, group: str, step: str = "") -> EngineClient:
        """The user of a group who takes that step, with that user's own password and rights."""
        user = member_of(self.tools.catalogue, group, step)
        if user not in self.people:
            self.people[user] = EngineClient(self.admin.rest_url, *identity.credentials_of(self.var, user))
        return self.people[user]

    def open_tasks(self, number: str) -> list[tuple[UserTask, str]]:
        """Open user tasks of the case with the item each is about, which the engine is asked for once."""
        found = []
        for task in self.admin.user_tasks(number):
            with suppress(EngineRefused):  # it ended between the two questions
                if task.id not in self._items:
                    self._items[task.id] = str(self.admin.form_variables(task.id).get("item") or "")
                found.append((task, self._items[task.id]))
        return found

    def task(self, number: str, key: str, item: str = "") -> UserTask:
        """The open user task of that form about that item; waits until somebody has it."""
        asked = (key, item)
        return self.wait(lambda: next((t for t, about in self.open_tasks(number) if (t.key, about) == asked), None))

    def do(self, task: UserTask, variables: Mapping[str, Any]) -> None:
        for _ in range(20):
            try:
                person = self.person(group_of(task.key, self.admin.form_variables(task.id)), task.key)
                person.claim(task.id)
                person.complete_task(task.id, variables)
                return
            except EngineRefused as error:
                if error.gone:
                    return  # it ended with its item before they pressed the button
                if not error.transient:
                    raise
                time.sleep(0.1)  # a step of the same case committed first: people press again

    def work(self, number: str, decide: Decide | None = None, *, until: str = "", seconds: float = 120) -> None:
        """Do open tasks until the case's process ends, or until a task with key `until` is open."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            tasks = self.open_tasks(number)
            if until and any(task.key == until for task, _ in tasks):
                return
            for task, item in tasks:
                self.do(task, {**YES[task.key], **(decide(task.key, item) if decide else {})})
            if not tasks and self.admin.process_state(number) not in (None, "ACTIVE"):
                return
            if not tasks:
                time.sleep(0.05)
        raise AssertionError(f"{number} did not get there: {self.admin.incidents(number)} {self.open_tasks(number)}")

    def wait(self, what: Callable[[], Any], seconds: float = 60) -> Any:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if found := what():
                return found
            time.sleep(0.05)
        raise AssertionError("did not happen in time")

    # what the store says

    def case(self, number: str) -> Application:
        with self.tools.store.reading() as session:
            return applications.get(session, number)

    def states(self, number: str) -> dict[str, str]:
        return {row.item: row.state for row in self.case(number).items}

    def path(self, number: str) -> list[str]:
        """Ids of the activities walked, in order, of the bundle and what it called."""
        return [activity.id for activity in self.admin.activities(number)]
