"""The development login: pick a person, no password. It exists only in demonstration mode on this machine (S21)."""

from __future__ import annotations

from typing import Any

from fastapi import Request

from api.context import COOKIE
from api.personas import is_loopback
from onething.bootstrap import Tools
from onething.errors import InvalidInput, NotAllowed
from onething.store import Account, accounts
from onething.vocabulary import Role


def log_in(request: Request, tools: Tools, subject: str) -> tuple[Account, Any]:
    """A new session for the person; the one in the cookie ends (rotation). Raises `NotAllowed`, `InvalidInput`."""
    require_development(request, tools)
    with tools.store.transaction() as session:
        account = next((row for row in accounts.all_accounts(session) if row.subject == subject), None)
        if account is None:
            raise InvalidInput("没有这位演示人员；请从名单中选择", field="subject", code="unknown-person")
        accounts.log_out(session, request.cookies.get(COOKIE, ""))
        return account, accounts.log_in(session, account, tools.clock.now())


def require_development(request: Request, tools: Tools) -> None:
    """Also the address in the browser must be this machine's: a name that points here from outside is refused."""
    if not tools.settings.demo:
        raise NotAllowed("演示登录已关闭；请从统一身份认证登录", code="login-closed")
    if not is_loopback(request.url.hostname or ""):
        raise NotAllowed("演示登录只能在本机使用；请用 http://127.0.0.1 打开", code="login-not-local")


def people(tools: Tools) -> dict[str, list[Account]]:
    """Applicants and staff to choose from."""
    with tools.store.reading() as session:
        rows = accounts.all_accounts(session)
    return {
        "applicants": sorted((row for row in rows if row.role == Role.CITIZEN), key=lambda row: row.phone),
        "staff": [row for row in rows if row.role != Role.CITIZEN],
    }
