"""Chromium at the pages of the table: one browser for each person, logged in."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from unittest.mock import patch
from urllib.parse import urlsplit

from fastapi import FastAPI
from jinja2 import Template
from playwright.sync_api import Browser, BrowserContext, Locator, Page, Response, sync_playwright

from api.pages.languages import CHINESE, in_language
from tests.api.test_matrix import routes_of
from tests.browser.pages import Look

OPTIONS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
PHONE, DESK = (390, 844), (1280, 900)
COUNTER, TERMINAL = (1366, 768), (1080, 1920)
UNFOLD = "for (const one of document.querySelectorAll('main details')) one.open = true"
EMPTY = """() => { for (const one of document.querySelectorAll("main form.question input, main form.question textarea")) {
  if (one.type == "checkbox" || one.type == "radio") one.checked = false; else if (one.type != "hidden") one.value = "";
} }"""


def sizes_of(look: Look) -> tuple[tuple[int, int], ...]:
    """The phone comes last; those who work here have the screen of the counter too."""
    return (TERMINAL,) if look.terminal else (COUNTER, DESK, PHONE) if look.of_staff else (DESK, PHONE)


@contextmanager
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=OPTIONS)
        try:
            yield browser
        finally:
            browser.close()


def log_in(context: BrowserContext, address: str, subject: str) -> None:
    answer = context.request.post(f"{address}/api/v1/login", data={"subject": subject})
    assert answer.ok, f"{subject}: {answer.status}"


@dataclass(frozen=True)
class Seen:
    """What a look has come to in the end."""

    template: str
    status: int
    route: str


class Onlookers:
    """`at` shows a look's page to the person it is for. `doors`: name of a front -> its address, "" for the usual one."""

    def __init__(self, browser: Browser, app: FastAPI, doors: Mapping[str, str], ids: dict[str, str]) -> None:
        self.browser, self.app, self.doors, self.ids = browser, app, doors, ids
        self.pages: dict[tuple[str, bool, str], Page] = {}
        self.routes = sorted(set(routes_of(app.routes)), key=lambda route: route.count("{"))
        self.seen: dict[str, Seen] = {}
        self._drawn: dict[str, str] = {}  # path of a page -> template

    @contextmanager
    def noting(self) -> Iterator[None]:
        """While this lasts, `seen` learns which template each look has shown."""
        draw = Template.render

        def render(template: Template, *args: Any, **more: Any) -> str:
            if args:  # of the site; pages that other people have open may be drawn at any time
                self._drawn[args[0]["path"]] = str(template.name)
            return draw(template, *args, **more)

        with patch.object(Template, "render", render):
            yield

    def at(self, look: Look, size: tuple[int, int], language: str = CHINESE) -> Page:
        page = self._page(look, language)
        page.set_viewport_size({"width": size[0], "height": size[1]})
        if look.terminal and look.who:  # where nobody touches it for a minute, a terminal has ended the login
            log_in(page.context, self.doors[""], look.who)
        answer = page.goto(self.doors[look.front] + look.path.format(**self.ids)) or page.reload()  # a place of the same page
        assert answer
        assert answer.status == (200 if look.acts else look.status), look.name
        before = urlsplit(answer.url).path
        if look.emptied:
            page.evaluate(EMPTY)
        if look.first:
            page.evaluate(look.first)
        if look.acts:
            answer = self._act(page, look, language)
            assert answer.status == look.status, look.name
        sent = answer.request.method != "GET"  # what comes of a form is drawn for the page that sent it
        here = before if sent else urlsplit(answer.url).path
        self.seen[look.name] = Seen(self._drawn.get(here, ""), answer.status, self.route_of(answer))
        return page

    def _act(self, page: Page, look: Look, language: str) -> Response:
        """Attach and press what the look says; the answer to it."""
        page.evaluate(UNFOLD)
        if look.file:
            field = page.locator(look.field).first
            if field.get_attribute("data-send") is not None:  # is sent as soon as it was chosen
                with page.expect_navigation() as leaving:
                    field.set_input_files(self.ids[look.file])
                return leaving.value
            field.set_input_files(self.ids[look.file])
        button = self._button(page, str(in_language(language).marked(look.press)))
        button.evaluate("button => button.form && (button.form.noValidate = true)")
        with page.expect_navigation() as leaving:
            button.click()
        return leaving.value

    @staticmethod
    def _button(page: Page, name: str) -> Locator:
        exact = page.get_by_role("button", name=name, exact=True)
        return (exact if exact.count() else page.get_by_role("button", name=name)).first

    def route_of(self, answer: Response) -> str:
        asked = f"{answer.request.method} {urlsplit(answer.url).path}"
        return next((one for one in self.routes if re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", one), asked)), "")

    def _page(self, look: Look, language: str) -> Page:
        key = look.who, look.terminal, language
        if key not in self.pages:
            context = self.browser.new_context(locale=language, timezone_id="Asia/Shanghai", reduced_motion="reduce")
            if look.who and not look.terminal:
                log_in(context, self.doors[""], look.who)
            self.pages[key] = context.new_page()
            if look.terminal:
                self.pages[key].goto(f"{self.doors['']}/terminal")
        return self.pages[key]
