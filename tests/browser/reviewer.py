"""A person of an office at Tasklist: logs in, looks through filters, claims, fills in a form as it is drawn, completes."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import requests
from playwright.sync_api import Browser, Locator, Page, expect

from api.app import create_app
from onething.engine import identity
from onething.engine.runtime import webapp_url
from onething.settings import Settings
from simulation.town import Town
from tests.browser.house import serving

SIZE = {"width": 1366, "height": 768}
PATIENCE = 60_000
LIST = re.compile(r"/filter/[^/]+/list")


def tasklist_of(town: Town) -> str:
    """Its address, of whichever flavour runs."""
    return webapp_url(town.tools.settings.engine_flavour, urlsplit(town.admin.rest_url).port or 0, "tasklist")


def log_in(page: Page, town: Town, user: str) -> None:
    page.goto(tasklist_of(town))
    fields = {"input[type=text]": user, "input[type=password]": identity.credentials_of(town.var, user)[1]}
    while [page.locator(field).input_value() for field in fields] != list(fields.values()):
        for field, words in fields.items():  # the page takes the focus to the first once it is ready, even while one types
            page.locator(field).fill(words)
    page.locator("button[type=submit]").click()
    expect(page.locator(".task-filter", has_text="全部待办")).to_be_visible(timeout=PATIENCE)


@contextmanager
def beside_tasklist(town: Town) -> Iterator[str]:
    """The front door on the port where the engine's Tasklist was told that it is; its address."""
    tasklist = urlsplit(tasklist_of(town))
    script = requests.get(f"{tasklist.geturl()}scripts/front-door.js", timeout=30).text
    address = json.loads(script.removeprefix("export default ").rstrip(";\n"))
    settings = Settings(**town.tools.settings.model_dump() | {"engine_port": tasklist.port})
    with serving(create_app(replace(town.tools, settings=settings)), urlsplit(address).port or 0):
        yield address


class Reviewer:
    """Everything is done on the page and by what it says; nothing is asked of the engine. `at`: logged in there too, at the
    front door of that address, as `subject` where that is somebody else."""

    def __init__(self, browser: Browser, town: Town, user: str, at: str = "", subject: str = "") -> None:
        context = browser.new_context(viewport=SIZE, locale="zh-CN", timezone_id="Asia/Shanghai")
        context.set_default_timeout(PATIENCE)
        self.page: Page = context.new_page()
        self.form = self.page.locator(".fjs-form")
        if at:
            assert context.request.post(f"{at}/api/v1/login", data={"subject": subject or user}).ok
        log_in(self.page, town, user)

    def __enter__(self) -> Reviewer:
        return self

    def __exit__(self, *_: object) -> None:
        self.page.context.close()

    def looks_at(self, name: str) -> None:
        """Choose a filter; goes on when its list has come."""
        with self.page.expect_response(LIST):
            self.page.locator(".task-filter").get_by_text(name).click()
        expect(self.page.locator(".task-filter.active")).to_contain_text(name)

    def looks_again(self) -> None:
        self.page.reload()
        expect(self.page.locator(".task-filter.active .counter")).to_be_visible(timeout=PATIENCE)

    def tasks(self, words: str = "") -> Locator:
        """The cards of the list."""
        return self.page.locator("li.task", has_text=words)

    def claims(self, name: str, number: str) -> None:
        """The task of that name of that case, from whatever list is shown."""
        card = self.tasks(number).filter(has_text=name)
        expect(card).to_have_count(1, timeout=PATIENCE)
        card.click()
        expect(self.form).to_contain_text(number, timeout=PATIENCE)
        self.page.get_by_text("认领", exact=True).click()
        expect(self.page.locator(".meta .assignee .unclaim")).to_be_visible(timeout=PATIENCE)

    @property
    def task(self) -> str:
        """The one that is open, from the address."""
        return self.page.url.partition("task=")[2].partition("&")[0]

    def chooses(self, label: str) -> None:
        self.form.get_by_label(label, exact=True).check()

    def writes(self, label: str, words: str) -> None:
        """Labels of fields that are asked for end with a star."""
        self.field(label).fill(words)

    def field(self, label: str) -> Locator:
        return self.form.get_by_role("textbox", name=re.compile(f"^{label}"))

    def presses_complete(self) -> None:
        self.page.get_by_role("button", name="完成").click()

    def completes(self) -> None:
        """Goes on when the form and the card have gone: a task that comes back is another one."""
        card = self.page.locator(f"li.task a[href*='{self.task}']")
        self.presses_complete()
        expect(self.form).to_have_count(0, timeout=PATIENCE)
        expect(card).to_have_count(0, timeout=PATIENCE)

    def opens(self, link: str, page: Page | None = None) -> Page:
        """The page that a link opens beside this one, or beside another."""
        with (page or self.page).expect_popup() as beside:
            (page or self.page).get_by_role("link", name=link).click()
        return beside.value

    def photographs(self, file: Path) -> None:
        self.page.screenshot(path=file)
