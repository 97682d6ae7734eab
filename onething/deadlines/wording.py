"""A ledger in a sentence, for forms and lists. Pure; dates only, nothing about a person (S11)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from onething.deadlines.clock import in_china
from onething.deadlines.ledger import PAUSED, kind_of

PROVISIONAL = "（暂定）"


def due_note(began: str, limit: str, started_at: datetime, due_at: datetime, ledger: Iterable[Mapping[str, Any]]) -> str:
    """`自 11月24日 受理，承诺 10 个工作日，12月8日 17:00 截止（不含周末）`; `limit` has a place for the days."""
    rows = list(ledger)
    start, due = in_china(started_at), in_china(due_at)
    counted = sum(row["counts"] for row in rows)
    provisional = any(PROVISIONAL in row["reason"] for row in rows)
    return (
        f"自 {start.month}月{start.day}日 {began}，{limit.format(counted)}，"
        f"{due.month}月{due.day}日 {due:%H:%M} 截止{_left_out(rows)}" + ("，为暂定日期" if provisional else "")
    )


def _left_out(rows: list[Mapping[str, Any]]) -> str:
    """What the count passed over, each named once; the day of the start goes without saying."""
    skipped = dict.fromkeys(_plain(row["reason"]) for row in rows[1:] if kind_of(row) == "skipped")
    paused: dict[str, int] = {}
    for row in rows:
        if kind_of(row) == "paused":
            reason = row["reason"].removesuffix(PAUSED)
            paused[reason] = paused.get(reason, 0) + 1
    parts = ["不含" + "、".join(skipped)] if skipped else []
    parts += [f"{reason}暂停 {days} 个工作日" for reason, days in paused.items()]
    return f"（{'；'.join(parts)}）" if parts else ""


def _plain(reason: str) -> str:
    return reason.removesuffix(PROVISIONAL).removesuffix("放假")
