"""One real engine for the whole run, with all models and people; a town of workers around it."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from onething.catalogue import Catalogue, load_catalogue
from simulation.engine import RunningEngine, run_engine
from simulation.run import settled
from simulation.town import Town

HOME = Path(__file__).resolve().parent.parent


def pytest_configure() -> None:
    """An engine lives some minutes here: what its optimising compiler wins is less than it costs."""
    os.environ.setdefault("JAVA_TOOL_OPTIONS", "-XX:TieredStopAtLevel=1")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files with an engine or a browser come first: they take longest, and nobody should wait for the last of them alone."""
    long = {item.path for item in items if item.get_closest_marker("engine") or item.get_closest_marker("browser")}
    items.sort(key=lambda item: item.path not in long)


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    return load_catalogue(HOME)


@pytest.fixture(scope="session")
def town_engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningEngine]:
    """`make test ENGINE=camunda` runs everything in the town on the other flavour."""
    with run_engine(HOME, tmp_path_factory.mktemp("engine")) as running:
        yield running


@pytest.fixture(scope="session")
def engine(town_engine: RunningEngine) -> RunningEngine:
    """A room may have one of its own under this name; the town's stays the town's."""
    return town_engine


@pytest.fixture(scope="session")
def town(
    town_engine: RunningEngine, catalogue: Catalogue, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Town]:
    """Everybody and every model in the engine, a store, and the workers running in this process."""
    with settled(HOME, town_engine, tmp_path_factory.mktemp("var")) as town:
        yield town
