"""办件经过: what was done on a case and what the applicant was told, newest first, as the counter reads it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from api.own_data import who_did
from onething.access_words import WORDS, words
from onething.bootstrap import Tools
from onething.store import Application, accounts, audit
from onething.store.tables import Notice

OWN = {
    "submit": "提交申请", "correct": "提交补正材料", "correct-form": "更正申请表", "supplement": "补交容缺材料",
    "withdraw-item": "撤回事项", "withdraw-case": "撤回办件", "choose-delivery": "更改领取方式", "ask-on-case": "提问",
    "rate": "评价", "dispute-data": "对共享数据提出异议",
}
"""What the applicant did; everybody else's acts have their words in `access_words`."""
LEFT_OUT = ("look-", "find-", "print-", "take-out-", "remind", "clear-", "list-after-")
"""No steps of the case."""


@dataclass(frozen=True)
class Step:
    """`told`: the notice's own words; else `who` did `what`."""

    at: datetime
    what: str
    who: str = ""
    told: bool = False


def passage(
    session: Any, tools: Tools, case: Application, item_names: Mapping[str, str], told: Iterable[Notice]
) -> list[Step]:
    """`told`: the notices of the case."""
    rows = audit.trail(session, case.number)
    known = accounts.by_subject(session, {row.actor for row in rows})
    offices = {row.item: row.reviewer_group for row in case.items}
    steps = []
    for row in rows:
        what, person = _words(row.action), known.get(row.actor)
        if not what:
            continue
        about = item_names.get(row.item, "")
        own = person is not None and person.id == case.account_id
        who = "申请人" if own else who_did(tools, row, person, offices.get(row.item, ""))[0]
        steps.append(Step(row.at, f"{what}：{about}" if about else what, who))
    steps += [Step(one.created_at, one.text, told=True) for one in told]
    return sorted(steps, key=lambda step: step.at)[::-1]


def _words(action: str) -> str:
    if action in OWN:
        return OWN[action]
    if action.startswith(LEFT_OUT) or not action.startswith(tuple(WORDS)) or words(action) == WORDS["window-"]:
        return ""
    return words(action)
