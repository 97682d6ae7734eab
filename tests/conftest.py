"""One real engine for the whole run, with all models and people; a town of workers around it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from onething.catalogue import Catalogue, load_catalogue
from simulation.engine import RunningEngine, run_engine
from simulation.run import settled
from simulation.town import Town

HOME = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    return load_catalogue(HOME)


@pytest.fixture(scope="session")
def town_engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningEngine]:
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
