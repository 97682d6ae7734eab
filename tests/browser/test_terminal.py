"""自助终端 at 1080 × 1920, by touch: a guide, one's own case, the receipt, nothing left for the next (R28, R116, S20)."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.looking import TERMINAL

pytestmark = pytest.mark.browser
SMALLEST = 72
"""Pixels of what a finger is to hit, standing."""


@pytest.fixture
def page(chrome: Browser, furnished: tuple[str, dict[str, str]]) -> Iterator[Page]:
    width, height = TERMINAL
    context = chrome.new_context(viewport={"width": width, "height": height}, has_touch=True, locale="zh-CN")
    context.add_init_script("window.print = () => { window.printed = true; };")  # no printer here: Chromium may crash on a PDF's
    page = context.new_page()
    page.goto(f"{furnished[0]}/terminal")
    yield page
    context.close()


def touch(page: Page, target: Locator) -> None:
    """Large enough for a finger, and it leads on."""
    box = target.bounding_box()
    assert box
    assert min(box["width"], box["height"]) >= SMALLEST, f"too small: {target}"
    with page.expect_navigation():
        target.tap()


def link(page: Page, name: str) -> Locator:
    return page.get_by_role("link", name=name).first


def prints(page: Page, name: str, file: str) -> None:
    """The paper is drawn in a frame of this page, where it goes with the page; no tab stays for the next person (S20)."""
    with page.expect_response(lambda answer: answer.url.endswith(file)) as answered:
        link(page, name).tap()
    assert answered.value.headers["content-disposition"].startswith("inline"), "printed, not kept"
    page.wait_for_function("() => document.querySelector('iframe').contentDocument?.contentType === 'application/pdf'")
    page.wait_for_function("() => document.querySelector('iframe').contentWindow.printed")
    assert [one.url for one in page.context.pages] == [page.url]
    assert not page.evaluate("window.printed"), "the paper, not the page around it"


def test_r116_a_leaflet_without_a_login(page: Page) -> None:
    touch(page, link(page, "查一件事"))
    page.locator("#q").fill("饭店")
    touch(page, page.get_by_role("button", name="搜索"))
    touch(page, link(page, "开饭店"))
    expect(page.get_by_role("img", name="完整版办事指南二维码")).to_be_visible()
    prints(page, "打印简版指南", "leaflet.pdf")
    touch(page, link(page, "返回首页"))
    expect(page.get_by_role("heading", name="您要办什么？")).to_be_visible()


def test_s20_ones_own_case_its_receipt_and_the_end(page: Page, furnished: tuple[str, dict[str, str]]) -> None:
    number = furnished[1]["under_way"]
    touch(page, link(page, "查我的办件"))
    touch(page, page.get_by_role("link", name="去登录"))
    touch(page, page.get_by_role("button", name="郑州示例餐饮有限公司（演示）"))
    touch(page, page.locator(f"a[href='/terminal/cases/{number}']"))
    expect(page.get_by_role("heading", level=1)).to_contain_text("开饭店")
    prints(page, "打印收件回执", "receipt.pdf")
    touch(page, page.get_by_role("button", name="结束使用"))
    expect(page.get_by_role("heading", name="您要办什么？")).to_be_visible()
    assert len(page.frames) == 1
    page.go_back()
    expect(page.get_by_text("开饭店")).to_have_count(0)


def test_the_count_is_seen_and_a_touch_starts_it_anew(page: Page) -> None:
    page.clock.install()
    touch(page, link(page, "查一件事"))
    left = page.locator("[data-left]")
    page.clock.run_for(20_000)
    expect(left).not_to_have_text("60")
    before = int(left.inner_text())
    page.get_by_role("heading", level=1).tap()
    page.clock.run_for(1_000)
    assert int(left.inner_text()) > before
