"""Compression, where nothing can be guessed from the length of an answer."""

from __future__ import annotations

from starlette.middleware.gzip import GZipMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

SMALLEST = 1000


class Squeeze:
    """Pages of a logged-in person hold the token of the login beside words of the request: compressed together, the
    length would give the token away piece by piece (BREACH). They go out as they are; everything else is compressed."""

    def __init__(self, app: ASGIApp) -> None:
        self.app, self.squeezed = app, GZipMiddleware(app, minimum_size=SMALLEST, compresslevel=6)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        open_to_all = scope["type"] == "http" and (
            scope["path"].startswith("/static/") or not any(name == b"cookie" for name, _ in scope["headers"])
        )
        await (self.squeezed if open_to_all else self.app)(scope, receive, send)
