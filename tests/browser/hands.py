"""How somebody works a page: with a pointer, or with the keyboard alone. The same verbs, so that one journey serves both."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from playwright.sync_api import Locator, Page, expect

MOST_TABS = 400
"""More than the longest page has places; who has not arrived by then is in a trap."""
FOCUS = """target => {
  const at = document.activeElement;
  const pick = at.matches("input[type=file]") && document.querySelector(`.pick[for="${at.id}"]`);
  const shown = at.closest(".choice") || pick || at;
  const style = getComputedStyle(shown), box = shown.getBoundingClientRect();
  const points = [[.5, .5], [.1, .2], [.9, .8]].map(([x, y]) => [box.left + box.width * x, box.top + box.height * y]);
  return {
    there: at === target, same: at.type === "radio" && at.form === target.form && at.name === target.name,
    nowhere: at === document.body, name: at.outerHTML.slice(0, 120),
    outlined: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
    open: points.map(([x, y]) => document.elementFromPoint(x, y)).some(top => top && (shown.contains(top) || top.contains(at))),
  };
}"""


class Pointer:
    """A mouse, or a finger."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def press(self, target: Locator) -> None:
        target.click()

    def go(self, target: Locator) -> None:
        """Press what leads to another page, and be there."""
        with self.page.expect_navigation():
            self.press(target)

    def choose(self, target: Locator, on: bool = True) -> None:
        """A radio button or a check box."""
        target.set_checked(on)

    def fill(self, target: Locator, text: str) -> None:
        target.fill(text)

    def select(self, target: Locator, value: str) -> None:
        target.select_option(value)

    def attach(self, target: Locator, file: Path) -> None:
        target.set_input_files(file)


class Finger(Pointer):
    """On glass: a phone, a terminal."""

    def press(self, target: Locator) -> None:
        target.tap()

    def choose(self, target: Locator, on: bool = True) -> None:
        if target.is_checked() != on:
            target.tap()
        expect(target).to_be_checked(checked=on)


class Keyboard(Pointer):
    """Tab, Enter, Space and arrows; wherever the focus comes to is to be seen."""

    def __init__(self, page: Page) -> None:
        super().__init__(page)
        page.on("filechooser", lambda _chooser: None)  # heard all the time: turned on for one press it may come too late

    def press(self, target: Locator) -> None:
        self.reach(target)
        self.page.keyboard.press("Enter")

    def choose(self, target: Locator, on: bool = True) -> None:
        self.reach(target)
        if target.is_checked() != on:
            self.page.keyboard.press("Space")
        expect(target).to_be_checked(checked=on)

    def fill(self, target: Locator, text: str) -> None:
        self.reach(target)
        if target.get_attribute("type") == "date":
            year, month, day = text.split("-")
            self.page.keyboard.type(month + day + year)  # the order of Debian's Chromium, which comes in English alone
        else:
            self.page.keyboard.press("ControlOrMeta+A")
            self.page.keyboard.type(text)
        expect(target).to_have_value(text)

    def select(self, target: Locator, value: str) -> None:
        self.reach(target)
        self.page.keyboard.press("Home")
        values = target.evaluate("select => [...select.options].map(option => option.value)")
        for _ in range(values.index(value)):
            self.page.keyboard.press("ArrowDown")
        expect(target).to_have_value(value)

    def attach(self, target: Locator, file: Path) -> None:
        self.reach(target)
        with self.page.expect_file_chooser() as chooser:
            self.page.keyboard.press("Space")
        chooser.value.set_files(file)

    def reach(self, target: Locator) -> None:
        """Tab until there. Within radio buttons the arrows walk."""
        element = target.element_handle()
        for _ in range(MOST_TABS):
            found: dict[str, Any] = self.page.evaluate(FOCUS, element)
            if found["there"]:
                assert found["outlined"], f"the focus cannot be seen: {found['name']}"
                assert found["open"], f"the focus lies behind something: {found['name']}"
                return
            self.page.keyboard.press("ArrowDown" if found["same"] else "Tab")
        raise AssertionError(f"not reached with the keyboard: {target}")
