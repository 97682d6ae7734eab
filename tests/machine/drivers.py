"""The real thing behind the machine: once on the store alone, once on the engine. Both take the same steps."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from api.correction import correct
from api.submission import Wish, submit
from api.withdrawal import withdraw_case, withdraw_item
from onething.application_form import examples, fields_for
from onething.bootstrap import build_tools
from onething.deadlines import CHINA, FixedClock
from onething.eligibility import materials_for
from onething.engine import contract
from onething.engine.contract import Topic
from onething.engine.worker import Task
from onething.gateways import gateways_of
from onething.papers.signing import LocalAuthority
from onething.settings import Settings
from onething.store import accounts, applications, documents, outbox
from onething.vocabulary import ItemState
from simulation.answers import YES
from simulation.people import People
from simulation.town import COMPANY, PDF, Town, wanting
from simulation.world import World
from workers.desk import Desk
from workers.table import HANDLERS
from workers.watch import Watch

EXTEND = {"approval_decision": "extension", "procedure_reason": "案情复杂"}
HEARING = {"approval_decision": "special", "special_kind": "hearing", "procedure_reason": "申请人要求听证"}
NO = {"approval_decision": "refuse", "approval_reason": "不符合法定条件"}
NOT_ACCEPTED = {"acceptance_decision": "refuse", "acceptance_reason": "不属于本机关职权范围"}
FAILED = {"delivery_outcome": "failed", "delivery_reason": "无人领取", "handover_receiver": "", "handover_proof_no": ""}


@dataclass(frozen=True)
class Seen:
    """A limit as the store has it."""

    due: datetime
    paused: bool
    ended: bool
    overdue: bool


class Driver:
    """What both have in common: the store can be read, and the front door is a function."""

    tools: Any
    number: str

    def begin(self, bundle: str, items: tuple[str, ...]) -> None:
        raise NotImplementedError

    def go_to(self, moment: datetime) -> None:
        raise NotImplementedError

    def answer(self, key: str, item: str, answer: Mapping[str, Any]) -> None:
        """A person of the group that has the form sends it off."""
        raise NotImplementedError

    def settle(self) -> None:
        """The automatic steps run until nothing moves."""

    def finish(self) -> None:
        """Leave nothing open behind."""

    def tasks(self) -> set[tuple[str, str]] | None:
        """The open forms, where there is an engine to ask."""
        return None

    def case_state(self) -> str:
        with self.tools.store.reading() as session:
            return applications.get(session, self.number).state

    def item_states(self) -> dict[str, str]:
        with self.tools.store.reading() as session:
            return {row.item: row.state for row in applications.get(session, self.number).items}

    def limits(self) -> dict[tuple[str, str], Seen]:
        with self.tools.store.reading() as session:
            return {
                (row.item, row.clock): Seen(
                    row.due_at.astimezone(CHINA), bool(row.paused_at), bool(row.ended_at), bool(row.overdue_at)
                ) for row in applications.clocks(session, self.number)
            }

    def hand_in_correction(self) -> None:
        with self.tools.store.transaction() as session:
            case = applications.lock(session, self.number)
            account = accounts.get(session, case.account_id)
            now, keys = self.tools.clock.now(), wanting(session, self.tools, case)
            files = {key: documents.add(session, now, account.id, "改.pdf", "application/pdf", PDF).id for key in keys}
            correct(session, self.tools, account, case, files)
        self.settle()

    def withdraw(self, item: str) -> None:
        with self.tools.store.transaction() as session:
            case = applications.lock(session, self.number)
            account = accounts.get(session, case.account_id)
            if item:
                withdraw_item(session, self.tools, account, case, item)
            else:
                withdraw_case(session, self.tools, account, case)
        self.settle()


class NoEngine:
    """There is no token to ask for: nobody's timers move, and everybody is whom they say they are."""

    def completer(self, _process: str, task: str, group: str = "") -> str:
        return f"{task}-{group}"

    def instances(self, _number: str) -> list[Any]:
        return []

    timers = user_tasks = models_of = instances


