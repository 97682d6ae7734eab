"""A front door in production, over https: every cookie is Secure, every answer says that nothing else is to be used (S20)."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from http.cookies import Morsel, SimpleCookie
from pathlib import Path
from typing import Any

import pytest
import requests
import yaml
from fastapi.testclient import TestClient

from api.app import create_app
from onething.bootstrap import Tools
from onething.deadlines import SystemClock
from onething.settings import Settings
from simulation.engine import free_port
from tests.api.test_login import CLERK, HERE, SECRET, ZHANG
from tests.gateways.test_guarded import certificate

BASE = "https://ywt.example.cn"
COOKIES = {"onething_session", "onething_login", "onething_large", "onething_language", "onething_terminal"}


class Provider:
    """The identity provider over TLS, with a certificate that only its authority vouches for."""

    def __init__(self, folder: Path) -> None:
        authority = certificate("authority", folder)
        self.ca, pem, port = authority[2], certificate("127.0.0.1", folder, authority)[2], free_port()
        self.issuer, self.asked = f"https://127.0.0.1:{port}", requests.Session()
        self.asked.verify, self.asked.trust_env = str(self.ca), False
        self.process = subprocess.Popen([sys.executable, HERE / "identity_provider.py", str(port), pem])
        for _ in range(600):
            with suppress(requests.ConnectionError):
                self.asked.get(f"{self.issuer}/keys", timeout=2)
                break
            time.sleep(0.05)

    def pass_by(self, there: str, claims: dict[str, Any]) -> str:
        """Where a browser is sent back to."""
        self.asked.post(f"{self.issuer}/next", data=json.dumps({"claims": claims}), timeout=5)
        return self.asked.get(there, allow_redirects=False, timeout=5).headers["location"]


@pytest.fixture(scope="module")
def provider(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Provider]:
    found = Provider(tmp_path_factory.mktemp("provider"))
    yield found
    found.process.kill()
    found.process.wait()


@pytest.fixture
def front(tools: Tools, provider: Provider, tmp_path: Path) -> Any:
    """As in production: no demonstration, limits on, doors to an identity provider in a private network."""
    (tmp_path / "secret").write_text(SECRET, encoding="ascii")
    (tmp_path / "secret").chmod(0o600)
    door = {"issuer": provider.issuer, "client_id": "onething", "secret_file": "secret", "internal": True, "ca": str(provider.ca)}
    (tmp_path / "login.yaml").write_text(yaml.safe_dump({
        "citizen": door | {"label": "河南政务服务网"},
        "staff": door | {"label": "统一身份认证", "second_factor": {"acr": ["otp"]}},
    }), encoding="utf-8")
    changes = {"public_url": BASE, "demo": False, "limits": True, "login_file": tmp_path / "login.yaml"}
    settings = Settings(**tools.settings.model_dump() | changes)
    return create_app(replace(tools, settings=settings, clock=SystemClock()))


class Browser:
    """Keeps every answer it got."""

    def __init__(self, front: Any, provider: Provider) -> None:
        self.answers: list[Any] = []
        self.client = TestClient(front, base_url=BASE, follow_redirects=False, raise_server_exceptions=False)
        self.client.event_hooks["response"].append(self.answers.append)
        self.provider = provider

    def come(self, door: str, claims: dict[str, Any]) -> Any:
        back = self.provider.pass_by(self.client.get(f"/login/{door}").headers["location"], claims)
        assert back.startswith(f"{BASE}/login/{door}/back?")
        return self.client.get(back.removeprefix(BASE))

    def send(self, path: str) -> Any:
        page = self.client.get("/terminal" if "terminal" in path else "/me/logins").text
        csrf = re.search(r'name="csrf" value="([^"]+)"', page)
        assert csrf
        return self.client.post(path, data={"csrf": csrf[1]})

    def cookies(self) -> list[tuple[str, Morsel[str]]]:
        """Every one that was ever given or taken back."""
        lines = [line for answer in self.answers for line in answer.headers.get_list("set-cookie")]
        return [pair for line in lines for pair in SimpleCookie(line).items()]


@pytest.fixture
def browser(front: Any, provider: Provider) -> Browser:
    """It has been everywhere where a cookie is given or taken back."""
    browser = Browser(front, provider)
    assert browser.come("citizen", ZHANG).status_code == 303
    assert browser.client.get("/cases").status_code == 200
    for path in ("/look/large", "/look/normal", "/?lang=en", "/terminal", "/terminal"):
        assert browser.client.get(path).status_code in (200, 303), path
    assert browser.send("/terminal/end").status_code == 303
    assert browser.client.get("/terminal/off").status_code == 303
    assert browser.come("staff", CLERK).status_code == 303
    assert browser.client.get("/staff").status_code == 200
    assert browser.send("/logout").status_code == 303
    assert browser.client.get("/staff").status_code == 401
    return browser


def test_s20_every_cookie_is_for_https_and_for_no_script_and_no_other_site(browser: Browser) -> None:
    found = browser.cookies()
    assert {name for name, _ in found} == COOKIES
    for name, cookie in found:
        assert cookie["secure"], name
        assert cookie["httponly"], name
        assert cookie["samesite"].lower() in ("lax", "strict"), name
        assert not cookie["domain"], f"{name} is for this host alone"
    assert {cookie["path"] for name, cookie in found if name == "onething_login"} == {"/login"}
    taken = {name for name, cookie in found if cookie["max-age"] == "0"}
    assert taken == {"onething_session", "onething_login", "onething_terminal"}


def test_s20_a_browser_keeps_the_session_from_plain_http(browser: Browser) -> None:
    assert browser.come("citizen", ZHANG).status_code == 303
    assert browser.client.get("/cases").status_code == 200
    assert browser.client.get(f"http{BASE.removeprefix('https')}/cases").status_code == 401


def test_s20_every_answer_says_https_only(browser: Browser, front: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    style = re.search(r'href="(/static/app.css[^"]+)"', browser.client.get("/").text)
    assert style
    for path in ("/nowhere", "/api/v1/nothing", "/api/v1/openapi.json", style[1], "/healthz"):
        browser.client.get(path)
    browser.client.get("/login/citizen/back?state=guessed&code=x")
    browser.client.post("/verify", content=b"x" * 2_000_000, headers={"content-type": "application/x-www-form-urlencoded"})
    monkeypatch.setattr("api.routes.start.by_theme", lambda *_: 1 / 0)
    monkeypatch.setattr("api.routes.v1_catalogue.presenting", None)
    for path in ("/", "/api/v1/bundles"):
        assert browser.client.get(path).status_code == 500
    statuses = {answer.status_code for answer in browser.answers}
    assert {200, 303, 401, 403, 404, 413, 500} <= statuses
    for answer in browser.answers:
        assert answer.headers["strict-transport-security"] == "max-age=31536000", answer.url
        assert answer.headers["x-content-type-options"] == "nosniff", answer.url


def test_s20_cookies_are_given_in_one_place() -> None:
    home = HERE.parents[1]
    places = [path.relative_to(home).as_posix() for path in (home / "api").rglob("*.py")
              if re.search(r"\b(set|delete)_cookie\(|set-cookie", path.read_text(encoding="utf-8"), re.I)]
    assert places == ["api/cookies.py"]
