"""Chromium at the pages of the table: one browser for each person, logged in."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from fastapi import FastAPI
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from api.pages.languages import CHINESE, in_language
from tests.browser.pages import Look

OPTIONS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
PHONE, DESK = (390, 844), (1280, 900)
TERMINAL = (1080, 1920)
EMPTY = """() => { for (const one of document.querySelectorAll("main form.question input, main form.question textarea")) {
  if (one.type == "checkbox" || one.type == "radio") one.checked = false; else if (one.type != "hidden") one.value = "";
} }"""


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


class Onlookers:
    """`at` shows a look's page to the person it is for."""

    def __init__(self, browser: Browser, app: FastAPI, address: str, ids: dict[str, str]) -> None:
        self.browser, self.app, self.address, self.ids = browser, app, address, ids
        self.pages: dict[tuple[str, bool, str], Page] = {}

    def at(self, look: Look, size: tuple[int, int], language: str = CHINESE) -> Page:
        page = self._page(look, language)
        page.set_viewport_size({"width": size[0], "height": size[1]})
        if look.terminal and look.who:  # where nobody touches it for a minute, a terminal has ended the login
            log_in(page.context, self.address, look.who)
        answer = page.goto(self.address + look.path.format(**self.ids))
        assert answer
        assert answer.status == look.status, look.name
        if look.emptied:
            page.evaluate(EMPTY)
        if look.file:
            page.locator("main input[type=file]").first.set_input_files(self.ids[look.file])
        if look.press:
            button = page.get_by_role("button", name=str(in_language(language).marked(look.press))).first
            button.evaluate("button => button.form && (button.form.noValidate = true)")
            with page.expect_navigation():
                button.click()
        return page

    def _page(self, look: Look, language: str) -> Page:
        key = look.who, look.terminal, language
        if key not in self.pages:
            context = self.browser.new_context(locale=language, timezone_id="Asia/Shanghai", reduced_motion="reduce")
            if look.who and not look.terminal:
                log_in(context, self.address, look.who)
            self.pages[key] = context.new_page()
            if look.terminal:
                self.pages[key].goto(f"{self.address}/terminal")
        return self.pages[key]
