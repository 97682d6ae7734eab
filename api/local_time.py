"""Times as people here read them. Pure."""

from __future__ import annotations

from datetime import date, datetime

from onething.deadlines import CHINA

WEEKDAYS = "一二三四五六日"


def local(moment: datetime) -> datetime:
    return moment.astimezone(CHINA)


def local_day(moment: datetime) -> date:
    return local(moment).date()


def day_text(day: date | datetime) -> str:
    """2026年11月23日 星期一"""
    day = local_day(day) if isinstance(day, datetime) else day
    return f"{day.year}年{day.month}月{day.day}日 星期{WEEKDAYS[day.weekday()]}"


def plain_day(day: date | datetime) -> str:
    """2026年11月23日"""
    return day_text(day).partition(" ")[0]


def short_day(day: date | datetime) -> str:
    """11月23日"""
    day = local_day(day) if isinstance(day, datetime) else day
    return f"{day.month}月{day.day}日"


def time_text(moment: datetime) -> str:
    """2026年11月23日 星期一 14:30"""
    return f"{day_text(moment)} {local(moment):%H:%M}"


def iso(moment: datetime | None) -> str | None:
    """ISO 8601 with the local offset, for the API."""
    return local(moment).isoformat(timespec="seconds") if moment else None
