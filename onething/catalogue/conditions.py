"""The condition language of the catalogue: `area >= 200`, `ktv == true and lodging == true`.

Comparisons joined by `and` / `or` (`and` binds tighter), no parentheses. An unanswered question makes its comparison
false. Evaluated by one pure function for pages, API and workers alike.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Mapping

from onething.errors import OneThingError

Answer = bool | int | float | str
OPERATORS = {
    "==": operator.eq, "!=": operator.ne, ">=": operator.ge, "<=": operator.le, ">": operator.gt, "<": operator.lt,
}
AND, OR = re.compile(r"(?:^|\s)and(?:\s|$)"), re.compile(r"(?:^|\s)or(?:\s|$)")  # not within a value such as buy-and-sell
COMPARISON = re.compile(r"^\s*([a-z][a-z0-9_]*)\s*(==|!=|>=|<=|>|<)\s*(.+?)\s*$")


def parse(text: str) -> list[list[tuple[str, str, Answer]]]:
    """Alternatives of conjunctions of (question, operator, value)."""
    return [[_comparison(part) for part in AND.split(option)] for option in OR.split(text)]


def _comparison(text: str) -> tuple[str, str, Answer]:
    match = COMPARISON.match(text)
    if not match:
        raise OneThingError(f"看不懂条件“{text.strip()}”；请写成“问题 == 值”的形式", code="condition")
    question, symbol, value = match.groups()
    return question, symbol, _value(value)


def _value(text: str) -> Answer:
    if text in ("true", "false"):
        return text == "true"
    if re.fullmatch(r"-?\d+(\.\d+)?", text):
        return float(text) if "." in text else int(text)
    return text.strip("'\"")


def variables_of(text: str) -> set[str]:
    return {question for option in parse(text) for question, _, _ in option}


def holds(text: str, answers: Mapping[str, Answer]) -> bool:
    return any(all(_compare(part, answers) for part in option) for option in parse(text))


def _compare(part: tuple[str, str, Answer], answers: Mapping[str, Answer]) -> bool:
    question, symbol, value = part
    answer = answers.get(question)
    if answer is None or answer == "":
        return False
    try:
        return bool(OPERATORS[symbol](answer, value))
    except TypeError:
        return False
