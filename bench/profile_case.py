"""One case, step by step and one thing at a time, so that every statement belongs to the call that caused it."""

from __future__ import annotations

import re
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from bench.profile_statements import Meter, Usage
from onething.engine.client import EngineClient
from onething.engine.task import load_task
from onething.engine.transport import Transport
from simulation.answers import YES, group_of
from simulation.town import Town

ID = re.compile(r"/(?:[0-9a-f]{8}-[0-9a-f-]{27}|[\w-]+:\d+:[0-9a-f-]+)")
ROW = re.compile(r"_\d\d$")
KEY = re.compile(r"/key/[\w-]+/")
FETCHED_AT_ONCE = 4
SECONDS = 120
ENGINE = "(job executor)"
OBSERVER = "observer"


@dataclass
class Ledger:
    """Calls by (who, route) with what each cost, what the engine did by itself, and who calls right now."""

    meter: Meter
    who: str = OBSERVER
    calls: Counter[tuple[str, str]] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    costs: dict[tuple[str, str], Usage] = field(default_factory=dict)

    def settle(self, key: tuple[str, str]) -> None:
        self.costs.setdefault(key, Usage()).add(self.meter.take())

    @contextmanager
    def by(self, who: str) -> Iterator[None]:
        before, self.who = self.who, who
        try:
            yield
        finally:
            self.who = before

    @contextmanager
    def counting(self) -> Iterator[None]:
        """While this lasts, every call to the engine in this process is booked."""
        call = Transport.call

        def booked(transport: Transport, method: str, path: str, **arguments: Any) -> Any:
            self.settle((ENGINE, ENGINE))
            route = f"{method} {KEY.sub('/key/{key}/', ID.sub('/{id}', path))}"
            try:
                return call(transport, method, path, **arguments)
            except Exception as error:
                self.refused[f"{route} {type(error).__name__}"] += 1
                raise
            finally:
                self.calls[self.who, route] += 1
                self.settle((self.who, route))

        Transport.call = booked
        try:
            yield
        finally:
            Transport.call = call


def filled_in(answers: Mapping[str, Any], shown: Mapping[str, Any]) -> dict[str, Any]:
    """A form sends the fields it shows: nothing of the rows that this case has no material for."""
    rows = {name[-3:] for name in shown if name.startswith("material_") and shown[name] is not None}
    return {name: value for name, value in answers.items() if not ROW.search(name) or name[-3:] in rows}


class Walk:
    """Takes cases from submission to archive. People do what their Tasklist does: open the form, claim, submit."""

    def __init__(self, town: Town, ledger: Ledger, answers: Mapping[str, Mapping[str, Any]] = YES) -> None:
        self.town, self.ledger, self.answers = town, ledger, answers
        self.people: dict[str, EngineClient] = {}

    def go(self, bundle: str, items: tuple[str, ...], answers: Mapping[str, Any]) -> str:
        number = self.town.submit(bundle, items, answers=answers)
        end = time.monotonic() + SECONDS
        while self._step(number):
            if time.monotonic() > end:
                raise AssertionError(f"{number} does not get on: {self._open_tasks(number)}")
        self.ledger.settle((ENGINE, ENGINE))
        return number

    def _step(self, number: str) -> bool:
        """One thing that can be done now; False when the case has ended."""
        with self.ledger.by("relay"):
            self.town.relay.work_once()
        if self._waiting("ACT_RU_EXT_TASK", "LOCK_EXP_TIME_ IS NULL"):
            self._automatic()
        elif self._waiting("ACT_RU_JOB", "DUEDATE_ IS NULL OR TYPE_ = 'message'"):
            time.sleep(0.02)
        elif tasks := self._open_tasks(number):
            self._by_hand(*tasks[0])
        elif self._ended(number):
            return self._relay_busy()
        else:
            time.sleep(0.05)
        return True

    def _automatic(self) -> None:
        worker = self.town.worker
        with self.ledger.by("workers"):
            for data in worker.tasks.fetch(worker.handlers, FETCHED_AT_ONCE):
                task, _ = load_task(data, worker.worker_id)
                worker.tasks.complete(task.id, worker.handlers[task.topic](task))

    def _by_hand(self, task: str, key: str) -> None:
        with self.ledger.by(OBSERVER):
            group = group_of(key, self.town.admin.form_variables(task))
        with self.ledger.by("people"):
            person = self.town.person(group, key)
            shown = person.form_variables(task)
            person.claim(task)
            person.complete_task(task, filled_in(self.answers[key], shown))

    # looking past the engine, so that looking costs it nothing

    def _waiting(self, table: str, condition: str) -> bool:
        return bool(self.ledger.meter.ask(f"SELECT 1 FROM {table} WHERE {condition} LIMIT 1"))

    def _open_tasks(self, number: str) -> list[tuple]:
        return self.ledger.meter.ask(
            "SELECT t.ID_, t.TASK_DEF_KEY_ FROM ACT_RU_TASK t JOIN ACT_HI_PROCINST p ON p.PROC_INST_ID_ = t.PROC_INST_ID_ "
            "WHERE p.BUSINESS_KEY_ = %s ORDER BY t.CREATE_TIME_, t.ID_", number,
        )

    def _ended(self, number: str) -> bool:
        return bool(self.ledger.meter.ask(
            "SELECT 1 FROM ACT_HI_PROCINST WHERE BUSINESS_KEY_ = %s AND ID_ = ROOT_PROC_INST_ID_ AND END_TIME_ IS NOT NULL",
            number,
        ))

    def _relay_busy(self) -> bool:
        with self.ledger.by("relay"):
            return bool(self.town.relay.work_once())
