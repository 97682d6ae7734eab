"""Who somebody is to us, from what an identity provider says: the account, made at first sight, and its rights."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from api.applicant import is_company
from api.doors import STAFF as STAFF_DOOR
from api.doors import Door, StaffDoor
from api.oidc import LoginRefused, has_second_factor
from onething.catalogue import Catalogue
from onething.engine.roster import STAFF, role_of, roster_of
from onething.store import Account, accounts
from onething.vocabulary import Role

NO_SECOND_FACTOR = "工作人员须用两种方式证明身份（例如密码加动态口令）才能登录；请在统一身份认证中启用后重新登录"
NO_POST = "您的账号没有在本系统的任何岗位；请联系系统管理员，把您加入岗位所在的组"
MANY_POSTS = "您的账号岗位过多，无法登录；请联系系统管理员"
NO_NUMBER = "统一身份认证没有提供您的姓名或证件号码；请先在那里完成实名认证，再重新登录"
NO_COMPANY = "统一身份认证提供的单位名称或统一社会信用代码不完整；请用法人账号重新登录"


def account_of(session: Any, catalogue: Catalogue, door: Door, claims: Mapping[str, Any]) -> Account:
    """Raises `LoginRefused` with what to do."""
    if isinstance(door, StaffDoor):
        return _clerk(session, catalogue, door, claims)
    return _company(session, door, claims) if _said(claims, door.claims.company_no) else _citizen(session, door, claims)


def person_of(door: Door, claims: Mapping[str, Any]) -> str:
    """The person at the identity provider; the same `sub` of another issuer is somebody else."""
    return f"{door.kind}:{hashlib.sha256(door.issuer.encode()).hexdigest()[:8]}:{claims['sub']}"


def showed_two_factors(account: Account) -> bool:
    """Accounts of the staff's door are logged in to through that door only, which lets nobody in with one factor (S21). The
    people of the demonstration have no such account."""
    return account.role != Role.CITIZEN and account.subject.startswith(f"{STAFF_DOOR}:")


def _citizen(session: Any, door: Door, claims: Mapping[str, Any]) -> Account:
    name, id_no = _said(claims, door.claims.name), _said(claims, door.claims.id_no).upper()
    if not name or not id_no or len(id_no) > 18:
        raise LoginRefused("no name or id number among the claims", NO_NUMBER)
    return accounts.remember(
        session, person_of(door, claims), str(Role.CITIZEN), name[:100],
        id_no=id_no, phone=_said(claims, door.claims.phone)[:30],
    )


def _company(session: Any, door: Door, claims: Mapping[str, Any]) -> Account:
    """The company's cases are the company's, whoever of its agents is logged in; the trail says who was."""
    name, number = _said(claims, door.claims.company_name), _said(claims, door.claims.company_no).upper()
    if not name or not is_company(number):
        raise LoginRefused("no usable company among the claims", NO_COMPANY)
    return accounts.remember(
        session, f"company:{number}", str(Role.CITIZEN), name[:100], id_no=number,
        phone=_said(claims, door.claims.phone)[:30],
    )


def _clerk(session: Any, catalogue: Catalogue, door: StaffDoor, claims: Mapping[str, Any]) -> Account:
    """Groups are those of the catalogue; what else the directory knows gives no right here."""
    if not has_second_factor(door, claims):
        raise LoginRefused("no second factor", NO_SECOND_FACTOR)
    told = claims.get(door.claims.groups)
    names = [str(one).rpartition("/")[2] for one in told] if isinstance(told, list) else []
    known = set(roster_of(catalogue).groups) - {STAFF}
    groups = sorted({door.groups.get(one, one) for one in names} & known)
    if not groups:
        raise LoginRefused("in no group of ours", NO_POST)
    if len(" ".join(groups)) > 200:
        raise LoginRefused("too many groups", MANY_POSTS)
    name = _said(claims, door.claims.name) or "工作人员"
    return accounts.remember(
        session, person_of(door, claims), str(role_of(groups)), name[:100],
        organisation=" ".join(groups),
    )


def _said(claims: Mapping[str, Any], name: str) -> str:
    value = claims.get(name)
    return " ".join(value.split()) if isinstance(value, str) else ""
