"""自助终端: few large choices, a count-down that the server keeps, and nothing left for the next person (R28, R116, S20)."""

from __future__ import annotations

from typing import Any

import pytest

from onething.store import accounts


@pytest.fixture
def terminal(person: Any) -> Any:
    """A browser that was opened as a terminal, with somebody logged in."""
    browser = person("demo-restaurant")
    assert browser.get("/terminal").headers["location"] == "/terminal"
    assert 'class="large terminal"' in browser.get("/terminal").text
    return browser


def test_r116_things_are_found_and_the_leaflet_is_printed_without_a_login(person: Any) -> None:
    browser = person()
    browser.get("/terminal")
    assert "/terminal/guides/restaurant" in browser.get("/terminal/find?q=饭店").text
    page = browser.get("/terminal/guides/restaurant").text
    assert "/bundles/restaurant/leaflet.pdf" in page
    assert "<svg" in page
    assert 'content="60;url=/terminal/end"' in page, "without scripts the page goes away by itself"
    assert browser.get("/terminal/cases").status_code == 401


def test_s20_a_minute_without_a_touch_ends_the_login_on_the_server(terminal: Any, tools: Any, clock: Any) -> None:
    token = terminal.client.cookies["onething_session"]
    for _ in range(4):
        clock.move(seconds=50)
        assert terminal.get("/terminal/cases").status_code == 200
    clock.move(seconds=61)
    assert terminal.get("/terminal/cases").status_code == 401
    terminal.client.cookies.delete("onething_terminal")
    assert terminal.get("/cases").status_code == 401, "not even as an ordinary browser"
    with tools.store.reading() as session:
        assert accounts.session_of(session, token, clock.now(), clock.now() - clock.now()) is None


def test_typing_keeps_the_login_and_needs_its_token(terminal: Any, clock: Any) -> None:
    for _ in range(3):
        clock.move(seconds=50)
        assert terminal.send("/stay").status_code == 204
    assert terminal.client.post("/stay", data={"csrf": "wrong"}).status_code == 403
    assert terminal.get("/terminal/cases").status_code == 200


@pytest.mark.parametrize("by_hand", [True, False])
def test_the_end_clears_the_browser_and_no_page_is_kept(terminal: Any, by_hand: bool) -> None:
    assert terminal.get("/terminal/cases").headers["cache-control"] == "no-store"
    ended = terminal.send("/terminal/end") if by_hand else terminal.get("/terminal/end")
    assert ended.headers["location"] == "/terminal"
    assert ended.headers["clear-site-data"] == '"cache", "storage"'
    assert terminal.get("/terminal/cases").status_code == 401
    assert terminal.get("/cases").status_code == 401


def test_a_link_does_not_end_an_ordinary_login(company: Any) -> None:
    assert company.get("/terminal/end").headers["location"] == "/"
    assert company.get("/cases").status_code == 200


def test_a_number_or_the_address_of_a_qr_code_opens_ones_own_case(terminal: Any, person: Any) -> None:
    number = terminal.apply().json()["number"]
    assert number in terminal.get("/terminal/cases").text.replace(" ", "")
    for text in (number, f"http://127.0.0.1:8000/cases/{number}"):
        assert terminal.get("/terminal/cases", params={"number": text}).headers["location"] == f"/terminal/cases/{number}"
    assert terminal.get(f"/terminal/cases/{number}").status_code == 200
    assert terminal.get(f"/terminal/cases/{number}/receipt.pdf").status_code == 404, "not taken in yet"
    other = person("demo-li-si")
    assert other.get(f"/terminal/cases/{number}").status_code == 404
    assert other.get(f"/terminal/cases/{number}/receipt.pdf").status_code == 404


def test_every_page_at_a_terminal_counts_down_and_offers_the_end(terminal: Any) -> None:
    for path in ("/terminal/find", "/apply/restaurant", "/terminal/cases", "/verify"):
        page = terminal.get(path).text
        assert 'data-idle="60"' in page, path
        assert 'action="/terminal/end"' in page, path
    assert "工作人员" not in terminal.get("/login").text


def test_a_terminal_becomes_an_ordinary_browser_again(terminal: Any) -> None:
    terminal.get("/terminal/off")
    assert "data-idle" not in terminal.get("/").text


def test_the_receipt_at_a_terminal_offers_no_file_s20(company: Any) -> None:
    number = company.apply().json()["number"]
    assert "form.pdf" in company.get(f"/cases/{number}/receipt").text
    company.get("/terminal")
    page = company.get(f"/cases/{number}/receipt").text
    assert "form.pdf" not in page
    assert 'href="/terminal"' in page
    assert company.get(f"/cases/{number}").headers["location"] == f"/terminal/cases/{number}"
