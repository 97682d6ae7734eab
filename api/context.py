"""What a route is given: the tools, who is there, and a form that really came from our own page (S10, S20)."""

from __future__ import annotations

import secrets
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated

from fastapi import Depends, Request, Response, Security, params
from fastapi.security import APIKeyCookie, APIKeyHeader
from starlette.datastructures import FormData

from api.cookies import give
from api.pages import TERMINAL_COOKIE
from api.problems import LoginRequired
from onething.bootstrap import Tools
from onething.errors import CatalogueError, InvalidInput, NotAllowed, NotFound
from onething.store import Account, accounts
from onething.vocabulary import Role

COOKIE = "onething_session"
TOUCH_EVERY = timedelta(seconds=30)
TOUCH_AT_TERMINAL = timedelta(seconds=2)
YEARS_EVERY = 1.0
"""Seconds between two looks at the folder of the calendar's years: several requests a second need not each read it."""
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
SESSION = APIKeyCookie(name=COOKIE, scheme_name="session", auto_error=False, description="登录后得到的会话")
CSRF = APIKeyHeader(
    name="X-CSRF-Token", scheme_name="csrf", auto_error=False, description="登录答复中的 `csrf_token`；每个改动都要带上"
)


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
        tools.calendar.refresh(YEARS_EVERY)
    return tools


async def tools_of(request: Request) -> Tools:
    """Where nothing waits for a database nobody needs a thread: every hand-over to one costs a turn of Python's lock."""
    return get_tools(request)


def current_visitor(request: Request) -> Visitor | None:
    """Who is logged in, if anybody; the idle time starts anew."""
    request.state.visitor = visitor_of(request)
    return request.state.visitor


def visitor_of(request: Request, *, touch: bool = True) -> Visitor | None:
    """Without `touch` the idle time runs on: for what a page asks for by itself while nobody sits before it."""
    token = request.cookies.get(COOKIE, "")
    return _look_up(get_tools(request), token, terminal=at_terminal(request), touch=touch) if token else None


def at_terminal(request: Request) -> bool:
    """Whether this browser is a self-service terminal: many people use it one after the other."""
    return request.cookies.get(TERMINAL_COOKIE) == "1"


def _look_up(tools: Tools, token: str, *, terminal: bool, touch: bool) -> Visitor | None:
    """At a terminal the login of who walked away ends for good, not only for this browser."""
    now, settings = tools.clock.now(), tools.settings
    idle = timedelta(seconds=settings.terminal_seconds) if terminal else timedelta(minutes=settings.session_minutes)
    with tools.store.reading() as session:
        found = accounts.session_of(session, token, now, idle)
    if found is None:
        if terminal:
            with tools.store.transaction() as session:
                accounts.log_out(session, token)
        return None
    row, account = found
    if touch and now - row.seen_at > (TOUCH_AT_TERMINAL if terminal else TOUCH_EVERY):
        with tools.store.transaction() as session:
            accounts.touch(session, token, now)
    return Visitor(account, token, row.csrf)


async def logged_in(
    visitor: Annotated[Visitor | None, Depends(current_visitor)], _: Annotated[str | None, Security(SESSION)]
) -> Visitor:
    if visitor is None:
        raise LoginRequired
    return visitor


async def refuse_cross_site(request: Request) -> None:
    """Browsers say where a request comes from; nothing that changes something is taken from elsewhere. An address with
    a NUL leads nowhere: no database could be asked for it."""
    if "\0" in request.url.path:
        raise NotFound("没有这个页面或资源；请核对地址")
    if request.method not in SAFE_METHODS and request.headers.get("sec-fetch-site") == "cross-site":
        raise NotAllowed("这个请求来自其他网站，已被拒绝；请从本网站的页面操作", code="cross-site")


async def checked_form(request: Request, visitor: Annotated[Visitor | None, Depends(current_visitor)]) -> FormData:
    """The sent form; a logged-in person's form must carry the token of the login (CSRF)."""
    if visitor is None:
        raise LoginRequired
    form = await request.form(max_files=50, max_fields=300)
    check_csrf(visitor, str(form.get("csrf") or ""))
    if any("\0" in name or (isinstance(value, str) and "\0" in value) for name, value in form.multi_items()):
        raise InvalidInput("提交的内容里有不能保存的字符；请删去后重试", code="control-character")
    return form


async def api_writer(
    request: Request, visitor: Annotated[Visitor, Depends(logged_in)], token: Annotated[str | None, Security(CSRF)]
) -> Visitor:
    check_csrf(visitor, token or "")
    check_content(request)
    return visitor


def check_content(request: Request) -> None:
    """A body is taken only in the one format that its route reads."""
    field = request.scope["route"].body_field
    if field is None:
        return
    wanted = "multipart/form-data" if isinstance(field.field_info, params.Form) else "application/json"
    sent = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if sent != wanted:
        raise InvalidInput(f"不接受这种格式的内容；请按 {wanted} 发送", code="wrong-content-type", status=415)


def check_csrf(visitor: Visitor, token: str) -> None:
    if not secrets.compare_digest(token.encode(), visitor.csrf.encode()):
        raise NotAllowed("页面已过期或请求不是从本网站发出；请刷新页面后重试", code="csrf")


def set_session_cookie(response: Response, tools: Tools, token: str) -> None:
    give(response, tools, COOKIE, token)


def safe_target(target: str) -> str:
    """A path of this site to go to; anything else, also what browsers would read as another site, leads to the start page."""
    local = target.startswith("/") and not target.startswith("//") and "\\" not in target and target.isprintable()
    return target if local else "/"


ToolsDep = Annotated[Tools, Depends(tools_of)]
VisitorDep = Annotated[Visitor, Depends(logged_in)]
MaybeVisitorDep = Annotated[Visitor | None, Depends(current_visitor)]
FormDep = Annotated[FormData, Depends(checked_form)]
WriterDep = Annotated[Visitor, Depends(api_writer)]