class StoreDriver(Driver):
    """Handlers and front door on a store; what the model would do next is read from the handlers' outcomes."""

    def __init__(self, home: Path, var: Path, start: datetime) -> None:
        self.start, self.clock = start, FixedClock(start)
        self.tools = build_tools(Settings(home=home, var=var, limits=False), clock=self.clock)
        gateways = gateways_of(self.tools.settings)
        self.desk = Desk(self.tools, NoEngine(), LocalAuthority(var / "authority"), gateways)
        self.watch = Watch(self.tools)

    def begin(self, bundle: str, items: tuple[str, ...]) -> None:
        self.clock.set(self.start)
        self.waiting: set[str] = set()
        self.closed = False
        entry = self.tools.catalogue.bundle(bundle)
        with self.tools.store.transaction() as session:
            account = accounts.ensure(session, "dev:zhang", "citizen", "张三")
            files = {
                need.material.key: documents.add(
                    session, self.clock.now(), account.id, "材料.pdf", "application/pdf", PDF
                ).id for need in materials_for(self.tools.catalogue, entry, items, {}) if need.upload
            }
            form = examples(fields_for(self.tools.catalogue, entry, items))
            wish = Wish(bundle, "410105", items, COMPANY, "counter", documents=files, form=form)
            self.number = submit(session, self.tools, account, uuid.uuid4().hex, wish).number
        self.listed = self._step(Topic.INTAKE, "prepare", "")

    def go_to(self, moment: datetime) -> None:
        self.clock.set(moment)
        self.watch.look()
        for (item, clock), seen in self.limits().items():
            if clock == "deemed-acceptance" and not seen.ended and seen.due <= moment:
                self._accepted(item, self._step(Topic.ACCEPTANCE, "deem", item))
            if clock == "correction" and not seen.ended and seen.due <= moment:
                self._step(Topic.INTAKE, "expire", "")
        self.settle()

    def answer(self, key: str, item: str, answer: Mapping[str, Any]) -> None:
        if key == "intake-review":
            outcome = self._step(Topic.INTAKE, "record", "", {**self.listed, **answer})
            if outcome["intake_outcome"] == "accepted":
                self._step(Topic.DISPATCH, "push", "")
        elif key == "acceptance-review":
            self._step(Topic.ACCEPTANCE, "open", item)
            self._accepted(item, self._step(Topic.ACCEPTANCE, "decide", item, answer))
        elif key == "pre-review":
            self._reviewed(item, self._step(Topic.PRE_REVIEW, "", item, answer))
        elif key == "approval-decision":
            self._step(Topic.APPROVAL, "decide", item, answer)
        elif key in ("special-step", "extension-decision"):
            step = "step-done" if key == "special-step" else "extension-decided"
            self._step(Topic.APPROVAL, step, item, answer)
        else:
            attempt = {"delivery_way": "counter", "delivery_attempt": self.gathered["delivery_attempt"]}
            outcome = self._step(Topic.DELIVERY, "prove", "", {**attempt, **answer})
            if outcome["delivery_outcome"] == "delivered":
                self._step(Topic.ARCHIVE, "", "")
            else:
                self.gathered = self._step(Topic.DELIVERY, "prepare", "")
        self.settle()

    def settle(self) -> None:
        for item in sorted(self.waiting):
            with self.tools.store.reading() as session:
                sent = outbox.keyed(session, f"front-result:{self.number}:{item}")
            if sent and self.item_states()[item] in (ItemState.PRE_REVIEWED, ItemState.ACCEPTED):
                self.waiting.discard(item)
                if not sent[-1].body["variables"]["front_passed"]:
                    self._step(Topic.APPROVAL, "front-failed", item)
                    return self.settle()
        state, items = self.case_state(), self.item_states()
        if state == "submitted" and self.listed is None:
            self.listed = self._step(Topic.INTAKE, "prepare", "")
        self.listed = None if state == "correction" else self.listed
        if state == "in-progress" and not set(items.values()) & {"received", "accepted", "pre-reviewed"}:
            self.gathered = self._step(Topic.DELIVERY, "prepare", "")
        if state == "withdrawn" and not self.closed:
            self.closed = True
            self._step(Topic.WITHDRAWAL, "record", "")
        return None

    def finish(self) -> None:
        if self.case_state() in ("submitted", "correction", "in-progress"):
            self.withdraw("")
        if self.case_state() in ("delivering", "undelivered"):
            self.answer("result-handover", "", YES["result-handover"])

    def _accepted(self, item: str, outcome: Mapping[str, Any]) -> None:
        if outcome["accepted"] and not outcome["front_pending"] and not outcome["front_passed"]:
            self._step(Topic.APPROVAL, "front-failed", item)

    def _reviewed(self, item: str, outcome: Mapping[str, Any]) -> None:
        if outcome["front_pending"]:
            self.waiting.add(item)
        elif not outcome["front_passed"]:
            self._step(Topic.APPROVAL, "front-failed", item)

    def _step(self, topic: str, step: str, item: str, answer: Mapping[str, Any] | None = None) -> Mapping[str, Any]:
        """Twice, as at least once means; the second time changes nothing and says the same."""
        variables = {"step": step, "item": item, **(answer or {})}
        task = Task(uuid.uuid4().hex, topic, self.number, "process", "step", variables, None, "machine")
        outcome = HANDLERS[topic](task, self.desk)
        assert not outcome.get("input_problem"), outcome
        assert HANDLERS[topic](task, self.desk) == outcome, (topic, step)
        return outcome


class TownDriver(Driver):
    """The same steps by people in Tasklist's place, timers and tokens by the engine."""

    def __init__(self, town: Town, start: datetime) -> None:
        self.town, self.tools, self.start = town, town.tools, start
        self.world = World(town, People(town.tools.catalogue, town.tools.calendar))

    def begin(self, bundle: str, items: tuple[str, ...]) -> None:
        self.world.moment = self.start
        self.town.clock.go_to(self.start)
        self.number = self.town.submit(bundle, items, way="counter")
        self.world.follow([self.number])
        self.settle()

    def go_to(self, moment: datetime) -> None:
        self.world.move(moment)
        self.world.watch.look()
        self.settle()

    def answer(self, key: str, item: str, answer: Mapping[str, Any]) -> None:
        [task] = [task for task, about in self.town.open_tasks(self.number) if (task.key, about) == (key, item)]
        self.town.do(task, answer)
        self.settle()
        again = [task for task, about in self.town.open_tasks(self.number) if (task.key, about) == (key, item)]
        assert not any(self.town.admin.form_variables(task.id).get("input_problem") for task in again)

    def settle(self) -> None:
        self.world.rest()

    def tasks(self) -> set[tuple[str, str]]:
        return {(task.key, item) for task, item in self.town.open_tasks(self.number)}

    def finish(self) -> None:
        if self.case_state() in ("submitted", "correction", "in-progress"):
            self.withdraw("")
        self.town.work(self.number)
        assert self.town.admin.incidents(self.number) == []
        assert self.town.admin.timers(self.number) == []


def intake_answer(good: bool) -> dict[str, Any]:
    """All materials in order, or the first one is not complete."""
    if good:
        return dict(YES["intake-review"])
    complete, _, defect = contract.judgement_variables(1)
    return {**YES["intake-review"], complete: False, defect: "缺第 2 页", "intake_decision": "correction"}
