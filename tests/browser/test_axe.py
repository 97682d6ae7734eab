"""WCAG 2.2 AA on every page at phone and desk width: axe-core finds nothing (issue 6), and what axe cannot see is looked at."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page

from api.pages import HERE as PAGES_HERE
from api.pages.languages import CHINESE, ENGLISH
from api.problems import TITLES
from tests.api.test_matrix import routes_of
from tests.browser.looking import PHONE, TERMINAL, UNFOLD, Onlookers, sizes_of
from tests.browser.pages import NO_ANSWER, NOT_PAGES, PAGES, Look
from tests.js.packages import package

pytestmark = pytest.mark.browser
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
LOOKS = [look for looks in PAGES.values() for look in looks]
TEMPLATES = {path.name: path.read_text(encoding="utf-8") for path in (PAGES_HERE / "templates").glob("*.html")}
PARENTS = {name: found[1] for name, text in TEMPLATES.items() if (found := re.search(r'{% extends "(.+?)" %}', text))}
NEVER_SENT = {400}
"""Of an error that no browser causes from a page of ours: a form that is cut off."""
SMALL = """() => { for (const letter of "ab") { const one = document.createElement("button"); one.textContent = letter;
  Object.assign(one.style, {all: "unset", display: "inline-block", width: "12px", height: "12px"});
  document.querySelector("main").append(one) } }"""
RUN = """async options => (await axe.run(document, options)).violations.flatMap(rule =>
  rule.nodes.map(node => `${rule.id}: ${node.target.join(' ')}: ${node.failureSummary.replace(/\\s+/g, ' ').slice(0, 300)}`))"""


@pytest.fixture(scope="session")
def axe() -> str:
    return package("axe-core/axe.min.js").read_text(encoding="utf-8")


def violations(page: Page, axe: str, **options: Any) -> list[str]:
    """Evaluated by the browser's own debugger: the page's content policy stays as it is. What a bar at the foot of the screen
    happens to cover is scrolled free by people; axe would take the rest of it for the whole of a small target."""
    page.evaluate("for (const bar of document.querySelectorAll('.stick, .finish')) bar.style.position = 'static'")
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


def dead_links(page: Page) -> list[str]:
    """A fault at the top leads to its field, a list of contents to its part: also to what is folded."""
    return page.evaluate("""() => [...document.querySelectorAll('a[href^="#"]')].map(one => decodeURIComponent(one.hash.slice(1)))
      .filter(name => name && !document.getElementById(name))""")


def test_every_route_that_answers_with_a_page_is_looked_at(onlookers: Onlookers) -> None:
    app_routes = set(routes_of(onlookers.app.routes))
    pages = {route for route in app_routes if route.startswith("GET ") and not route.startswith("GET /api/v1/")}
    assert pages | {"GET /api/v1/docs"} == set(PAGES) | (NOT_PAGES & app_routes)
    assert not NOT_PAGES - app_routes, "rows of routes that are gone"
    assert not set(PAGES) & NOT_PAGES


@pytest.mark.parametrize("look", LOOKS, ids=lambda look: look.name)
def test_axe_finds_nothing(onlookers: Onlookers, axe: str, look: Look) -> None:
    rules = {"runOnly": {"type": "tag", "values": TAGS}}
    sizes = sizes_of(look)
    page = onlookers.at(look, sizes[0])
    found = {}
    for width, height in sizes:
        page.set_viewport_size({"width": width, "height": height})
        if (width, height) == sizes[-1]:
            page.evaluate(UNFOLD)
        found[width] = violations(page, axe, **rules)
    page.emulate_media(color_scheme="dark")
    found["dark"] = violations(page, axe, runOnly=["color-contrast"])
    page.emulate_media(color_scheme="light")
    assert not any(found.values()), found
    assert not too_wide(page, [width for width, _ in sizes])
    assert dead_links(page) == []
    assert page.locator("h1").count() == 1
    assert page.locator("html").get_attribute("lang") == CHINESE


@pytest.mark.parametrize("look", [look for look in LOOKS if look.bilingual], ids=lambda look: look.name)
def test_axe_finds_nothing_in_english(onlookers: Onlookers, axe: str, look: Look) -> None:
    """Structure and colours are those of the Chinese page; words, their language and their length are not."""
    page = onlookers.at(look, PHONE, ENGLISH)
    page.evaluate(UNFOLD)
    assert violations(page, axe, runOnly={"type": "tag", "values": TAGS}) == []
    assert not too_wide(page, [PHONE[0]])
    assert page.locator("html").get_attribute("lang") == ENGLISH


@pytest.fixture
def everything(onlookers: Onlookers) -> Onlookers:
    """All looks were taken; those that a part of the run left out are taken now, without axe."""
    for look in LOOKS:
        if look.name not in onlookers.seen:
            onlookers.at(look, PHONE)
    return onlookers


def test_every_template_is_looked_at(everything: Onlookers) -> None:
    pages = set(PARENTS) - set(PARENTS.values())
    assert pages == {one.template for one in everything.seen.values()}


def test_every_template_that_names_faults_is_looked_at_with_some(everything: Onlookers) -> None:
    def names_faults(name: str) -> bool:
        return name in PARENTS and ("error_summary(" in TEMPLATES[name] or names_faults(PARENTS[name]))

    shown = {one.template for one in everything.seen.values() if one.status >= 400}
    assert {name for name in PARENTS if name not in PARENTS.values() and names_faults(name)} <= shown


def test_every_form_that_answers_with_a_page_is_looked_at(everything: Onlookers) -> None:
    sent = {route for route in everything.routes if route.startswith("POST ") and not route.startswith("POST /api/v1/")}
    answered = {one.route for one in everything.seen.values() if one.template != "error.html" and one.route.startswith("POST ")}
    assert sent - NO_ANSWER == answered
    assert sent > NO_ANSWER, "rows of routes that are gone"


def test_every_error_that_people_meet_is_looked_at(everything: Onlookers) -> None:
    assert {one.status for one in everything.seen.values() if one.template == "error.html"} == {*TITLES, 500} - NEVER_SENT


def test_axe_sees_a_target_that_is_too_small(onlookers: Onlookers, axe: str) -> None:
    """2.5.8 is off by itself in axe; the tags turn it on."""
    page = onlookers.at(next(look for look in LOOKS if look.name == "start"), PHONE)
    page.evaluate(SMALL)
    assert any(one.startswith("target-size") for one in violations(page, axe, runOnly={"type": "tag", "values": TAGS}))
