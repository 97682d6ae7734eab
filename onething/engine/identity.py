"""Groups, users, least rights and Tasklist filters in the engine, created once from the catalogue.

Lists what exists with a few calls and creates what is missing with four threads. Passwords are random, written once
to a 0600 file before the user is created; existing users keep theirs. Needs an administrator's client.
"""

from __future__ import annotations

import json
import os
import secrets
import string
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from onething.catalogue import Catalogue
from onething.engine import filters
from onething.engine.client import EngineClient
from onething.engine.errors import EngineRefused
from onething.engine.rights import GRANTS, REVOKE_TYPE, Grant, keep_filter, read_filter
from onething.engine.roster import TECHNICAL, EngineUser, Roster, roster_of
from onething.engine.transport import each
from onething.errors import EngineError

USERS_FILE = "engine-users.json"
Accounts = dict[str, dict[str, Any]]


@dataclass(frozen=True)
class ProvisionReport:
    """How many of each were created or repaired now; all 0 on a later start."""

    groups: int
    users: int
    filters: int
    rights: int


def provision(client: EngineClient, catalogue: Catalogue, users_file: Path, *, people: bool = True) -> ProvisionReport:
    """Create what the catalogue asks for and the engine lacks; without `people`, whom a table of the city names, only the
    accounts of programs. Idempotent; finishes a run that was cut short."""
    _refuse_revocations(client)
    roster = roster_of(catalogue)
    if not people:
        roster = replace(roster, users={name: user for name, user in roster.users.items() if name in TECHNICAL})
    groups = _create_groups(client, roster)
    users = _create_users(client, roster, users_file)
    shared, made = filters.make_shared(client)
    own, made_own = filters.make_own(client, roster.users.keys() - TECHNICAL) if people else ({}, 0)
    rights = grant(client, [
        *GRANTS, *(keep_filter(shared[name]) for name in filters.DATED), *own_filters(own),
        *(read_filter(shared[name], group=group) for name in shared for group in filters.shown_to(name, roster.groups)),
    ])
    return ProvisionReport(groups, users, made + made_own, rights)


def credentials_of(var_dir: Path, user: str) -> tuple[str, str]:
    """(user, password) of a user that `provision` made; `EngineError` with the cure when there is none."""
    accounts = read_accounts(var_dir / USERS_FILE)
    if user not in accounts:
        raise EngineError(f"没有引擎账号 {user}；请先运行 onething up 建立账号", code="engine-credentials")
    return user, accounts[user]["password"]


def read_accounts(users_file: Path) -> Accounts:
    """user -> {password, groups, name, ready}; empty when the file does not exist."""
    return json.loads(users_file.read_text(encoding="utf-8")) if users_file.exists() else {}


def write_accounts(users_file: Path, accounts: Accounts) -> None:
    """Replace the file in one step, readable by its owner only."""
    users_file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    fresh = users_file.with_suffix(".new")
    fresh.unlink(missing_ok=True)
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        json.dump(accounts, file, ensure_ascii=False, indent=1)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(users_file)


def _refuse_revocations(client: EngineClient) -> None:
    """The engine is set not to look for them, which saves a question per check; one that is there would be ignored silently."""
    if client.transport.call("GET", "/authorization/count", params={"type": REVOKE_TYPE})["count"]:
        raise EngineError(
            "引擎中有“撤销”类授权，而引擎不再检查这一类；请在引擎管理页面删除它们，改为直接收回相应的授权",
            code="engine-revocations",
        )


def _create_groups(client: EngineClient, roster: Roster) -> int:
    present = {group["id"] for group in client.transport.pages("/group")}

    def create(group: str) -> None:
        body = {"id": group, "name": roster.groups[group], "type": "WORKFLOW"}
        client.transport.call("POST", "/group/create", json=body)

    return each((group for group in roster.groups if group not in present), create)


def _create_users(client: EngineClient, roster: Roster, users_file: Path) -> int:
    """`ready` in the file is set after a user's last membership, so that a cut-short run is finished later."""
    present = {user["id"] for user in client.transport.pages("/user")}
    accounts = read_accounts(users_file)
    wanted = [
        user for user in roster.users.values()
        if user.id not in present or not accounts.get(user.id, {}).get("ready")
        or set(user.groups) - set(accounts[user.id]["groups"])
    ]
    if not wanted:
        return 0
    unknown = {user.id for user in wanted if user.id not in accounts}
    for user in wanted:
        known = user.id in present and user.id in accounts
        password = accounts[user.id]["password"] if known else new_password(user.id, user.first_name, user.last_name)
        name = f"{user.last_name}{user.first_name}"
        accounts[user.id] = {"password": password, "groups": list(user.groups), "name": name, "ready": False}
    write_accounts(users_file, accounts)

    def make(user: EngineUser) -> None:
        password = accounts[user.id]["password"]
        if user.id not in present:
            create_user(client, user, password)
        elif user.id in unknown:  # the file was lost: nobody knows the old password
            set_password(client, user.id, password)
        for group in user.groups:
            join(client, user.id, group)
        accounts[user.id]["ready"] = True

    try:
        return each(wanted, make)
    finally:
        write_accounts(users_file, accounts)


def new_password(*personal: str) -> str:
    """At random, with every kind of character that the engine's password policy asks for.

    The policy also refuses what contains the account or the name of its owner, in either case: draw again.
    """
    while True:
        kinds = (string.ascii_lowercase, string.ascii_uppercase, string.digits)
        password = "-".join((secrets.token_urlsafe(18), "".join(map(secrets.choice, kinds))))
        if not any(word and word.upper() in password.upper() for word in personal):
            return password


def create_user(client: EngineClient, user: EngineUser, password: str) -> None:
    client.transport.call("POST", "/user/create", json={
        "profile": {"id": user.id, "firstName": user.first_name, "lastName": user.last_name},
        "credentials": {"password": password},
    })


def set_password(client: EngineClient, user: str, password: str) -> None:
    """The engine wants the administrator's own password again for this."""
    own = client.transport.session.auth
    body = {"password": password, "authenticatedUserPassword": own[1] if isinstance(own, tuple) else ""}
    client.transport.call("PUT", f"/user/{user}/credentials", json=body)


def join(client: EngineClient, user: str, group: str) -> None:
    try:
        client.transport.call("PUT", f"/group/{group}/members/{user}")
    except EngineRefused:
        member = client.transport.call("GET", "/user", params={"id": user, "memberOfGroup": group, "maxResults": 1})
        if not member:
            raise


def own_filters(own: Mapping[str, str]) -> list[Grant]:
    """`own`: account -> id of its 我的待办."""
    return [read_filter(filter_id, user=account) for account, filter_id in own.items()]


def grant(client: EngineClient, grants: list[Grant]) -> int:
    """Make each right exactly what is asked; rights that others added stay."""
    present = {
        (entry.get("userId"), entry.get("groupId"), entry["resourceType"], entry.get("resourceId")): entry
        for resource in {grant.resource_type for grant in grants}
        for entry in client.transport.pages("/authorization", {"type": 1, "resourceType": resource})
    }

    def give(grant: Grant) -> None:
        entry = present.get(grant.key)
        if entry is None:
            client.transport.call("POST", "/authorization/create", json=grant.body())
        else:
            client.transport.call("PUT", f"/authorization/{entry['id']}", json=grant.body())

    return each(
        (grant for grant in grants
         if grant.key not in present or set(present[grant.key]["permissions"]) != set(grant.permissions)),
        give,
    )
