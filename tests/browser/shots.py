"""`python -m tests.browser.shots FOLDER`: a picture of every page on a phone and on a desk (the terminal: as it stands there)."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from tests.browser.cast import furnish
from tests.browser.house import House, serving
from tests.browser.looking import DESK, PHONE, TERMINAL, Onlookers, chromium
from tests.browser.pages import PAGES


def main(folder: Path, only: str = "") -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="onething-shots-") as var:
        house = House(Path(var))
        ids = furnish(house)
        with serving(house.app) as address, chromium() as browser:
            onlookers = Onlookers(browser, house.app, address, ids)
            for look in (look for looks in PAGES.values() for look in looks):
                if only in look.name:
                    for size in (TERMINAL,) if look.terminal else (PHONE, DESK):
                        page = onlookers.at(look, size)
                        page.screenshot(path=folder / f"{look.name}-{size[0]}.png", full_page=True)
                    print(look.name, flush=True)


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit("python -m tests.browser.shots FOLDER [part of a name]")
    main(Path(sys.argv[1]), *sys.argv[2:3])
