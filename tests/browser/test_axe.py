"""WCAG 2.2 AA on every page at phone and desk width: axe-core finds nothing (issue 6), and what axe cannot see is looked at."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page

from api.pages.languages import CHINESE, ENGLISH
from tests.api.test_matrix import routes_of
from tests.browser.looking import DESK, PHONE, TERMINAL, Onlookers
from tests.browser.pages import NOT_PAGES, PAGES, Look
from tests.js.packages import package

pytestmark = pytest.mark.browser
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
LOOKS = [look for looks in PAGES.values() for look in looks]
RUN = """async options => (await axe.run(document, options)).violations.flatMap(rule =>
  rule.nodes.map(node => `${rule.id}: ${node.target.join(' ')}: ${node.failureSummary.replace(/\\s+/g, ' ').slice(0, 300)}`))"""


@pytest.fixture(scope="session")
def axe() -> str:
    return package("axe-core/axe.min.js").read_text(encoding="utf-8")


def violations(page: Page, axe: str, **options: Any) -> list[str]:
    """Evaluated by the browser's own debugger: the page's content policy stays as it is."""
    if page.evaluate("typeof axe") == "undefined":
        page.evaluate(axe)
    return page.evaluate(RUN, {"resultTypes": ["violations"], **options})


def too_wide(page: Page, widths: list[int]) -> list[str]:
    """Where one would have to scroll sideways: also at 320 px (1.4.10) and in large type on a phone."""
    tries = [(width, "") for width in widths] + ([] if TERMINAL[0] in widths else [(320, ""), (PHONE[0], "large")])
    found = []
    for width, look in tries:
        page.set_viewport_size({"width": width, "height": 900})
        if look:
            page.evaluate("look => document.documentElement.classList.add(look)", look)
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            found.append(f"{width} px {look}")
    return found


def test_every_route_that_answers_with_a_page_is_looked_at(onlookers: Onlookers) -> None:
    app_routes = set(routes_of(onlookers.app.routes))
    pages = {route for route in app_routes if route.startswith("GET ") and not route.startswith("GET /api/v1/")}
    assert pages | {"GET /api/v1/docs"} == set(PAGES) | (NOT_PAGES & app_routes)
    assert not NOT_PAGES - app_routes, "rows of routes that are gone"
    assert not set(PAGES) & NOT_PAGES


@pytest.mark.parametrize("look", LOOKS, ids=lambda look: look.name)
def test_axe_finds_nothing(onlookers: Onlookers, axe: str, look: Look) -> None:
    rules = {"runOnly": {"type": "tag", "values": TAGS}}
    sizes = (TERMINAL,) if look.terminal else (DESK, PHONE)
    page = onlookers.at(look, sizes[0])
    found = {}
    for width, height in sizes:
        page.set_viewport_size({"width": width, "height": height})
        if (width, height) == sizes[-1]:
            page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
        found[width] = violations(page, axe, **rules)
    page.emulate_media(color_scheme="dark")
    found["dark"] = violations(page, axe, runOnly=["color-contrast"])
    page.emulate_media(color_scheme="light")
    assert not any(found.values()), found
    assert not too_wide(page, [width for width, _ in sizes])
    assert page.locator("h1").count() == 1
    assert page.locator("html").get_attribute("lang") == CHINESE


@pytest.mark.parametrize("look", [look for look in LOOKS if look.bilingual], ids=lambda look: look.name)
def test_axe_finds_nothing_in_english(onlookers: Onlookers, axe: str, look: Look) -> None:
    """Structure and colours are those of the Chinese page; words, their language and their length are not."""
    page = onlookers.at(look, PHONE, ENGLISH)
    page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
    assert violations(page, axe, runOnly={"type": "tag", "values": TAGS}) == []
    assert not too_wide(page, [PHONE[0]])
    assert page.locator("html").get_attribute("lang") == ENGLISH
