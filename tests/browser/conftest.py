"""What the browser's tests share: a Chromium for each file, and one furnished house with its front door."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from playwright.sync_api import Browser

from api.app import create_app
from simulation.town import Town
from tests.browser.cast import furnish
from tests.browser.fronts import other_doors
from tests.browser.house import House, serving
from tests.browser.looking import Onlookers, chromium


@pytest.fixture(scope="module")
def chrome() -> Iterator[Browser]:
    """Ended with the file: while Playwright runs, nothing in its thread may sign a paper (both want the event loop)."""
    with chromium() as browser:
        yield browser


@pytest.fixture(scope="module")
def front_door(town: Town) -> Iterator[str]:
    """On the store of the town with the real engine."""
    with serving(create_app(town.tools)) as address:
        yield address


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> House:
    return House(tmp_path_factory.mktemp("house"))


@pytest.fixture(scope="session")
def furnished(house: House) -> Iterator[tuple[str, dict[str, str]]]:
    """Address and ids."""
    with ThreadPoolExecutor(1) as apart:
        ids = apart.submit(furnish, house).result()
    with serving(house.app) as address:
        yield address, ids


@pytest.fixture(scope="module")
def onlookers(chrome: Browser, house: House, furnished: tuple[str, dict[str, str]]) -> Iterator[Onlookers]:
    address, ids = furnished
    with other_doors(house) as others:
        found = Onlookers(chrome, house.app, {"": address, **others}, ids)
        with found.noting():
            yield found
