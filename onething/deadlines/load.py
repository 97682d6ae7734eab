"""Reading catalogue/calendars/*.yaml. Every fault names file, key and cure: a wrong day here moves real deadlines."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

import yaml

from onething.deadlines.days import FIXED_HOLIDAYS, Source, Year
from onething.deadlines.hours import OfficeHours, Span
from onething.errors import CatalogueError

CHANNELS = ("window", "online")
YEAR_KEYS = {"year", "source", "holidays", "workdays"}  # not "off": YAML 1.1 reads a bare off as false
HOUR_KEYS = {"hours", "intake_hours", "confirmed"}
Stamps = tuple[tuple[str, int, int], ...]


class _UniqueKeys(yaml.SafeLoader):
    """PyYAML keeps the last of two equal keys; a second `holidays:` would silently drop the first."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen: set[str] = set()
        for key, _ in node.value:
            if isinstance(key, yaml.ScalarNode) and key.value in seen:
                raise yaml.constructor.ConstructorError(None, None, f"key {key.value} twice", key.start_mark)
            seen.add(str(key.value))
        return super().construct_mapping(node, deep)


def stamps(directory: Path) -> Stamps:
    """Name, time and size of every file: when they differ, something came or changed."""
    files = [*sorted(directory.glob("*.yaml")), *_local_hours(directory)]
    return tuple((str(path), found.st_mtime_ns, found.st_size) for path in files for found in [path.stat()])


def load_years(directory: Path) -> dict[int, Year]:
    """Read cn-<year>.yaml; raises `CatalogueError`."""
    years = [_year(path) for path in sorted(directory.glob("cn-*.yaml"))]
    if not years:
        raise CatalogueError("catalogue/calendars", "文件夹", "没有任何 cn-<年>.yaml", "请从版本库恢复")
    return {year.year: year for year in years}


def load_hours(path: Path) -> dict[str, OfficeHours]:
    """Read office-hours.yaml and what districts say otherwise, under `<channel>@<district>`; raises `CatalogueError`."""
    file, data = _read(path, set(CHANNELS))
    found = {channel: _hours(file, channel, data.get(channel)) for channel in CHANNELS}
    for local in _local_hours(path.parent):
        file, data = _read(local, set(CHANNELS))
        found |= {f"{channel}@{local.parent.name}": _hours(file, channel, hours) for channel, hours in data.items()}
    return found


def _local_hours(directory: Path) -> list[Path]:
    """catalogue/districts/<code>/office-hours.yaml beside the calendars (R27)."""
    return sorted((directory.parent / "districts").glob("*/office-hours.yaml"))


def _read(path: Path, keys: set[str]) -> tuple[str, dict[str, Any]]:
    folder = f"districts/{path.parent.name}" if path.parent.parent.name == "districts" else "calendars"
    file = f"catalogue/{folder}/{path.name}"
    try:
        data = yaml.load(path.read_text(encoding="utf-8"), _UniqueKeys)
    except FileNotFoundError as error:
        raise CatalogueError(file, "文件", "不存在", "请从版本库恢复") from error
    except (yaml.YAMLError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        place = f"第 {mark.line + 1} 行" if mark else "文件"
        problem = "不是正确的 YAML，或有重复的键、不存在的日期"
        raise CatalogueError(file, place, problem, "请对照其他年份的文件修改") from error
    if not isinstance(data, dict):
        raise CatalogueError(file, "文件", "内容为空或不是键值", "请对照其他年份的文件填写")
    for key in data.keys() - keys:
        raise CatalogueError(file, str(key), "不认识这个键", f"可用的键：{'、'.join(sorted(keys))}，请改正")
    return file, data


def _year(path: Path) -> Year:
    file, data = _read(path, YEAR_KEYS)
    year = data.get("year")
    if not isinstance(year, int) or path.stem != f"cn-{year}":
        raise CatalogueError(file, "year", f"“{year}”与文件名不一致", "请使两者相同")
    off, work = (_table(file, key, year, data.get(key) or []) for key in ("holidays", "workdays"))
    if both := off.keys() & work.keys():
        raise CatalogueError(file, "workdays", f"{min(both)} 同时列为放假和上班", "请删去其中一处")
    for day in work:
        if day.weekday() < 5:
            raise CatalogueError(file, "workdays", f"{day} 不是周六或周日", "调休上班只在周末，请核对日期")
    for (month, number), name in FIXED_HOLIDAYS.items():
        if date(year, month, number) not in off:
            problem = f"缺少 {date(year, month, number)}（{name}）"
            raise CatalogueError(file, "holidays", problem, "请录入全年安排后再使用本文件")
    return Year(year, off, work, _source(file, data.get("source")))


def _source(file: str, data: Any) -> Source:
    match data:
        case {"notice": str(notice), "number": str(number), "confirmed": bool(confirmed)}:
            return Source(notice, number, confirmed)
    cure = "请填写 notice（文件名）、number（文号）、confirmed（true 或 false）"
    raise CatalogueError(file, "source", "没有写全依据", cure)


def _table(file: str, key: str, year: int, entries: Any) -> dict[date, str]:
    if not isinstance(entries, list):
        raise CatalogueError(file, key, "不是列表", "请每行写一个 - {date: 2026-10-01, name: 国庆节}")
    table: dict[date, str] = {}
    for position, entry in enumerate(entries):
        place = f"{key}[{position}]"
        day, name = (entry.get("date"), entry.get("name")) if isinstance(entry, dict) else (entry, None)
        if not isinstance(day, date) or isinstance(day, datetime):
            raise CatalogueError(file, f"{place}.date", f"“{day}”不是日期", "请写成 2026-10-01 的形式")
        if day.year != year:
            raise CatalogueError(file, f"{place}.date", f"{day} 不在 {year} 年内", "请移到对应年份的文件")
        if day in table:
            raise CatalogueError(file, f"{place}.date", f"{day} 重复", "请删去一处")
        if not isinstance(name, str) or not name:
            raise CatalogueError(file, f"{place}.name", f"{day} 没有节日名称", "请填写，办事人会看到它")
        table[day] = name
    return table


def _hours(file: str, channel: str, data: Any) -> OfficeHours:
    if not isinstance(data, dict) or data.keys() - HOUR_KEYS:
        raise CatalogueError(file, channel, "没有写全", f"请填写 {'、'.join(sorted(HOUR_KEYS))}")
    limit = data.get("intake_hours")
    if type(limit) is not int or not 1 <= limit <= 24:
        raise CatalogueError(file, f"{channel}.intake_hours", f"“{limit}”不是 1 到 24 的整数", "请填写小时数，如 2")
    if not isinstance(data.get("confirmed"), bool):
        raise CatalogueError(file, f"{channel}.confirmed", "没有写明是否已核实", "请填写 true 或 false")
    try:
        spans = tuple(_span(text) for text in data.get("hours") or [])
        moments = [moment for span in spans for moment in span]
        if not spans or moments != sorted(set(moments)):
            raise ValueError("out of order")
    except (ValueError, TypeError, AttributeError) as error:
        raise CatalogueError(file, f"{channel}.hours", "办公时间不正确", '请写成 "09:00-12:00"，按先后排列') from error
    return OfficeHours(spans, limit, data["confirmed"])


def _span(text: str) -> Span:
    opens, closes = (datetime.strptime(part.strip(), "%H:%M").time() for part in text.split("-"))
    return opens, closes
