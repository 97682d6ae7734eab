"""What is typed into a long page is not lost with the page."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from onething.cli.demo import SAMPLE_PDF
from tests.browser.looking import PHONE, log_in
from tests.browser.pages import OWNER, WINDOW

pytestmark = pytest.mark.browser


def opened(chrome: Browser, address: str, who: str, **look: Any) -> Page:
    """A page of somebody who is logged in."""
    context = chrome.new_context(locale="zh-CN", **look)
    log_in(context, address, who)
    return context.new_page()


def test_what_was_typed_is_there_after_the_page_was_lost(chrome: Browser, furnished: tuple[str, dict[str, str]]) -> None:
    address, ids = furnished
    page = opened(chrome, address, OWNER, viewport={"width": PHONE[0], "height": PHONE[1]})
    page.goto(f"{address}/drafts/{ids['draft']}/form")
    place = page.locator("[name='form.premises_address']:visible")
    typed = place.input_value() + "二层"
    place.press("End")
    place.press_sequentially("二层")
    expect(page.locator("[data-kept]")).to_contain_text("已自动保存")
    page.context.close()
    page = opened(chrome, address, OWNER)
    page.goto(f"{address}/drafts/{ids['draft']}/form")
    expect(page.locator("[name='form.premises_address']:visible")).to_have_value(typed)
    page.context.close()


def test_who_leaves_by_another_link_loses_nothing(chrome: Browser, furnished: tuple[str, dict[str, str]]) -> None:
    address, ids = furnished
    page = opened(chrome, address, OWNER)
    page.goto(f"{address}/drafts/{ids['draft']}/details")
    page.locator("[name='applicant.phone']").fill("0371-67180001")
    page.get_by_role("link", name="我的办件").first.click()
    expect(page).to_have_title(re.compile("我的办件"))
    page.goto(f"{address}/drafts/{ids['draft']}/details")
    expect(page.locator("[name='applicant.phone']")).to_have_value("0371-67180001")
    page.locator("[name='applicant.phone']").fill("0371-67180002")
    page.get_by_role("link", name="English").first.click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.locator("[name='applicant.phone']")).to_have_value("0371-67180002")
    page.locator("[name='applicant.phone']").fill("0371-67180003")
    page.get_by_role("button", name="Log out").first.click()
    page.wait_for_url(lambda url: "/drafts/" not in url)
    log_in(page.context, address, OWNER)
    page.goto(f"{address}/drafts/{ids['draft']}/details")
    expect(page.locator("[name='applicant.phone']")).to_have_value("0371-67180003")
    page.context.close()


def test_the_counter_loses_nothing_either(chrome: Browser, furnished: tuple[str, dict[str, str]]) -> None:
    address, ids = furnished
    page = opened(chrome, address, WINDOW, viewport={"width": 1366, "height": 768})
    page.goto(f"{address}/staff/window/new/{ids['counter_draft']}")
    page.locator("[name='applicant.address']").fill("郑州市金水区某路 1 号")
    expect(page.locator("[data-kept]")).to_contain_text("已自动保存")
    page.reload()
    expect(page.locator("[name='applicant.address']")).to_have_value("郑州市金水区某路 1 号")
    page.context.close()


def test_ctrl_and_enter_send_the_form_one_types_in(chrome: Browser, furnished: tuple[str, dict[str, str]]) -> None:
    """Beside the task of the right column stand forms for what the applicant asks for."""
    address, ids = furnished
    page, sent = opened(chrome, address, WINDOW, viewport={"width": 1366, "height": 768}), []
    page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    page.goto(f"{address}/staff/window/{ids['counter']}")
    page.get_by_text("更改领取方式", exact=True).first.click()
    page.locator("[name='delivery-receiver']").fill("张三")
    with page.expect_navigation():
        page.keyboard.press("Control+Enter")
    assert [one.rpartition("/")[2] for one in sent] == ["delivery"]
    page.context.close()


def test_nothing_is_kept_by_itself_once_it_was_sent(chrome: Browser, furnished: tuple[str, dict[str, str]]) -> None:
    address, ids = furnished
    page, kept = opened(chrome, address, OWNER), []
    page.on("request", lambda request: kept.append(request.url) if b"keep" in (request.post_data_buffer or b"") else None)
    page.goto(f"{address}/drafts/{ids['draft']}/details")
    page.locator("[name='applicant.phone']").fill("13800000004")
    with page.expect_navigation():
        page.get_by_role("button", name="保存并继续").click()
    page.wait_for_timeout(3_500)
    assert kept == []
    page.context.close()


def test_the_way_back_past_a_fault_asks_nobody_to_send_again(chrome: Browser, furnished: tuple[str, dict[str, str]]) -> None:
    address, ids = furnished
    page = opened(chrome, address, OWNER)
    details = f"{address}/drafts/{ids['draft']}/details"
    page.goto(details)
    phone = page.locator("[name='applicant.phone']")
    phone.fill("1")
    page.get_by_role("button", name="保存并继续").click()
    expect(page.locator(".fault").first).to_contain_text("11 位手机号码")
    phone.fill("13800000004")
    page.get_by_role("button", name="保存并继续").click()
    page.wait_for_url(lambda url: url != details)
    answer = page.go_back()
    assert answer is not None
    assert (answer.status, answer.request.method) == (200, "GET")
    expect(phone).to_have_value("13800000004")
    page.context.close()


def test_one_press_leads_back_past_uploads_and_a_save_that_found_faults(
    chrome: Browser, furnished: tuple[str, dict[str, str]]
) -> None:
    address, ids = furnished
    page = opened(chrome, address, OWNER)
    before, materials = (f"{address}/drafts/{ids['spoilt_materials']}/{step}" for step in ("details", "materials"))
    page.goto(before)
    page.goto(materials)
    page.locator("#material-premises-plan input[type=file]").first.set_input_files(
        {"name": "图.pdf", "mimeType": "application/pdf", "buffer": SAMPLE_PDF})
    expect(page.locator("#material-premises-plan")).to_contain_text("已上传")
    page.get_by_role("button", name="保存并继续").click()
    expect(page.locator(".banner.bad").first).to_contain_text("管理制度")
    page.go_back()
    page.wait_for_url(before)
    page.go_forward()  # forward goes one by one
    page.wait_for_url(materials)
    page.locator("#material-premises-plan").get_by_role("button", name="移除").click()
    expect(page.locator("#material-premises-plan")).to_contain_text("待上传")
    page.context.close()


def test_a_date_in_a_sentence_stays_on_one_line(chrome: Browser, furnished: tuple[str, dict[str, str]]) -> None:
    address, ids = furnished
    page = opened(chrome, address, OWNER, viewport={"width": 300, "height": 844})
    page.goto(f"{address}/drafts/{ids['draft']}/review")
    sentence = page.locator(".title p")
    expect(sentence).to_contain_text(re.compile(r"最晚 \d{4}年\d{1,2}月\d{1,2}日 星期. \d\d:\d\d 前"))
    assert sentence.locator(".dated").count() == 1
    broken = page.evaluate("""() => [...document.querySelectorAll("main .dated")].filter((one) => {
        const day = document.createRange(), text = one.firstChild;
        if (!text || text.nodeType !== 3 || !/^\\d{4}年/.test(text.data)) return false;
        day.setStart(text, 0); day.setEnd(text, text.data.indexOf("日") + 1);
        return day.getClientRects().length > 1;
    }).length""")
    assert broken == 0
    page.context.close()


def test_a_file_that_is_too_large_is_told_on_the_page(chrome: Browser, furnished: tuple[str, dict[str, str]]) -> None:
    address, ids = furnished
    page, sent = opened(chrome, address, OWNER), []
    page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    page.goto(f"{address}/drafts/{ids['draft']}/materials")
    chooser = page.locator("input[type=file]").first
    chooser.evaluate("input => { input.dataset.max = 0.001 }")
    chooser.set_input_files({"name": "图.pdf", "mimeType": "application/pdf", "buffer": b"x" * 2000})
    expect(page.get_by_role("alert")).to_contain_text("请压缩或分页扫描后再选择")
    chooser.evaluate("input => { input.dataset.max = 20 }")
    with page.expect_navigation():
        chooser.set_input_files({"name": "图.pdf", "mimeType": "application/pdf", "buffer": b"no PDF"})
    expect(page.locator(".banner.bad")).to_be_visible()
    chooser = page.locator("input[type=file]").first
    chooser.evaluate("input => { input.dataset.max = 0.001 }")
    sent.clear()
    chooser.set_input_files({"name": "图.pdf", "mimeType": "application/pdf", "buffer": b"x" * 2000})
    expect(page.locator(".banner.bad")).to_have_count(0)
    expect(page.locator(".fault")).to_have_count(1)
    assert chooser.evaluate("input => input.files.length") == 0
    assert sent == []
    page.context.close()


def test_whoever_reads_for_long_is_told_before_the_login_ends(chrome: Browser, furnished: tuple[str, dict[str, str]]) -> None:
    """WCAG 2.2.1: told, with a way to stay; typing and other tabs count."""
    address, ids = furnished
    page = opened(chrome, address, OWNER, viewport={"width": PHONE[0], "height": PHONE[1]})
    page.clock.install()
    page.goto(f"{address}/drafts/{ids['draft']}/details")
    told = page.locator(".leaving")
    page.clock.fast_forward("27:00")
    expect(told).to_be_hidden()
    page.clock.fast_forward("01:00")
    expect(told).to_be_visible()
    expect(told).to_contain_text("2 分钟后自动退出")
    with page.expect_response("**/stay") as answered:
        page.get_by_role("button", name="继续使用").click()
    assert answered.value.status == 204
    expect(told).to_be_hidden()
    page.clock.fast_forward("28:00")
    expect(told).to_be_visible()
    other = page.context.new_page()
    other.goto(f"{address}/cases")
    expect(told).to_be_hidden()
    page.clock.fast_forward("30:00")
    expect(told.get_by_role("link", name="重新登录")).to_be_visible()
    expect(told.get_by_text("已自动退出")).to_be_visible()
    page.context.close()
