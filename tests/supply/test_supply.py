"""Lists of components, their licences and known weaknesses (S24): the check itself, on lists and a scanner made up here."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, date, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import yaml

HOME = Path(__file__).resolve().parents[2]
CHECK, POLICY = HOME / "docker" / "sbom" / "check.py", HOME / "docker" / "sbom" / "policy.yaml"
WEAK = "pkg:maven/org.example/weak@1.0"
EXCEPTION = {"id": "GHSA-1", "package": "weak", "since": date(2026, 11, 1), "until": date(2026, 11, 30),
             "reason": "the part that is weak is never called here"}
TODAY = date(2026, 11, 15)


def listed(folder: Path, *entries: dict[str, Any]) -> Path:
    file = folder / "list.json"
    file.write_text(json.dumps({"bomFormat": "CycloneDX", "components": entries}), encoding="utf-8")
    return file


def component(name: str, *licences: dict[str, Any]) -> dict[str, Any]:
    return {"name": name, "purl": f"pkg:maven/org.example/{name}@1.0?type=jar", "licenses": list(licences)}


def check(what: str, file: Path, scanner: str = "http://127.0.0.1:1/") -> tuple[int, str]:
    environment = {"PATH": "", "ONETHING_OSV": scanner, "no_proxy": "*"}
    done = subprocess.run([sys.executable, CHECK, what, file], capture_output=True, text=True, check=False, env=environment)
    return done.returncode, done.stdout + done.stderr


@pytest.fixture
def scanner() -> Iterator[str]:
    """Knows one weakness of the package `weak`, and answers in the order it was asked."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["queries"]
            found = [{"vulns": [{"id": "GHSA-1"}]} if one["package"]["purl"] == WEAK else {} for one in asked]
            self.send_response(200)
            self.end_headers()
            self.wfile.write(json.dumps({"results": found}).encode())

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize(("licences", "code"), [
    ([{"license": {"id": "MIT"}}], 0), ([{"license": {"name": "Apache License, 2.0"}}], 0),
    ([{"expression": "MIT OR Apache-2.0"}], 0), ([{"expression": "(MIT AND AGPL-3.0-only)"}], 1),
    ([{"license": {"id": "AGPL-3.0-only"}}], 1), ([], 1),
    ([{"license": {"id": "MIT"}}, {"license": {"name": "Ours alone"}}], 1)])
def test_s24_a_licence_that_nobody_allowed_is_named(licences: list[dict[str, Any]], code: int, tmp_path: Path) -> None:
    status, said = check("licences", listed(tmp_path, component("fine", {"license": {"id": "ISC"}}), component("odd", *licences)))
    assert status == code, said
    assert ("pkg:maven/org.example/odd@1.0" in said) == bool(code)
    assert "fine@" not in said


def test_s24_a_known_weakness_is_named(scanner: str, tmp_path: Path) -> None:
    status, said = check("weaknesses", listed(tmp_path, component("fine"), component("weak")), scanner)
    assert (status, f"GHSA-1: {WEAK}" in said, "fine@" in said) == (1, True, False)
    assert check("weaknesses", listed(tmp_path, component("fine")), scanner)[0] == 0


def test_s24_where_nobody_can_be_asked_it_says_so_and_fails(tmp_path: Path) -> None:
    status, said = check("weaknesses", listed(tmp_path, component("weak")))
    assert (status, said.startswith("NOT SCANNED: ")) == (2, True)


def loaded() -> Any:
    import importlib.util

    spec = importlib.util.spec_from_file_location("sbom_check", CHECK)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_s24_an_exception_lets_its_weakness_pass_until_its_day(
    scanner: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    module, files = loaded(), [str(listed(tmp_path, component("weak")))]
    monkeypatch.setattr(module, "ASK", scanner)
    policy = {"weaknesses": [EXCEPTION]}
    assert module.check_weaknesses(files, policy, TODAY) == 0
    assert module.check_weaknesses(files, policy, date(2026, 12, 1)) == 1
    assert module.check_weaknesses(files, {"weaknesses": [EXCEPTION | {"package": "fine"}]}, TODAY) == 1


@pytest.mark.parametrize("change", [
    {"reason": "none"}, {"until": date(2027, 11, 30)}, {"until": date(2026, 10, 1)}, {"until": date(2026, 11, 14)},
    {"more": "x"}])
def test_s24_an_exception_has_a_reason_and_days(change: dict[str, Any]) -> None:
    assert loaded().faults_of([EXCEPTION], TODAY) == []
    assert len(loaded().faults_of([EXCEPTION | change], TODAY)) == 1


def test_s24_the_exceptions_of_today_hold() -> None:
    policy = yaml.safe_load(POLICY.read_text(encoding="utf-8"))
    assert loaded().faults_of(policy["weaknesses"], datetime.now(UTC).date()) == []
    assert all(len(reason) > 20 for reason in policy["unnamed"].values())
    assert not [name for name in policy["licences"] if re.search(r"AGPL|SSPL|BUSL|(?<!L)GPL", name) and "lasspath" not in name]


@pytest.mark.parametrize("file", ["requirements.lock", "docker/sbom/tools.lock"])
def test_s24_everything_is_pinned_with_its_hashes_and_no_place(file: str) -> None:
    text = (HOME / file).read_text(encoding="utf-8")
    pins = re.findall(r"^\S.*?(?=^\S|\Z)", text, re.MULTILINE | re.DOTALL)
    assert len(pins) > 20
    assert [pin for pin in pins if not re.match(r"[\w.\[\]-]+==\S+ .*--hash=sha256:", pin, re.DOTALL)] == []
    assert "://" not in text
