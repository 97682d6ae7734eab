"""Who works where, derived from the catalogue: groups, demonstration users for each, technical users. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from onething.catalogue import Catalogue
from onething.catalogue.levels import city_of, offered_in, reviewer_district
from onething.engine import contract
from onething.vocabulary import ItemKind, Role

STAFF = "staff"
"""Every person who uses Tasklist; carries the rights all of them share, so that they are granted once."""
SECOND, DECISION = "-b", "approval-decision"
WORKERS, FRONTDOOR = "workers", "frontdoor"
TECHNICAL = frozenset({WORKERS, FRONTDOOR})
"""Accounts of programs: nobody logs in with them."""
KEPT = 64
_kept: dict[int, tuple[Catalogue, Roster]] = {}
"""By identity: a catalogue is never changed, and has no hash."""


@dataclass(frozen=True)
class EngineUser:
    id: str
    first_name: str
    last_name: str
    groups: tuple[str, ...] = ()


@dataclass
class Roster:
    """`groups`: id -> Chinese name."""

    groups: dict[str, str] = field(default_factory=lambda: {STAFF: "工作人员"})
    users: dict[str, EngineUser] = field(default_factory=dict)

    def staff(self, user: str, first_name: str, last_name: str, groups: Iterable[str]) -> None:
        known = self.users[user].groups if user in self.users else (STAFF,)
        self.users[user] = EngineUser(user, first_name, last_name, tuple(dict.fromkeys((*known, *groups))))


def roster_of(catalogue: Catalogue) -> Roster:
    """Everything for the districts that are open, plus the city's own offices that decide for them. Derived once for each
    catalogue, which pages and papers ask for names line by line."""
    known = _kept.get(id(catalogue))
    if known is None or known[0] is not catalogue:
        known = _kept[id(catalogue)] = (catalogue, _derived(catalogue))
        while len(_kept) > KEPT:
            _kept.pop(next(iter(_kept)), None)
    return known[1]


def _derived(catalogue: Catalogue) -> Roster:
    roster = Roster()
    roster.users[WORKERS] = EngineUser(WORKERS, "自动办理程序", "系统")
    roster.users[FRONTDOOR] = EngineUser(FRONTDOOR, "网上办事前台", "系统")
    opened = [code for code, entry in sorted(catalogue.districts.items()) if entry.open]
    for district in opened:
        for group, role in _counters(district).items():
            roster.groups[group] = f"{_place(catalogue, district)}{role.label}"
            roster.staff(group, role.label, _place(catalogue, district), [group])
        for office, code in sorted(_offices(catalogue, district)):
            group, department = contract.reviewer_group(office, code), catalogue.department_name(office)
            roster.groups[group] = f"{_place(catalogue, code)}{department}审查岗"
            roster.staff(group, f"{department}审查员", _place(catalogue, code), [group])
            roster.staff(f"{group}{SECOND}", f"{department}审批员", _place(catalogue, code), [group])
        for office, code in sorted(_offices(catalogue, district, *catalogue.procedures.extension.kinds)):
            group, department = contract.head_group(office, code), catalogue.department_name(office)
            roster.groups[group] = f"{_place(catalogue, code)}{department}负责人岗"
            roster.staff(group, f"{department}负责人", _place(catalogue, code), [group])
    for district in opened:
        for office in sorted({bundle.lead for bundle in catalogue.bundles.values()}):
            _add_lead(roster, catalogue, office, district)
        for office in sorted({bundle.adviser_office for bundle in catalogue.bundles.values()}):
            _add_adviser(roster, catalogue, office, district)
    return roster


def role_of(groups: Collection[str]) -> Role:
    """The first role, in their order, that a group is of; heads of departments count as reviewers."""
    return next((role for role in Role if any(group.startswith(f"{role}-") for group in groups)), Role.REVIEWER)


def member_of(catalogue: Catalogue, group: str, step: str = "") -> str:
    """The demonstration user of a group; a lead's is often a reviewer who takes that part. Who accepted an item does not
    decide it: an office has a second person for that `step`."""
    users = roster_of(catalogue).users
    if step == DECISION and f"{group}{SECOND}" in users:
        return f"{group}{SECOND}"
    return group if group in users else next(user.id for user in users.values() if group in user.groups)


def _add_lead(roster: Roster, catalogue: Catalogue, office: str, district: str) -> None:
    """The lead department's group; its reviewer takes the part where there is one, else it has a person of its own."""
    place = _place(catalogue, district)
    group, department = contract.lead_group(office, district), catalogue.department_name(office)
    roster.groups[group] = f"{place}{department}牵头岗"
    reviewer = contract.reviewer_group(office, district)
    if reviewer in roster.users:
        known = roster.users[reviewer]
        roster.staff(reviewer, known.first_name, known.last_name, [group])
    else:
        roster.staff(group, f"{department}牵头联系人", place, [group])


def _add_adviser(roster: Roster, catalogue: Catalogue, office: str, district: str) -> None:
    """Advisers have a person of their own: who advises does not decide (R31)."""
    group, place = contract.adviser_group(office, district), _place(catalogue, district)
    roster.groups[group] = f"{place}{catalogue.office_name(office)}{Role.ADVISER.label}"
    roster.staff(group, f"{catalogue.office_name(office)}咨询辅导员", place, [group])


def _counters(district: str) -> dict[str, Role]:
    return {
        contract.window_group(district): Role.WINDOW, contract.delivery_group(district): Role.DELIVERY,
        contract.supervisor_group(district): Role.SUPERVISOR,
    }


def _offices(catalogue: Catalogue, district: str, *kinds: ItemKind) -> set[tuple[str, str]]:
    """(department, district) of every office that decides an item (of these kinds) for a case in `district`."""
    return {
        (row.department, reviewer_district(row.levels, district))
        for bundle in catalogue.bundles.values() for row in bundle.rows
        if offered_in(row.levels, district) and (not kinds or catalogue.items[row.item].kind in kinds)
    }


def _place(catalogue: Catalogue, code: str) -> str:
    entry = catalogue.districts.get(code)
    return entry.name if entry else "市本级" if code == city_of(code) else code
