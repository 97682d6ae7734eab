"""Somebody who applies for 开饭店 in the page alone; whoever tests or measures it lends the hand."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from api.pages.languages import CHINESE, in_language
from onething.application_form import examples, fields_for
from onething.bootstrap import Tools
from onething.cli.demo import SAMPLE_PDF
from tests.browser.hands import Pointer
from tests.browser.house import DISTRICT, DRAIN, FOOD, SIGN

ITEMS = (FOOD, SIGN, DRAIN)
REFUSED = "检测井的位置与排水管网图不一致"


def all_but_drainage(key: str, item: str) -> dict[str, str]:
    """Every reviewer says yes, but one."""
    if (key, item) == ("approval-decision", DRAIN):
        return {"approval_decision": "refuse", "approval_reason": REFUSED}
    return {}


class Citizen:
    """Somebody at a screen, with a hand."""

    def __init__(
        self, page: Page, hand: Pointer, folder: Path, language: str = CHINESE, items: Sequence[str] = ITEMS
    ) -> None:
        self.page, self.hand, self.items, self._voice = page, hand, items, in_language(language)
        self.file = folder / "材料.pdf"
        self.file.write_bytes(SAMPLE_PDF)

    def say(self, words: str) -> str:
        """In the language of the page."""
        return str(self._voice.local_text(words))

    def link(self, name: str) -> Locator:
        return self.page.get_by_role("link", name=self.say(name)).first

    def button(self, name: str) -> Locator:
        return self.page.get_by_role("button", name=self.say(name)).first

    def sees(self, words: str) -> None:
        expect(self.page.get_by_text(self.say(words)).first).to_be_visible()

    def goes_on(self) -> None:
        self.fits()
        self.hand.go(self.button("保存并继续"))

    def heading(self, name: str) -> None:
        expect(self.page.get_by_role("heading", name=self.say(name), level=1)).to_be_visible()

    def fits(self) -> None:
        assert self.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{self.page.url} is too wide"

    def finds_it(self, front_door: str) -> None:
        self.page.goto(front_door)
        self.hand.fill(self.page.locator("#q"), "饭店")
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")
        self.hand.go(self.link("开饭店"))
        self.hand.go(self.link("登录并开始申请"))
        self._begins()

    def finds_it_at_the_terminal(self, front_door: str) -> None:
        self.page.goto(f"{front_door}/terminal")
        self.hand.go(self.link("现在申请"))
        self.hand.fill(self.page.locator("#q"), "饭店")
        self.hand.go(self.button("搜索"))
        self.hand.go(self.link("开饭店"))
        self.hand.go(self.link("现在申请"))
        self.hand.go(self.link("去登录"))
        self._begins()

    def _begins(self) -> None:
        """As the company, an application of its own."""
        self._logs_in()
        if self.page.url.endswith("/questions"):
            return
        self.hand.go(self.button("重新填写一份"))  # there is one already

    def _logs_in(self) -> None:
        self.hand.go(self.button("郑州示例餐饮有限公司（演示）"))

    def goes_on_with_it(self, front_door: str) -> None:
        """What was begun elsewhere is here after the login, where it was left."""
        self.page.goto(f"{front_door}/login?target=/cases")
        self._logs_in()
        self.hand.go(self.link("继续填写"))

    def answers_and_chooses(self) -> None:
        self.heading("回答几个问题")
        said = {"large_advert": SIGN in self.items, "drainage_covered": DRAIN not in self.items, "fire_area_reached": False}
        for key, yes in said.items():
            self.hand.choose(self.page.locator(f"[name={key}][value={'yes' if yes else 'no'}]"))
        for question in self.page.locator("form.question fieldset:visible").all():
            if not question.locator(":checked").count():
                self.hand.choose(question.locator("input").last)
        self.goes_on()
        self.heading("选择要办的事项")
        self.hand.select(self.page.locator("#district"), DISTRICT)
        for box in self.page.locator("input[name=item]:visible").all():
            self.hand.choose(box, box.input_value() in self.items)
        self.goes_on()

    def says_who_and_how(self) -> None:
        self.heading("填写申请人信息")
        if len(self.items) > 1:
            self.hand.choose(self.page.locator("input[name=delivery_mode][value=unified]"))
        self.hand.choose(self.page.locator("input[name=delivery_way][value=counter]"))
        self.goes_on()

    def fills_the_form(self, tools: Tools, *, only_required: bool = False) -> None:
        self.heading("填写申请表")
        catalogue = tools.in_district(DISTRICT).catalogue
        needs = fields_for(catalogue, catalogue.bundle("open-restaurant"), self.items)
        for key, value in examples([need for need in needs if need.field.required or not only_required]).items():
            place = self.page.locator(f"[name='form.{key}']:visible")
            if not place.count() or (only_required and place.first.get_attribute("type") == "text" and place.input_value()):
                continue  # a register has filled it
            if place.first.get_attribute("type") in ("radio", "checkbox"):
                for one in value if isinstance(value, list) else [value]:
                    words = {True: "yes", False: "no"}.get(one, one)
                    self.hand.choose(self.page.locator(f"[name='form.{key}'][value='{words}']"))
            else:
                self.hand.fill(place, str(value))
        self.goes_on()

    def uploads(self) -> None:
        """Every material, one after the other."""
        self.heading("上传材料")
        missing = self.page.locator("ul.files > li", has=self.page.get_by_text(self.say("待上传"), exact=True))
        while missing.count():
            row = missing.first
            with self.page.expect_navigation():
                self.hand.attach(row.locator("input[type=file]"), self.file)

    def hands_in(self) -> str:
        """The materials, the promise, the receipt with its number."""
        self.uploads()
        self.hand.go(self.page.locator("#materials").get_by_role("button", name=self.say("保存并继续")))
        self.heading("核对并提交")
        self.fits()
        self.hand.choose(self.page.locator("input[name=promise]"))
        self.hand.go(self.button("提交申请"))
        self.heading("申请已提交")
        found = re.search(r"/cases/([0-9A-Z]+)/receipt", self.page.url)
        assert found
        self.hand.go(self.link("查看办理进度"))
        return found.group(1)

    def corrects(self) -> None:
        self.page.reload()
        expect(self.page.get_by_text("缺第 2 页").first).to_be_visible()
        self.hand.go(self.link("补正材料"))
        marked = self.page.locator("ul.files > li", has=self.page.locator(".fault"))
        expect(marked).to_have_count(1)
        self.hand.attach(marked.locator("input[type=file]"), self.file)
        self.hand.go(self.button("提交补正材料"))

    def withdraws(self, item: str) -> None:
        self.page.reload()
        card = self.page.locator(f"#item-{item}")
        self.hand.go(card.get_by_role("link", name=self.say("撤回这个事项")))
        self.heading("撤回这个事项？")
        self.hand.go(self.button("确认撤回"))

    def reads_the_end(self) -> None:
        self.page.reload()
        self.fits()
        self.sees("已办结")
        for item, said in ((FOOD, "准予"), (DRAIN, REFUSED), (SIGN, "已撤回")):
            expect(self.page.locator(f"#item-{item}")).to_contain_text(self.say(said))
        self.sees("已送达")

    def downloads_and_verifies(self) -> None:
        with self.page.expect_download() as download:
            self.hand.press(self.link("食品经营许可证"))
        assert Path(download.value.path()).read_bytes().startswith(b"%PDF")
        self.hand.go(self.page.locator("main").get_by_role("link", name=self.say("核验"), exact=True).first)
        self.heading("有效")
        self.sees("本系统签发了这份证照，目前有效。")

    def verifies(self, certificate_no: str, code: str) -> None:
        """By what is printed on the certificate."""
        self.hand.go(self.link("核验证照"))
        self.hand.fill(self.page.locator("#number"), certificate_no)
        self.hand.fill(self.page.locator("#code"), code)
        self.hand.go(self.page.locator("form[method=get] button").last)
        self.heading("有效")

    def rates(self, number: str) -> None:
        self.hand.go(self.link("我的办件"))
        self.hand.go(self.page.locator(f"a[href='/cases/{number}']").first)
        self.rates_it()

    def rates_it(self) -> None:
        self.hand.go(self.link("去评价"))
        self.hand.go(self.page.locator("button.grade").nth(1))
        self.hand.choose(self.page.locator("form.question input[type=checkbox]").first)
        self.hand.go(self.button("提交评价"))
        self.sees("谢谢您的评价")
