"""A clerk's morning at 1366 px without touching the mouse: somebody at the counter, papers, results (R38-R51, R97)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from onething.application_form import examples, fields_for
from onething.cli.demo import SAMPLE_PDF
from onething.store import window
from tests.browser.hands import Keyboard
from tests.browser.house import DISTRICT, House
from tests.browser.looking import log_in
from tests.browser.pages import DELIVERY, WINDOW

pytestmark = pytest.mark.browser
HOTEL, ITEM = "open-hotel", "public-place-hygiene-permit"
SIZE = {"width": 1366, "height": 768}
CLERK_LOGIN = "/login?target=/staff/window"
Furnished = tuple[str, dict[str, str]]


@pytest.fixture
def page(chrome: Browser) -> Iterator[Page]:
    page = chrome.new_page(viewport=SIZE, locale="zh-CN")  # type: ignore[arg-type]
    yield page
    page.context.close()


def registered(house: House, number: str) -> list[tuple[str, str]]:
    with house.tools.store.reading() as session:
        return [(row.task, row.clerk) for row in window.of_case(session, number)]


def send(page: Page) -> None:
    with page.expect_navigation():
        page.keyboard.press("Control+Enter")


def opens_the_form(page: Page, hand: Keyboard) -> None:
    with page.expect_navigation():
        page.keyboard.press("n")
    hand.select(page.locator("#bundle"), HOTEL)
    hand.choose(page.locator("input[name=relation][value=agent]"))
    for field, text in (
        ("agent.name", "张三"), ("agent.id_no", "410102199001010012"), ("applicant.name", "郑州示例餐饮有限公司（演示）"),
        ("applicant.id_no", "91410100MA0000000T"), ("applicant.phone", "13800000004"),
    ):
        hand.fill(page.locator(f"[name='{field}']"), text)
    send(page)


def fills_it_in(page: Page, hand: Keyboard, house: House) -> None:
    for question in page.locator("#questions select").all():
        hand.select(question, question.locator("option").last.get_attribute("value") or "")
    send(page)
    for box in page.locator("#items input[type=checkbox]").all():
        hand.choose(box, box.input_value() == ITEM)
    hand.go(page.get_by_role("button", name="更新申请表和材料"))
    for paper in page.locator("#materials input[value=paper]").all():
        hand.choose(paper)
    catalogue = house.tools.catalogue.in_district(DISTRICT)
    for key, value in examples(fields_for(catalogue, catalogue.bundle(HOTEL), [ITEM])).items():
        place = page.locator(f"[name='form.{key}']")
        if place.first.get_attribute("type") in ("radio", "checkbox"):
            for one in value if isinstance(value, list) else [value]:
                hand.choose(page.locator(f"[name='form.{key}'][value='{ {True: 'yes', False: 'no'}.get(one, one) }']"))
        else:
            hand.fill(place, str(value))
    hand.choose(page.locator("#signed input"))
    send(page)


def test_r38_r42_from_the_person_at_the_counter_to_the_receipt(house: House, furnished: Furnished, page: Page) -> None:
    hand = Keyboard(page)
    page.goto(furnished[0] + CLERK_LOGIN)
    hand.select(page.locator("#subject"), WINDOW)
    hand.go(page.locator("section form button"))
    expect(page.get_by_text("今天的窗口")).to_be_visible()
    opens_the_form(page, hand)
    fills_it_in(page, hand, house)
    number = page.url.rpartition("/")[2]
    page.keyboard.press("a")
    expect(page.locator(".judge input[type=checkbox]:not(:checked)")).to_have_count(0)
    assert not page.locator("input[name=decision]:checked").count(), "what follows from it the clerk says"
    hand.choose(page.locator("input[name=decision][value=accepted]"))
    send(page)
    expect(page.get_by_text("系统正在办理")).to_be_visible()
    assert registered(house, number) == [("counter-case", WINDOW), ("intake-review", WINDOW)]


def test_r49_r51_scans_and_originals(house: House, furnished: Furnished, page: Page, tmp_path: Path) -> None:
    address, ids = furnished
    hand, number, scan = Keyboard(page), ids["counter"], tmp_path / "扫描.pdf"
    scan.write_bytes(SAMPLE_PDF)
    log_in(page.context, address, WINDOW)
    page.goto(f"{address}/staff/window")
    page.keyboard.press("/")
    page.keyboard.type(number[-8:])
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.locator("#case-title, .desk-head").first).to_be_visible()
    missing = page.locator("input[data-send]")
    while missing.count():
        with page.expect_navigation():
            hand.attach(missing.first, scan)
    send(page)
    assert registered(house, number)[-1] == ("digitising", WINDOW)
    hand.go(page.locator(".others a").last)
    hand.fill(page.locator("#receiver"), "牵头部门老李")
    send(page)
    assert registered(house, number)[-1] == ("paper-handover", WINDOW)


def test_r97_a_result_is_handed_over_against_identity_and_signature(house: House, furnished: Furnished, page: Page) -> None:
    address, ids = furnished
    hand = Keyboard(page)
    log_in(page.context, address, DELIVERY)
    page.goto(f"{address}/staff/window/{ids['collect']}")
    send(page)
    expect(page.get_by_role("alert")).to_contain_text("请填写领取人姓名")
    hand.choose(page.locator("input[name=relation][value=agent]"))
    hand.fill(page.locator("#receiver"), "张三")
    hand.fill(page.locator("#id_no"), "410102199001010012")
    hand.choose(page.locator("#signed input"))
    send(page)
    expect(page.get_by_text("系统正在办理")).to_be_visible()
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
