"""The whole city as real processes: PostgreSQL, engine, two front doors, two workers; each can be killed by its pid.

What is set up once (databases, people, models) is kept as a folder and copied for every fault.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import requests

from onething.bootstrap import Tools, build_tools
from onething.catalogue import cached_catalogue
from onething.cli.stack import admin_credentials
from onething.engine import identity, runtime
from onething.engine.client import EngineClient
from onething.engine.deploy import deploy, warm
from onething.gateways.demo_setup import prepare
from onething.settings import Settings
from onething.store import outbox
from simulation.engine import free_port
from simulation.outside import Outside
from simulation.postgres import Postgres, run_postgres

HOME = Path(__file__).resolve().parents[2]
PYTHON = ("api-1", "api-2", "workers-1", "workers-2")
PARTS = ("engine", "outside")
SOURCES = ("bpmn", "catalogue", "forms", "docker/engine/src", "onething/store", "onething/guides", "workers/publishing.py")
LOG, POINTS = "ONETHING_FAULT_LOG", "points.log"


@dataclass
class City:
    """`start` and `kill` each part by name: postgres, engine, outside (all outside systems), api-1, api-2, workers-1, workers-2.

    `environment` is given to the Python processes; `engine_url` is where they look for the engine (a proxy, perhaps).
    """

    folder: Path
    flavour: str = "operaton"
    database: str = "postgres"
    environment: dict[str, str] = field(default_factory=dict)
    engine_url: str = ""

    def __post_init__(self) -> None:
        self.var, self.logs = self.folder / "var", self.folder / "logs"
        for folder in (self.var, self.logs):
            folder.mkdir(parents=True, exist_ok=True)
        self.ports = {name: free_port() for name in ("engine", "postgres", "outside", *PYTHON)}
        self.postgres = Postgres(self.folder / "postgres", self.ports["postgres"]) if self.on_postgres else None
        self.outside = Outside(
            self.folder / "outside", self.ports["outside"],
            prepare(self.folder / "outside" / "settings", self.ports["outside"]), f"{self.front_doors[0]}/api/v1/callbacks",
        )
        self.engine: runtime.EngineHandle | None = None
        self._once, self._tools = threading.Lock(), None
        self.children: dict[str, subprocess.Popen[bytes]] = {}
        self.ended: list[tuple[str, int]] = []

    @property
    def on_postgres(self) -> bool:
        return self.database == "postgres"

    @property
    def settings(self) -> Settings:
        return Settings(
            home=HOME, var=self.var, engine_flavour=self.flavour, engine_port=self.ports["engine"], limits=False,
            database_url=self.postgres.store_url("store") if self.postgres else None,
            engine_database_url=self.postgres.jdbc_url("engine") if self.postgres else None,
        )

    @property
    def admin(self) -> EngineClient:
        known = admin_credentials(self.settings)
        return EngineClient(f"http://127.0.0.1:{self.ports['engine']}/engine-rest", known["user"], known["password"])

    @property
    def front_doors(self) -> tuple[str, str]:
        return tuple(f"http://127.0.0.1:{self.ports[name]}" for name in ("api-1", "api-2"))

    def tools(self) -> Tools:
        """One store for all threads of the rig."""
        with self._once:
            self._tools = self._tools or build_tools(self.settings)
        return self._tools

    # every part by name

    def start(self, *names: str, environment: Mapping[str, str] | None = None) -> None:
        for name in names:
            if name == "postgres":
                self._start_postgres()
            elif name == "engine":
                self._start_engine()
            elif name == "outside":
                self.outside.start()
            else:
                self._start_python(name, environment or {})

    def start_all(self) -> None:
        """Everything, ready to serve."""
        if self.postgres:
            self.start("postgres")
        self.start("outside", "engine", *PYTHON)
        self.wait_ready()
        warm(self.admin)  # as `onething up` does

    def wait_ready(self, seconds: float = 120) -> float:
        """Until engine and front doors answer; how long that took."""
        began = time.monotonic()
        addresses = [f"http://127.0.0.1:{self.ports['engine']}/health", *(f"{door}/readyz" for door in self.front_doors)]
        while not all(answers(address) for address in addresses):
            if time.monotonic() - began > seconds:
                raise RuntimeError(f"not ready after {seconds} s: {[a for a in addresses if not answers(a)]}")
            time.sleep(0.2)
        return time.monotonic() - began

    def kill(self, *names: str) -> None:
        """SIGKILL, all of them before any is waited for."""
        for name in names:
            if name == "postgres":
                self.postgres.kill()
            else:
                self._process(name).kill()
        for name in set(names) - {"postgres"}:
            self._process(name).wait()

    def ask_to_stop(self, name: str, seconds: float = 40) -> float:
        """SIGTERM; how long it took to end. Killed after `seconds`."""
        began, process = time.monotonic(), self._process(name)
        process.send_signal(signal.SIGTERM)
        with suppress(subprocess.TimeoutExpired):
            process.wait(seconds)
            return time.monotonic() - began
        process.kill()
        process.wait()
        return float("inf")

    def points(self) -> list[tuple[str, str]]:
        """What workers and front doors passed, in order: the point of `onething.faults` and what it was about."""
        path = self.folder / POINTS
        lines = path.read_text(encoding="ascii", errors="replace").splitlines() if path.exists() else []
        return [(point, what) for point, _, what in (line.partition(" ") for line in lines)]

    def alive(self, name: str) -> bool:
        return self._process(name).poll() is None

    def pid(self, name: str) -> int:
        return self._process(name).pid

    def log(self, name: str) -> str:
        path = self.logs / f"{name}.log"
        return path.read_text(encoding="utf-8", errors="replace") if path.exists() else ""

    def stop(self) -> None:
        """Whatever still runs. Python first, then the engine, then the database."""
        for name, child in self.children.items():
            if child.poll() is None:
                child.terminate()
                with suppress(subprocess.TimeoutExpired):
                    child.wait(30)
                if child.poll() is None:
                    self.ended.append((name, child.pid))
                    child.kill()
                    child.wait()
        if self._tools is not None:
            self._tools.store.close()
        if self.engine is not None:
            runtime.stop(self.engine)
        self.outside.kill()
        if self.postgres is not None:
            with suppress(RuntimeError):
                self.postgres.stop()

    def remove(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)

    def _process(self, name: str) -> subprocess.Popen[bytes]:
        return {"engine": self.engine, "outside": self.outside}[name].process if name in PARTS else self.children[name]

    def _start_postgres(self) -> None:
        """Its killed predecessor's last children may still hold the shared memory for a moment."""
        for _ in range(9):
            with suppress(RuntimeError):
                return self.postgres.start()
            time.sleep(1)
        return self.postgres.start()

    def _start_engine(self) -> None:
        jar = runtime.build(self.flavour, HOME, self.logs / "build.log")
        self.engine = runtime.start(
            jar, port=self.ports["engine"], data_dir=self.var / "engine", credentials=admin_credentials(self.settings),
            database_url=self.settings.engine_database_url, log_file=self.logs / "engine.log",
        )

    def _start_python(self, name: str, more: Mapping[str, str]) -> None:
        module = name.partition("-")[0]
        with (self.logs / f"{name}.log").open("ab") as log:
            self.children[name] = subprocess.Popen(
                [sys.executable, "-m", module], cwd=HOME, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT,
                env={**self.environment_of(name), **more}, start_new_session=True,
            )

    def environment_of(self, name: str) -> dict[str, str]:
        settings = self.settings
        asked = {
            "ONETHING_HOME": str(HOME), "ONETHING_VAR": str(self.var), "ONETHING_PUBLIC_URL": self.front_doors[0],
            "ONETHING_ENGINE_URL": self.engine_url or settings.rest_url,
            "ONETHING_API_PORT": str(self.ports[name]), "ONETHING_WORKER_PORT": str(self.ports[name]), "PYTHONUNBUFFERED": "1",
            "ONETHING_LIMITS": "false",  # one address and a handful of people stand for a city
            LOG: str(self.folder / POINTS), "ONETHING_GATEWAYS_FILE": str(self.outside.settings_file),
        }
        if settings.database_url:
            asked["ONETHING_DATABASE_URL"] = settings.database_url
        kept = {key: value for key, value in os.environ.items() if not key.startswith("ONETHING_")}
        return {**kept, **asked, **self.environment}


