"""The real engine for this room, apart from the one the town lives on."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from onething.engine.client import EngineClient
from onething.engine.runtime import FLAVOURS
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
def other(town_engine: RunningEngine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningEngine]:
    """The flavour that the town is not on, empty."""
    [flavour] = set(FLAVOURS) - {town_engine.flavour}
    with run_engine(HOME, tmp_path_factory.mktemp(flavour), flavour) as running:
        yield running


@pytest.fixture(scope="module", params=FLAVOURS)
def wall(request: pytest.FixtureRequest, town_engine: RunningEngine) -> tuple[str, str]:
    """(flavour, base address): the town's, and the other."""
    if request.param == town_engine.flavour:
        return request.param, request.getfixturevalue("town").admin.rest_url.removesuffix("/engine-rest")
    return request.param, request.getfixturevalue("other").base_url
