"""An engine of this room's own: these tests reset passwords and deploy trial models, which would disturb a town."""

import shutil
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from onething.engine import runtime
from onething.engine.client import EngineClient

HOME = Path(__file__).resolve().parents[2]
ADMIN = {"user": "engine-admin", "password": "Trial-only-secret-1"}


@dataclass(frozen=True)
class RunningEngine:
    rest_url: str
    user: str
    password: str


@pytest.fixture(scope="session")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningEngine]:
    folder = tmp_path_factory.mktemp("engine")
    jar = runtime.build("operaton", HOME, folder / "build.log")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    handle = runtime.start(jar, port=port, data_dir=folder / "data", credentials=ADMIN, log_file=folder / "engine.log")
    try:
        runtime.wait_ready(handle)
        yield RunningEngine(handle.rest_url, ADMIN["user"], ADMIN["password"])
    finally:
        runtime.stop(handle)


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
