"""What is typed into a long page is not lost with the page."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.looking import PHONE, log_in
from tests.browser.pages import OWNER

pytestmark = pytest.mark.browser


def test_what_was_typed_is_there_after_the_page_was_lost(chrome: Browser, furnished: tuple[str, dict[str, str]]) -> None:
    address, ids = furnished
    context = chrome.new_context(viewport={"width": PHONE[0], "height": PHONE[1]}, locale="zh-CN")
    log_in(context, address, OWNER)
    page = context.new_page()
    page.goto(f"{address}/drafts/{ids['draft']}/form")
    place = page.locator("[name='form.premises_address']:visible")
    typed = place.input_value() + "二层"
    place.press("End")
    place.press_sequentially("二层")
    expect(page.locator("[data-kept]")).to_contain_text("已自动保存")
    context.close()
    again = chrome.new_context(locale="zh-CN")
    log_in(again, address, OWNER)
    page = again.new_page()
    page.goto(f"{address}/drafts/{ids['draft']}/form")
    expect(page.locator("[name='form.premises_address']:visible")).to_have_value(typed)
    again.close()


def test_nothing_is_kept_by_itself_once_it_was_sent(chrome: Browser, furnished: tuple[str, dict[str, str]]) -> None:
    address, ids = furnished
    context = chrome.new_context(locale="zh-CN")
    log_in(context, address, OWNER)
    page, kept = context.new_page(), []
    page.on("request", lambda request: kept.append(request.url) if b"keep" in (request.post_data_buffer or b"") else None)
    page.goto(f"{address}/drafts/{ids['draft']}/details")
    page.locator("[name='applicant.phone']").fill("13800000004")
    with page.expect_navigation():
        page.get_by_role("button", name="保存并继续").click()
    page.wait_for_timeout(3_500)
    assert kept == []
    context.close()
