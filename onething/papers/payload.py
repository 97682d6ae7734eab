"""Content -> the JSON a template reads. All data are strings in it, so nothing in them can become Typst code."""

import json
import unicodedata
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from typing import Any

from onething.papers.content import PaperContent, RefusalContent
from onething.papers.content_procedures import ResultContent
from onething.papers.errors import PaperError
from onething.papers.labels import label_of
from onething.papers.qr import qr_svg

WEEKDAYS = "一二三四五六日"
# Cc, Cf, Cs, Co: invisible, reordering or private characters could make a paper read differently from its data.
REFUSED_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Co"})
# They ask for another form of the character before them, which our faces do not have: it would be drawn in its usual form.
VARIATION_SELECTORS = frozenset({*map(chr, range(0xFE00, 0xFE10)), *map(chr, range(0xE0100, 0xE01F0))})


def chinese_date(day: date, *, weekday: bool = False) -> str:
    """2026年11月23日, or 2026年11月23日 星期一."""
    text = f"{day.year}年{day.month}月{day.day}日"
    return f"{text} 星期{WEEKDAYS[day.weekday()]}" if weekday else text


def chinese_time(moment: datetime) -> str:
    """2026年11月23日 09:05."""
    return f"{chinese_date(moment)} {moment:%H:%M}"


def _plain(value: Any, where: str) -> Any:
    if isinstance(value, str):
        return _checked(value, where)
    if isinstance(value, datetime):
        return chinese_time(value)
    if isinstance(value, date):
        return {"date": chinese_date(value), "weekday": chinese_date(value, weekday=True)}
    if is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name), field.name) for field in fields(value)}
    if isinstance(value, (list, tuple)):
        return [_plain(entry, where) for entry in value]
    return value


def _checked(text: str, where: str) -> str:
    for character in text:
        code = f"U+{ord(character):04X}"
        if character in VARIATION_SELECTORS:
            raise _refused(f"“{label_of(where)}”中有异体字选择符 {code}，文书不能按所选字形显示。请改用标准字形")
        if character != "\n" and unicodedata.category(character) in REFUSED_CATEGORIES:
            raise _refused(f"“{label_of(where)}”中有不可见或控制字符 {code}，请删除")
    return text


def _refused(what: str) -> PaperError:
    return PaperError(f"文书内容{what}后重试。", code="paper-content", status=422)


def fields_with(character: str, value: Any, where: str = "") -> list[str]:
    """What the fields of a content are called that hold `character`, each once."""
    if isinstance(value, str):
        return [label_of(where)] if character in value else []
    if is_dataclass(value):
        parts = [(getattr(value, field.name), field.name) for field in fields(value)]
    else:
        parts = [(entry, where) for entry in value] if isinstance(value, (list, tuple)) else []
    return list(dict.fromkeys(label for part, name in parts for label in fields_with(character, part, name)))


def payload(content: PaperContent) -> str:
    """The template's only input: every field of `content`, its heading and the QR code of its verify address."""
    data = _plain(content, content.kind)
    data |= {"kind": content.kind, "heading": content.heading, "qr": qr_svg(content.verify_url)}
    if isinstance(content, RefusalContent | ResultContent):
        data["verdict"] = content.verdict
    return json.dumps(data, ensure_ascii=False, sort_keys=True)
