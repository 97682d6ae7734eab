"""The outside systems of the demonstration as a real process, and servers that answer whatever a test wants."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from onething.gateways.addresses import origin_of
from onething.gateways.breaker import Breaker
from onething.gateways.guarded import GuardedClient
from onething.gateways.http import Adapter, HttpGateway
from onething.gateways.signing import Key
from simulation.outside import Outside, run_outside

KEY = Key("test-1", b"0123456789abcdef0123456789abcdef")


@pytest.fixture(scope="session")
def outside_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Outside]:
    with run_outside(tmp_path_factory.mktemp("outside")) as running:
        yield running


@pytest.fixture
def outside(outside_server: Outside) -> Iterator[Outside]:
    """Without faults, before the test and after it."""
    yield outside_server
    outside_server.fail(sms={}, platform={}, sharing={}, courier={})


@dataclass
class Stub:
    """A server on this machine that does with a connection what `behave` says, and keeps what it was sent."""

    server: ThreadingHTTPServer
    seen: list[tuple[str, str, dict[str, str], bytes]] = field(default_factory=list)
    behave: Callable[[Any], None] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}"

    def answers(self, status: int, body: Any, kind: str = "application/json", **headers: str) -> None:
        content = body if isinstance(body, bytes) else json.dumps(body).encode()

        def behave(handler: Any) -> None:
            handler.send_response(status)
            for name, value in {"Content-Type": kind, "Content-Length": str(len(content)), **headers}.items():
                handler.send_header(name.replace("_", "-"), value)
            handler.end_headers()
            handler.wfile.write(content)

        self.behave = behave

    def sends(self, content: bytes) -> None:
        """Raw bytes, then the connection ends."""

        def behave(handler: Any) -> None:
            handler.wfile.write(content)
            handler.wfile.flush()

        self.behave = behave

    def drips(self, start: bytes, drop: bytes) -> None:
        """`start`, then `drop` again and again, until the other side has gone."""

        def behave(handler: Any) -> None:
            handler.wfile.write(start)
            while True:
                handler.wfile.write(drop)
                handler.wfile.flush()
                time.sleep(0.05)

        self.behave = behave


@pytest.fixture
def stub() -> Iterator[Stub]:
    class Handler(BaseHTTPRequestHandler):
        def _any(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            found.seen.append((self.command, self.path, dict(self.headers), body))
            self.close_connection = True
            with suppress(OSError):  # the client would not wait
                found.behave(self)  # type: ignore[misc]

        do_GET = do_POST = _any

        def log_message(self, format: str, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    found = Stub(server)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield found
    server.shutdown()
    server.server_close()


@pytest.fixture
def gateway_to() -> Callable[..., HttpGateway]:
    """An HTTP gateway to any address, with short time-outs."""

    def make(url: str, *, adapter: Adapter | None = None, breaker: Breaker | None = None, **limits: Any) -> HttpGateway:
        client = GuardedClient([origin_of(url)], demo=True, **{"connect_seconds": 1, "answer_seconds": 1, **limits})
        return HttpGateway("sms", "短信平台", url, KEY, client, breaker or Breaker(1000), adapter or Adapter())

    return make


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "outgoing"
