"""Names and conditions of the catalogue in words, for guides, papers and whoever edits it. Pure (R24)."""

from __future__ import annotations

from collections.abc import Iterable

from onething.catalogue.conditions import Answer, parse
from onething.catalogue.models import Question

COMPARED = {"==": "", "!=": "不是", ">=": "不小于", "<=": "不大于", ">": "大于", "<": "小于"}


def quoted(names: Iterable[str]) -> str:
    """`“食品经营许可”“取水许可”`."""
    return f"“{'”“'.join(names)}”"


def condition_text(questions: Iterable[Question], text: str) -> str:
    """`area >= 200 and ktv == true` -> `“营业面积是多少？”不小于 200 平方米，并且“是否兼营 KTV？”答“是”`."""
    if not text:
        return ""
    known = {question.key: question for question in questions}
    return "；或者".join("，并且".join(_comparison(known, *part) for part in option) for option in parse(text))


def _comparison(known: dict[str, Question], key: str, symbol: str, value: Answer) -> str:
    question = known.get(key)
    if question is None:
        return f"{key} {symbol} {value}"
    if question.type == "number":
        return f"“{question.text}”{COMPARED[symbol] or '等于'} {value} {question.unit}".rstrip()
    asked, said = question.text, question.said(value)
    return f"“{asked}”不答“{said}”" if symbol == "!=" else f"“{asked}”答“{said}”"
