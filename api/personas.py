"""The people of the demonstration: fictional citizens, companies and staff. Never made outside of it.

Numbers have valid check characters, or nobody could try the forms, but belong to nobody: serial 001/002 of a district,
made-up birthdays, a registration number of zeros, phones of the 138 0000 block.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from onething.catalogue import Catalogue
from onething.engine.roster import STAFF, role_of, roster_of
from onething.errors import OneThingError
from onething.settings import Settings
from onething.store import accounts
from onething.vocabulary import Role


@dataclass(frozen=True)
class Persona:
    subject: str
    role: Role
    name: str
    id_no: str = ""
    phone: str = ""
    organisation: str = ""
    about: str = "个人"
    """What tells applicants apart for who cannot read their names."""


APPLICANTS = (
    Persona("demo-zhang-san", Role.CITIZEN, "张三（演示）", "410102199001010012", "13800000001"),
    Persona("demo-li-si", Role.CITIZEN, "李四（演示）", "410103198503150025", "13800000002"),
    Persona("demo-wang-wu", Role.CITIZEN, "王五（演示）", "410105199511119017", "13800000003"),
    Persona("demo-restaurant", Role.CITIZEN, "郑州示例餐饮有限公司（演示）", "91410100MA0000000T", "13800000004",
            about="餐饮企业"),
    Persona("demo-trade", Role.CITIZEN, "郑州样板商贸有限公司（演示）", "91410100MA0000001X", "13800000005",
            about="商贸企业"),
    Persona("demo-noodle-shop", Role.CITIZEN, "金水区示例面馆（演示）", "92410105MA00000026", "13800000006",
            about="个体工商户"),
)


def staff(catalogue: Catalogue) -> Iterator[Persona]:
    """The people of Tasklist, under the same names. `organisation` holds their groups, so page rights follow them."""
    for user in roster_of(catalogue).users.values():
        groups = [group for group in user.groups if group != STAFF]
        if groups:
            name = f"{user.last_name}·{user.first_name}（演示）"
            yield Persona(user.id, role_of(groups), name, organisation=" ".join(groups))


def seed(session: Any, catalogue: Catalogue) -> None:
    """Make the accounts that are not there yet; safe to repeat."""
    people = [*APPLICANTS, *staff(catalogue)]
    known = accounts.by_subject(session, [person.subject for person in people])
    for person in people:
        if person.subject not in known:
            accounts.add(
                session, person.subject, str(person.role), person.name,
                id_no=person.id_no, phone=person.phone, organisation=person.organisation,
            )


def is_address(host: str) -> bool:
    try:
        return bool(ip_address(host))
    except ValueError:
        return False


def is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def refuse_outside_loopback(settings: Settings) -> None:
    """The development login asks for no password: it starts on this machine's own address only (S21)."""
    for host in (settings.api_host, urlsplit(settings.base_url).hostname or ""):
        if not is_loopback(host):
            raise OneThingError(
                f"演示登录不需要密码，只能在本机使用，而服务地址是 {host}。请把 ONETHING_API_HOST 设为 127.0.0.1 "
                "并去掉 ONETHING_PUBLIC_URL，或设置 ONETHING_DEMO=false",
                code="demo-not-on-loopback", status=500,
            )
