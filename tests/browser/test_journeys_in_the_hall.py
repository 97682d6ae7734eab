"""开饭店 in the hall, on the real engine: all of it at the counter; begun and ended at a terminal (R28, R38-R60, R86-R103)."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from onething.store import applications, certificates, consents, window
from onething.vocabulary import CaseState
from simulation.answers import YES
from simulation.town import Town
from tests.browser.citizen import Citizen, all_but_drainage
from tests.browser.clerk import SIZE, Clerk
from tests.browser.hands import Finger, Pointer
from tests.browser.house import DRAIN, FOOD, SIGN
from tests.browser.looking import PHONE, TERMINAL
from tests.browser.pages import DELIVERY, WINDOW
from tests.machine.drivers import intake_answer

pytestmark = [pytest.mark.engine, pytest.mark.browser]
RESTAURANT, ITEMS = "open-restaurant", (FOOD, SIGN, DRAIN)


def due(town: Town, number: str) -> list[str]:
    with town.tools.store.reading() as session:
        return [one.task for one in window.due(session, applications.get(session, number))]


def papers_of(page: Page) -> list[str]:
    return [text.removeprefix("打印") for text in page.locator("a", has_text="打印").all_inner_texts()]


def test_the_whole_of_it_at_the_counter(town: Town, front_door: str, chrome: Browser, tmp_path: Path) -> None:
    """Corrected once, one item stopped, one refused, one collected; with the keyboard alone."""
    page = chrome.new_page(viewport=SIZE, locale="zh-CN")  # type: ignore[arg-type]
    page.set_default_timeout(60_000)
    clerk = Clerk(page, front_door, tmp_path)
    clerk.logs_in(WINDOW)
    clerk.begins(RESTAURANT)
    number = clerk.fills_it_in(town.tools, RESTAURANT, ITEMS)
    clerk.finds_a_fault("缺第 2 页，请补上")
    town.wait(lambda: town.case(number).state == CaseState.CORRECTION)
    clerk.opens(number)
    assert "一次性告知通知书" in papers_of(page)
    expect(page.get_by_text("缺第 2 页，请补上").first).to_be_visible()
    clerk.takes_what_was_missing()
    town.task(number, "intake-review")
    clerk.opens(number)
    clerk.takes_it_in()
    town.wait(lambda: "digitising" in due(town, number))
    clerk.opens(number, "digitising")
    assert "收件回执" in papers_of(page)
    clerk.scans_everything()
    town.wait(lambda: "digitising" not in due(town, number))
    clerk.opens(number, "paper-handover")
    clerk.hands_the_originals_over()
    town.task(number, "acceptance-review", SIGN)
    clerk.opens(number)
    clerk.stops(SIGN)
    town.wait(lambda: SIGN not in [about for _, about in town.open_tasks(number)])
    town.work(number, all_but_drainage, until="result-handover")
    assert town.states(number) == {FOOD: "approved", SIGN: "withdrawn", DRAIN: "refused"}
    page.context.clear_cookies()
    clerk.logs_in(DELIVERY)
    clerk.opens(number)
    expect(page.locator("#case-title")).to_contain_text("开饭店")
    clerk.hands_the_results_over()
    town.wait(lambda: town.admin.process_state(number) == "COMPLETED")
    clerk.opens(number)
    assert "送达回证" in papers_of(page)
    with town.tools.store.reading() as session:
        acts = [(row.task, row.person) for row in window.of_case(session, number)]
        [made] = certificates.of_case(session, number)
    assert acts == [
        ("counter-case", "张三"), ("intake-review", ""), ("correction", ""), ("intake-review", ""), ("digitising", ""),
        ("paper-handover", "牵头部门老李"), ("withdrawal", "张三"), ("result-handover", "张三"),
    ]
    page.goto(f"{front_door}/verify/{made.verify_token}")
    expect(page.get_by_role("heading", level=1, name="有效")).to_be_visible()
    assert town.admin.incidents(number) == []
    page.context.close()


def test_begun_at_a_terminal_with_the_files_from_a_phone(town: Town, front_door: str, chrome: Browser, tmp_path: Path) -> None:
    """A terminal has no files; what was typed there is on the phone, and what the phone added is at the terminal. Corrected
    by phone; one item stopped and the whole rated at the terminal."""
    width, height = TERMINAL
    context = chrome.new_context(viewport={"width": width, "height": height}, has_touch=True, locale="zh-CN")
    context.add_init_script("window.print = () => { window.printed = true; };")
    terminal, phone = context.new_page(), chrome.new_page(viewport={"width": PHONE[0], "height": PHONE[1]}, locale="zh-CN")
    for page in (terminal, phone):
        page.set_default_timeout(60_000)
    there, by_phone = Citizen(terminal, Finger(terminal), tmp_path), Citizen(phone, Pointer(phone), tmp_path)
    there.finds_it_at_the_terminal(front_door)
    there.answers_and_chooses()
    there.says_who_and_how()
    there.fills_the_form(town.tools)
    there.heading("上传材料")
    by_phone.goes_on_with_it(front_door)
    by_phone.uploads()
    expect(terminal.locator("input[type=file]")).to_have_count(0)
    there.hand.go(there.link("刷新"))
    number = there.hands_in()
    assert terminal.url == f"{front_door}/terminal/cases/{number}", "a terminal has pages of its own"
    town.do(town.task(number, "intake-review"), intake_answer(False))  # type: ignore[arg-type]
    town.wait(lambda: town.case(number).state == "correction")
    terminal.reload()
    expect(terminal.get_by_role("img", name="补正页面的二维码")).to_be_visible()
    expect(terminal.get_by_role("link", name="补正材料")).to_have_count(0)
    phone.goto(f"{front_door}/cases/{number}")
    by_phone.corrects()
    town.do(town.task(number, "intake-review"), YES["intake-review"])  # type: ignore[arg-type]
    town.task(number, "acceptance-review", SIGN)
    there.withdraws(SIGN)
    town.wait(lambda: SIGN not in [about for _, about in town.open_tasks(number)])
    town.work(number, all_but_drainage)
    assert town.states(number) == {FOOD: "approved", SIGN: "withdrawn", DRAIN: "refused"}
    terminal.goto(f"{front_door}/terminal/cases/{number}")
    expect(terminal.get_by_text("已办结").first).to_be_visible()
    with terminal.expect_response(lambda answer: answer.url.endswith("receipt.pdf")):
        terminal.get_by_role("link", name="打印收件回执").tap()
    there.rates_it()
    there.hand.go(terminal.get_by_role("button", name="结束使用"))
    expect(terminal.get_by_role("heading", name="您要办什么？")).to_be_visible()
    with town.tools.store.reading() as session:
        made = next(one for one in certificates.of_case(session, number) if one.item == FOOD)
        assert {row.way for row in consents.of_case(session, number)} == {"terminal"}
    there.verifies(made.certificate_no, made.verify_token)
    assert town.admin.incidents(number) == []
    phone.context.close()
    context.close()
