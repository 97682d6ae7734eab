"""Ownership, sessions, CSRF, headers, the development login (S10, S20, S21)."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import event

from api.app import create_app
from api.context import safe_target
from onething.bootstrap import Tools
from onething.errors import OneThingError
from onething.settings import Settings


def test_a_foreign_case_looks_like_none_s10(company: Any, person: Any) -> None:
    number, document = company.apply().json()["number"], company.upload()
    other = person("demo-li-si")
    api = f"/api/v1/applications/{number}"
    for method, path, body in (
        ("GET", api, None), ("POST", f"{api}/withdrawal", {}), ("POST", f"{api}/correction", {"materials": {}}),
        ("GET", f"/api/v1/documents/{document}", None),
    ):
        headers = {"X-CSRF-Token": other.csrf}
        foreign = other.client.request(method, path, json=body, headers=headers)
        none = other.client.request(
            method, path.replace(number, "NONE").replace(document, "NONE"), json=body, headers=headers
        )
        assert foreign.status_code == none.status_code == 404
        assert foreign.text.replace(number, "NONE") == none.text
    for path in (
        f"/cases/{number}", f"/cases/{number}/receipt", f"/cases/{number}/withdrawal", f"/cases/{number}/correction",
        f"/documents/{document}", f"/staff/cases/{number}",
    ):
        assert other.get(path).status_code == 404, path


@pytest.mark.parametrize("page", ["", "/receipt", "/receipt.pdf", "/diagram", "/withdrawal", "/correction", "/questions"])
def test_s10_a_foreign_case_takes_no_longer_than_none(company: Any, person: Any, tools: Tools, page: str) -> None:
    """Numbers follow each other, so the wait must not tell which there are: the same questions, none of them about a case."""
    number, other, asked = company.apply().json()["number"], person("demo-li-si"), []
    event.listen(tools.store.engine, "before_cursor_execute", lambda _c, _u, statement, *_: asked.append(statement))
    found = []
    other.get("/cases/NONE")  # what every page asks once in a while: is the engine away
    for wanted in (number, "NONE"):
        asked.clear()
        assert other.get(f"/cases/{wanted}{page}").status_code == 404
        found.append(tuple(asked))
    foreign, none = found
    assert foreign == none
    assert sum(one.startswith("SELECT") for one in none) == 2, "who asks, and their case of this number"


def test_a_foreign_draft_looks_like_none_s10(company: Any, person: Any) -> None:
    draft = company.send("/apply/restaurant").headers["location"].split("/")[2]
    other = person("demo-li-si")
    for path in (f"/drafts/{draft}", f"/drafts/{draft}/items"):
        assert other.get(path).status_code == 404
    for path in ("items", "materials/plan", "materials/plan/remove", "delete"):
        assert other.send(f"/drafts/{draft}/{path}").status_code == 404


def test_staff_see_what_their_group_handles_s09(company: Any, person: Any) -> None:
    number = company.apply(district="410105").json()["number"]
    allowed = {f"{office}-410105" for office in ("window", "delivery", "supervisor", "reviewer-market")}
    allowed.add("reviewer-fire-410100")
    refused = {"window-410100", "reviewer-city-management-410105", "reviewer-market-410100"}
    for subject in allowed | refused:
        status = person(subject).get(f"/staff/cases/{number}").status_code
        assert status == (200 if subject in allowed else 404), subject


def test_a_request_without_the_token_changes_nothing_s20(company: Any) -> None:
    document = company.upload()
    number = company.apply().json()["number"]
    for path in (f"/cases/{number}/withdrawal", "/apply/restaurant", "/logout"):
        answer = company.client.post(path, data={"csrf": "wrong"})
        assert answer.status_code == 403
    api = company.client.post(f"/api/v1/applications/{number}/withdrawal", json={})
    assert (api.status_code, api.json()["code"]) == (403, "csrf")
    assert company.get(f"/api/v1/applications/{number}").json()["state"] == "submitted"
    assert company.get(f"/api/v1/documents/{document}").status_code == 200


def test_a_request_from_another_site_is_refused_s20(person: Any) -> None:
    headers = {"sec-fetch-site": "cross-site"}
    answer = person().client.post("/login", data={"subject": "demo-li-si"}, headers=headers)
    assert answer.status_code == 403


def test_sessions_end_when_idle_when_old_and_at_logout_s20(company: Any, person: Any, clock: Any) -> None:
    clock.move(minutes=29)
    assert company.get("/cases").status_code == 200
    clock.move(minutes=29)
    assert company.get("/cases").status_code == 200
    clock.move(minutes=31)
    expired = company.get("/drafts/x/items")
    assert expired.status_code == 401
    assert "登录已超时" in expired.text
    assert "/login?target=/drafts/x/items" in expired.text
    assert company.get("/api/v1/applications").json()["code"] == "login-required"
    steady = person("demo-li-si")
    for _ in range(30):
        clock.move(minutes=25)
        last = steady.get("/cases").status_code
    assert last == 401
    leaving = person("demo-li-si")
    token = dict(leaving.client.cookies)
    assert leaving.send("/logout").status_code == 303
    leaving.client.cookies.update(token)
    assert leaving.get("/cases").status_code == 401


def test_the_cookie_is_closed_and_changes_at_login_s20(app: Any, tools: Any) -> None:
    client = TestClient(app, base_url="http://127.0.0.1")
    first = client.post("/api/v1/login", json={"subject": "demo-li-si"})
    flags = first.headers["set-cookie"].lower()
    assert "httponly" in flags
    assert "samesite=lax" in flags
    old = client.cookies["onething_session"]
    client.post("/api/v1/login", json={"subject": "demo-li-si"})
    assert client.cookies["onething_session"] != old
    again = TestClient(app, base_url="http://127.0.0.1", cookies={"onething_session": old})
    assert again.get("/cases").status_code == 401


def test_headers_on_every_answer_s15(company: Any, app: Any) -> None:
    for path in ("/", "/nothing", "/api/v1/bundles", "/cases"):
        headers = company.get(path).headers
        assert "unsafe-inline" not in headers["content-security-policy"]
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert headers["x-frame-options"] == "DENY"
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["cache-control"] == "no-store"
        assert "access-control-allow-origin" not in headers


def test_an_unexpected_error_says_nothing_of_the_inside(company: Any, tools: Any, monkeypatch: Any) -> None:
    def broken(*_: Any, **__: Any) -> None:
        raise RuntimeError("410102199001010012 in SQL")

    monkeypatch.setattr("api.routes.cases.view", broken)
    number = company.apply().json()["number"]
    answer = company.get(f"/cases/{number}")
    assert answer.status_code == 500
    assert "410102199001010012" not in answer.text
    assert "Traceback" not in answer.text


def test_the_development_login_is_for_this_machine_only_s21(tools: Any, app: Any) -> None:
    for change in ({"api_host": "0.0.0.0"}, {"public_url": "https://ywt.example.cn"}):
        settings = Settings(**tools.settings.model_dump() | change)
        with pytest.raises(OneThingError, match="只能在本机"):
            create_app(type(tools)(settings, tools.store, tools.catalogue, tools.calendar, tools.clock))
    outside = TestClient(app, base_url="http://rebound.example.cn")
    assert outside.get("/login").status_code == 403
    assert outside.post("/api/v1/login", json={"subject": "demo-li-si"}).status_code == 403
    for elsewhere in (
        {"headers": {"x-forwarded-for": "203.0.113.5"}}, {"headers": {"forwarded": "for=203.0.113.5"}},
        {"headers": {"via": "1.1 proxy"}}, {"client": ("203.0.113.5", 1)},
    ):
        passed_on = TestClient(app, base_url="http://127.0.0.1:8000", **elsewhere)
        assert passed_on.post("/api/v1/login", json={"subject": "demo-li-si"}).json()["code"] == "login-not-local"
        assert passed_on.get("/login").status_code == 403
    closed = Settings(**tools.settings.model_dump() | {"demo": False, "api_host": "0.0.0.0"})
    real = create_app(type(tools)(closed, tools.store, tools.catalogue, tools.calendar, tools.clock))
    answer = TestClient(real, base_url="http://127.0.0.1").post("/api/v1/login", json={"subject": "demo-li-si"})
    assert answer.json()["code"] == "login-closed"


@pytest.mark.parametrize("target", ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:1", ""])
def test_a_login_never_leads_away(target: str, person: Any) -> None:
    assert safe_target(target) == "/"
    answer = person().client.post("/login", data={"subject": "demo-li-si", "target": target})
    assert answer.headers["location"] == "/"


def test_no_personal_data_in_the_log_s10(company: Any, caplog: Any) -> None:
    with caplog.at_level("DEBUG"):
        number = company.apply().json()["number"]
        company.get(f"/cases/{number}")
    ours = [record.getMessage() for record in caplog.records if not record.name.startswith(("httpx", "asyncio"))]
    for canary in ("91410100MA0000000T", "13800000004", "示例餐饮"):
        assert not [line for line in ours if canary in line]
