"""Proxy, front door, identity provider and the engine of the whole run: each a real process, as they stand in a city."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
import yaml
from requests.adapters import HTTPAdapter

from onething.bootstrap import build_tools
from onething.engine import identity
from onething.settings import Settings
from onething.store import audit
from simulation.engine import free_port
from simulation.town import Town
from tests.proxy.running import HOME, NAME, PAGES, front_door, nginx, wait_for

SECRET = "a secret of thirty-two characters"
TASKLIST = f"{PAGES}/app/tasklist/"
LOGIN = f"{PAGES}/api/admin/auth/user/default/login/tasklist"
ENGINE = f"{PAGES}/api/engine/engine/default"
CLERK = {"sub": "c1", "name": "李窗口", "groups": ["window-410105"], "acr": "otp"}
ZHANG = {"sub": "7f3c", "name": "张三", "id_no": "410102199001010012", "phone_number": "13800000001"}


@dataclass(frozen=True)
class Wall:
    base: str
    plain: str
    trusted: Path
    front_door: str
    issuer: str
    town: Town
    var: Path

    def browser(self, address: str = "") -> Browser:
        return Browser(self, address)

    def last_record(self) -> Any:
        tools = build_tools(Settings(home=HOME, var=self.var))
        with tools.store.reading() as session:
            found = audit.trail(session)[-1]
        tools.store.close()
        return found


class From(HTTPAdapter):
    """Comes from another address of this machine."""

    def __init__(self, address: str) -> None:
        self.address = address
        super().__init__()

    def init_poolmanager(self, *arguments: Any, **more: Any) -> None:
        super().init_poolmanager(*arguments, **more, source_address=(self.address, 0))


class Browser:
    """Somebody outside, who knows the public address only."""

    def __init__(self, wall: Wall, address: str) -> None:
        self.wall, self.session = wall, requests.Session()
        self.session.verify, self.session.trust_env = str(wall.trusted), False
        if address:
            self.session.mount("https://", From(address))

    def get(self, path: str, **more: Any) -> requests.Response:
        return self.ask("GET", path, **more)

    def ask(self, method: str, path: str, **more: Any) -> requests.Response:
        return self.session.request(method, self.wall.base + path, allow_redirects=False, timeout=60, **more)

    def come(self, claims: dict[str, Any], door: str = "staff", target: str = TASKLIST) -> requests.Response:
        """To the identity provider and back."""
        requests.post(f"{self.wall.issuer}/next", data=json.dumps({"claims": claims}), timeout=10)
        there = self.get(f"/login/{door}", params={"target": target}).headers["location"]
        back = requests.get(there, allow_redirects=False, timeout=10).headers["location"]
        assert back.startswith(f"{self.wall.base}/login/{door}/back?")
        return self.get(back.removeprefix(self.wall.base))

    def log_out(self) -> requests.Response:
        csrf = self.get("/me/logins").text.split('name="csrf" value="')[1].split('"')[0]
        return self.ask("POST", "/logout", data={"csrf": csrf})

    @property
    def token(self) -> dict[str, str]:
        """What Tasklist's own script sends along, from the cookie it was given with the page."""
        answer = self.get(f"{TASKLIST}default/")
        return {"X-XSRF-TOKEN": self.session.cookies.get("XSRF-TOKEN", "")} if answer.status_code == 200 else {}

    def try_password(self, user: str, password: str, token: dict[str, str] | None = None) -> requests.Response:
        return self.ask("POST", LOGIN, data={"username": user, "password": password}, headers=token or self.token)

    def log_in_to_tasklist(self, user: str) -> requests.Response:
        return self.try_password(*identity.credentials_of(self.wall.town.var, user))


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    port = free_port()
    process = subprocess.Popen([sys.executable, HOME / "tests" / "api" / "identity_provider.py", str(port)])
    wait_for(port, process)
    yield f"http://127.0.0.1:{port}"
    process.kill()
    process.wait()


@pytest.fixture(scope="module")
def login_file(issuer: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("login")
    (folder / "secret").write_text(SECRET, encoding="ascii")
    (folder / "secret").chmod(0o600)
    door = {"issuer": issuer, "client_id": "onething", "secret_file": "secret", "label": "统一身份认证"}
    (folder / "login.yaml").write_text(
        yaml.safe_dump({"citizen": door, "staff": door | {"second_factor": {"acr": ["otp"]}}}), encoding="utf-8"
    )
    return folder / "login.yaml"


@pytest.fixture(scope="module")
def wall(town: Town, issuer: str, login_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Wall]:
    """With a store of its own."""
    with walled(town, issuer, login_file, tmp_path_factory.mktemp("var")) as wall:
        yield wall


@contextmanager
def walled(town: Town, issuer: str, login_file: Path, var: Path) -> Iterator[Wall]:
    port, https, http = free_port(), free_port(), free_port()
    with front_door(
        port, var / "front-door.log", ONETHING_VAR=str(var), ONETHING_LOGIN_FILE=str(login_file),
        ONETHING_PUBLIC_URL=f"https://{NAME}:{https}", ONETHING_TRUSTED_PROXIES="127.0.0.1",
        ONETHING_LIMIT_LOGIN="1000/minute",
    ):
        engine = urlsplit(town.admin.rest_url).netloc
        with nginx(var / "proxy", https, http, f"127.0.0.1:{port}", engine) as trusted:
            yield Wall(
                f"https://{NAME}:{https}", f"http://{NAME}:{http}", trusted, f"http://127.0.0.1:{port}", issuer, town, var
            )
