"""What people write in Tasklist says who somebody is in the store only; the engine keeps it without (S11)."""

from __future__ import annotations

from typing import Any

from onething.application_form import fields_of
from onething.discretion import known_of, without
from onething.engine.contract import WORDS, Topic
from onething.engine.worker import Handler, Task
from onething.store import accounts, applications, guidance
from workers.desk import Desk, Outcome


def discreet(handler: Handler, desk: Desk) -> Handler:
    """`handler`, which has put the words into the store when it returns; the engine's are then written over where they tell
    too much. What a form shows to the next person are these."""

    def run(task: Task) -> Outcome:
        outcome = handler(task)
        said = {**_words(task.variables), **_words(outcome)}
        if not said:
            return outcome
        known = _known(desk, task)
        told = {name: without(words, known) for name, words in said.items()}
        return {**outcome, **{name: words for name, words in told.items() if words != said[name]}}

    return run


def _words(values: Any) -> dict[str, str]:
    return {name: value for name, value in values.items() if name in WORDS and isinstance(value, str) and value}


def _known(desk: Desk, task: Task) -> dict[str, str]:
    with desk.tools.store.reading() as session:
        if task.topic == Topic.GUIDANCE:
            account = accounts.get(session, guidance.get(session, task.application_no).account_id)
            own = {"name": account.name, "id_no": account.id_no, "phone": account.phone, "address": account.address}
            return known_of(own, {}, ())
        case = applications.get(session, task.application_no)
        fields = [need.field for need in fields_of(desk.catalogue(case), case)]
        return known_of(case.applicant, case.form, fields)
