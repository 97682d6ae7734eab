"""Every minute store and engine are held against each other: what is found is repaired by rule or becomes one trouble.

Repaired: a case without a process is started again, one with two keeps the older, a task that nobody ended is looked up.
Told to a person (`onething incidents`): failed steps, promises that fail, effects whose fate is unknown, processes without a
case, and a whole engine that has forgotten its cases (security.md section 5).
"""

from __future__ import annotations

import threading
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

import structlog

from onething.bootstrap import Tools
from onething.engine import checking
from onething.engine.client import EngineClient
from onething.engine.errors import EngineRefused
from onething.engine.external import was_completed
from onething.store import applications, audit, effects, guidance, inbox, outbox, troubles
from onething.store.inbox import InboxState
from workers import restarting
from workers.relay import TROUBLE_AFTER
from workers.rounds import again

log = structlog.get_logger(__name__)
SETTLED = timedelta(seconds=60)
"""Younger than this a difference is only work under way."""
LOOK_BACK = timedelta(minutes=30)
EVERYTHING_EVERY = timedelta(hours=6)
UNKNOWN_FOR = timedelta(minutes=5)
KEEP_INBOX = timedelta(days=7)
PAUSES = (0.2, 0.5, 1.0)
MANY_MISSING = 20
"""So many cases missing at once are no accident of one start: the engine is another one, or its data are gone."""


class Reconciler:
    """`look` may be called at any time, by several processes at once; each finding has one key."""

    def __init__(self, tools: Tools, engine: EngineClient) -> None:
        self.tools, self.engine, self.stopped = tools, engine, threading.Event()
        self._everything_at: datetime | None = None

    def run(self, pause_seconds: float = 60) -> None:
        again("reconciler", self.look, self.stopped, pause_seconds)

    def look(self) -> None:
        """Once over what changed lately; from time to time, and at first, over everything."""
        now = self.tools.clock.now()
        self._promises(now)
        self._effects(now)
        self._failed_steps(now)
        self._unfinished_tasks(now)
        if self._everything_at is None or now - self._everything_at >= EVERYTHING_EVERY:
            self._cases(now, self._open_cases(now))
            self._processes_without_case(now)
            with self.tools.store.transaction() as session:
                inbox.forget(session, now - KEEP_INBOX)
            self._everything_at = now
        else:
            with self.tools.store.reading() as session:
                lately = outbox.started(session, now - LOOK_BACK, now - SETTLED)
            self._cases(now, lately)

    # what fails

    def _promises(self, now: datetime) -> None:
        with self.tools.store.transaction() as session:
            failing = [entry for entry in outbox.failing(session, TROUBLE_AFTER) if entry.error != outbox.WAITS]
            found = {f"outbox:{e.key}": (e.number, f"{e.kind}：{e.error}") for e in failing}
            self._tell(session, now, "outbox", found)

    def _effects(self, now: datetime) -> None:
        with self.tools.store.transaction() as session:
            found = {f"effect:{e.key}": (e.number, f"可能已发出，对方没有回答：{e.problem or '发送程序中断'}")
                     for e in effects.uncertain(session, now - UNKNOWN_FOR)}
            self._tell(session, now, "effect", found)

    def _failed_steps(self, now: datetime) -> None:
        incidents = checking.open_incidents(self.engine)
        found = {f"engine:{one.id}": (number, f"{one.activity}：{one.message}") for number, one in incidents}
        with self.tools.store.transaction() as session:
            self._tell(session, now, "engine", found)

    def _tell(self, session: Any, now: datetime, kind: str, found: dict[str, tuple[str, str]]) -> None:
        """These troubles of this kind are open, and no others."""
        for key, (number, what) in found.items():
            if troubles.open_(session, now, key, kind, number, what):
                log.error("a person is needed", trouble=key, kind=kind, application=number)
        standing = {row.key for row in troubles.standing(session, [kind])}
        troubles.close(session, now, standing - {key[:200] for key in found})

    # tasks nobody ended

    def _unfinished_tasks(self, now: datetime) -> None:
        """Their worker died, or told the engine and died before it wrote that down."""
        with self.tools.store.reading() as session:
            rows = [(row.task_id, row.state) for row in inbox.unfinished(session, now - SETTLED)]
        ends: dict[str, InboxState] = {}
        for task_id, state in rows:
            if not checking.task_exists(self.engine, task_id):
                done = state == InboxState.OUTCOME and was_completed(self.engine.transport, task_id)
                ends[task_id] = InboxState.COMPLETED if done else InboxState.LOST
        with self.tools.store.transaction() as session:
            inbox.end(session, now, ends)

    # cases and processes

    def _open_cases(self, now: datetime) -> list[str]:
        with self.tools.store.reading() as session:
            fresh = set(outbox.started(session, now - SETTLED, now))
            return [number for number in restarting.open_cases(session) if number not in fresh]

    def _cases(self, now: datetime, numbers: Collection[str]) -> None:
        """Each has one process."""
        found = checking.root_instances(self.engine, numbers)
        missing = [number for number, instances in found.items() if not instances]
        with self.tools.store.transaction() as session:
            if len(missing) >= MANY_MISSING and len(missing) * 5 >= len(found):
                cure = f"请核对引擎地址和数据，确认后运行 onething retry {troubles.ENGINE_LOST}"
                what = f"流程引擎里缺少 {len(missing)} 个办件的流程；{cure}"
                troubles.open_(session, now, troubles.ENGINE_LOST, "forgotten", "", what)
                return
            troubles.close(session, now, [troubles.ENGINE_LOST])
        for number in missing:
            restarting.restart(self.tools, number, "流程引擎里没有这个办件的流程")
        for number, instances in found.items():
            for extra in instances[1:]:
                if extra.ended is None and (instances[0].ended is None or instances[0].state == "COMPLETED"):
                    self.end(extra.id)
                    self._note(now, number, "delete-duplicate-process", kept=instances[0].id, deleted=extra.id)

    def end(self, instance: str) -> None:
        """A worker may report a step of it at this very moment: then once more, at last in a minute."""
        for pause in PAUSES:
            try:
                return self.engine.delete_process(instance)
            except EngineRefused as error:
                if not error.transient:
                    raise
            self.stopped.wait(pause)
        return self.engine.delete_process(instance)

    def _processes_without_case(self, now: datetime) -> None:
        lost: dict[str, tuple[str, str]] = {}
        for page in checking.running_cases(self.engine):
            with self.tools.store.reading() as session:
                known = applications.known_numbers(session, page.values()) | guidance.known_numbers(session, page.values())
            lost |= {f"orphan:{instance}": (number, "流程没有对应的办件，请在 Cockpit 核对后结束它")
                     for instance, number in page.items() if number not in known}
        with self.tools.store.transaction() as session:
            self._tell(session, now, "orphan", lost)

    def _note(self, now: datetime, number: str, action: str, **detail: str) -> None:
        log.warning("repaired", application=number, action=action)
        with self.tools.store.transaction() as session:
            audit.record(session, now, restarting.SYSTEM, action, number=number, **detail)
