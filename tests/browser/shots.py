"""`python -m tests.browser.shots FOLDER`: a picture of every page on a phone and on a desk (the terminal: as it stands there)."""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Collection
from pathlib import Path

from api.pages.languages import CHINESE, ENGLISH
from tests.browser.cast import furnish
from tests.browser.fronts import other_doors
from tests.browser.house import House, serving
from tests.browser.looking import Onlookers, chromium, sizes_of
from tests.browser.pages import PAGES


def main(folder: Path, only: Collection[str], language: str, unfolded: bool) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="onething-shots-") as var:
        house = House(Path(var))
        ids = furnish(house)
        with serving(house.app) as address, other_doors(house) as others, chromium() as browser:
            onlookers = Onlookers(browser, house.app, {"": address, **others}, ids)
            for look in (look for looks in PAGES.values() for look in looks):
                if not only or any(part in look.name for part in only):
                    for size in sizes_of(look):
                        page = onlookers.at(look, size, language)
                        if unfolded:
                            page.evaluate("document.querySelectorAll('main details').forEach(fold => fold.open = true)")
                        page.screenshot(path=folder / f"{look.name}-{size[0]}.png", full_page=True)
                    print(look.name, flush=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m tests.browser.shots", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("only", nargs="*", help="parts of pages' names")
    parser.add_argument("--language", choices=(CHINESE, ENGLISH), default=CHINESE)
    parser.add_argument("--unfolded", action="store_true", help="with everything that is folded opened")
    given = parser.parse_args()
    main(given.folder, given.only, given.language, given.unfolded)
