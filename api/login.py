"""Coming in: through an identity provider, or in a demonstration on this machine by picking a person (S20, S21)."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import structlog
from fastapi import Request

from api import limiting
from api.context import COOKIE, at_terminal
from api.linking import account_of, person_of
from api.oidc import LoginRefused, Provider
from api.personas import is_address, is_loopback
from onething.bootstrap import Tools
from onething.errors import InvalidInput, NotAllowed, NotFound
from onething.store import Account, LoginAttempt, accounts, audit
from onething.store.accounts import Login, digest
from onething.vocabulary import Role

log = structlog.get_logger(__name__)
PROXIED = ("forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip")
"""What comes through a proxy comes from somewhere else, whatever name it asks for."""
NOBODY = "未登录"
AWAY = timedelta(minutes=10)
"""So long somebody may take at the identity provider."""


def log_in(request: Request, tools: Tools, subject: str) -> tuple[Account, Login]:
    """The development login, without a password. Raises `NotAllowed`, `InvalidInput`, `TooMany`."""
    _count(request, tools)
    require_development(request, tools)
    with _limited(request, tools, subject), tools.store.transaction() as session:
        account = accounts.by_subject(session, [subject]).get(subject)
        if account is None or ":" in subject:  # who belongs to a provider comes in through it (S21)
            raise InvalidInput("没有这位演示人员；请从名单中选择", field="subject", code="unknown-person")
        return account, _begin_session(session, request, tools, account)


def provider_of(request: Request, kind: str) -> Provider:
    found: Provider | None = request.app.state.doors.get(kind)
    if found is None:
        raise NotFound("没有这个登录方式；请从登录页面选择", code="unknown-door")
    return found


def leave(request: Request, tools: Tools, kind: str, target: str) -> tuple[str, str]:
    """Where to send the browser, and what it has to bring back: only this browser can end the login it began."""
    provider = provider_of(request, kind)
    _count(request, tools)
    ask, browser, now = provider.begin(anew=at_terminal(request)), secrets.token_urlsafe(32), tools.clock.now()
    with tools.store.transaction() as session:
        accounts.begin_login(session, now, LoginAttempt(
            state=digest(ask.state), browser=digest(browser), door=kind, nonce=ask.nonce, verifier=ask.verifier,
            target=target, expires_at=now + AWAY,
        ))
    return ask.url, browser


def come_back(request: Request, tools: Tools, kind: str, browser: str) -> tuple[Account, Login, str]:
    """The account, its new session and where it wanted to go. Raises `LoginRefused`, `Unavailable`, `TooMany`."""
    provider, query, now = provider_of(request, kind), request.query_params, tools.clock.now()
    _count(request, tools)
    with _limited(request, tools):
        with tools.store.transaction() as session:
            attempt = accounts.come_back(session, now, query.get("state", ""))
        if attempt is None or attempt.door != kind or not secrets.compare_digest(attempt.browser, digest(browser)):
            raise LoginRefused("no such login under way in this browser")
        if query.get("iss", provider.door.issuer) != provider.door.issuer or not query.get("code"):
            raise LoginRefused(f"answered with {query.get('error', 'no code')[:60]!r}")
        claims = provider.finish(query["code"], attempt.nonce, attempt.verifier, now.timestamp())
    person = person_of(provider.door, claims)
    with _limited(request, tools, person), tools.store.transaction() as session:
        account = account_of(session, tools.catalogue, provider.door, claims)
        audit.record(session, now, account.subject, "login", person=person)
        return account, _begin_session(session, request, tools, account), attempt.target


def _count(request: Request, tools: Tools) -> None:
    limiting.require_now(tools, "login", {"address": limiting.address_of(request, tools)})


def _begin_session(session: Any, request: Request, tools: Tools, account: Account) -> Login:
    """A new one at every login; the one in the cookie ends (rotation)."""
    accounts.log_out(session, request.cookies.get(COOKIE, ""))
    return accounts.log_in(session, account, tools.clock.now(), _device(request))


def _device(request: Request) -> str:
    """What kind of device asks, so that people know their own logins; nothing finer is kept."""
    return "terminal" if at_terminal(request) else "phone" if "Mobi" in request.headers.get("user-agent", "") else "computer"


@contextmanager
def _limited(request: Request, tools: Tools, person: str = "") -> Iterator[None]:
    """Logins that fail cost their address, and the person they were for, a rest (P15, S22)."""
    who = {"address": limiting.address_of(request, tools), "person": person}
    limiting.refuse_after(tools, "login_failures", who)
    try:
        yield
    except (LoginRefused, InvalidInput) as error:
        log.warning("login refused", reason=getattr(error, "reason", error.code))
        limiting.count(tools, "login_failures", who)
        with tools.store.transaction() as session:
            audit.record(session, tools.clock.now(), NOBODY, "login-refused", code=error.code)
        raise


def log_out(tools: Tools, account: Account, token: str) -> None:
    """Ends the session on the server."""
    with tools.store.transaction() as session:
        accounts.log_out(session, token)
        audit.record(session, tools.clock.now(), account.subject, "logout")


def require_development(request: Request, tools: Tools) -> None:
    """Also the address in the browser must be this machine's, and nothing may stand between: a name that points here from
    outside is refused, and so is what a proxy passes on."""
    if not tools.settings.demo:
        raise NotAllowed("演示登录已关闭；请从统一身份认证登录", code="login-closed")
    proxied = any(name in request.headers for name in PROXIED)
    elsewhere = request.client is not None and is_address(request.client.host) and not is_loopback(request.client.host)
    if proxied or elsewhere or not is_loopback(request.url.hostname or ""):
        raise NotAllowed("演示登录只能在本机使用；请用 http://127.0.0.1 打开", code="login-not-local")


def people(tools: Tools, post: str = "") -> dict[str, list[Account]]:
    """Applicants and staff to choose from: those of the demonstration, who belong to no identity provider. `post` narrows the
    posts down to those whose names have all of its words."""
    with tools.store.reading() as session:
        rows = [row for row in accounts.all_accounts(session) if ":" not in row.subject]
    return {
        "applicants": sorted((row for row in rows if row.role == Role.CITIZEN), key=lambda row: row.phone),
        "staff": [
            row for row in rows
            if row.role != Role.CITIZEN and all(word in f"{row.name} {row.subject}".lower() for word in post.lower().split())
        ],
    }
