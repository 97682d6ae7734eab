"""The real engine for this room, apart from the one the town lives on."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from onething.engine.client import EngineClient
from simulation.engine import RunningEngine, run_engine

HOME = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningEngine]:
    """An engine apart from the town's, since these tests fill it with trials."""
    with run_engine(HOME, tmp_path_factory.mktemp("trial-engine")) as running:
        yield running


@pytest.fixture
def client(engine: RunningEngine) -> EngineClient:
    return EngineClient(engine.rest_url, engine.user, engine.password)


@pytest.fixture(scope="session")
def trial_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small checkout of trial models and the real forms."""
    home = tmp_path_factory.mktemp("home")
    shutil.copytree(Path(__file__).parent / "models", home / "bpmn" / "shared")
    shutil.copytree(HOME / "forms", home / "forms")
    return home


@pytest.fixture(scope="session")
def camunda(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningEngine]:
    """The other flavour, empty."""
    with run_engine(HOME, tmp_path_factory.mktemp("camunda"), "camunda") as running:
        yield running


@pytest.fixture(scope="module", params=["operaton", "camunda"])
def wall(request: pytest.FixtureRequest) -> tuple[str, str]:
    """(flavour, base address): the default flavour is the engine of the whole run."""
    if request.param == "operaton":
        return "operaton", request.getfixturevalue("town").admin.rest_url.removesuffix("/engine-rest")
    return "camunda", request.getfixturevalue("camunda").base_url
