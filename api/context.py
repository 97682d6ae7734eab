"""What a route is given: the tools, who is there, and a form that really came from our own page (S10, S20)."""

from __future__ import annotations

import secrets
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import Depends, Header, Request, Response
from starlette.datastructures import FormData

from api.personas import is_loopback
from api.problems import LoginRequired
from onething.bootstrap import Tools
from onething.errors import CatalogueError, NotAllowed
from onething.store import Account, accounts
from onething.vocabulary import Role

COOKIE = "onething_session"
TOUCH_EVERY = timedelta(seconds=30)
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass(frozen=True)
class Visitor:
    """A person with a live login."""

    account: Account
    token: str
    csrf: str

    @property
    def is_citizen(self) -> bool:
        return self.account.role == Role.CITIZEN


def get_tools(request: Request) -> Tools:
    """The tools, with the calendar of a year whose file has just arrived; a faulty file is told by the workers."""
    tools: Tools = request.app.state.tools
    with suppress(CatalogueError):
        tools.calendar.refresh()
    return tools


def current_visitor(request: Request) -> Visitor | None:
    """Who is logged in, if anybody; the idle time starts anew."""
    token = request.cookies.get(COOKIE, "")
    request.state.visitor = _look_up(get_tools(request), token) if token else None
    return request.state.visitor


def _look_up(tools: Tools, token: str) -> Visitor | None:
    now, idle = tools.clock.now(), timedelta(minutes=tools.settings.session_minutes)
    with tools.store.reading() as session:
        found = accounts.session_of(session, token, now, idle)
    if found is None:
        return None
    row, account = found
    if now - row.seen_at > TOUCH_EVERY:
        with tools.store.transaction() as session:
            accounts.touch(session, token, now)
    return Visitor(account, token, row.csrf)


def logged_in(visitor: Annotated[Visitor | None, Depends(current_visitor)]) -> Visitor:
    if visitor is None:
        raise LoginRequired
    return visitor


def refuse_cross_site(request: Request) -> None:
    """Browsers say where a request comes from; nothing that changes something is taken from elsewhere."""
    if request.method not in SAFE_METHODS and request.headers.get("sec-fetch-site") == "cross-site":
        raise NotAllowed("这个请求来自其他网站，已被拒绝；请从本网站的页面操作", code="cross-site")


async def checked_form(request: Request, visitor: Annotated[Visitor | None, Depends(current_visitor)]) -> FormData:
    """The sent form; a logged-in person's form must carry the token of the login (CSRF)."""
    if visitor is None:
        raise LoginRequired
    form = await request.form(max_files=50, max_fields=300)
    check_csrf(visitor, str(form.get("csrf") or ""))
    return form


def api_writer(
    visitor: Annotated[Visitor, Depends(logged_in)], x_csrf_token: Annotated[str, Header(max_length=100)] = ""
) -> Visitor:
    check_csrf(visitor, x_csrf_token)
    return visitor


def check_csrf(visitor: Visitor, token: str) -> None:
    if not secrets.compare_digest(token.encode(), visitor.csrf.encode()):
        raise NotAllowed("页面已过期或请求不是从本网站发出；请刷新页面后重试", code="csrf")


def set_session_cookie(response: Response, tools: Tools, token: str) -> None:
    response.set_cookie(COOKIE, token, httponly=True, samesite="lax", secure=secure_cookies(tools), path="/")


def secure_cookies(tools: Tools) -> bool:
    """Always, but for plain http on this machine (S20)."""
    parts = urlsplit(tools.settings.base_url)
    return parts.scheme == "https" or not is_loopback(parts.hostname or "")


def safe_target(target: str) -> str:
    """A path of this site to go to; anything else, also what browsers would read as another site, leads to the start page."""
    local = target.startswith("/") and not target.startswith("//") and "\\" not in target and target.isprintable()
    return target if local else "/"


ToolsDep = Annotated[Tools, Depends(get_tools)]
VisitorDep = Annotated[Visitor, Depends(logged_in)]
MaybeVisitorDep = Annotated[Visitor | None, Depends(current_visitor)]
FormDep = Annotated[FormData, Depends(checked_form)]
WriterDep = Annotated[Visitor, Depends(api_writer)]
