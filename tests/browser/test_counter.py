"""A clerk's morning at 1366 px without touching the mouse: somebody at the counter, papers, results (R38-R51, R97)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from onething.store import window
from tests.browser.clerk import SIZE, Clerk
from tests.browser.house import House
from tests.browser.looking import log_in
from tests.browser.pages import DELIVERY, WINDOW

pytestmark = pytest.mark.browser
HOTEL, ITEM = "open-hotel", "public-place-hygiene-permit"
Furnished = tuple[str, dict[str, str]]


@pytest.fixture
def page(chrome: Browser) -> Iterator[Page]:
    page = chrome.new_page(viewport=SIZE, locale="zh-CN")  # type: ignore[arg-type]
    yield page
    page.context.close()


def registered(house: House, number: str) -> list[tuple[str, str]]:
    with house.tools.store.reading() as session:
        return [(row.task, row.clerk) for row in window.of_case(session, number)]


def test_r38_r42_from_the_person_at_the_counter_to_the_receipt(
    house: House, furnished: Furnished, page: Page, tmp_path: Path
) -> None:
    clerk = Clerk(page, furnished[0], tmp_path)
    clerk.logs_in(WINDOW)
    clerk.begins(HOTEL)
    number = clerk.fills_it_in(house.tools, HOTEL, [ITEM])
    clerk.takes_it_in()
    assert registered(house, number) == [("counter-case", WINDOW), ("intake-review", WINDOW)]


def test_r49_r51_scans_and_originals(house: House, furnished: Furnished, page: Page, tmp_path: Path) -> None:
    address, ids = furnished
    number, clerk = ids["counter"], Clerk(page, address, tmp_path)
    log_in(page.context, address, WINDOW)
    page.goto(f"{address}/staff/window")
    page.keyboard.press("/")
    page.keyboard.type(number[-8:])
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.locator("#case-title, .desk-head").first).to_be_visible()
    clerk.scans_everything()
    assert registered(house, number)[-1] == ("digitising", WINDOW)
    clerk.hand.go(page.locator(".others a").last)
    clerk.hands_the_originals_over()
    assert registered(house, number)[-1] == ("paper-handover", WINDOW)


def test_r97_a_result_is_handed_over_against_identity_and_signature(
    house: House, furnished: Furnished, page: Page, tmp_path: Path
) -> None:
    address, ids = furnished
    clerk = Clerk(page, address, tmp_path)
    log_in(page.context, address, DELIVERY)
    clerk.opens(ids["collect"])
    clerk.send()
    expect(page.get_by_role("alert")).to_contain_text("请填写姓名")
    clerk.hands_the_results_over()
    assert registered(house, ids["collect"])[-1] == ("result-handover", DELIVERY)


def test_the_keys_lead_through_the_queue(furnished: Furnished, page: Page) -> None:
    """`?` shows them; j and k walk, o opens the most urgent, and typing is never taken for a key."""
    address, _ = furnished
    log_in(page.context, address, WINDOW)
    page.goto(f"{address}/staff/window")
    page.keyboard.press("?")
    expect(page.locator(".keys dl")).to_be_visible()
    page.keyboard.press("j")
    page.keyboard.press("j")
    expect(page.locator("[data-line]").nth(1)).to_be_focused()
    page.keyboard.press("k")
    expect(page.locator("[data-line]").first).to_be_focused()
    page.keyboard.press("/")
    page.keyboard.type("jno")
    expect(page.locator("#find")).to_have_value("jno")
    page.keyboard.press("Escape")
    with page.expect_navigation():
        page.keyboard.press("o")
    assert re.search(r"/staff/window/\d{15}", page.url)


@pytest.mark.parametrize("state", ["waiting", "correction", "under_way", "ended"])
def test_the_columns_scroll_and_the_page_does_not(furnished: Furnished, page: Page, state: str) -> None:
    """What is only read aloud does not stretch the page beyond the screen."""
    address, ids = furnished
    log_in(page.context, address, WINDOW)
    page.goto(f"{address}/staff/window/{ids[state]}")
    page.evaluate("for (const one of document.querySelectorAll('main details')) one.open = true")
    assert page.evaluate("document.documentElement.scrollHeight <= innerHeight")


@pytest.mark.parametrize(("state", "press", "field"), [
    ("under_way", "登记撤回", "#withdrawal-scope"), ("apart", "登记", "#reply-note"),
])
def test_what_is_wrong_is_opened_and_has_the_focus(
    furnished: Furnished, page: Page, state: str, press: str, field: str
) -> None:
    address, ids = furnished
    log_in(page.context, address, WINDOW)
    page.goto(f"{address}/staff/window/{ids[state]}")
    page.evaluate("for (const one of document.querySelectorAll('main details')) one.open = true")
    page.get_by_role("button", name=press, exact=True).click()
    expect(page.locator(field)).to_be_focused()
    expect(page.locator(field)).to_be_in_viewport()


def test_r52_what_is_left_of_two_hours_counts_down_while_the_page_is_open(furnished: Furnished, page: Page) -> None:
    address, _ = furnished
    log_in(page.context, address, WINDOW)
    page.clock.install()
    page.goto(f"{address}/staff/window")
    page.locator("[data-line]:has([data-due])").first.click()
    expect(page.locator("form#act")).to_be_attached()  # what is being filled in is never loaded anew
    line = page.locator(".clock [data-due]")
    before = line.inner_text()
    assert re.fullmatch(r"还剩 2 小时 0 分", before), before
    page.clock.fast_forward("30:20")
    expect(line).to_have_text("还剩 1 小时 29 分")
    page.clock.fast_forward("01:30:00")
    expect(line).to_have_text("已超期")
