"""One real engine for the whole run, with all models and people; a town of workers around it."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from onething.catalogue import Catalogue, load_catalogue
from onething.engine import identity, runtime
from onething.engine.client import EngineClient
from onething.engine.deploy import deploy
from tests.town import Town

HOME = Path(__file__).resolve().parent.parent
ADMIN = {"user": "engine-admin", "password": "Trial-only-secret-1"}


@dataclass(frozen=True)
class RunningEngine:
    rest_url: str
    user: str
    password: str

    @property
    def base_url(self) -> str:
        return self.rest_url.removesuffix("/engine-rest")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    return load_catalogue(HOME)


@contextmanager
def run_engine(folder: Path, flavour: str = "operaton") -> Iterator[RunningEngine]:
    """An engine of its own on a free port, with an H2 file in `folder`."""
    jar = runtime.build(flavour, HOME, folder / "build.log")
    handle = runtime.start(
        jar, port=free_port(), data_dir=folder / "data", credentials=ADMIN, log_file=folder / "engine.log"
    )
    try:
        runtime.wait_ready(handle)
        yield RunningEngine(handle.rest_url, ADMIN["user"], ADMIN["password"])
    finally:
        runtime.stop(handle)


@pytest.fixture(scope="session")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningEngine]:
    with run_engine(tmp_path_factory.mktemp("engine")) as running:
        yield running


@pytest.fixture(scope="session")
def town(
    engine: RunningEngine, catalogue: Catalogue, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Town]:
    """Everybody and every model in the engine, a store, and the workers running in this process."""
    var = tmp_path_factory.mktemp("var")
    admin = EngineClient(engine.rest_url, engine.user, engine.password)
    identity.provision(admin, catalogue, var / identity.USERS_FILE)
    deploy(HOME, admin)
    with Town(HOME, var, admin) as town:
        yield town
