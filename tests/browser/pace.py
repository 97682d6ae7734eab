"""`python -m tests.browser.pace [FOLDER]`: how long a newcomer needs from the start page to the receipt on a phone, estimated.

The journey of `citizen.py` is walked in Chromium; what it takes is counted page by page and timed by the rates of
docs/citizen.md. With FOLDER, a picture of every page as it is left.
"""

from __future__ import annotations

import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlparse

from playwright.sync_api import Browser, Locator, Page

from tests.browser.citizen import Citizen
from tests.browser.hands import Pointer
from tests.browser.house import DRAIN, FOOD, SIGN, House, serving
from tests.browser.looking import PHONE, chromium

SECONDS = {
    "read": 1 / 6.5, "checked": 1 / 13, "screens": 1.0, "decisions": 1.35, "taps": 1.5, "Chinese typed": 1.1,
    "digits typed": 0.4, "files": 10.0,
}
"""What one of each takes; where from, docs/citizen.md says."""
CHOICES = {
    "食品经营许可": (FOOD,), "食品经营许可、排水许可": (FOOD, DRAIN), "食品经营许可、户外广告、排水许可": (FOOD, SIGN, DRAIN),
}
READ = """() => {
  const unseen = [...document.querySelectorAll("main .only-read, main .steps")], kept = unseen.map(one => one.style.display);
  unseen.forEach(one => one.style.display = "none");
  const text = document.querySelector("main").innerText;
  unseen.forEach((one, at) => one.style.display = kept[at]);
  return text;
}"""
CHECKED = "() => [...document.querySelectorAll('main dl.summary')].map(one => one.innerText).join('\\n')"
GLANCED = """() => {
  const words = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT), found = [];
  while (words.nextNode()) {
    const range = document.createRange(); range.selectNode(words.currentNode);
    const box = range.getBoundingClientRect(), shown = words.currentNode.parentElement.checkVisibility();
    if (shown && box.height && box.bottom + scrollY <= innerHeight) found.push(words.currentNode.data);
  }
  return found.join("\\n");
}"""
SCREENS = "() => Math.max(document.documentElement.scrollHeight / innerHeight - 1, 0)"
TITLE = "() => document.querySelector('h1').innerText"


def han(text: str) -> int:
    return sum("一" <= letter <= "鿿" for letter in text)


@dataclass
class Left:
    """A page that was left, and what it took."""

    title: str
    counts: Counter[str]


def seconds(counts: Counter[str], *, share_read: float = 1) -> float:
    return sum(SECONDS[what] * count for what, count in counts.items()) - (1 - share_read) * SECONDS["read"] * counts["read"]


class Counting(Pointer):
    """A finger that counts. What a page shows is read when it is left, with everything that had appeared on it by then;
    a line that was read before is known."""

    def __init__(self, page: Page, folder: Path | None) -> None:
        super().__init__(page)
        self.folder, self.now = folder, Counter[str]()
        self.left: list[Left] = []
        self.known: set[str] = set()

    def press(self, target: Locator) -> None:
        self.now["taps"] += 1
        super().press(target)

    def go(self, target: Locator) -> None:
        self.leave()
        self.left[-1].counts["taps"] += 1
        super().press(target)
        self.page.wait_for_load_state()

    def leave(self) -> None:
        path = urlparse(self.page.url).path
        if not path.startswith("/drafts/"):  # start page, guide, log-in, receipt: one sees what one came for and goes on
            self.read(self.page.evaluate(GLANCED))
        else:
            if path.endswith("/review"):
                told = self.page.evaluate(CHECKED)
                self.now["checked"] += han(told)
                self.known.update(told.splitlines())
            self.read(self.page.evaluate(READ))
            self.now["screens"] += self.page.evaluate(SCREENS)
        if self.folder:
            self.page.screenshot(path=self.folder / f"{len(self.left) + 1:02}.png", full_page=True)
        self.left.append(Left(self.page.evaluate(TITLE), self.now))
        self.now = Counter()

    def read(self, text: str) -> None:
        lines = {line.strip() for line in text.splitlines()} - self.known
        self.known |= lines
        self.now["read"] += sum(map(han, lines))

    def choose(self, target: Locator, on: bool = True) -> None:
        self.now["decisions"] += 1
        self.now["taps"] += target.is_checked() != on
        super().choose(target, on)

    def fill(self, target: Locator, text: str) -> None:
        if target.input_value() != text:
            self.now["taps"] += 1
            self.now["Chinese typed"] += han(text)
            self.now["digits typed"] += len(text) - han(text)
        super().fill(target, text)

    def select(self, target: Locator, value: str) -> None:
        self.now["decisions"] += 1
        self.now["taps"] += 2 * (target.input_value() != value)
        super().select(target, value)

    def attach(self, target: Locator, file: Path) -> None:
        self.now["files"] += 1
        super().attach(target, file)


def walk(house: House, address: str, browser: Browser, items: Sequence[str], folder: Path | None, files: Path) -> list[Left]:
    page = browser.new_page(viewport={"width": PHONE[0], "height": PHONE[1]}, locale="zh-CN")
    hand = Counting(page, folder)
    citizen = Citizen(page, hand, files, items=items)
    citizen.finds_it(address)
    citizen.answers_and_chooses()
    citizen.says_who_and_how()
    citizen.fills_the_form(house.tools, only_required=True)
    citizen.hands_in()
    page.close()
    return hand.left[:-1]  # on the receipt nothing has to be done


def line(title: str, counts: Counter[str]) -> str:
    cells = [title, *(f"{counts[what]:.0f}" for what in SECONDS)]
    return " | ".join(["", *cells, f"{seconds(counts):.0f}", f"{seconds(counts, share_read=.5):.0f}", ""]).strip()


def main(folder: Path | None) -> None:
    with tempfile.TemporaryDirectory(prefix="onething-pace-") as var:
        house = House(Path(var))
        with serving(house.app) as address, chromium() as browser:
            for name, items in CHOICES.items():
                shots = folder / str(len(items)) if folder else None
                if shots:
                    shots.mkdir(parents=True, exist_ok=True)
                left = walk(house, address, browser, items, shots, Path(var))
                titles = [name, *SECONDS, "s, all read", "s, half read"]
                print(f"\n| {' | '.join(titles)} |\n|---|" + "---:|" * (len(titles) - 1))
                for one in left:
                    print(line(one.title, one.counts))
                print(line("**all**", sum((one.counts for one in left), Counter[str]())))


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else None)
