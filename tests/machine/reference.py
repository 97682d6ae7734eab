"""What a case must do, said once more and as shortly as possible: no store, no engine, days counted another way."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from onething.deadlines import CHINA

FAILED = {"not-accepted", "refused", "ended-by-rule", "withdrawn"}
FINAL = {*FAILED, "approved"}
OPENING, NOON, AFTER, CLOSING = time(9), time(12), time(13), time(17)


@dataclass(frozen=True)
class Rule:
    """What the catalogue says of an item."""

    fronts: tuple[str, ...]
    licence: bool
    promised: int
    statutory: int
    hearing: bool


@dataclass
class Limit:
    start: datetime
    days: int
    pauses: list[list[datetime]] = field(default_factory=list)
    ended: bool = False
    overdue: bool = False

    @property
    def paused(self) -> bool:
        return bool(self.pauses) and len(self.pauses[-1]) == 1


class Reference:
    """One case. `works` says whether a day is a working day. Times are in China."""

    def __init__(
        self, rules: Mapping[str, Rule], works: Callable[[date], bool], now: datetime, *, extension: int, correction: int
    ) -> None:
        self.rules, self.works, self.extension, self.correction = rules, works, extension, correction
        self.case, self.items = "submitted", dict.fromkeys(rules, "submitted")
        self.at: dict[str, str] = {}
        self.extended: set[str] = set()
        self.limits = {("", "intake"): Limit(now, 0)}

    # days

    def due(self, item: str, clock: str) -> datetime:
        limit = self.limits[item, clock]
        if clock == "intake":
            return self._office_hours(limit.start, timedelta(hours=2))
        day, left = limit.start.date(), limit.days
        while left:
            day += timedelta(days=1)
            close = datetime.combine(day, CLOSING, CHINA)
            standing = any(begin[0] <= close and (len(begin) == 1 or close < begin[1]) for begin in limit.pauses)
            left -= self.works(day) and not standing
        return datetime.combine(day, CLOSING, CHINA)

    def _office_hours(self, start: datetime, left: timedelta) -> datetime:
        day = start.date()
        while True:
            for opens, closes in ((OPENING, NOON), (AFTER, CLOSING)) if self.works(day) else ():
                begin, end = max(start, datetime.combine(day, opens, CHINA)), datetime.combine(day, closes, CHINA)
                if begin < end:
                    if end - begin >= left:
                        return begin + left
                    left -= end - begin
            day += timedelta(days=1)

    def alarms(self, until: datetime) -> list[datetime]:
        """When a limit that runs now ends, before `until`."""
        return sorted({self.due(*key) for key, one in self.limits.items() if not one.ended and not one.paused
                       and not one.overdue and self.due(*key) < until})

    def pass_time(self, now: datetime) -> None:
        for (item, clock), limit in list(self.limits.items()):
            if limit.ended or limit.paused or self.due(item, clock) > now:
                continue
            if clock == "correction":
                self.case, self.items = "expired", dict.fromkeys(self.items, "expired")
                self._end()
            elif clock != "deemed-acceptance":
                limit.overdue = True
            elif self.items[item] == "received":
                self.accept(item, now)

    # intake

    def notice(self, now: datetime) -> None:
        self.case = "correction"
        self.limits["", "intake"].ended = True
        self.limits["", "correction"] = Limit(now, self.correction)

    def correct(self, now: datetime) -> None:
        self.case, self.limits["", "intake"] = "submitted", Limit(now, 0)
        self.limits["", "correction"].ended = True

    def reject(self, now: datetime) -> None:
        self.case, self.items = "not-taken", dict.fromkeys(self.items, "not-taken")
        self._end()

    def take_in(self, now: datetime) -> None:
        self.case = "in-progress"
        self.limits["", "intake"].ended = True
        for item, rule in self.rules.items():
            self.items[item], self.at[item] = "received", "acceptance"
            self.limits[item, "acceptance"] = Limit(now, 1)
            if rule.licence:
                self.limits[item, "deemed-acceptance"] = Limit(now, 5)

    # items

    def accept(self, item: str, now: datetime) -> None:
        rule = self.rules[item]
        self.items[item] = "accepted"
        for clock in ("acceptance", "deemed-acceptance"):
            if (item, clock) in self.limits:
                self.limits[item, clock].ended = True
        self.limits[item, "promised"] = Limit(now, rule.promised)
        self.limits[item, "statutory"] = Limit(now, rule.statutory)
        self.at[item] = "decision"
        if self._failed(item):
            self._finish(item, "ended-by-rule", now)
        elif self._pending(item):
            self.at[item] = "pre-review"
            self.limits[item, "pre-review"] = Limit(now, max(rule.promised - 1, 1))

    def refuse_acceptance(self, item: str, now: datetime) -> None:
        self._finish(item, "not-accepted", now)

    def pre_review(self, item: str, now: datetime) -> None:
        self.limits[item, "pre-review"].ended = True
        self.at[item] = "decision"
        if self._failed(item):
            self._finish(item, "ended-by-rule", now)
        elif self._pending(item):
            self.items[item], self.at[item] = "pre-reviewed", "waiting"
            self._pause(item, now)

    def special(self, item: str, now: datetime) -> None:
        self.at[item] = "special"
        self._pause(item, now)

    def special_done(self, item: str, now: datetime) -> None:
        self.at[item] = "decision"
        self._resume(item, now)

    def extend(self, item: str, now: datetime) -> None:
        self.extended.add(item)
        for clock in ("promised", "statutory"):
            self.limits[item, clock].days += self.extension

    def decide(self, item: str, approve: bool, now: datetime) -> None:
        self._finish(item, "approved" if approve else "refused", now)

    def _pending(self, item: str) -> bool:
        return any(self.items[front] not in FINAL for front in self.rules[item].fronts)

    def _failed(self, item: str) -> bool:
        return any(self.items[front] in FAILED for front in self.rules[item].fronts)

    def _pause(self, item: str, now: datetime) -> None:
        for clock in ("promised", "statutory"):
            self.limits[item, clock].pauses.append([now])

    def _resume(self, item: str, now: datetime) -> None:
        for clock in ("promised", "statutory"):
            self.limits[item, clock].pauses[-1].append(now)

    def _finish(self, item: str, state: str, now: datetime) -> None:
        self.items[item], self.at[item] = state, "ended"
        self._end([item])
        for back in [name for name, rule in self.rules.items() if item in rule.fronts and self.at[name] == "waiting"]:
            if self._failed(back):
                self._finish(back, "ended-by-rule", now)
            elif not self._pending(back):
                self.items[back], self.at[back] = "accepted", "decision"
                self._resume(back, now)
        if self.case == "in-progress" and all(one in FINAL for one in self.items.values()):
            self.case = "delivering"

    # withdrawal and delivery

    def may_withdraw(self, item: str) -> bool:
        return self.case == "in-progress" and self.items[item] not in FINAL

    def may_withdraw_case(self) -> bool:
        return self.case in ("submitted", "correction", "in-progress") and not all(s in FINAL for s in self.items.values())

    def withdraw(self, item: str, now: datetime) -> None:
        ending = {item}
        while more := {name for name, rule in self.rules.items() if ending & set(rule.fronts)
                       and self.items[name] not in FINAL} - ending:
            ending |= more
        if all(state == "withdrawn" for name, state in self.items.items() if name not in ending):
            self.withdraw_case(now)
            return
        for name in ending:
            self.items[name], self.at[name] = "withdrawn", "ended"
        self._end(ending)
        if all(state in FINAL for state in self.items.values()):
            self.case = "delivering"

    def withdraw_case(self, now: datetime) -> None:
        self.case = "withdrawn"
        for item, state in self.items.items():
            if state not in FINAL:
                self.items[item], self.at[item] = "withdrawn", "ended"
        self._end()

    def hand_over(self, arrived: bool) -> None:
        self.case = "completed" if arrived else "undelivered"

    def _end(self, items: Iterable[str] | None = None) -> None:
        for (item, _), limit in self.limits.items():
            if items is None or item in items:
                limit.ended = True
