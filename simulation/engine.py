"""An engine of one's own, on a free port and with its data in a folder: nothing here meets the running city."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from onething.engine import runtime
from onething.settings import get_settings

ADMIN = {"user": "engine-admin", "password": "Trial-only-secret-1"}


@dataclass(frozen=True)
class RunningEngine:
    rest_url: str
    user: str
    password: str
    flavour: str

    @property
    def base_url(self) -> str:
        return self.rest_url.removesuffix("/engine-rest")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def run_engine(home: Path, folder: Path, flavour: str = "", front_door: str = "") -> Iterator[RunningEngine]:
    """Built where it is not yet; ended with the block. Without a flavour that of the settings (`make test ENGINE=camunda`)."""
    flavour = flavour or get_settings().engine_flavour
    jar = runtime.build(flavour, home, folder / "build.log")
    handle = runtime.start(
        jar, port=free_port(), data_dir=folder / "data", credentials=ADMIN, log_file=folder / "engine.log",
        front_door=front_door,
    )
    try:
        runtime.wait_ready(handle)
        yield RunningEngine(handle.rest_url, ADMIN["user"], ADMIN["password"], flavour)
    finally:
        runtime.stop(handle)
