"""How often something may happen: "1/minute 5/hour 10/day". Every window slides; nothing here knows where times are kept."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Sequence
from dataclasses import dataclass

SECONDS = {"second": 1, "minute": 60, "hour": 3600, "day": 86400}
FORM = re.compile(r"(\d{1,6})/(\d{0,3})(second|minute|hour|day)")
OFF = "off"


@dataclass(frozen=True)
class Window:
    count: int
    seconds: int


Rule = tuple[Window, ...]
"""All of its windows hold. Without any, everything is allowed."""


def parse(text: str) -> Rule:
    """`off`, or counts per second, minute, hour or day; `10/15minute` is ten in any fifteen minutes. Raises `ValueError`."""
    if text.strip() == OFF:
        return ()
    found = [FORM.fullmatch(part) for part in text.split()]
    rule = tuple(Window(int(m[1]), int(m[2] or 1) * SECONDS[m[3]]) for m in found if m)
    if not rule or None in found or any(window.count < 1 or window.seconds < 1 for window in rule):
        raise ValueError("expected off, or counts such as 10/hour or 1/minute 5/hour 10/day")
    return rule


def wait(rule: Rule, times: Sequence[float], now: float) -> float:
    """Seconds until one more is allowed after those `times` (in order); 0 when it is allowed now."""
    left = [times[-window.count] + window.seconds - now for window in rule if len(times) >= window.count]
    return max([0.0, *left])


def kept(rule: Rule, times: Sequence[float], now: float) -> list[float]:
    """The times that still count, no more than the largest window holds. What a faster clock wrote counts as now."""
    longest, most = now - reach(rule), max((window.count for window in rule), default=0)
    return [min(time, now) for time in sorted(times) if time > longest][-most:]


def reach(rule: Rule) -> int:
    """Seconds after which a use no longer counts."""
    return max((window.seconds for window in rule), default=0)


def bucket(secret: str, kind: str, scope: str, who: str) -> str:
    """The key under which uses are counted. Nobody reads an address or a phone number out of it without the secret."""
    return hmac.new(secret.encode(), f"{kind}\0{scope}\0{who}".encode(), hashlib.sha256).hexdigest()


def spoken(seconds: float) -> str:
    """35 秒 · 12 分钟 · 3 小时, rounded up."""
    if seconds <= 90:
        return f"{max(-int(-seconds // 1), 1)} 秒"
    if seconds <= 90 * 60:
        return f"{-int(-seconds // 60)} 分钟"
    return f"{-int(-seconds // 3600)} 小时"
