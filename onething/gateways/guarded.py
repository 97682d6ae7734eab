"""The one client for calls to outside systems (S17): known origins, judged addresses, no redirects, limits on everything."""

from __future__ import annotations

import io
import json
import socket
import ssl
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPResponse
from typing import Any
from urllib.parse import urlsplit

from onething.gateways.addresses import PORTS, Blocked, Origin, Resolver, allowed_addresses, origin_of
from onething.gateways.interface import GatewayError, OutcomeUnknown

BODY_CAP = 256 * 1024


@dataclass(frozen=True)
class Answer:
    """What came back. `body` is empty when it was no JSON object: a proxy's page says nothing about an order."""

    status: int
    body: Mapping[str, Any]


class GuardedClient:
    """Calls only the `origins` it was made for. Every call has its own connection, so none is lost with an idle one."""

    def __init__(
        self, origins: Iterable[Origin], *, demo: bool = False, connect_seconds: float = 3, answer_seconds: float = 8,
        body_cap: int = BODY_CAP, tls: ssl.SSLContext | None = None, resolve: Resolver = socket.getaddrinfo,
    ) -> None:
        self.origins = {(one.scheme, one.host, one.port): one for one in origins}
        self.demo, self.body_cap, self._resolve = demo, body_cap, resolve
        self.connect_seconds, self.answer_seconds = connect_seconds, answer_seconds
        self._tls = tls

    def call(self, method: str, url: str, headers: Mapping[str, str], body: bytes | None = None) -> Answer:
        """Raises `Blocked` or `GatewayError` when nothing was sent, `OutcomeUnknown` when it was and no answer came."""
        asked = origin_of(url)
        origin = self.origins.get((asked.scheme, asked.host, asked.port))
        if origin is None:
            raise Blocked("地址不在允许访问的名单中；请核对网关配置")
        addresses = allowed_addresses(origin, self._resolve, demo=self.demo, seconds=self.connect_seconds)
        connection = self._connect(origin, addresses)
        deadline = time.monotonic() + self.answer_seconds
        connection.response_class = lambda sock, **more: HTTPResponse(_Timed(sock, deadline), **more)  # type: ignore[assignment]
        try:
            connection.request(method, _target(url), body, {**headers, "Connection": "close", "Accept": "application/json"})
            return self._answer(connection.getresponse())
        except (OSError, HTTPException) as error:
            raise OutcomeUnknown(f"{origin.host} 没有完整答复（{type(error).__name__}）") from error
        finally:
            connection.close()

    def _connect(self, origin: Origin, addresses: list[str]) -> HTTPConnection:
        """Connected to one of the judged addresses; TLS checks the name all the same."""
        end, problem = time.monotonic() + self.connect_seconds, "超时"
        for address in addresses:
            left = end - time.monotonic()
            if left <= 0:
                break
            try:
                sock = socket.create_connection((address, origin.port), timeout=left)
            except OSError as error:
                problem = type(error).__name__
                continue
            try:
                if origin.scheme == "https":
                    self._tls = self._tls or tls_context()  # the system's authorities take a while to read
                    sock = self._tls.wrap_socket(sock, server_hostname=origin.host)
            except OSError as error:
                sock.close()
                raise GatewayError(f"{origin.host} 的安全连接没有建立（{type(error).__name__}）；请核对证书") from error
            connection = HTTPConnection(origin.host, origin.port)
            connection.sock, connection.default_port = sock, PORTS[origin.scheme]
            sock.settimeout(self.answer_seconds)
            return connection
        raise GatewayError(f"连不上 {origin.host}（{problem}）；稍后自动重试")

    def _answer(self, response: HTTPResponse) -> Answer:
        content = response.read(self.body_cap + 1)
        if len(content) > self.body_cap:
            raise HTTPException("body too long")
        if response.length:
            raise HTTPException("body cut off")
        is_json = response.headers.get_content_type() in ("application/json", "application/problem+json")
        return Answer(response.status, _object(content) if is_json else {})


class _Timed:
    """A socket whose reading ends at one moment, however slowly the other side drips."""

    def __init__(self, sock: socket.socket, deadline: float) -> None:
        self._sock, self._deadline = sock, deadline

    def makefile(self, _mode: str) -> io.BufferedReader:
        return io.BufferedReader(_TimedReader(self._sock, self._sock.makefile("rb", buffering=0), self._deadline))


class _TimedReader(io.RawIOBase):
    def __init__(self, sock: socket.socket, raw: io.RawIOBase, deadline: float) -> None:
        self._sock, self._raw, self._deadline = sock, raw, deadline

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        self._sock.settimeout(left)
        return self._raw.readinto(buffer)

    def close(self) -> None:
        self._raw.close()
        super().close()


def tls_context(ca: str | None = None, client_certificate: str | None = None) -> ssl.SSLContext:
    """The system's authorities or the given bundle; names are always verified, TLS 1.2 at least."""
    context = ssl.create_default_context(cafile=ca)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if client_certificate:
        context.load_cert_chain(client_certificate)
    return context


def _target(url: str) -> str:
    parts = urlsplit(url)
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def _object(content: bytes) -> Mapping[str, Any]:
    """A JSON object that can be written down again, or nothing."""
    try:
        found = json.loads(content, parse_constant=_no_constant)
        json.dumps(found, ensure_ascii=False, allow_nan=False).encode()
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _no_constant(name: str) -> Callable[..., Any]:
    raise ValueError(name)
