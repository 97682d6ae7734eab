"""A real Keycloak on the documented realm, from Maven Central: on loopback, ended with its block."""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import secrets
import shutil
import subprocess
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import requests

from simulation.engine import free_port
from tests.proxy.running import HOME, wait_for

VERSION = "26.0.8"
REALM = HOME / "docker" / "keycloak" / "realm.json"
EXAMPLE = "https://ywt.example.gov.cn"
PERIOD = 30


def one_time_code(secret: str, at: float) -> str:
    """TOTP as the realm has it: six figures, HmacSHA256, 30 seconds (RFC 6238)."""
    digest = hmac.new(secret.encode(), int(at // PERIOD).to_bytes(8), hashlib.sha256).digest()
    start = digest[-1] & 15
    return f"{(int.from_bytes(digest[start:start + 4]) & 0x7FFFFFFF) % 1_000_000:06}"


@dataclass
class Keycloak:
    base: str
    front_door: str
    secrets: dict[str, str]
    admin: requests.Session = field(default_factory=requests.Session)

    @property
    def issuer(self) -> str:
        return f"{self.base}/realms/onething"

    def log_in_as_admin(self, name: str, password: str) -> None:
        answer = requests.post(f"{self.base}/realms/master/protocol/openid-connect/token", timeout=60, data={
            "grant_type": "password", "client_id": "admin-cli", "username": name, "password": password,
        })
        self.admin.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"

    def person(self, name: str, password: str, attributes: dict[str, str], group: str = "", code: str = "") -> None:
        """Somebody of the realm; `code` is the secret of their one-time codes."""
        credentials: list[dict[str, Any]] = [{"type": "password", "value": password, "temporary": False}]
        if code:
            about = {"subType": "totp", "digits": 6, "period": PERIOD, "algorithm": "HmacSHA256"}
            credentials.append({
                "type": "otp", "secretData": json.dumps({"value": code}), "credentialData": json.dumps(about),
            })
        answer = self.admin.post(f"{self.base}/admin/realms/onething/users", timeout=60, json={
            "username": name, "enabled": True, "credentials": credentials,
            "attributes": {key: [value] for key, value in attributes.items()}, "groups": [group] if group else [],
        })
        assert answer.status_code == 201, answer.text


def _realm(front_door: str, chosen: dict[str, str]) -> dict[str, Any]:
    """The shipped one, with what is to be set in the console: secrets and addresses."""
    realm = json.loads(REALM.read_text(encoding="utf-8").replace(EXAMPLE, front_door))
    for client in realm["clients"]:
        client["secret"] = chosen[client["clientId"]]
    return realm


def fetched(folder: Path) -> Path:
    """Keycloak's own release, unpacked; 150 MB the first time."""
    maven = shutil.which("mvn") or "mvn"
    plugin = "org.apache.maven.plugins:maven-dependency-plugin:3.6.1"
    release = f"org.keycloak:keycloak-quarkus-dist:{VERSION}:zip"
    subprocess.run([maven, "-B", "-q", f"{plugin}:copy", f"-Dartifact={release}", f"-DoutputDirectory={folder}"], check=True)
    with zipfile.ZipFile(folder / f"keycloak-quarkus-dist-{VERSION}.zip") as packed:
        packed.extractall(folder)
    return folder / f"keycloak-{VERSION}"


@contextmanager
def keycloak(folder: Path, front_door: str) -> Iterator[Keycloak]:
    home, port = fetched(folder), free_port()
    chosen = {name: secrets.token_urlsafe(24) for name in ("onething-citizen", "onething-staff")}
    imported = home / "data" / "import"
    imported.mkdir(parents=True)
    (imported / "realm.json").write_text(json.dumps(_realm(front_door, chosen)), encoding="utf-8")
    password = secrets.token_urlsafe(16)
    environment = os.environ | {"KC_BOOTSTRAP_ADMIN_USERNAME": "admin", "KC_BOOTSTRAP_ADMIN_PASSWORD": password}
    command = [
        "bash", str(home / "bin" / "kc.sh"), "start-dev", "--import-realm", "--http-host=127.0.0.1", f"--http-port={port}",
    ]
    log = (folder / "keycloak.log").open("wb")
    process = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
    try:
        wait_for(port, process)
        there = Keycloak(f"http://127.0.0.1:{port}", front_door, chosen)
        for _ in range(120):
            if requests.get(f"{there.issuer}/.well-known/openid-configuration", timeout=60).status_code == 200:
                break
            time.sleep(1)
        there.log_in_as_admin("admin", password)
        yield there
    finally:
        process.terminate()
        process.wait()
        log.close()
