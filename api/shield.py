"""What surrounds every request: body limits before anything is buffered, and headers that browsers obey."""

from __future__ import annotations

import re
from collections.abc import Mapping

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from onething.errors import InvalidInput
from onething.settings import Settings
from onething.uploads import MAX_CASE_MIB, MIB, too_large

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; "
        "frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
FRAMED = {
    "Content-Security-Policy": "default-src 'none'; form-action 'self'; base-uri 'none'; frame-ancestors 'self'",
    "X-Frame-Options": "SAMEORIGIN",
}
"""For a paper that a page of ours prints from a frame."""
SMALL_BODY = MIB
SEVERAL = re.compile(r"/correction$|/(materials|scans|supplement)/[^/]+$")
"""Forms that take several files: pages of one material, or the files of a correction."""
# A body that is only a little too large is read to its end, so that the browser shows our sentence and not a reset.
DRAIN_FACTOR = 4


def headers_of(settings: Settings) -> Mapping[str, str]:
    """What goes with every answer; whoever came over https once comes by nothing else for a year (S20)."""
    return HEADERS | ({"Strict-Transport-Security": "max-age=31536000"} if settings.base_url.startswith("https:") else {})


class Shield:
    def __init__(self, app: ASGIApp, max_upload_mib: int, headers: Mapping[str, str]) -> None:
        self.app, self.max_upload_mib, self.headers = app, max_upload_mib, headers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self.app(scope, receive, send)

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self.headers.items():
                    headers.setdefault(name, value)
                if not scope["path"].startswith("/static/"):
                    headers.setdefault("Cache-Control", "no-store")
            await send(message)

        return await self.app(scope, self._limited(scope, receive), send_with_headers)

    def _limited(self, scope: Scope, receive: Receive) -> Receive:
        limit, error = self._limit(scope)
        seen = 0

        async def receive_limited() -> Message:
            nonlocal seen
            message = await receive()
            seen += len(message.get("body", b""))
            if seen <= limit:
                return message
            while message.get("more_body") and seen < limit * DRAIN_FACTOR:
                message = await receive()
                seen += len(message.get("body", b""))
            raise error

        return receive_limited

    def _limit(self, scope: Scope) -> tuple[int, InvalidInput]:
        """Bytes this path takes, and what to say beyond: one file, several of a material or a correction, or a plain form."""
        kinds = [value.lower() for name, value in scope["headers"] if name == b"content-type"]
        if any(kind.startswith(b"multipart/") for kind in kinds):  # spooled to disk; anything else is held whole to be parsed
            if SEVERAL.search(scope["path"]) and not scope["path"].startswith("/api/"):
                return (MAX_CASE_MIB + 1) * MIB, too_large(MAX_CASE_MIB)
            return self.max_upload_mib * MIB + SMALL_BODY, too_large(self.max_upload_mib)
        return SMALL_BODY, InvalidInput("提交的内容过长；请缩短后重试", code="body-too-large", status=413)
