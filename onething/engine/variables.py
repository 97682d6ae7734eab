"""The typed codec of process variables: an explicit allow-list, both ways (D20, D21, D24).

Python        engine
str           String, at most 2000 characters (the engine's column takes 4000; a longer one poisons the task)
bool          Boolean
int           Long, 64 bits
datetime      Date, aware, milliseconds
None          Null
Everything else raises `VariableError`. Money travels as text, files as references, lists and objects not at all:
untyped containers would be stored as serialised Java.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from onething.engine.errors import VariableError

Value = str | bool | int | datetime | None
Typed = dict[str, Any]

MAX_TEXT = 2000
LONG = 2**63
FIRST_YEAR = 1900  # Java's calendar turns Julian long before; no case is that old
NAME = re.compile(r"^[A-Za-z_][A-Za-z0-9_]{0,99}$")
DATE_FORMAT = "%Y-%m-%dT%H:%M:%S.%f%z"
DECODED_TYPES = {"String": str, "Long": int, "Integer": int, "Short": int, "Boolean": bool}


def encode(variables: Mapping[str, Any] | None) -> dict[str, Typed]:
    """Typed REST form of `variables`; raises `VariableError` that names the variable, never its value."""
    return {_name(name): _encode(name, value) for name, value in (variables or {}).items()}


def decode(variables: Mapping[str, Any] | None) -> dict[str, Value]:
    """Plain values of a REST answer; raises `VariableError` on a type that is not on the list."""
    return {name: decode_value(name, typed) for name, typed in (variables or {}).items()}


def decode_known(variables: Mapping[str, Any] | None) -> tuple[dict[str, Value], list[str]]:
    """Like `decode`, but what is not on the list is left out and named in the second result."""
    known: dict[str, Value] = {}
    unknown: list[str] = []
    for name, typed in (variables or {}).items():
        try:
            known[name] = decode_value(name, typed)
        except VariableError:
            unknown.append(name)
    return known, unknown


def _name(name: Any) -> str:
    if not isinstance(name, str) or not NAME.match(name):
        raise VariableError("变量名只能由字母、数字和下划线组成，且不以数字开头；请改名")
    return name


def _encode(name: str, value: Any) -> Typed:
    if value is None:
        return {"type": "Null", "value": None}
    if isinstance(value, bool):
        return {"type": "Boolean", "value": value}
    if isinstance(value, int):
        if not -LONG <= value < LONG:
            raise VariableError(f"变量 {name} 超出 64 位整数范围；请改用文本")
        return {"type": "Long", "value": int(value)}
    if isinstance(value, str):
        return {"type": "String", "value": _text(name, str(value))}
    if isinstance(value, datetime):
        return {"type": "Date", "value": date_text(value, name)}
    raise VariableError(f"变量 {name} 的类型 {type(value).__name__} 不能存入流程；请改用文本、整数、布尔值或时间")


def _text(name: str, value: str) -> str:
    if len(value.encode("utf-16-le", "surrogatepass")) // 2 > MAX_TEXT:
        raise VariableError(f"变量 {name} 超过 {MAX_TEXT} 字；请只存编号，把正文放在业务库")
    if "\x00" in value or any("\ud800" <= character <= "\udfff" for character in value):
        raise VariableError(f"变量 {name} 含有无法保存的字符；请先清理文本")
    return value


def date_text(value: datetime, name: str = "date") -> str:
    """`2026-11-23T09:30:00.000+0800`, the only date the engine reads."""
    offset = value.utcoffset()
    if offset is None:
        raise VariableError(f"变量 {name} 的时间没有时区；请使用带时区的时间")
    if value.year < FIRST_YEAR:
        raise VariableError(f"变量 {name} 的年份早于 {FIRST_YEAR} 年；请核对时间")
    if offset.total_seconds() % 60:
        value = value.astimezone(UTC)
    text = value.replace(microsecond=value.microsecond // 1000 * 1000).isoformat(timespec="milliseconds")
    return text[:-3] + text[-2:]


def parse_date(text: str) -> datetime:
    return datetime.strptime(text, DATE_FORMAT)


def decode_value(name: str, typed: Any) -> Value:
    """The plain value of one typed variable."""
    if not isinstance(typed, Mapping) or "value" not in typed:
        raise VariableError(f"引擎返回的变量 {name} 没有值")
    kind, value = typed.get("type"), typed["value"]
    if value is None and kind in (None, "Null", "Date", *DECODED_TYPES):
        return None
    if kind == "Date" and isinstance(value, str):
        try:
            return parse_date(value)
        except ValueError as error:
            raise VariableError(f"引擎返回的变量 {name} 不是合法的时间") from error
    expected = DECODED_TYPES.get(str(kind))
    if expected is None or type(value) is not expected:
        raise VariableError(f"引擎返回的变量 {name} 的类型 {kind} 不在允许之列")
    return value
