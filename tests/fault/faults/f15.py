"""F15: many complete one task at once with different answers; a withdrawal races the approval and the certificate."""

from __future__ import annotations

import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from onething.engine.client import EngineClient
from onething.engine.errors import EngineRefused
from onething.errors import OneThingError
from simulation.answers import YES, group_of
from tests.fault.people import CERTIFIED, Applicant, answer_in, claim, until
from tests.fault.scene import Scene

TITLE = "50 completions of one task at once; withdrawal against approval and certificate"
INTAKE = ({**YES["intake-review"]}, {**YES["intake-review"], "intake_decision": "rejected", "intake_reason": "不属于本窗口"})
APPROVAL = (YES["approval-decision"], {"approval_decision": "refuse", "approval_reason": "现场与申请材料不符"})
RIVALS, SIDE_BY_SIDE = 50, 3


def play(here: Scene) -> None:
    cases = here.size(80, 6)
    crowd = here.load(cases, kinds=(CERTIFIED,))
    crowd.join(200)
    person, seen = Applicant(here.city.front_doors, CERTIFIED.subject, here.witness), Counter[str]()

    def race(turn: int) -> None:
        number = crowd.numbers[turn]
        with ThreadPoolExecutor(RIVALS) as hands:
            _round(here, hands, seen, number, "intake-review", INTAKE[:1] if turn % 4 else INTAKE)
            if _state(here, number) == "in-progress":
                _round(here, hands, seen, number, "acceptance-review", (YES["acceptance-review"],))
                withdraw = {0: 0.0, 1: 0.02, 2: 0.3}.get(turn % 5)
                _round(here, hands, seen, number, "approval-decision", APPROVAL[:1], withdraw=withdraw, person=person)

    with ThreadPoolExecutor(SIDE_BY_SIDE) as tables:
        list(tables.map(race, range(len(crowd.numbers))))
    here.finish()
    result, rounds = here.result, seen["one winner"] + seen["no winner"] + seen["several winners"]
    result.figures |= {"rounds": rounds, **seen}
    result.want("rounds", f"≥ {here.size(200, 10)}", rounds, rounds >= here.size(200, 10))
    result.want("completions that won beside another", "0", seen["several winners"], seen["several winners"] == 0)
    result.want("rounds without a winner, nobody having withdrawn", "0", seen["lost"], seen["lost"] == 0)
    wrong = _withdrawn_and_valid(here)
    result.want("withdrawn with a valid certificate", "0", len(wrong), not wrong)
    result.want("withdrawals that came through", "≥ 1", seen["withdrawn"], seen["withdrawn"] >= 1)


def _round(
    here: Scene, hands: ThreadPoolExecutor, seen: Counter[str], number: str, key: str, answers: tuple[Any, ...], *,
    withdraw: float | None = None, person: Applicant | None = None,
) -> None:
    """Fifty press the button at once; the applicant withdraws so many seconds later, if at all."""
    task = until(lambda: next((one for one in here.admin.user_tasks(number) if one.key == key), None), 60)
    if task is None:
        seen["lost"] += 1
        return
    shown = here.admin.form_variables(task.id)
    staff = here.person(group_of(task.key, shown), task.key)
    claim(staff, task.id)
    gone = threading.Timer(withdraw, _withdraw, (person, number, seen)) if withdraw is not None and person else None
    if gone:
        gone.start()
    tries = [answers[turn % len(answers)] for turn in range(RIVALS)]
    won = [answer for answer, ok in zip(tries, hands.map(lambda a: _complete(staff, task.id, a), tries), strict=True) if ok]
    if gone:
        gone.join()
    seen["one winner" if len(won) == 1 else "several winners" if won else "no winner"] += 1
    seen["lost"] += not won and _state(here, number) != "withdrawn"
    for answer in won:
        here.witness.write(what="decided", number=number, task=task.id, key=key, user=staff.user,
                           item=str(shown.get("item") or ""), answer=answer_in(answer) if withdraw is None else "")


def _complete(staff: EngineClient, task: str, answer: Any) -> bool:
    """Refusals of two commits that met are tried again, as people do; whoever finds the task gone has lost."""
    for _ in range(20):
        try:
            staff.complete_task(task, answer)
            return True
        except EngineRefused as error:
            if not error.transient:
                return False
            time.sleep(0.1)
        except OneThingError:
            return False
    return False


def _withdraw(person: Applicant, number: str, seen: Counter[str]) -> None:
    door = next(person.doors)
    answer = person.session.post(f"{door}/api/v1/applications/{number}/withdrawal", json={}, timeout=30)
    seen["withdrawn" if answer.ok else f"withdrawal {answer.status_code}"] += 1


def _state(here: Scene, number: str) -> str:
    def settled() -> str:
        state = here.sql(f"SELECT state FROM application WHERE number = '{number}'")[0][0]
        return state if state != "submitted" else ""

    return until(settled, 60) or "submitted"


def _withdrawn_and_valid(here: Scene) -> list[str]:
    states = {(row["number"], row["item"]): row["state"] for row in here.last.rows("application_item")}
    return [
        row["number"] for row in here.last.rows("certificate")
        if row["state"] == "published" and states[row["number"], row["item"]] == "withdrawn"
    ]


