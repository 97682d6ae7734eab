"""Who holds which post on which day: 人员、岗位、请假代理, read from a table that a city keeps. Pure (S08, R31)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from onething.errors import InvalidInput

COLUMNS = ("账号", "姓名", "岗位", "代替", "起", "止")
ACCOUNT = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@-]{1,62}")
DATES = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")
FIRST, LAST = date(2000, 1, 1), date(2100, 1, 1)
Row = tuple[int, Mapping[str, str]]


@dataclass(frozen=True)
class Holding:
    """A post (`group`), or every post of somebody who is away (`stands_for`), from `first` to `last`, both included."""

    account: str
    group: str
    stands_for: str
    first: date
    last: date

    def on(self, day: date) -> bool:
        return self.first <= day <= self.last


@dataclass(frozen=True)
class Organisation:
    """`names`: account -> name of the person."""

    names: Mapping[str, str]
    holdings: tuple[Holding, ...]

    def away(self, day: date) -> frozenset[str]:
        """Who is stood in for: nobody works under that name meanwhile."""
        return frozenset(one.stands_for for one in self.holdings if one.stands_for and one.on(day))

    def posts_on(self, day: date) -> dict[str, frozenset[str]]:
        """Account -> groups. Whoever is away holds none; who stands in has theirs as well."""
        away, own = self.away(day), self._own(day)
        found = {account: set() if account in away else set(own[account]) for account in self.names}
        for one in self.holdings:
            if one.stands_for and one.on(day) and one.account not in away:
                found[one.account] |= own[one.stands_for]
        return {account: frozenset(groups) for account, groups in found.items()}

    def _own(self, day: date) -> dict[str, set[str]]:
        own: dict[str, set[str]] = {account: set() for account in self.names}
        for one in self.holdings:
            if one.group and one.on(day):
                own[one.account].add(one.group)
        return own

    def days_of_change(self) -> list[date]:
        """The first day, and each on which somebody begins or ends."""
        return sorted({FIRST, *(one.first for one in self.holdings), *(_after(one.last) for one in self.holdings)})


def read(file: str, rows: Iterable[Row], groups: Mapping[str, str], reserved: Iterable[str]) -> Organisation:
    """`groups`: id -> name, as the column 岗位 has it (either will do); `reserved`: accounts of programs. Raises `InvalidInput`
    with every fault, each naming row, column and cure."""
    reading = _Reading(file, {**{name: key for key, name in groups.items()}, **{key: key for key in groups}}, set(reserved))
    holdings = tuple(filter(None, [reading.holding(number, row) for number, row in rows]))
    organisation = Organisation(reading.names, holdings)
    reading.check(organisation, groups)
    if reading.faults:
        raise _together(reading.faults)
    return organisation


class _Reading:
    def __init__(self, file: str, groups: Mapping[str, str], reserved: set[str]) -> None:
        self.file, self.groups, self.reserved = file, groups, reserved
        self.names: dict[str, str] = {}
        self.rows: dict[tuple[str, str, str], int] = {}
        self.faults: list[InvalidInput] = []

    def fault(self, number: int, column: str, sentence: str) -> None:
        told = f"{self.file} 第 {number} 行“{column}”：{sentence}"
        self.faults.append(InvalidInput(told, field=f"{number}.{column}", code="staff"))

    def holding(self, number: int, row: Mapping[str, str]) -> Holding | None:
        before = len(self.faults)
        account, post, stands_for = row["账号"], row["岗位"], row["代替"]
        self._account(number, account, row["姓名"])
        if bool(post) == bool(stands_for):
            self.fault(number, "岗位", "“岗位”和“代替”填一个，也只填一个；代替别人的，在“代替”填被代替人的账号")
        if post and post not in self.groups:
            self.fault(number, "岗位", f"没有“{post}”；请从“岗位”表中选择")
        first, last = self._day(number, row, "起", FIRST), self._day(number, row, "止", LAST)
        if first > last:
            self.fault(number, "止", "早于“起”；请改正日期")
        if stands_for and (not row["起"] or not row["止"]):
            self.fault(number, "起", "代替别人的要写起止日期")
        if len(self.faults) > before:
            return None
        if (key := (account, post or stands_for, first.isoformat())) in self.rows:
            self.fault(number, "账号", f"与第 {self.rows[key]} 行重复；请删除一行")
        self.rows[key] = number
        return Holding(account, self.groups.get(post, ""), stands_for, first, last)

    def _account(self, number: int, account: str, name: str) -> None:
        if not ACCOUNT.fullmatch(account):
            self.fault(number, "账号", "请填 2 至 63 个英文字母、数字或 . _ - @，以字母或数字开头")
        elif account in self.reserved:
            self.fault(number, "账号", f"{account} 是系统自用的账号；请换一个")
        elif name and self.names.setdefault(account, name) != name:
            self.fault(number, "姓名", f"{account} 在前面写的是“{self.names[account]}”；一个账号只能是一个人")
        elif account not in self.names:
            self.fault(number, "姓名", "请填写姓名；同一账号第一行必须写")

    def _day(self, number: int, row: Mapping[str, str], column: str, otherwise: date) -> date:
        if not row[column]:
            return otherwise
        found = DATES.fullmatch(row[column])
        try:
            return date(*map(int, found.groups())) if found else date.fromisoformat(row[column])
        except ValueError:
            self.fault(number, column, f"“{row[column]}”不是日期；请写成 2026-12-01")
            return otherwise

    def check(self, organisation: Organisation, groups: Mapping[str, str]) -> None:
        """What only the whole table shows."""
        for one in organisation.holdings:
            number = self.rows[one.account, one.stands_for, one.first.isoformat()] if one.stands_for else 0
            if one.stands_for and one.stands_for not in self.names:
                self.fault(number, "代替", f"表中没有账号 {one.stands_for}；请先写明被代替人的岗位")
            elif one.stands_for == one.account:
                self.fault(number, "代替", "不能代替自己")
        if self.faults:
            return
        told: set[tuple[str, str, str]] = set()
        for day in organisation.days_of_change():
            for account, held in organisation.posts_on(day).items():
                for advising, deciding in advises_and_decides(held):
                    if (account, advising, deciding) not in told:
                        told.add((account, advising, deciding))
                        self.faults.append(InvalidInput(
                            f"{self.file}：{account}（{organisation.names[account]}）自 {day} 起既是“{groups[advising]}”又是"
                            f"“{groups[deciding]}”；咨询辅导人员不能同时审批，请改由两人担任", field=account, code="staff",
                        ))


def advises_and_decides(held: Iterable[str]) -> list[tuple[str, str]]:
    """Pairs of posts that one person may not hold together: who advises does not decide for the same office (R31)."""
    posts = [(group, *group.partition("-")[::2]) for group in sorted(held)]
    return [
        (one, other) for one, advising, office in posts if advising == "adviser"
        for other, deciding, same in posts if deciding in ("reviewer", "head") and same == office
    ]


def thin(organisation: Organisation, groups: Mapping[str, str], day: date) -> dict[str, list[str]]:
    """What a city should know before it begins: posts that nobody holds, and offices where one person would have to accept
    and decide."""
    held = organisation.posts_on(day)
    count = {group: sum(group in posts for posts in held.values()) for group in groups}
    return {
        "empty": [group for group, people in count.items() if not people],
        "alone": [group for group, people in count.items() if people == 1 and group.startswith("reviewer-")],
    }


def _after(day: date) -> date:
    return date.fromordinal(day.toordinal() + 1) if day < LAST else LAST


def _together(faults: Sequence[InvalidInput]) -> InvalidInput:
    first = InvalidInput(faults[0].message, field=faults[0].field, code=faults[0].code)
    first.others = tuple(faults[1:])
    return first
