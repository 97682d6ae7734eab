"""What the shipped nginx passes on and what it keeps to itself, with recorders where front door and engine would be."""

from __future__ import annotations

import http.client
import re
import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest

from simulation.engine import free_port
from tests.proxy.running import NAME, PAGES, TEMPLATE, Recorder, nginx

API = f"{PAGES}/api/engine/engine/default"


class Line:
    """A client that sends addresses and headers exactly as they are written here."""

    def __init__(self, port: int, trusted: Path, front: Recorder, engine: Recorder) -> None:
        self.port, self.context = port, ssl.create_default_context(cafile=str(trusted))
        self.front, self.engine = front, engine

    def ask(
        self, path: str, method: str = "GET", headers: dict[str, str] | None = None, body: bytes = b""
    ) -> http.client.HTTPResponse:
        for recorder in (self.front, self.engine):
            recorder.seen.clear()
        connection = http.client.HTTPSConnection(NAME, self.port, context=self.context, timeout=60)
        connection.putrequest(method, path, skip_accept_encoding=True)
        for name, value in (headers or {}).items():
            connection.putheader(name, value)
        if body:
            connection.putheader("Content-Length", str(len(body)))
        connection.endheaders(body or None)
        answer = connection.getresponse()
        answer.read()
        connection.close()
        return answer


@pytest.fixture(scope="module")
def line(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Line]:
    https, front, engine = free_port(), Recorder(), Recorder()
    folder = tmp_path_factory.mktemp("proxy") / "nginx"
    with front.listening(), engine.listening():
        behind = f"127.0.0.1:{front.port}", f"127.0.0.1:{engine.port}"
        with nginx(folder, https, free_port(), *behind) as trusted:
            yield Line(https, trusted, front, engine)


FORGED = {
    "X-Forwarded-For": "203.0.113.7", "X-Forwarded-Proto": "http", "Forwarded": "for=203.0.113.7",
    "Cookie": "onething_session=secret; JSESSIONID=abc; other=1", "Authorization": "Basic ZW5naW5lLWFkbWluOng=",
}


def test_s22_the_front_door_is_told_the_address_of_the_connection_whatever_a_client_says(line: Line) -> None:
    assert line.ask("/cases?x=%2F", headers=FORGED).status == 200
    [(method, path, headers)] = line.front.seen
    assert (method, path) == ("GET", "/cases?x=%2F")
    assert (headers["x-forwarded-for"], headers["x-forwarded-proto"]) == ("127.0.0.1", "https")
    assert "forwarded" not in headers
    assert headers["cookie"] == FORGED["Cookie"]
    assert line.engine.seen == []


def test_s20_the_engine_hears_nothing_of_the_login_at_the_front_door(line: Line) -> None:
    assert line.ask(f"{PAGES}/app/tasklist/", headers=FORGED).status == 200
    [(_, path, headers)] = line.engine.seen
    assert path == f"{PAGES}/app/tasklist/"
    assert headers["cookie"] == "JSESSIONID=abc"
    assert "authorization" not in headers
    assert headers["x-forwarded-for"] == "127.0.0.1"
    [(method, path, headers)] = line.front.seen
    assert (method, path) == ("GET", "/staff/admitted?by_itself=")
    assert (headers["cookie"], headers["x-forwarded-for"]) == (FORGED["Cookie"], "127.0.0.1")
    assert "authorization" not in headers


def test_s20_the_question_about_a_login_carries_nothing_of_what_was_sent(line: Line) -> None:
    """A length without its body would make the front door read the next question as that body."""
    for _ in range(3):
        assert line.ask(f"{API}/task/t1/complete", "POST", body=b"x" * 40).status == 200
        assert [headers["content-length"] for _, _, headers in line.engine.seen] == ["40"]
        [(_, _, headers)] = line.front.seen
        assert not {"content-length", "transfer-encoding", "content-type"} & set(headers)


@pytest.mark.parametrize(("method", "path", "by_itself"), [
    ("POST", f"{API}/filter/f1/list?firstResult=0&maxResults=15", "1"), ("POST", f"{API}/filter/f1/count", "1"),
    ("GET", f"{API}/task/t1", "1"), ("GET", f"{API}/task/t1/form", ""), ("POST", f"{API}/task/t1/claim", ""),
    ("POST", f"{API}/task/t1/submit-form", ""), ("GET", f"{API}/filter?resourceType=Task", ""), ("POST", f"{API}/task", ""),
    ("GET", f"{PAGES}/app/tasklist/default/", "")])
def test_s20_what_tasklist_asks_by_itself_is_told_apart(method: str, path: str, by_itself: str, line: Line) -> None:
    assert line.ask(path, method, {"Content-Length": "0"}).status == 200
    assert [(seen[0], seen[1]) for seen in line.engine.seen] == [(method, path)]
    assert [(seen[0], seen[1]) for seen in line.front.seen] == [("GET", f"/staff/admitted?by_itself={by_itself}")]


