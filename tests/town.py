"""A town for process tests: store, workers and relay on the real engine, and people who do their tasks."""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from api.submission import Wish, submit
from onething.bootstrap import build_tools
from onething.eligibility import materials_for
from onething.engine import contract, identity
from onething.engine.client import EngineClient
from onething.engine.errors import EngineRefused
from onething.engine.records import UserTask
from onething.engine.roster import member_of
from onething.engine.worker import Worker
from onething.gateways import DemoGateway
from onething.papers.signing import LocalAuthority
from onething.settings import Settings
from onething.store import Application, accounts, applications, documents
from onething.vocabulary import Channel
from workers.desk import Desk
from workers.inbox import StoreInbox
from workers.relay import Relay
from workers.table import bound_to

Decide = Callable[[str, str], Mapping[str, Any]]
YES: dict[str, dict[str, Any]] = {
    "intake-review": {**contract.all_in_order(), "intake_decision": "accepted", "intake_reason": ""},
    "repeat-notice": {"repeat_decision": "allow", "repeat_reason": "首次审查时系统图片未能打开"},
    "digitising": {"digitised": True, "digitising_note": ""},
    "paper-handover": {"handover_receiver": "牵头部门收件人", "handover_note": ""},
    "paper-receipt": {"originals_received": "complete", "receipt_note": ""},
    "pull-application": {"pulled": True, "pull_note": ""},
    "acceptance-review": {"acceptance_decision": "accept", "acceptance_reason": ""},
    "pre-review": {"pre_review_opinion": "complete", "pre_review_reason": ""},
    "approval-decision": {"approval_decision": "approve", "approval_reason": "符合条件", "approval_basis": "行政许可法第38条"},
    "special-step": {"special_outcome": "检测合格"},
    "extension-decision": {"extension_decision": "grant", "extension_reason": ""},
    "joint-appointment": {
        "joint_decision": "appointed", "joint_time": "2030-01-08 09:30", "joint_place": "经营场所", "joint_reason": "",
    },
    "joint-opinion": {"opinion": "pass", "opinion_text": ""},
    "joint-record": {"joint_record": "各部门同时到场，现场与图纸一致，均符合要求"},
    "result-sending": {"sending_note": "专人送达"},
    "result-handover": {
        "delivery_outcome": "delivered", "handover_receiver": "申请人", "handover_proof_no": "SD-1", "delivery_reason": "",
    },
    "material-return": {"return_receiver": "申请人", "return_note": "TH-1"},
}
APPLICANT = {"name": "张三", "id_no": "11010519491231002X", "phone": "13800000000", "organisation": "", "address": ""}
COMPANY = {**APPLICANT, "id_no": "91110000600037341L", "organisation": "示例餐饮有限公司"}


class ShiftedClock:
    """The system's clock, moved by `offset`: the town travels in time, the engine's timers are moved after it."""

    def __init__(self) -> None:
        self.offset = timedelta()

    def now(self) -> datetime:
        return datetime.now(UTC) + self.offset


class Town:
    def __init__(self, home: Path, var: Path, admin: EngineClient) -> None:
        self.clock, self.admin, self.var = ShiftedClock(), admin, var
        self.tools = build_tools(Settings(home=home, var=var), clock=self.clock)
        user, password = identity.credentials_of(var, "workers")
        self.engine = EngineClient(admin.rest_url, user, password)
        self.authority = LocalAuthority(var / "authority")
        out = var / "outgoing"
        self.desk = Desk(self.tools, self.engine, self.authority, DemoGateway("data-sharing", out))
        self.worker = Worker(self.engine, bound_to(self.desk), slots=4, inbox=StoreInbox(self.tools), poll_seconds=1)
        gateways = (DemoGateway(name, out) for name in ("sms", "platform", "hotline"))
        self.relay = Relay(self.tools, self.engine, *gateways)
        self.people: dict[str, EngineClient] = {}
        self._threads = [threading.Thread(target=self.worker.run), threading.Thread(target=self.relay.run)]

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
        chosen, entry = tuple(items), self.tools.catalogue.bundle(bundle)
        applicant = COMPANY if entry.audience == "enterprise" else APPLICANT
        if way == "courier":
            applicant = {**applicant, "address": "郑州市金水区示例路 1 号"}
        with self.tools.store.transaction() as session:
            account = accounts.ensure(session, "dev:zhang", "citizen", "张三")
            files = {
                need.material.key: documents.add(
                    session, self.clock.now(), account.id, f"{need.material.name}.pdf", "application/pdf", b"%PDF-1.7\n"
                ).id
                for need in materials_for(self.tools.catalogue, entry, chosen)
                if need.upload and need.material.key not in (promises or {})
            }
            wish = Wish(
                bundle=bundle, district=district, items=chosen, applicant=applicant, delivery_way=way, delivery_mode=mode,
                answers=answers or {}, documents=files, channel=channel, promises=promises or {},
                signature=applicant["name"] if promises else "",
            )
            return submit(session, self.tools, account, uuid.uuid4().hex, wish).number

    # what staff do

    def person(self, group: str) -> EngineClient:
        """The user of a group, with that user's own password and rights."""
        if group not in self.people:
            user, password = identity.credentials_of(self.var, member_of(self.tools.catalogue, group))
            self.people[group] = EngineClient(self.admin.rest_url, user, password)
        return self.people[group]

    def group_for(self, case: Application, key: str, item: str) -> str:
        if key in ("intake-review", "digitising", "paper-handover", "material-return"):
            return contract.window_group(case.district)
        if key == "joint-opinion":
            return item
        if key in ("paper-receipt", "pull-application", "joint-appointment", "joint-record"):
            return contract.lead_group(self.tools.catalogue.bundle(case.bundle).lead, case.district)
        if key == "repeat-notice":
            return contract.supervisor_group(case.district)
        if key == "result-handover":
            return contract.delivery_group(case.district)
        if key == "extension-decision":
            row = applications.item_of(case, item)
            return contract.head_group(row.department, contract.district_of(row.reviewer_group))
        return applications.item_of(case, item).reviewer_group

    def open_tasks(self, number: str) -> list[tuple[UserTask, str]]:
        """Open user tasks of the case with the item each is about."""
        found = []
        for task in self.admin.user_tasks(number):
            with suppress(EngineRefused):  # it ended between the two questions
                found.append((task, str(self.admin.form_variables(task.id).get("item") or "")))
        return found

    def do(self, number: str, task: UserTask, item: str, variables: Mapping[str, Any]) -> None:
        sender = str(self.admin.form_variables(task.id).get("sender_group") or "")
        person = self.person(sender or self.group_for(self.case(number), task.key, item))
        person.claim(task.id)
        for _ in range(20):
            try:
                person.complete_task(task.id, variables)
                return
            except EngineRefused as error:  # a step of the same case committed first: people press the button again
                if not error.transient:
                    raise
                time.sleep(0.1)

    def work(self, number: str, decide: Decide | None = None, *, until: str = "", seconds: float = 120) -> None:
        """Do open tasks until the case's process ends, or until a task with key `until` is open."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            tasks = self.open_tasks(number)
            if until and any(task.key == until for task, _ in tasks):
                return
            for task, item in tasks:
                self.do(number, task, item, {**YES[task.key], **(decide(task.key, item) if decide else {})})
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
