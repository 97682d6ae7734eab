"""开饭店 from the start page to the rating, in the page alone: corrected once, one item withdrawn, one refused, one collected,
downloaded and verified; on a phone, on a desk, and with the keyboard alone (R1, R20, R38-R60, R86-R103, R121)."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from api.pages.languages import CHINESE, ENGLISH
from simulation.answers import YES
from simulation.town import Town
from tests.browser.citizen import Citizen, all_but_drainage
from tests.browser.hands import Finger, Keyboard, Pointer
from tests.browser.house import DRAIN, FOOD, SIGN
from tests.machine.drivers import intake_answer

pytestmark = [pytest.mark.engine, pytest.mark.browser]


def travel(town: Town, citizen: Citizen, front_door: str) -> None:
    """What the citizen does is done in the page; clerks and reviewers answer their tasks on the engine."""
    citizen.finds_it(front_door)
    citizen.answers_and_chooses()
    citizen.says_who_and_how()
    citizen.fills_the_form(town.tools)
    number = citizen.hands_in()
    town.do(town.task(number, "intake-review"), intake_answer(False))  # type: ignore[arg-type]
    town.wait(lambda: town.case(number).state == "correction")
    citizen.corrects()
    town.do(town.task(number, "intake-review"), YES["intake-review"])  # type: ignore[arg-type]
    town.task(number, "acceptance-review", SIGN)
    citizen.withdraws(SIGN)
    town.wait(lambda: SIGN not in [about for _, about in town.open_tasks(number)])
    town.work(number, all_but_drainage)
    assert town.states(number) == {FOOD: "approved", SIGN: "withdrawn", DRAIN: "refused"}
    citizen.reads_the_end()
    citizen.downloads_and_verifies()
    citizen.rates(number)
    assert town.admin.incidents(number) == []


WAYS = [
    pytest.param((390, 844), Finger, CHINESE, id="phone"), pytest.param((1280, 900), Keyboard, CHINESE, id="keyboard"),
    pytest.param((1280, 900), Pointer, ENGLISH, id="desk-english"),
    pytest.param((1280, 900), Pointer, CHINESE, id="desk", marks=pytest.mark.prove),
    pytest.param((390, 844), Keyboard, CHINESE, id="phone-keyboard", marks=pytest.mark.prove),
    pytest.param((390, 844), Keyboard, ENGLISH, id="phone-keyboard-english", marks=pytest.mark.prove),
    pytest.param((390, 844), Finger, ENGLISH, id="phone-english", marks=pytest.mark.prove),
    pytest.param((1280, 900), Keyboard, ENGLISH, id="keyboard-english", marks=pytest.mark.prove),
]


@pytest.mark.parametrize(("size", "hand", "language"), WAYS)
def test_from_the_start_page_to_the_rating(
    town: Town, front_door: str, chrome: Browser, tmp_path: Path, size: tuple[int, int], hand: type[Pointer], language: str
) -> None:
    touched = hand is Finger
    page = chrome.new_page(
        viewport={"width": size[0], "height": size[1]}, locale=language, has_touch=touched, is_mobile=touched
    )
    page.set_default_timeout(60_000)
    travel(town, Citizen(page, hand(page), tmp_path, language), front_door)
    page.close()


def test_the_skip_link_is_first_and_leads_past_the_menu(front_door: str, chrome: Browser) -> None:
    page = chrome.new_page(locale="zh-CN")
    page.goto(front_door)
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="跳到正文")).to_be_focused()
    expect(page.get_by_role("link", name="跳到正文")).to_be_in_viewport()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.locator("#q")).to_be_focused()
    page.close()
