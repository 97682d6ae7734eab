"""A store with a life in it, and a front door on it: cases in every state that a page can show, made by the real steps."""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

import uvicorn
from fastapi import FastAPI

from api.app import create_app
from api.consenting import Agreed, asked_for
from api.submission import Wish, submit
from onething.application_form import examples, fields_for
from onething.bootstrap import build_tools
from onething.cli.demo import SAMPLE_PDF
from onething.consents import separate_versions
from onething.deadlines import CHINA, FixedClock
from onething.eligibility import materials_for
from onething.engine.contract import Topic
from onething.engine.worker import Task
from onething.gateways import gateways_of
from onething.papers.signing import LocalAuthority
from onething.settings import Settings
from onething.store import accounts, applications, documents
from onething.vocabulary import Channel
from simulation.answers import YES, answer_to
from simulation.engine import free_port
from tests.machine.drivers import NoEngine, intake_answer
from workers.desk import Desk
from workers.table import HANDLERS
from workers.watch import Watch

HOME = Path(__file__).resolve().parents[2]
MONDAY = datetime(2026, 11, 23, 10, 0, tzinfo=CHINA)
DISTRICT, COMPANY, CITIZEN = "410105", "demo-restaurant", "demo-wang-wu"
FOOD, SIGN, FIRE, DRAIN = (
    "food-business-license", "outdoor-advertising-permit", "fire-safety-inspection", "urban-drainage-permit",
)


class House:
    """Nobody is at the engine: what its models would call next is called here, step by step."""

    def __init__(self, var: Path) -> None:
        self.clock = FixedClock(MONDAY)
        self.tools = build_tools(Settings(home=HOME, var=var, limits=False), clock=self.clock)
        self.app = create_app(self.tools)
        self.desk = Desk(self.tools, NoEngine(), LocalAuthority(var / "authority"), gateways_of(self.tools.settings))
        self.watch = Watch(self.tools)

    def apply(
        self, subject: str, bundle: str, items: tuple[str, ...], *, way: str = "electronic", mode: str = "unified",
        promises: Mapping[str, str] | None = None, on_paper: bool = False, answers: Mapping[str, Any] | None = None,
    ) -> str:
        """A new case with what it needs but the promised; `on_paper`: its originals lie on the counter."""
        tools, promises, answers = self.tools, promises or {}, answers or {}
        catalogue = tools.catalogue.in_district(DISTRICT)
        entry = catalogue.bundle(bundle)
        with tools.store.transaction() as session:
            account = next(one for one in accounts.all_accounts(session) if one.subject == subject)
            keys = [need.material for need in materials_for(catalogue, entry, items, answers)
                    if need.upload and need.material.key not in promises]
            files = {} if on_paper else {
                one.key: documents.add(
                    session, tools.clock.now(), account.id, f"{one.name}.pdf", "application/pdf", SAMPLE_PDF
                ).id for one in keys
            }
            person = {"name": account.name, "id_no": account.id_no, "phone": account.phone}
            wish = Wish(
                bundle=bundle, district=DISTRICT, items=items, answers=answers, documents=files, promises=promises,
                applicant=person | {"organisation": "", "address": "郑州市金水区花园路 1 号"}, delivery_way=way,
                delivery_mode=mode, signature=account.name if promises else "",
                papers=tuple(one.key for one in keys) if on_paper else (),
                channel=Channel.WINDOW if on_paper else Channel.ONLINE,
                form=examples(fields_for(catalogue, entry, items)),
            )
            wish = replace(wish, agreed=Agreed(separate_versions(asked_for(tools, wish))))
            return submit(session, tools, account, uuid.uuid4().hex, wish).number

    def step(self, number: str, topic: str, step: str = "", item: str = "", **values: Any) -> Mapping[str, Any]:
        task = Task(uuid.uuid4().hex, topic, number, "process", "step", {"step": step, "item": item, **values}, None, "house")
        outcome = HANDLERS[topic](task, self.desk)
        assert not outcome.get("input_problem"), outcome
        return outcome

    def review(self, number: str, **answer: Any) -> None:
        """The window's judgement of a case; in order where nothing else is said."""
        listed = self.step(number, Topic.INTAKE, "prepare")
        found = self.step(number, Topic.INTAKE, "record", **{**listed, **YES["intake-review"], **answer})
        if found["intake_outcome"] == "accepted":
            self.step(number, Topic.DISPATCH, "push")

    def find_fault(self, number: str) -> None:
        self.review(number, **intake_answer(False))

    def accept(self, number: str, *items: str, **answer: Any) -> None:
        for item in items:
            self.step(number, Topic.ACCEPTANCE, "open", item)
            self.step(number, Topic.ACCEPTANCE, "decide", item, **{**YES["acceptance-review"], **answer})

    def visit(self, number: str, *, done: bool = True) -> None:
        """The departments go there together: appointed for tomorrow, or that day has come and each has said its opinion."""
        act = partial(self.step, number, Topic.JOINT_ACT, item="joint-inspection")
        act("prepare")
        appointed = act("appoint", **{**YES["joint-appointment"], "joint_time": "2026-11-24 09:30"})
        if done:
            for place in range(appointed["opinion_count"]):
                group = act("asked", opinion_groups=appointed["opinion_groups"], loopCounter=place)["opinion_group"]
                act("opinion", opinion_group=group, **YES["joint-opinion"])
            act("record", **YES["joint-record"])

    def decide(self, number: str, *items: str, **answer: Any) -> None:
        for item in items:
            plain = answer_to("approval-decision", self.tools.catalogue, item)
            self.step(number, Topic.APPROVAL, "decide", item, **{**plain, **answer})
            self.step(number, Topic.CERTIFICATE, "", item)

    def deliver(self, number: str, **answer: Any) -> None:
        """One attempt; the case is filed when everything has arrived."""
        shown = self.step(number, Topic.DELIVERY, "prepare")
        with self.tools.store.reading() as session:
            way = applications.get(session, number).delivery_way
        attempt = {"delivery_way": way, "delivery_attempt": shown["delivery_attempt"]}
        outcome = self.step(number, Topic.DELIVERY, "prove", **attempt, **{**YES["result-handover"], **answer})
        if outcome["delivery_outcome"] == "delivered":
            self.step(number, Topic.ARCHIVE)


@contextmanager
def serving(app: FastAPI, port: int = 0) -> Iterator[str]:
    """The front door on a port of this machine, a free one where none is named; its address."""
    port = port or free_port()
    server = uvicorn.Server(uvicorn.Config(app, port=port, log_level="warning", access_log=False))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.05)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join()
