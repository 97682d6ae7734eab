"""The city that `bench.reads` reads from: engine and store on PostgreSQL, outside systems, one `workers`, one front door."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import requests

from bench.rig import run_rig
from onething.catalogue import Catalogue, load_catalogue
from onething.engine import identity
from onething.engine.client import EngineClient
from onething.engine.deploy import deploy, warm
from simulation.engine import free_port
from simulation.outside import run_outside
from simulation.postgres import Postgres

HOME = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class City:
    address: str
    pid: int
    workers: int
    engine: int
    postgres: Postgres
    admin: EngineClient
    var: Path
    catalogue: Catalogue


@contextmanager
def run_city(folder: Path) -> Iterator[City]:
    """Everything is gone with the block."""
    var, port = folder / "var", free_port()
    with ExitStack() as stack:
        rig = stack.enter_context(run_rig(HOME, folder / "engine", "postgres"))
        catalogue = load_catalogue(HOME)
        var.mkdir()
        identity.provision(rig.client, catalogue, var / identity.USERS_FILE)
        deploy(HOME, rig.client)
        warm(rig.client)
        outside = stack.enter_context(run_outside(folder / "outside", callbacks=f"http://127.0.0.1:{port}/api/v1/callbacks"))
        told = {
            "ONETHING_HOME": str(HOME), "ONETHING_VAR": str(var), "ONETHING_API_PORT": str(port),
            "ONETHING_WORKER_PORT": str(free_port()), "ONETHING_LIMITS": "false",  # a handful of people stand for a city
            "ONETHING_PUBLIC_URL": f"http://127.0.0.1:{port}", "ONETHING_DATABASE_URL": rig.store_url("store"),
            "ONETHING_ENGINE_URL": rig.client.rest_url, "ONETHING_GATEWAYS_FILE": str(outside.settings_file),
        }
        processes = {name: stack.enter_context(_process(name, folder / f"{name}.log", told)) for name in ("api", "workers")}
        _wait_for(f"http://127.0.0.1:{port}/readyz", processes["api"], folder / "api.log")
        yield City(
            f"http://127.0.0.1:{port}", processes["api"].pid, processes["workers"].pid, rig.engine_pid, rig.postgres,
            rig.client, var, catalogue,
        )


@contextmanager
def _process(name: str, log: Path, told: Mapping[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    kept = {key: value for key, value in os.environ.items() if not key.startswith("ONETHING_")}
    with log.open("ab") as out:
        process = subprocess.Popen([sys.executable, "-m", name], cwd=HOME, env=kept | told, stdout=out, stderr=out)
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(40)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_for(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(600):
        if process.poll() is not None:
            raise RuntimeError(f"the front door ended; see {log}")
        try:
            if requests.get(address, timeout=5).ok:
                return
        except requests.RequestException:
            pass
        time.sleep(0.2)
    raise RuntimeError(f"the front door does not answer; see {log}")
