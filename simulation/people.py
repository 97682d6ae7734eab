"""How people behave: what they answer, how long they take, whether they come back. Drawn from the seed, or by rule."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from random import Random
from typing import Any

from onething.catalogue import Catalogue
from onething.deadlines import CHINA, WorkCalendar
from onething.engine import contract
from onething.vocabulary import Channel, ItemKind
from simulation.answers import answer_to
from simulation.story import OFFICE_DAY, Story, moment_after

Answer = Mapping[str, Any]


@dataclass(frozen=True)
class Call:
    """A task as its person, one of `group`, finds it. `turn` counts how often they saw it in this case."""

    story: Story
    key: str
    item: str
    group: str
    turn: int
    shown: Mapping[str, Any]
    due: datetime | None
    at: datetime


class People:
    """Everybody says yes, an hour later. The base of all others."""

    def __init__(self, catalogue: Catalogue, calendar: WorkCalendar) -> None:
        self.catalogue, self.calendar = catalogue, calendar

    def answer(self, call: Call) -> Answer:
        return answer_to(call.key, self.catalogue, call.item)

    def when(self, call: Call) -> datetime:
        return moment_after(self.calendar, call.at, 1)

    def correction(self, story: Story, turn: int, at: datetime) -> datetime | None:
        """When the applicant hands in what the notice asked for; None if never."""
        return moment_after(self.calendar, at, OFFICE_DAY)

    def supplement(self, story: Story, at: datetime) -> datetime | None:
        """When the applicant hands in what was promised; None if never."""
        return moment_after(self.calendar, at, OFFICE_DAY)


class Townsfolk(People):
    """Mostly right and in time. What one person does depends on the seed and the story alone, not on who is first."""

    def __init__(self, catalogue: Catalogue, calendar: WorkCalendar, seed: int) -> None:
        super().__init__(catalogue, calendar)
        self.seed = seed

    def _random(self, story: Story, *about: object) -> Random:
        return Random("/".join(map(str, (self.seed, story.name, *about))))

    def answer(self, call: Call) -> Answer:
        """The plain answer, or one of the others the form allows; after a problem always the plain one."""
        other = OTHERS.get(call.key)
        random = self._random(call.story, call.key, call.item, call.group, call.turn)
        if call.shown.get("input_problem") or other is None:
            return super().answer(call)
        return {**super().answer(call), **other(self, call, random)}

    def when(self, call: Call) -> datetime:
        """Some hours within the limit; now and then a day or two after it."""
        random = self._random(call.story, "when", call.key, call.item, call.group, call.turn)
        if call.due is None:
            return moment_after(self.calendar, call.at, random.randint(OFFICE_DAY, 5 * OFFICE_DAY))
        if random.random() < 0.03:
            return moment_after(self.calendar, max(call.due, call.at), random.randint(1, 2 * OFFICE_DAY))
        by_hours = call.key in ("intake-review", "repeat-notice", "digitising")
        days = 0 if by_hours else max(0, self.calendar.remaining_working_days(call.at, call.due))
        return moment_after(self.calendar, call.at, max(1, round(OFFICE_DAY * days * random.uniform(0.05, 0.8))))

    def correction(self, story: Story, turn: int, at: datetime) -> datetime | None:
        random = self._random(story, "correction", turn)
        comes = random.random() < 0.9
        return moment_after(self.calendar, at, random.randint(2, 6 * OFFICE_DAY)) if comes else None

    def supplement(self, story: Story, at: datetime) -> datetime | None:
        random = self._random(story, "supplement")
        comes = random.random() < 0.75
        return moment_after(self.calendar, at, random.randint(OFFICE_DAY, 4 * OFFICE_DAY)) if comes else None

    def _intake(self, call: Call, random: Random) -> Answer:
        rows, draw = str(call.shown.get("material_keys") or "").split(), random.random()
        if call.turn == 0 and draw < 0.03:
            return {"intake_decision": "rejected", "intake_reason": "申请事项不属于本窗口受理范围"}
        at_counter = call.story.channel == Channel.WINDOW and call.turn == 0 and draw < 0.09
        if not rows or draw > (0.2 if call.turn == 0 else 0.1):
            return {}
        faults: dict[str, Any] = {"intake_decision": "on-the-spot" if at_counter else "correction"}
        for row in random.sample(range(1, len(rows) + 1), k=min(len(rows), random.randint(1, 2))):
            complete, legal, defect = contract.judgement_variables(row)
            faults |= {complete: random.random() < 0.4, legal: False, defect: "缺少签名，且第 2 页不清晰"}
        return faults

    def _approval(self, call: Call, random: Random) -> Answer:
        item, draw = self.catalogue.items[call.item], random.random()
        if draw < 0.07:
            return {"approval_decision": "refuse", "approval_reason": "现场情况与申请材料不符"}
        if call.turn == 0 and item.special_steps and draw < 0.2:
            kind = str(random.choice(item.special_steps).kind)
            return {"approval_decision": "special", "special_kind": kind, "procedure_reason": "需要核实现场情况"}
        if call.turn == 0 and item.kind == ItemKind.LICENCE and draw < 0.27:
            return {"approval_decision": "extension", "procedure_reason": "案情复杂，需要进一步核实"}
        return {}

    def _appointment(self, call: Call, random: Random) -> Answer:
        if random.random() < 0.15:
            return {"joint_decision": "not-needed", "joint_reason": "三个月内已联合勘验同一场所"}
        day = self.calendar.add_working_days(call.at.astimezone(CHINA).date(), random.randint(1, 3))
        return {"joint_time": f"{day} 09:30"}


def _choose(chance: float, **instead: Any) -> Any:
    """With this chance the other answer."""
    return lambda _people, _call, random: instead if random.random() < chance else {}


def _opinion(_people: Townsfolk, _call: Call, random: Random) -> Answer:
    draw = random.random()
    if draw < 0.8:
        return {}
    return {"opinion": "fail" if draw > 0.93 else "rectify", "opinion_text": "疏散通道堆放杂物，应当清理"}


def _handover(_people: Townsfolk, call: Call, random: Random) -> Answer:
    if call.turn > 1 or random.random() > 0.12:
        return {}
    failed = {"delivery_outcome": "failed", "delivery_reason": "无人签收，退回窗口"}
    return {**failed, "handover_receiver": "", "handover_proof_no": ""}


OTHERS = {
    "intake-review": Townsfolk._intake, "approval-decision": Townsfolk._approval,
    "joint-appointment": Townsfolk._appointment, "joint-opinion": _opinion, "result-handover": _handover,
    "repeat-notice": _choose(0.3, repeat_decision="deny", repeat_reason="首次审查时就应看到"),
    "paper-receipt": _choose(0.1, originals_received="different", receipt_note="少一份复印件"),
    "acceptance-review": _choose(0.06, acceptance_decision="refuse", acceptance_reason="不属于本机关职权范围"),
    "pre-review": _choose(0.1, pre_review_opinion="defective", pre_review_reason="图纸缺少比例尺"),
    "extension-decision": _choose(0.25, extension_decision="deny", extension_reason="现有材料已可作出决定"),
}
"""For each form the answers besides the plain one, with the chance of each."""
