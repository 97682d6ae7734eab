"""What attackers have at hand: every operation of the engine's API, its pages' own API, and requests written by hand."""

from __future__ import annotations

import http.client
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import requests

_LINES = (Path(__file__).parent / "rest_operations.txt").read_text("ascii").splitlines()
OPERATIONS = [
    (line, method, re.sub(r"{[^}]*}", "x", path)) for line in _LINES if line[0] != "#" for method, path in [line.split()[:2]]
]
"""(as described, method, path); a path that needs an id has one that nobody has."""


def visitor(flavour: str, base: str) -> requests.Session:
    """A browser on the login page of Tasklist, with the token that its script sends along."""
    browser = requests.Session()
    browser.trust_env = False
    browser.get(f"{base}/{flavour}/app/tasklist/default/", timeout=10)
    browser.headers["X-XSRF-TOKEN"] = browser.cookies.get("XSRF-TOKEN", "")
    return browser


def log_in(browser: requests.Session, flavour: str, base: str, app: str, user: str, password: str) -> requests.Response:
    address = f"{base}/{flavour}/api/admin/auth/user/default/login/{app}"
    return browser.post(address, data={"username": user, "password": password}, timeout=10)


@contextmanager
def page_session(flavour: str, base: str, user: str, password: str, app: str = "cockpit") -> Iterator[requests.Session]:
    """Somebody logged in to the engine's pages."""
    with visitor(flavour, base) as browser:
        assert log_in(browser, flavour, base, app, user, password).status_code == 200
        browser.get(f"{base}/{flavour}/app/{app}/default/", timeout=10)
        browser.headers["X-XSRF-TOKEN"] = browser.cookies.get("XSRF-TOKEN", "")
        yield browser


def by_hand(
    base: str, method: str, path: str, headers: list[tuple[str, str]], body: bytes = b""
) -> tuple[int, str]:
    """(status, text): the address as it is written, headers in their order and as often as they are given."""
    connection = http.client.HTTPConnection(urlsplit(base).netloc, timeout=30)
    connection.putrequest(method, path, skip_accept_encoding=True)
    for name, value in headers:
        connection.putheader(name, value)
    if body:
        connection.putheader("Content-Length", str(len(body)))
    connection.endheaders(body or None)
    answer = connection.getresponse()
    text = answer.read().decode("utf-8", "replace")
    connection.close()
    return answer.status, text
