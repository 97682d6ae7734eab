"""How often people may do what costs us or others something (S22). Who waits hears for how long: 429 with Retry-After."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Any

from fastapi import Request
from fastapi.concurrency import run_in_threadpool

from api.context import ToolsDep, current_visitor
from onething import limits as rules
from onething.bootstrap import Tools
from onething.errors import OneThingError, TooMany
from onething.limits import bucket, spoken
from onething.store import audit, limits
from onething.vocabulary import Role

BATCH = 6
"""So many looks are counted in memory before the store is told: reading stays reading."""
REMEMBERED = 10_000


def require(session: Any, tools: Tools, kind: str, who: Mapping[str, str]) -> None:
    """Count one use for everybody in `who` (what -> value), in this transaction. Raises `TooMany` and counts nothing."""
    rule, secret = tools.settings.limit(kind), tools.settings.limits_secret
    wanted = {bucket(secret, kind, what, value): rule for what, value in who.items() if value}
    if (left := limits.take(session, tools.clock.now(), wanted)) > 0:
        raise too_many(left)


def require_now(tools: Tools, kind: str, who: Mapping[str, str]) -> None:
    """`require` in a transaction of its own."""
    if tools.settings.limit(kind):
        with tools.store.transaction() as session:
            require(session, tools, kind, who)


def refuse_after(tools: Tools, kind: str, who: Mapping[str, str]) -> None:
    """Raises `TooMany` where somebody in `who` has no use left; counts nothing."""
    rule, now = tools.settings.limit(kind), tools.clock.now()
    if not rule:
        return
    secret = tools.settings.limits_secret
    with tools.store.reading() as session:
        found = [limits.times_of(session, now, bucket(secret, kind, what, value), rule) for what, value in who.items() if value]
    left = max((rules.wait(rule, times, now.timestamp()) for times in found), default=0)
    if left > 0:
        raise too_many(left)


def count(tools: Tools, kind: str, who: Mapping[str, str]) -> None:
    """Note what happened, whether or not it was allowed."""
    rule, now = tools.settings.limit(kind), tools.clock.now()
    if not rule:
        return
    secret = tools.settings.limits_secret
    with tools.store.transaction() as session:
        for key in sorted(bucket(secret, kind, what, value) for what, value in who.items() if value):
            limits.merge(session, now, key, rule, [now.timestamp()])


def too_many(left: float) -> TooMany:
    return TooMany(f"操作太频繁；请在 {spoken(left)}后再试，已保存的内容不会丢失", retry_after=max(-int(-left // 1), 1))


async def note_origin(request: Request) -> None:
    """Where the request comes from, for whatever it leaves in the audit trail (S12)."""
    audit.ORIGIN.set(address_of(request, request.app.state.tools))


async def limit_uploads(request: Request) -> None:
    """Whatever its address is: a request of somebody who is logged in that carries files. Costs the others nothing."""
    if request.method == "POST" and request.headers.get("content-type", "").lower().startswith("multipart/"):
        await run_in_threadpool(_limit_upload, request)


def _limit_upload(request: Request) -> None:
    if visitor := current_visitor(request):
        require_now(request.app.state.tools, "upload", {"account": visitor.account.id})


def limit_looks(request: Request, tools: ToolsDep) -> None:
    """The public check of certificates. No write transaction for a look: `Tally`."""
    tally: Tally = request.app.state.looks
    tally.count(tools, address_of(request, tools))


def limit_submissions(session: Any, tools: Tools, account: Any, applicant: Mapping[str, str]) -> None:
    """Of people who apply by themselves; a clerk at the window is a check of its own."""
    if account.role == Role.CITIZEN:
        who = {"account": account.id, "id": applicant["id_no"], "phone": applicant["phone"]}
        require(session, tools, "submit", who)
        require(session, tools, "submit_address", {"address": audit.ORIGIN.get()})


@dataclass
class Seen:
    """One client: what the store knew of it when it was last told, and what it has not been told yet."""

    known: list[float]
    pending: list[float] = field(default_factory=list)


class Tally:
    """Looks counted in this process and told to the store six at a time.

    A restart forgets at most five of a client; several front doors let a client through at most five more times each.
    """

    def __init__(self, kind: str) -> None:
        self.kind, self._seen, self._lock = kind, OrderedDict[str, Seen](), threading.Lock()

    def count(self, tools: Tools, who: str) -> None:
        rule = tools.settings.limit(self.kind)
        if not rule:
            return
        key, now = bucket(tools.settings.limits_secret, self.kind, "address", who), tools.clock.now()
        seen = self._of(tools, key, rule)
        with self._lock:
            left = rules.wait(rule, rules.kept(rule, [*seen.known, *seen.pending], now.timestamp()), now.timestamp())
            if left > 0:
                raise too_many(left)
            seen.pending.append(now.timestamp())
            told, full = list(seen.pending), len(seen.pending) >= BATCH
            if full:
                seen.known, seen.pending = [*seen.known, *told], []
        if full:
            with tools.store.transaction() as session:
                known = limits.merge(session, now, key, rule, told)
            with self._lock:
                seen.known = known

    def _of(self, tools: Tools, key: str, rule: rules.Rule) -> Seen:
        """A client that this process has not seen for a while is looked up once."""
        now = tools.clock.now()
        with self._lock:
            seen = self._seen.get(key)
            if seen and rules.kept(rule, [*seen.known, *seen.pending], now.timestamp()):
                self._seen.move_to_end(key)
                return seen
        with tools.store.reading() as session:
            known = limits.times_of(session, now, key, rule)
        with self._lock:
            while len(self._seen) >= REMEMBERED:
                self._seen.popitem(last=False)
            self._seen[key] = seen = Seen(known)
            return seen


def address_of(request: Request, tools: Tools) -> str:
    """Who asks: the connection's other end, or what a trusted proxy says of it. An IPv6 client is its network (/64)."""
    trusted = networks(tools.settings.trusted_proxies)
    heard = request.client.host if request.client else ""
    for said in reversed(",".join(request.headers.getlist("x-forwarded-for")).split(",")):
        if not _within(heard, trusted) or not _is_address(said.strip()):
            break
        heard = said.strip()
    return _network_of(heard)


@lru_cache
def networks(text: str) -> tuple[IPv4Network | IPv6Network, ...]:
    """Raises a sentence for what is no address and no network."""
    try:
        return tuple(ip_network(part) for part in text.replace(",", " ").split())
    except ValueError as error:
        raise OneThingError(
            "ONETHING_TRUSTED_PROXIES 应为反向代理的地址或网段，用逗号分开，例如 10.0.0.5,10.1.0.0/24",
            code="trusted-proxies", status=500,
        ) from error


def _within(text: str, trusted: tuple[IPv4Network | IPv6Network, ...]) -> bool:
    return _is_address(text) and any(ip_address(text) in network for network in trusted)


def _is_address(text: str) -> bool:
    try:
        return bool(ip_address(text))
    except ValueError:
        return False


def _network_of(text: str) -> str:
    if not _is_address(text):
        return text
    address = ip_address(text)
    if isinstance(address, IPv6Address):
        return str(address.ipv4_mapped or ip_network(f"{text.partition('%')[0]}/64", strict=False))
    return str(address)
