"""Nothing is sent without a time-out, in clear to another machine, or answered with an untyped error (D12-D15, D19)."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from onething.engine.client import EngineClient
from onething.engine.errors import EngineRefused, EngineUnauthorised, EngineUnreachable
from onething.errors import EngineError


class Answers(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    status, body, delay = 200, b"", threading.Event()
    slow = False
    paths: list[str] = []  # noqa: RUF012

    def do_GET(self) -> None:
        type(self).paths.append(self.path)
        if self.slow:
            self.delay.wait(5)
        self.send_response(self.status)
        self.send_header("Content-Length", str(len(self.body)))
        self.send_header("Set-Cookie", "JSESSIONID=1")
        self.end_headers()
        self.wfile.write(self.body)

    do_POST = do_GET

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def answers() -> Iterator[Any]:
    class Mine(Answers):
        paths: list[str] = []  # noqa: RUF012
        delay = threading.Event()

    server = ThreadingHTTPServer(("127.0.0.1", 0), Mine)
    server.daemon_threads = True
    server.handle_error = lambda *_: None  # a client that gave up is expected here
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    Mine.client = EngineClient(f"http://127.0.0.1:{server.server_port}/engine-rest", "a", "b", timeout=(1, 0.5))
    yield Mine
    Mine.delay.set()
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize("url", ["http://engine.example.org/engine-rest", "ftp://127.0.0.1", "127.0.0.1:8080", ""])
def test_only_loopback_or_https(url: str) -> None:
    with pytest.raises(EngineError):
        EngineClient(url, "a", "b")


@pytest.mark.parametrize("url", ["http://127.0.0.1:1/x", "http://[::1]:1/x", "http://localhost:1/", "https://e.org/x"])
def test_good_addresses(url: str) -> None:
    assert EngineClient(url, "a", "b").rest_url == url.rstrip("/")


def test_an_empty_password_is_never_sent() -> None:
    """D19."""
    with pytest.raises(EngineError):
        EngineClient("http://127.0.0.1:1", "a", "")


@pytest.mark.parametrize("body", [b"", b"null", b"[]", b"[1]", b"<html>", b'"x"', b'{"message": 5}', b"\xff\xfe"])
@pytest.mark.parametrize("status", [400, 404, 409, 500, 502])
def test_any_error_body_is_tolerated(answers: Any, status: int, body: bytes) -> None:
    """D12, D13."""
    answers.status, answers.body = status, body
    with pytest.raises(EngineRefused) as raised:
        answers.client.instances("x")
    assert raised.value.http_status == status


@pytest.mark.parametrize("status", [401, 403])
def test_a_refused_login_has_its_own_kind(answers: Any, status: int) -> None:
    answers.status = status
    with pytest.raises(EngineUnauthorised):
        answers.client.instances("x")
    assert not answers.client.health()


def test_an_answer_that_does_not_come_is_given_up(answers: Any) -> None:
    """D14."""
    answers.slow = True
    with pytest.raises(EngineUnreachable):
        answers.client.correlate("m", "x")


def test_time_to_connect_is_not_time_to_answer(answers: Any) -> None:
    """A slow answer within its own time-out is waited for, however short the one for connecting is."""
    answers.slow, answers.body = True, b"[]"
    client = EngineClient(answers.client.rest_url, "a", "b", timeout=(0.2, 20))
    threading.Timer(1.0, answers.delay.set).start()
    assert client.instances("x") == []


def test_a_redirect_is_not_followed(answers: Any) -> None:
    answers.status = 302
    with pytest.raises(EngineRefused):
        answers.client.instances("x")


def test_a_page_that_is_no_json_is_refused(answers: Any) -> None:
    answers.body = b"<html>welcome</html>"
    with pytest.raises(EngineRefused):
        answers.client.instances("x")
    assert not answers.client.health()


def test_nothing_listening_is_unreachable() -> None:
    client = EngineClient("http://127.0.0.1:9/engine-rest", "a", "b", timeout=(0.3, 0.3))
    assert not client.health()
    with pytest.raises(EngineUnreachable):
        client.start_process("p", "no", {})


def test_listings_are_read_to_the_end_and_never_unbounded(answers: Any) -> None:
    answers.body = json.dumps([]).encode()
    assert answers.client.incidents() == []
    assert "maxResults=500" in answers.paths[0]
    assert not answers.client.transport.session.cookies


@pytest.mark.parametrize(("logged", "who"), [("a", "clerk"), ("reviewer", "reviewer"), (None, "clerk")])
def test_r91_what_the_programme_completed_for_a_clerk_is_the_clerks(answers: Any, logged: str | None, who: str) -> None:
    """The relay completes what was registered at the counter: the assignee acted, not the account of the programme."""
    answers.body = json.dumps([{"id": "t", "assignee": "clerk", "userId": logged}]).encode()
    assert answers.client.completer("process", "intake-review") == who