def answers(address: str) -> bool:
    with suppress(requests.RequestException):
        return requests.get(address, timeout=3).ok
    return False


def prepared(folder: Path, flavour: str, database: str) -> City:
    """A city in `folder` with people and models in place, nothing of it running."""
    kept = Path(tempfile.gettempdir()) / "onething-fault" / f"{flavour}-{database}-{_digest(flavour)}"
    if not (kept / "ready").exists():
        shutil.rmtree(kept, ignore_errors=True)
        kept.mkdir(parents=True)
        _found(kept, flavour, database)
    folder.mkdir(parents=True, exist_ok=True)
    subprocess.run(["cp", "-a", f"{kept}/.", str(folder)], check=True)
    _let_postgres_in(folder)
    return City(folder, flavour, database)


def _found(kept: Path, flavour: str, database: str) -> None:
    """Set everything up once, let the workers publish what they publish at their first start, stop."""
    if database == "postgres":
        with run_postgres(kept / "postgres") as server:
            for name in ("engine", "store"):
                server.create(name)
    city = City(kept, flavour, database)
    try:
        if city.postgres:
            city.start("postgres")
        city.start("outside", "engine")
        runtime.wait_ready(city.engine)
        tools = city.tools()
        identity.provision(city.admin, cached_catalogue(HOME), city.var / identity.USERS_FILE)
        deploy(HOME, city.admin)
        city.start("workers-1")
        while "worker started" not in city.log("workers-1"):
            if not city.alive("workers-1"):
                raise RuntimeError(city.log("workers-1")[-2000:])
            time.sleep(0.5)
        while _promised(tools):  # editions and advice go out once, at the first start
            time.sleep(0.5)
    finally:
        city.stop()
    shutil.rmtree(city.logs)
    (kept / "ready").touch()


def _promised(tools: Tools) -> int:
    with tools.store.reading() as session:
        return outbox.tally(session, tools.clock.now())[0]


def _let_postgres_in(folder: Path) -> None:
    """The server runs as another user than root, who must be able to reach its folder."""
    if os.geteuid() == 0:
        for parent in [folder, *list(folder.parents)[:3]]:
            parent.chmod(parent.stat().st_mode | 0o011)


def _digest(flavour: str) -> str:
    digest = hashlib.sha256(flavour.encode())
    for source in SOURCES:
        for path in sorted((HOME / source).rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts:
                digest.update(path.relative_to(HOME).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:16]