@pytest.mark.parametrize("path", [
    "/engine-rest", "/engine-rest/task", "/engine-rest/engine", "/%65ngine-rest/task", "//engine-rest/task", "/./engine-rest",
    f"{PAGES}/app/tasklist/..;/..;/..;/engine-rest/task", f"{PAGES}/app/tasklist/../../../engine-rest/task",
    f"{PAGES}/app/tasklist/%2e%2e/%2e%2e/%2e%2e/engine-rest/task", f"{PAGES}/app/tasklist/..%2f..%2f..%2fengine-rest/task",
    f"{PAGES}/app/tasklist/;/../../../engine-rest/task", f"{PAGES}/lib/..%3b/..%3b/engine-rest/task",
    f"{PAGES}/app/tasklist/%252e%252e/engine-rest", f"{PAGES}/app/tasklist/..\\..\\..\\engine-rest\\task",
    f"{PAGES}/app/cockpit/", f"{PAGES}/app/cockpit/default/", f"{PAGES}/app/admin/", f"{PAGES}/app/admin/default/",
    f"{PAGES}/app/tasklist/../cockpit/default/", f"{PAGES}/app/tasklist/..;/cockpit/default/", f"{PAGES}/app/tasklistx/",
    f"{PAGES}/api/admin/auth/user/default/login/cockpit", f"{PAGES}/api/admin/auth/user/default/login/admin",
    f"{PAGES}/api/admin/setup/default/user/create", f"{PAGES}/api/cockpit/plugin/base/default/process-instance",
    f"{PAGES}/api/admin/plugin/adminPlugins/static/app/plugin.js", f"{PAGES}/api/tasklist/setup/default/user/create",
    f"{API}/deployment", f"{API}/deployment/create", f"{API}/process-instance", f"{API}/external-task/fetchAndLock",
    f"{API}/message", f"{API}/job", f"{API}/incident", f"{API}/version", f"{API}/taskx", f"{PAGES}/", f"{PAGES}/app/",
    "/staff/admitted", "/staff/admitted?by_itself=1", "/staff/./admitted", "/health;x", "/a//b"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_s01_s05_what_is_nobodys_from_outside_is_not_there(path: str, method: str, line: Line) -> None:
    answer = line.ask(path, method, {"Content-Length": "0", "Authorization": FORGED["Authorization"]})
    assert answer.status == 404
    assert (line.front.seen, line.engine.seen) == ([], []), "neither was asked"


@pytest.mark.parametrize("resource", ["process-definition", "user", "group", "authorization", "history/task", "identity/groups"])
def test_s05_whoever_logs_in_to_tasklist_reads_there_and_changes_nothing_of_the_engine(resource: str, line: Line) -> None:
    """Users and groups may be asked for by POST, as the page for one's own password does."""
    assert line.ask(f"{API}/{resource}").status == 200
    for method in ("POST", "PUT", "DELETE"):
        paths = [resource, f"{resource}/create", f"{resource}/x", f"{resource}/x/members/y", f"{resource}/delete"]
        for path in paths[1:] if method == "POST" and resource in ("user", "group") else paths:
            assert line.ask(f"{API}/{path}", method, {"Content-Length": "0"}).status == 403, path
            assert line.engine.seen == []


@pytest.mark.parametrize(("method", "path"), [
    ("PUT", "t1"), ("DELETE", "t1"), ("POST", "create"), ("POST", "t1"), ("POST", "t1/delegate"),
    ("POST", "t1/resolve"), ("POST", "t1/identity-links"), ("POST", "t1/identity-links/delete"), ("POST", "t1/localVariables"),
    ("PUT", "t1/localVariables/x"), ("DELETE", "t1/localVariables/x"), ("POST", "t1/localVariables/x/data"),
    ("POST", "t1/variables"), ("PUT", "t1/variables/x"), ("DELETE", "t1/variables/x"), ("POST", "t1/attachment/create"),
    ("POST", "t1/bpmnError"), ("POST", "t1/bpmnEscalation"), ("POST", "x/../t1/delegate"), ("PUT", "%74%31"),
    ("POST", "t1/delegate?/claim"), ("PUT", "t1?x=/claim"), ("DELETE", "t1/comment"), ("PUT", "t1/comment")])
def test_s09_with_ones_own_task_one_does_what_tasklist_does_and_no_more(method: str, path: str, line: Line) -> None:
    """The right to work on a task would also let its owner move its dates, invite others or change what it is about."""
    assert line.ask(f"{API}/task/{path}", method, {"Content-Length": "0"}).status == 403
    assert line.engine.seen == []


@pytest.mark.parametrize(
    "path", ["count", *(f"t1/{end}" for end in ("claim", "unclaim", "assignee", "complete", "submit-form", "comment/create"))])
def test_s09_what_tasklist_does_with_a_task_passes(path: str, line: Line) -> None:
    assert line.ask(f"{API}/task/{path}", "POST", {"Content-Length": "0"}).status == 200


def test_s21_the_words_to_fill_in_are_all_that_is_to_be_filled_in() -> None:
    """nginx's own variables are small letters."""
    head, _, body = TEMPLATE.read_text(encoding="utf-8").partition("\nupstream ")
    words = set(re.findall(r"^#   ([A-Z_]+) ", head, re.MULTILINE))
    assert set(re.findall(r"\$\{(\w+)\}", body)) == words
    assert not re.findall(r"\$\{?[A-Z]", re.sub(r"\$\{\w+\}", "", body))
