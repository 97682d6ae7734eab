"""On a phone the camera is one press away; at a desk the button is not there."""

from __future__ import annotations

import io

import pytest
from PIL import Image
from playwright.sync_api import Browser, expect

from tests.browser.looking import PHONE, log_in
from tests.browser.pages import OWNER

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
    page.get_by_text("替换", exact=True).first.click()
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
    context.close()
