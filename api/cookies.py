"""Every cookie is given here: over TLS only, but on this machine; never to a script, never to a request from elsewhere (S20)."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from fastapi import Response

from api.personas import is_loopback
from onething.bootstrap import Tools


def give(answer: Response, tools: Tools, name: str, value: str, **more: Any) -> None:
    """`more` is how long it stays and where it is sent; without it, until the browser is closed and to every page."""
    answer.set_cookie(name, value, httponly=True, samesite="lax", secure=secure_cookies(tools), **more)


def take(answer: Response, tools: Tools, name: str, path: str = "/") -> None:
    answer.delete_cookie(name, path=path, httponly=True, samesite="lax", secure=secure_cookies(tools))


def secure_cookies(tools: Tools) -> bool:
    """Always, but for plain http on this machine (S20)."""
    parts = urlsplit(tools.settings.base_url)
    return parts.scheme == "https" or not is_loopback(parts.hostname or "")
