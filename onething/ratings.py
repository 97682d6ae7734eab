"""好差评: who may rate when, and what a rating may say. Pure (R121)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from onething.cases import FINAL_CASE_STATES
from onething.catalogue.ratings import Ratings
from onething.errors import InvalidInput
from onething.vocabulary import CaseState, Grade, ItemState

LONGEST = 500
REFUSALS = frozenset({ItemState.REFUSED, ItemState.NOT_ACCEPTED})


def may_rate(case: CaseState, items: Iterable[ItemState]) -> bool:
    """Once the case has ended, or one of its items was refused."""
    return case in FINAL_CASE_STATES or not REFUSALS.isdisjoint(items)


def check_grade(grade: str) -> Grade:
    if grade not in set(Grade):
        raise InvalidInput("请选择一个评价等级", field="grade", code="grade-missing")
    return Grade(grade)


def check_words(text: str) -> str:
    tidy = text.strip()
    if len(tidy) > LONGEST:
        raise InvalidInput(f"意见太长；最多 {LONGEST} 个字", field="text", code="too-long")
    return tidy


def known_answers(ratings: Ratings, grade: Grade, ticked: Mapping[str, Iterable[str]]) -> dict[str, list[str]]:
    """What was ticked of what is asked with this grade; all else is dropped, and a question may stay open."""
    found = {q.key: [value for value in q.options if value in set(ticked.get(q.key, ()))] for q in ratings.grades[grade]}
    single = {question.key for question in ratings.grades[grade] if question.single}
    return {key: values[:1] if key in single else values for key, values in found.items() if values}
