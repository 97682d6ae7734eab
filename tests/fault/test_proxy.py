"""The proxy does what its deeds say, to a server that counts what reached it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import requests

from tests.fault.proxy import PASS, Deed, Proxy, page, proxy


@pytest.fixture
def reached() -> list[tuple[str, bytes]]:
    return []


@pytest.fixture
def between(reached: list[tuple[str, bytes]]) -> Iterator[Proxy]:
    class Behind(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            reached.append((self.path, self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(204 if self.path == "/empty" else 201)
            self.end_headers()
            if self.path != "/empty":
                self.wfile.write(f"answer {len(reached)}".encode())

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Behind)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with proxy(server.server_address[1]) as found:
        yield found
    server.shutdown()


def send(between: Proxy, path: str = "/step") -> requests.Response:
    return requests.post(f"http://127.0.0.1:{between.port}{path}", data=b"body", timeout=1)


def test_it_passes_on(between: Proxy, reached: list[tuple[str, bytes]]) -> None:
    answer = send(between)
    assert (answer.status_code, answer.text, reached) == (201, "answer 1", [("/step", b"body")])
    assert send(between, "/empty").status_code == 204


def test_it_repeats_and_gives_the_last_answer(between: Proxy, reached: list[tuple[str, bytes]]) -> None:
    between.rule = lambda method, path: Deed("again", forward=3)
    assert send(between).text == "answer 3"
    assert len(reached) == 3


def test_it_loses_the_answer_of_what_was_done(between: Proxy, reached: list[tuple[str, bytes]]) -> None:
    between.rule = lambda method, path: Deed("lost", drop=True)
    with pytest.raises(requests.ConnectionError):
        send(between)
    assert len(reached) == 1
    assert between.deeds == {"lost": 1}


@pytest.mark.parametrize("deed", [Deed("cut", forward=0, drop=True), Deed("half-open", hang=30)], ids=["cut", "half-open"])
def test_what_is_cut_never_arrives(between: Proxy, reached: list[tuple[str, bytes]], deed: Deed) -> None:
    between.rule = lambda method, path: deed
    with pytest.raises(requests.RequestException):
        send(between)
    assert reached == []
    between.rule = lambda method, path: PASS
    assert send(between).ok


def test_it_answers_by_itself(between: Proxy, reached: list[tuple[str, bytes]]) -> None:
    between.rule = lambda method, path: page(429, "Too Many Requests", **{"Retry-After": "1"})
    answer = send(between)
    assert (answer.status_code, answer.headers["Retry-After"], reached) == (429, "1", [])
