"""The people of a city in the engine: who holds which post on a day, no more and no less (S08). Needs an administrator's client.

Accounts that this system made are its to take away: of the demonstration, and of people who are no longer in the table.
Whoever was added by hand in the engine's administration stays.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from onething.engine import filters
from onething.engine.client import EngineClient
from onething.engine.errors import EngineRefused
from onething.engine.identity import (
    Accounts,
    create_user,
    grant,
    join,
    new_password,
    own_filters,
    read_accounts,
    set_password,
    write_accounts,
)
from onething.engine.rights import GRANT_TYPE, TASK
from onething.engine.roster import STAFF, TECHNICAL, EngineUser
from onething.engine.transport import each
from onething.staffing import Organisation


@dataclass(frozen=True)
class Change:
    """`joins`, `leaves`: (account, group). `released`: tasks that go back to their office."""

    creates: tuple[str, ...]
    removes: tuple[str, ...]
    joins: tuple[tuple[str, str], ...]
    leaves: tuple[tuple[str, str], ...]
    released: tuple[str, ...] = ()


def plan(client: EngineClient, organisation: Organisation, groups: Mapping[str, str], day: date, accounts: Accounts) -> Change:
    """What `apply` would change; nothing is changed."""
    present = {user["id"] for user in client.transport.pages("/user")}
    wanted = {account: _with_staff(held) for account, held in organisation.posts_on(day).items()}
    held = _members(client, [*groups, STAFF])
    return Change(
        creates=tuple(sorted(wanted.keys() - present)),
        removes=tuple(sorted((accounts.keys() & present) - wanted.keys() - TECHNICAL)),
        joins=tuple(sorted((one, group) for one, want in wanted.items() for group in want - held.get(one, frozenset()))),
        leaves=tuple(sorted((one, group) for one, want in wanted.items() for group in held.get(one, frozenset()) - want)),
    )


def apply(client: EngineClient, organisation: Organisation, groups: Mapping[str, str], day: date, users_file: Path) -> Change:
    """Bring the engine in line; safe to repeat, and finishes a run that was cut short.

    First rights are taken away, then given. Tasks that somebody had claimed and may no longer do go back to their office.
    """
    accounts = read_accounts(users_file)
    change = plan(client, organisation, groups, day, accounts)
    for account, held in organisation.posts_on(day).items():
        name = organisation.names[account]
        if account in change.creates or account not in accounts:
            accounts[account] = {"password": new_password(account, name), "ready": False}
        accounts[account] |= {"groups": sorted(held), "name": name}
    write_accounts(users_file, accounts)
    each(change.leaves, lambda pair: client.transport.call("DELETE", f"/group/{pair[1]}/members/{pair[0]}"))
    released = _release(client, change)
    each(change.removes, lambda account: client.transport.call("DELETE", f"/user/{account}"))

    def make(account: str) -> None:
        if account in change.creates:
            create_user(client, EngineUser(account, organisation.names[account], ""), accounts[account]["password"])
        elif not accounts[account]["ready"]:  # the file was lost: nobody knows the old password
            set_password(client, account, accounts[account]["password"])
        accounts[account]["ready"] = True

    try:
        each(organisation.names, make)
        each(change.joins, lambda pair: join(client, *pair))
        grant(client, own_filters(filters.make_own(client, organisation.names.keys())[0]))
    finally:
        for account in change.removes:
            accounts.pop(account, None)
        write_accounts(users_file, accounts)
    return Change(change.creates, change.removes, change.joins, change.leaves, tuple(released))


def _with_staff(held: frozenset[str]) -> frozenset[str]:
    """Who holds a post uses Tasklist; who holds none, does not."""
    return held | {STAFF} if held else held


def _members(client: EngineClient, groups: list[str]) -> dict[str, frozenset[str]]:
    """Account -> those of `groups` it is in; groups of others are not ours to look at."""
    found: dict[str, set[str]] = {}

    def look(group: str) -> None:
        for user in client.transport.pages("/user", {"memberOfGroup": group}):
            found.setdefault(user["id"], set()).add(group)

    each(groups, look)
    return {account: frozenset(held) for account, held in found.items()}


def _release(client: EngineClient, change: Change) -> list[str]:
    """Tasks of whoever lost a post are free again, unless another post of theirs has the task as well."""
    released: list[str] = []
    for account in sorted({*change.removes, *(account for account, _ in change.leaves)}):
        kept = set() if account in change.removes else {
            group["id"] for group in client.transport.pages("/group", {"member": account})
        } - {STAFF}
        claimed = [task.id for task in client.user_tasks(assignee=account)]
        freed = [task for task in claimed if not kept & _candidates(client, task) and _unclaim(client, task)]
        _forget_claims(client, account, set(claimed) - set(freed))
        released += freed
    return released


def _candidates(client: EngineClient, task: str) -> set[str]:
    links = client.transport.call("GET", f"/task/{task}/identity-links", params={"type": "candidate"}) or []
    return {link["groupId"] for link in links if link.get("groupId")}


def _unclaim(client: EngineClient, task: str) -> bool:
    try:
        client.transport.call("POST", f"/task/{task}/unclaim")
    except EngineRefused as error:
        if not error.gone:
            raise
        return False  # it ended meanwhile
    return True


def _forget_claims(client: EngineClient, account: str, tasks: set[str]) -> None:
    """The engine gives whoever claims a task a right of their own to it, which outlives the claim."""
    asked = {"type": GRANT_TYPE, "userIdIn": account, "resourceType": TASK}
    found = [one["id"] for one in client.transport.pages("/authorization", asked) if one["resourceId"] not in tasks]
    each(found, lambda right: client.transport.call("DELETE", f"/authorization/{right}"))
