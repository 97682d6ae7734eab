"""A proxy between two of our processes that does to a request what networks and gateways do: lose, cut, delay, refuse."""

from __future__ import annotations

import http.client
import socket
import struct
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

HOP = frozenset({"connection", "keep-alive", "transfer-encoding", "content-length", "proxy-connection"})


@dataclass(frozen=True)
class Deed:
    """What is done to one request. `forward` sends it on so many times; then comes its own answer, this one, or none.

    `hang`: seconds before anything, then nothing at all; `drop`: the connection breaks instead of the answer.
    """

    name: str = "passed"
    forward: int = 1
    delay: float = 0.0
    hang: float = 0.0
    drop: bool = False
    status: int = 0
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


PASS = Deed()
Rule = Callable[[str, str], Deed]


def page(status: int, text: str, **headers: str) -> Deed:
    """An answer that the one behind never gave."""
    body = f"<!doctype html><title>{text}</title><h1>{text}</h1>".encode()
    return Deed(f"{status} {text}", forward=0, status=status, body=body, headers={"Content-Type": "text/html", **headers})


class Proxy(ThreadingHTTPServer):
    """Forwards to 127.0.0.1:`behind`; `rule` may be changed while it runs. `deeds` counts what was done."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, behind: int) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.behind, self.rule, self.deeds = behind, lambda method, path: PASS, Counter[str]()
        self.lock, self.closed = threading.Lock(), threading.Event()

    @property
    def port(self) -> int:
        return self.server_address[1]

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Broken connections are what this is for."""


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Proxy

    def do_any(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        deed = self.server.rule(self.command, self.path)
        with self.server.lock:
            self.server.deeds[deed.name] += 1
        if deed.hang:
            self.server.closed.wait(deed.hang)
            return self._break()
        time.sleep(deed.delay)
        answer = None
        for _ in range(deed.forward):
            try:
                answer = self._forward(body)
            except (OSError, http.client.HTTPException):
                return self._break()
        if deed.drop or (answer is None and not deed.status):
            return self._break()
        status, headers, content = (deed.status, list(deed.headers.items()), deed.body) if deed.status else answer
        return self._answer(status, headers, content)

    do_GET = do_POST = do_PUT = do_DELETE = do_any

    def _forward(self, body: bytes) -> tuple[int, list[tuple[str, str]], bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self.server.behind, timeout=60)
        try:
            headers = {name: value for name, value in self.headers.items() if name.lower() not in HOP}
            connection.request(self.command, self.path, body or None, headers)
            answer = connection.getresponse()
            return answer.status, answer.getheaders(), answer.read()
        finally:
            connection.close()

    def _answer(self, status: int, headers: list[tuple[str, str]], content: bytes) -> None:
        self.send_response_only(status)
        for name, value in headers:
            if name.lower() not in HOP:
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def _break(self) -> None:
        """A reset, as from a machine that is gone."""
        self.close_connection = True
        with suppress(OSError):
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.connection.close()

    def log_message(self, format: str, *args: Any) -> None:
        """Counted in `deeds` instead."""


@contextmanager
def proxy(behind: int) -> Iterator[Proxy]:
    server = Proxy(behind)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.closed.set()
        server.shutdown()
        server.server_close()
