"""A clerk at the counter who works the page alone; whoever tests it lends the hand (docs/window.md)."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from playwright.sync_api import Page, expect

from onething.application_form import examples, fields_for
from onething.bootstrap import Tools
from onething.cli.demo import SAMPLE_PDF
from tests.browser.hands import Keyboard
from tests.browser.house import DISTRICT

SIZE = {"width": 1366, "height": 768}
LOGIN = "/login?target=/staff/window"
AGENT = {"receiver": "张三", "id_no": "410102199001010012"}


class Clerk:
    def __init__(self, page: Page, front_door: str, folder: Path) -> None:
        self.page, self.hand, self.front_door = page, Keyboard(page), front_door
        self.scan = folder / "扫描.pdf"
        self.scan.write_bytes(SAMPLE_PDF)

    def logs_in(self, post: str) -> None:
        self.page.goto(self.front_door + LOGIN)
        self.hand.select(self.page.locator("#subject"), post)
        self.hand.go(self.page.locator("form:has(#subject) button"))
        expect(self.page.get_by_text("今天的窗口")).to_be_visible()

    def opens(self, number: str, act: str = "") -> None:
        self.page.goto(f"{self.front_door}/staff/window/{number}{f'?act={act}' if act else ''}")

    def send(self) -> None:
        with self.page.expect_navigation():
            self.page.keyboard.press("Control+Enter")

    def begins(self, bundle: str) -> None:
        """An agent stands there for the company of the demonstration."""
        with self.page.expect_navigation():
            self.page.keyboard.press("n")
        self.hand.select(self.page.locator("#bundle"), bundle)
        self.hand.choose(self.page.locator("input[name=relation][value=agent]"))
        for field, text in (
            ("agent.name", AGENT["receiver"]), ("agent.id_no", AGENT["id_no"]),
            ("applicant.name", "郑州示例餐饮有限公司（演示）"), ("applicant.id_no", "91410100MA0000000T"),
            ("applicant.phone", "13800000004"),
        ):
            self.hand.fill(self.page.locator(f"[name='{field}']"), text)
        self.send()

    def fills_it_in(self, tools: Tools, bundle: str, items: Sequence[str]) -> str:
        """Answers, items, papers on the counter, the form and the signature; the number of the case."""
        page, hand = self.page, self.hand
        for question in page.locator("#questions select").all():
            hand.select(question, question.locator("option").last.get_attribute("value") or "")
        self.send()
        for box in page.locator("#items input[type=checkbox]").all():
            hand.choose(box, box.input_value() in items)
        hand.go(page.get_by_role("button", name="更新申请表和材料"))
        for paper in page.locator("#materials input[value=paper]").all():
            hand.choose(paper)
        catalogue = tools.in_district(DISTRICT).catalogue
        for key, value in examples(fields_for(catalogue, catalogue.bundle(bundle), items)).items():
            place = page.locator(f"[name='form.{key}']")
            if key == "company_name":  # a register names the company as the clerk did above
                continue
            if place.first.get_attribute("type") in ("radio", "checkbox"):
                for one in value if isinstance(value, list) else [value]:
                    hand.choose(page.locator(f"[name='form.{key}'][value='{ {True: 'yes', False: 'no'}.get(one, one) }']"))
            else:
                hand.fill(place, str(value))
        hand.choose(page.locator("#signed input"))
        self.send()
        return page.url.rpartition("/")[2]

    def finds_a_fault(self, words: str) -> None:
        """All in order but the first paper; one notice."""
        self.page.keyboard.press("a")
        self.hand.choose(self.page.locator(".judge input[type=checkbox]").first, on=False)
        self.hand.fill(self.page.locator(".judge input[type=text]").first, words)
        self.hand.choose(self.page.locator("input[name=decision][value=correction]"))
        self.send()

    def takes_what_was_missing(self) -> None:
        self.hand.attach(self.page.locator("form[action$='/correction'] > .upload input[type=file]"), self.scan)
        self.hand.go(self.page.get_by_role("button", name="提交补正材料"))

    def takes_it_in(self) -> None:
        self.page.keyboard.press("a")
        expect(self.page.locator(".judge input[type=checkbox]:not(:checked)")).to_have_count(0)
        assert not self.page.locator("input[name=decision]:checked").count(), "what follows from it the clerk says"
        self.hand.choose(self.page.locator("input[name=decision][value=accepted]"))
        self.send()
        expect(self.page.get_by_text("系统正在办理")).to_be_visible()

    def scans_everything(self) -> None:
        missing = self.page.locator("li:has(.sheet:has-text('待扫描')) input[data-send]")  # what is scanned can be scanned again
        while missing.count():
            with self.page.expect_navigation():
                self.hand.attach(missing.first, self.scan)
        self.send()

    def hands_the_originals_over(self) -> None:
        self.hand.fill(self.page.locator("#receiver"), "牵头部门老李")
        self.send()

    def stops(self, item: str) -> None:
        """The applicant does not want this item any more, and signs that."""
        self.hand.press(self.page.get_by_text("撤回事项或整个办件", exact=True))
        self.hand.select(self.page.locator("#withdrawal-scope"), item)
        self._identifies("withdrawal-")
        self.hand.go(self.page.get_by_role("button", name="登记撤回"))

    def hands_the_results_over(self) -> None:
        self._identifies("")
        self.send()
        expect(self.page.get_by_text("系统正在办理")).to_be_visible()

    def _identifies(self, before: str) -> None:
        self.hand.choose(self.page.locator(f"input[name={before}relation][value=agent]"))
        for field, text in AGENT.items():
            self.hand.fill(self.page.locator(f"#{before}{field}"), text)
        self.hand.choose(self.page.locator(f"#{before}signed input"))
