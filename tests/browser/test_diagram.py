"""流程图: the bundle's model with the places where the case is, as its applicant sees it (R72)."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from onething.modelling.picture import STATES
from tests.browser.house import COMPANY
from tests.browser.looking import log_in

pytestmark = pytest.mark.browser


def test_the_applicant_sees_on_the_model_where_the_case_is(chrome: Browser, furnished: tuple[str, dict[str, str]]) -> None:
    address, ids = furnished
    context = chrome.new_context(locale="zh-CN")
    log_in(context, address, COMPANY)
    page = context.new_page()
    page.goto(f"{address}/cases/{ids['under_way']}")
    page.get_by_role("link", name="看流程图").click()
    drawn = page.locator("main svg").filter(has=page.get_by_text("食品经营许可")).first
    expect(drawn).to_be_visible()
    for state in ("now", "done"):  # one is the legend's
        assert drawn.locator(f"[stroke='{STATES[state].stroke}']").count() > 1, state
    context.close()
