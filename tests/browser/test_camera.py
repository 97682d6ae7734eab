"""On a phone the camera is one press away, page after page; at a desk the button is not there."""

from __future__ import annotations

import io

import pytest
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from tests.browser.looking import PHONE, log_in
from tests.browser.pages import NOWHERE, OWNER

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("touched", [True, False], ids=["phone", "desk"])
def test_a_photo_is_taken_where_the_material_is_asked(
    chrome: Browser, furnished: tuple[str, dict[str, str]], touched: bool
) -> None:
    address, ids = furnished
    size = {"width": PHONE[0], "height": PHONE[1]} if touched else {"width": 1280, "height": 900}
    context = chrome.new_context(viewport=size, locale="zh-CN", has_touch=touched, is_mobile=touched)
    log_in(context, address, OWNER)
    page = context.new_page()
    page.goto(f"{address}/drafts/{ids['spoilt_materials']}/materials")
    button = page.locator("[data-camera]").first
    if not touched:
        expect(button).to_be_hidden()
        context.close()
        return
    asked = f"#{button.get_attribute('data-camera')}"
    page.evaluate("""asked => { const input = document.querySelector(asked);
        input.addEventListener("click", () => { window.askedFor = [input.getAttribute("capture"), input.accept]; }); }""", asked)
    with page.expect_file_chooser() as opened:
        button.tap()
    assert page.evaluate("window.askedFor") == ["environment", "image/*"]
    assert page.locator(asked).get_attribute("capture") is None, "the next press offers everything again"
    photo = io.BytesIO()
    Image.new("RGB", (1200, 900), "white").save(photo, "JPEG")
    with page.expect_navigation():
        opened.value.set_files({"name": "IMG_0001.jpg", "mimeType": "image/jpeg", "buffer": photo.getvalue()})
    expect(page.get_by_role("link", name="IMG_0001.jpg")).to_be_visible()
    with page.expect_navigation():
        page.get_by_role("button", name="移除").first.tap()
    context.close()


def photo(name: str) -> dict[str, object]:
    taken = io.BytesIO()
    Image.new("RGB", (1200, 900), "white").save(taken, "JPEG")
    return {"name": name, "mimeType": "image/jpeg", "buffer": taken.getvalue()}


def a_phone(chrome: Browser, address: str) -> BrowserContext:
    """The owner's, logged in."""
    context = chrome.new_context(viewport={"width": PHONE[0], "height": PHONE[1]}, locale="zh-CN", has_touch=True, is_mobile=True)
    log_in(context, address, OWNER)
    return context


def shoot(page: Page, button: Locator, name: str) -> None:
    with page.expect_file_chooser() as opened:
        button.tap()
    opened.value.set_files(photo(name))


def test_a_further_page_is_photographed_behind_the_first(chrome: Browser, furnished: tuple[str, dict[str, str]]) -> None:
    address, ids = furnished
    context = a_phone(chrome, address)
    page = context.new_page()
    page.goto(f"{address}/drafts/{ids['spoilt_materials']}/materials")
    row = page.locator("ul.files > li").first
    with page.expect_navigation():
        shoot(page, row.get_by_role("button", name="拍照"), "租约.jpg")
    more = row.get_by_role("button", name="再拍一页")
    for count in (2, 3):
        assert (more.bounding_box() or {})["height"] >= 24
        with page.expect_navigation():
            shoot(page, more, f"IMG_{count}.jpg")
        expect(row.get_by_role("link", name=f"租约（{count} 页）.pdf")).to_be_visible()
        expect(row).to_contain_text(f"共 {count} 页")
    with page.expect_navigation():
        row.get_by_role("button", name="移除").tap()
    expect(row.get_by_role("button", name="拍照")).to_be_visible()
    expect(more).to_have_count(0)
    context.close()


def test_a_correction_gathers_photos_until_it_is_sent(chrome: Browser, furnished: tuple[str, dict[str, str]]) -> None:
    address, ids = furnished
    context = a_phone(chrome, address)
    page = context.new_page()
    page.goto(f"{address}/cases/{ids['correction']}/correction")
    button = page.locator("[data-camera]").first
    field = page.locator(f"#{button.get_attribute('data-camera')}")
    row = page.locator("ul.files > li").first
    shoot(page, button, "第一页.jpg")
    expect(button).to_contain_text("再拍一页")
    shoot(page, button, "第二页.jpg")
    assert field.evaluate("input => [...input.files].map((file) => file.name)") == ["第一页.jpg", "第二页.jpg"]
    expect(row.locator(".picked")).to_have_text("第一页.jpg、第二页.jpg")
    page.evaluate(NOWHERE)  # it comes back, and the case stays as others know it
    with page.expect_navigation():
        page.get_by_role("button", name="提交补正材料").tap()
    expect(page.get_by_role("link", name="第一页（2 页）.pdf")).to_be_visible()
    expect(page.locator("main")).to_contain_text("已上传，待提交")
    context.close()
