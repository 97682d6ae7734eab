"""The front door's limits: counted by address, account, id number and phone; they survive a restart (S22)."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import event

from api.app import create_app
from api.limiting import BATCH
from onething.bootstrap import Tools
from onething.settings import Settings
from onething.store import audit
from tests.api.conftest import BASE, COMPANY, PDF, Person, restaurant
from tests.api.matrix import PUBLIC

VERIFY = "/api/v1/verify/no-such-token"


@pytest.fixture
def limited(tools: Tools) -> Tools:
    return with_settings(tools, limits=True)


def with_settings(tools: Tools, **changes: Any) -> Tools:
    return replace(tools, settings=Settings(**tools.settings.model_dump() | changes))


def from_address(app: Any, address: str, **headers: str) -> TestClient:
    return TestClient(app, base_url=BASE, client=(address, 1), headers=headers, raise_server_exceptions=False)


def test_s22_sixty_looks_a_minute_from_one_address(limited: Tools, clock: Any) -> None:
    app = create_app(limited)
    one = from_address(app, "198.51.100.1")
    assert {one.get(VERIFY).status_code for _ in range(60)} == {200}
    refused = one.get(VERIFY)
    assert (refused.status_code, refused.headers["content-type"]) == (429, "application/problem+json")
    assert refused.json()["code"] == "too-many"
    assert 0 < int(refused.headers["retry-after"]) <= 60
    page = one.get("/verify/no-such-token")
    assert (page.status_code, page.headers["retry-after"]) == (429, "60")
    assert "操作太频繁" in page.text
    assert "60 秒后再试" in page.text
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert one.post("/verify", files={"file": ("a.pdf", PDF)}).status_code == 429
    assert one.get("/verify").status_code == 200, "the form itself can always be seen"
    assert from_address(app, "198.51.100.2").get(VERIFY).status_code == 200
    clock.move(seconds=61)
    assert one.get(VERIFY).status_code == 200


def test_s22_a_restart_forgets_at_most_five_looks_and_so_does_another_front_door(limited: Tools) -> None:
    one = from_address(create_app(limited), "198.51.100.1")
    for _ in range(59):
        one.get(VERIFY)
    again = from_address(create_app(limited), "198.51.100.1")
    more = sum(again.get(VERIFY).status_code == 200 for _ in range(20))
    assert more <= BATCH


def test_s22_looking_is_no_writing(limited: Tools) -> None:
    """A sixth of the looks of one busy address at most; of a visitor with a few looks, and of readiness, none."""
    app, begun = create_app(limited), []
    event.listen(limited.store.engine, "before_cursor_execute", lambda _c, _u, statement, *_: begun.append(statement))
    for count in range(40):
        client = from_address(app, f"198.51.100.{count}")
        for path in (VERIFY, "/verify/x", "/readyz", "/healthz"):
            assert client.get(path).status_code == 200
    assert not [one for one in begun if one.startswith(("BEGIN IMMEDIATE", "INSERT", "UPDATE", "DELETE"))]
    busy = from_address(app, "203.0.113.9")
    for _ in range(60):
        busy.get(VERIFY)
    assert sum(one.startswith("BEGIN IMMEDIATE") for one in begun) == 60 / BATCH


def test_s22_ten_applications_an_hour_for_account_number_and_phone(limited: Tools, clock: Any) -> None:
    app = create_app(limited)
    company = Person(app, COMPANY)
    same = {"materials": restaurant(company)["materials"]}
    for count in range(10):
        clock.move(minutes=1)
        assert company.apply(key=f"key-{count:05}", **(same if count == 3 else {})).status_code == 201
    refused = company.apply(key="key-one-more")
    assert (refused.status_code, refused.headers["retry-after"]) == (429, str(51 * 60))
    assert company.apply(key="key-00003", **same).status_code == 201, "the same again is no new one"
    trade = Person(app, "demo-trade")
    same_person = trade.apply(key="key-of-another")
    assert same_person.json()["code"] == "not-oneself", "another account cannot use up what a company may hand in"
    own = {"name": "郑州样板商贸有限公司", "id_no": "91410100MA0000001X", "phone": "13800000005"}
    assert trade.apply(key="key-of-another", applicant=own | {"phone": "13800000004"}).status_code == 429
    assert trade.apply(key="key-of-another", applicant=own).status_code == 201
    clock.move(minutes=52)
    company = Person(app, COMPANY)
    assert company.apply(key="key-one-more").status_code == 201


def test_s22_many_accounts_at_one_address_share_its_limit(tools: Tools, clock: Any) -> None:
    app = create_app(with_settings(tools, limits=True, limit_submit_address="2/hour"))
    company, trade = Person(app, COMPANY), Person(app, "demo-trade")
    own = {"name": "郑州样板商贸有限公司", "id_no": "91410100MA0000001X", "phone": "13800000005"}
    assert company.apply(key="address-1").status_code == 201
    assert trade.apply(key="address-2", applicant=own).status_code == 201
    refused = company.apply(key="address-3")
    assert (refused.status_code, refused.headers["retry-after"]) == (429, "3600")
    company.client.headers["x-forwarded-for"] = "198.51.100.7"
    assert company.apply(key="address-3").status_code == 429, "who asks cannot be made up"
    clock.move(seconds=3601)
    assert Person(app, COMPANY).apply(key="address-3").status_code == 201


def test_s22_what_was_refused_for_another_reason_does_not_count(limited: Tools) -> None:
    company = Person(create_app(limited), COMPANY)
    for count in range(12):
        assert company.apply(key=f"key-{count:05}", items=["nothing"]).status_code == 404
    assert company.apply().status_code == 201


def test_s22_uploads_of_one_account(limited: Tools, clock: Any) -> None:
    company = Person(create_app(with_settings(limited, limit_upload="3/hour")), COMPANY)
    for _ in range(3):
        assert company.post("/api/v1/documents", files={"file": ("a.pdf", PDF)}).status_code == 201
    refused = company.post("/api/v1/documents", files={"file": ("a.pdf", PDF)})
    assert (refused.status_code, refused.headers["retry-after"]) == (429, "3600")
    draft = company.send("/apply/restaurant", {"licence": "yes"}).headers["location"].split("/")[2]
    assert company.send(f"/drafts/{draft}/materials/plan", files={"file": ("a.pdf", PDF)}).status_code == 429


def test_p15_the_development_login_is_no_way_to_find_out_who_there_is(limited: Tools, clock: Any) -> None:
    app = create_app(limited)
    for count in range(11):
        answer = from_address(app, "127.0.0.1").post("/api/v1/login", json={"subject": f"guess-{count}"})
        assert answer.status_code == (422 if count < 10 else 429)
    assert from_address(app, "127.0.0.1").post("/api/v1/login", json={"subject": COMPANY}).status_code == 429
    assert from_address(app, "127.0.0.2").post("/api/v1/login", json={"subject": COMPANY}).status_code == 200
    clock.move(minutes=16)
    assert from_address(app, "127.0.0.1").post("/api/v1/login", json={"subject": COMPANY}).status_code == 200


@pytest.mark.parametrize(("trusted", "peer", "said", "other"), [
    ("", "198.51.100.1", "203.0.113.1", "203.0.113.2"),  # nobody is trusted: what the client says counts for nothing
    ("192.0.2.0/24", "198.51.100.1", "203.0.113.1", "203.0.113.2"),  # somebody else is
    ("192.0.2.1", "192.0.2.1", "1.1.1.1, 203.0.113.1", "2.2.2.2, 203.0.113.1"),  # the proxy's own word is the last one
    ("192.0.2.1", "192.0.2.1", "1.1.1.1, 203.0.113.1, 192.0.2.1", "2.2.2.2, 203.0.113.1, 192.0.2.1"),
    ("192.0.2.1", "192.0.2.1", "2001:db8::1", "2001:db8::ffff:2"),  # one IPv6 network is one client
])
def test_s22_who_asks_cannot_be_made_up(trusted: str, peer: str, said: str, other: str, limited: Tools) -> None:
    app = create_app(with_settings(limited, trusted_proxies=trusted, limit_verify="1/minute"))
    assert from_address(app, peer, **{"x-forwarded-for": said}).get(VERIFY).status_code == 200
    assert from_address(app, peer, **{"x-forwarded-for": other}).get(VERIFY).status_code == 429


def test_s22_behind_a_trusted_proxy_every_client_counts_for_itself(limited: Tools) -> None:
    app = create_app(with_settings(limited, trusted_proxies="192.0.2.1", limit_verify="1/minute"))
    answers = [from_address(app, "192.0.2.1", **{"x-forwarded-for": f"203.0.113.{n}"}).get(VERIFY) for n in range(5)]
    assert {answer.status_code for answer in answers} == {200}


def test_limits_that_are_off_are_off(tools: Tools) -> None:
    client = from_address(create_app(tools), "198.51.100.1")
    assert {client.get(VERIFY).status_code for _ in range(70)} == {200}


def test_many_clients_are_forgotten_and_counting_stays_cheap(limited: Tools, monkeypatch: pytest.MonkeyPatch) -> None:
    """Memory is bounded; the figure is printed, not judged."""
    monkeypatch.setattr("api.limiting.REMEMBERED", 50)
    app = create_app(limited)
    begun = time.perf_counter()
    for count in range(300):
        app.state.looks.count(limited, f"client {count}")
    print(f"{(time.perf_counter() - begun) / 300 * 1e6:.0f} µs for the first look of a client")
    assert len(app.state.looks._seen) == 50


PUBLIC_POSTS = {
    "POST /login": "limit_login", "POST /api/v1/login": "limit_login", "POST /verify": "limit_verify",
    "POST /api/v1/verify": "limit_verify", "POST /rate/{token}": "limit_rate",
}
"""Whoever has no login may send these: each has its limit. A callback is refused by its signature before anything is asked of
the store, and counted by key after it (tests/api/test_callbacks.py)."""


def test_s22_a_public_post_needs_a_limit() -> None:
    public = {route for route in PUBLIC if route.startswith("POST ") and "/callbacks/" not in route}
    assert public == set(PUBLIC_POSTS)


@pytest.mark.parametrize("route", PUBLIC_POSTS)
def test_s22_every_public_post_is_limited_by_address(route: str, limited: Tools) -> None:
    one = from_address(create_app(with_settings(limited, **{PUBLIC_POSTS[route]: "2/hour"})), "198.51.100.1")
    path = route.removeprefix("POST ").replace("{token}", "no-such-token")
    sent = {"files": {"file": ("a.pdf", PDF)}} if "verify" in path else (
        {"json": {"subject": "nobody"}} if "/api/" in path else {"data": {"subject": "nobody", "grade": "satisfied"}})
    answers = [one.post(path, **sent) for _ in range(3)]
    assert [answer.status_code == 429 for answer in answers] == [False, False, True], [a.text[:200] for a in answers]
    assert int(answers[2].headers["retry-after"]) > 0
    elsewhere = from_address(one.app, "198.51.100.2").post(path, **sent)
    assert elsewhere.status_code != 429


def test_s12_what_a_request_leaves_in_the_trail_says_where_it_came_from(limited: Tools) -> None:
    app = create_app(limited)
    client = from_address(app, "127.0.0.7")
    client.headers["x-csrf-token"] = client.post("/api/v1/login", json={"subject": COMPANY}).json()["csrf_token"]
    assert client.get("/me/data/export.zip").status_code == 200
    with limited.store.reading() as session:
        row = next(row for row in audit.trail(session) if row.action == "export-own-data")
    assert row.ip == "127.0.0.7"
    with limited.store.transaction() as session:
        audit.record(session, limited.clock.now(), "系统", "archive", number="")
    with limited.store.reading() as session:
        assert audit.trail(session)[-1].ip == "", "nobody asked for it"


def test_s22_the_limit_of_uploads_knows_its_kind_however_it_is_written(limited: Tools) -> None:
    client = from_address(create_app(with_settings(limited, limit_upload="3/hour")), "127.0.0.1")
    csrf = client.post("/api/v1/login", json={"subject": COMPANY}).json()["csrf_token"]
    head = b'--x\r\ncontent-disposition: form-data; name="file"; filename="a.pdf"\r\n\r\n'
    for count in range(4):
        answer = client.post(
            "/api/v1/documents", content=head + PDF + b"\r\n--x--\r\n",
            headers={"content-type": "Multipart/Form-data; boundary=x", "x-csrf-token": csrf},
        )
        assert answer.status_code == (201 if count < 3 else 429), answer.text
