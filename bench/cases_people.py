"""Everybody who fills in forms, as one process: the same for every side. `python -m bench.cases_people <file>`.

They look for open tasks past the engine, then do what their Tasklist does: open the form, claim, submit. And they
hand in the next case whenever one has ended, so that equally many are always open.
"""

from __future__ import annotations

import json
import queue
import sys
import threading
import time
from pathlib import Path
from typing import Any

import psycopg

from bench.profile_case import filled_in
from onething.engine.client import EngineClient
from onething.engine.errors import EngineRefused
from onething.engine.roster import DECISION, SECOND

HANDS = 4
LOOK_SECONDS = 0.04
TRIES = 40
OPEN_TASKS = """
    SELECT t.ID_, t.TASK_DEF_KEY_, min(l.GROUP_ID_) FROM ACT_RU_TASK t
    JOIN ACT_RU_IDENTITYLINK l ON l.TASK_ID_ = t.ID_ AND l.TYPE_ = 'candidate'
    WHERE t.ASSIGNEE_ IS NULL GROUP BY t.ID_ ORDER BY t.CREATE_TIME_
"""
ENDED = "SELECT count(*) FROM ACT_HI_PROCINST WHERE ID_ = ROOT_PROC_INST_ID_ AND END_TIME_ IS NOT NULL"
HAND_IN = "UPDATE outbox SET next_at = next_at - interval '50 years' WHERE id = ANY(%s)"


class Crowd:
    def __init__(self, told: dict[str, Any]) -> None:
        self.rest_url, self.answers = told["rest_url"], told["answers"]
        self.accounts = json.loads(Path(told["users"]).read_text(encoding="utf-8"))
        self.engine = psycopg.connect(told["engine_database"], autocommit=True)
        self.store = psycopg.connect(told["store_database"], autocommit=True)
        self.held: list[list[int]] = told["held"]
        self.people: dict[str, EngineClient] = {}
        self.work: queue.SimpleQueue[tuple[str, str, str]] = queue.SimpleQueue()
        self.ended = self._count()

    def run(self) -> None:
        for _ in range(HANDS):
            threading.Thread(target=self._hands, daemon=True).start()
        taken: set[str] = set()
        while True:
            for task, key, group in self.engine.execute(OPEN_TASKS).fetchall():
                if task not in taken:
                    taken.add(task)
                    self.work.put((task, key, group))
            self._hand_in()
            time.sleep(LOOK_SECONDS)

    def _count(self) -> int:
        row = self.engine.execute(ENDED).fetchone()
        return row[0] if row else 0

    def _hand_in(self) -> None:
        ended = self._count() if self.held else self.ended
        while self.held and self.ended < ended:
            self.store.execute(HAND_IN, (self.held.pop(0),))
            self.ended += 1

    def _hands(self) -> None:
        while True:
            task, key, group = self.work.get()
            try:
                self._fill_in(task, key, group)
            except Exception as error:  # the case stays open, which the measurement shows
                print(f"{key} of {group}: {error!r}", file=sys.stderr, flush=True)

    def _fill_in(self, task: str, key: str, group: str) -> None:
        person = self._person(group, key)
        for number in range(TRIES):
            try:
                answers = filled_in(self.answers[key], person.form_variables(task))
                person.claim(task)
                return person.complete_task(task, answers)
            except EngineRefused as error:
                if error.gone:
                    return None
                if not error.transient or number == TRIES - 1:
                    raise
                time.sleep(0.1)  # a step of the same case committed first: people press again
        return None

    def _person(self, group: str, step: str) -> EngineClient:
        """The user of the group who takes that step, with that user's own password and rights."""
        members = [user for user, account in self.accounts.items() if group in account["groups"]]
        user = next((one for one in members if one.endswith(SECOND)), members[0]) if step == DECISION else (
            group if group in members else members[0])
        if user not in self.people:
            self.people[user] = EngineClient(self.rest_url, user, self.accounts[user]["password"])
        return self.people[user]


def main() -> None:
    crowd = Crowd(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")))
    print("READY", flush=True)
    sys.stdin.readline()
    crowd.run()


if __name__ == "__main__":
    main()
