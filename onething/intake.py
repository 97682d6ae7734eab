"""What the window finds when it looks at the materials, and what it may still tell the applicant. Pure (R42, R43, R59)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from onething.engine.contract import judgement_variables
from onething.errors import InvalidInput, refuse

APPLICATION_FORM, FORM_NAME = "application-form", "申请表及其他"
"""Stands for the application itself: what is to be put right besides the single materials."""


@dataclass(frozen=True)
class Judgement:
    """One version of a material, judged twice: is it complete, and has it the legal form."""

    key: str
    version: int
    complete: bool
    legal: bool
    problem: str = ""

    @property
    def faults(self) -> frozenset[str]:
        return frozenset(
            name for name, good in (("complete", self.complete), ("legal", self.legal)) if not good
        )


def list_keys(versions: Iterable[tuple[str, int]]) -> str:
    """The rows of the form in their order, as one text of ids: `premises-plan:2 contract:1`."""
    return " ".join(f"{key}:{version}" for key, version in versions)


def read_judgements(listed: str, answers: Mapping[str, Any]) -> list[Judgement]:
    """The clerk's ticks for the materials that were listed; a row not ticked is a defect."""
    found = []
    for row, entry in enumerate(listed.split(), start=1):
        key, _, version = entry.partition(":")
        complete, legal, defect = judgement_variables(row)
        good = answers.get(complete) is True, answers.get(legal) is True
        problem = "" if all(good) else str(answers.get(defect) or "").strip()
        found.append(Judgement(key, int(version), *good, problem))
    return found


def defects(judgements: Iterable[Judgement]) -> list[Judgement]:
    return [judgement for judgement in judgements if judgement.faults]


def wanting(judged: Mapping[str, Judgement]) -> set[str]:
    """Keys of the materials with a defect."""
    return {one.key for one in defects(judged.values())}


def check_decision(decision: str, reason: str, found: list[Judgement], names: Mapping[str, str]) -> None:
    """Refuse a decision that the judgements do not bear; the sentences go back to the clerk."""
    if decision == "accepted" and found:
        listed = "、".join(f"“{names[judgement.key]}”" for judgement in found)
        raise InvalidInput(f"{listed}还没有勾选“齐全”和“符合法定形式”；请逐份核对后勾选，或改选“需要补正”")
    if decision in ("correction", "on-the-spot"):
        if not found and not (decision == "correction" and reason):
            raise InvalidInput("所有材料都已勾选，没有要补正的内容；请取消有问题材料的勾选并写明问题，或改选“收件”")
        refuse([
            InvalidInput(f"请写明“{names[judgement.key]}”的问题和补正办法；须一次写全", field=f"problem.{judgement.key}")
            for judgement in found if not judgement.problem
        ])
    if decision == "rejected" and not reason:
        raise InvalidInput("不予收件必须写明理由；请填写后再提交")


def late_defects(found: Iterable[Judgement], told: Iterable[Judgement]) -> list[Judgement]:
    """Defects that were there to be seen when the applicant was told all defects, and were not named then (R59).

    `told` are all judgements of the checks that ended with a notice. A new version may have new defects; the same
    version may only keep the ones it had.
    """
    known: dict[tuple[str, int], frozenset[str]] = {}
    for judgement in told:
        place = judgement.key, judgement.version
        known[place] = known.get(place, frozenset()) | judgement.faults
    return [
        judgement for judgement in defects(found)
        if not judgement.faults <= known.get((judgement.key, judgement.version), judgement.faults)
    ]


def sentences(judgement: Judgement) -> tuple[str, str]:
    """(problem, cure) as the notice prints them."""
    if judgement.key == APPLICATION_FORM:
        return judgement.problem, "请按要求补充后重新提交"
    if not judgement.complete:
        kind, cure = ("不齐全", "请补齐后重新提交")
        if not judgement.legal:
            kind, cure = "不齐全，且不符合法定形式", "请补齐并按法定形式更换后重新提交"
    else:
        kind, cure = "不符合法定形式", "请按法定形式更换后重新提交"
    return f"{kind}：{judgement.problem}", cure
