"""Content -> the JSON a template reads. All data are strings in it, so nothing in them can become Typst code."""

import json
import unicodedata
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from typing import Any

from onething.papers.content import PaperContent
from onething.papers.errors import PaperError
from onething.papers.qr import qr_svg

WEEKDAYS = "一二三四五六日"
# Cc, Cf, Cs, Co: invisible, reordering or private characters could make a paper read differently from its data.
REFUSED_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Co"})


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
        if character != "\n" and unicodedata.category(character) in REFUSED_CATEGORIES:
            raise PaperError(
                f"文书内容中有不可见或控制字符 U+{ord(character):04X}（字段 {where}），请删除后重试。",
                code="paper-content",
                status=422,
            )
    return text


def payload(content: PaperContent) -> str:
    """The template's only input: every field of `content`, its heading and the QR code of its verify address."""
    data = _plain(content, content.kind)
    data |= {"kind": content.kind, "heading": content.heading, "qr": qr_svg(content.verify_url)}
    return json.dumps(data, ensure_ascii=False, sort_keys=True)
