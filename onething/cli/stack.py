"""The running system: engine, workers and front door as processes of ours, started in order and stopped in reverse."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import requests

from onething import organisation
from onething.bootstrap import build_tools
from onething.catalogue import Catalogue, cached_catalogue
from onething.cli.console import who
from onething.cli.deploying import deploy_checked
from onething.cli.moved import settle
from onething.deadlines import CHINA
from onething.engine import identity, runtime
from onething.engine.client import EngineClient
from onething.engine.deploy import DeploymentReport, warm
from onething.errors import OneThingError
from onething.gateways import demo_setup
from onething.settings import Settings

Say = Callable[[str], None]


class StartError(OneThingError):
    default_code = "start"
    default_status = 500


@dataclass
class Stack:
    """`with Stack(settings, say) as stack:` has everything up; leaving the block stops what was started."""

    settings: Settings
    say: Say
    deployment: DeploymentReport | None = None
    _engine: runtime.EngineHandle | None = None
    _children: list[subprocess.Popen[bytes]] = field(default_factory=list)
    _demo_systems: Path | None = None

    def __enter__(self) -> Stack:
        try:
            self._start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def tasklist_url(self) -> str:
        return runtime.webapp_url(self.settings.engine_flavour, self.settings.engine_port, "tasklist")

    @property
    def cockpit_url(self) -> str:
        return runtime.webapp_url(self.settings.engine_flavour, self.settings.engine_port, "cockpit")

    def _start(self) -> None:
        settings, logs = self.settings, self.settings.var_dir / "logs"
        for folder in (settings.var_dir, logs):  # parents that are made along the way are open to everybody
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        require_free_port(settings.api_host, settings.api_port, "ONETHING_API_PORT")
        if settings.engine_url is None:
            require_free_port("127.0.0.1", settings.engine_port, "ONETHING_ENGINE_PORT")
        self._start_demo_systems(logs)
        build_tools(settings).store.close()  # the schema is brought up to date once, before anybody uses it
        self._spawn("api", logs)  # needs no engine: people can read while it starts
        if settings.engine_url is None:
            self._start_engine(logs)
        catalogue = cached_catalogue(settings.home)
        self.say("创建机构、岗位与账号 · groups and users")
        self._people(catalogue)
        self.say("检查并部署 50 个一件事流程 · checking and deploying the models")
        self._settle()
        self.deployment = deploy_checked(settings, admin_client(settings))
        warm(admin_client(settings))
        self.say("启动自动办理程序与网上办事前台 · workers and front door")
        self._spawn("workers", logs)
        self._wait_for_front_door(logs)

    def _people(self, catalogue: Catalogue) -> None:
        """Whom the city's table names; where it has none, one for each post."""
        settings, client, users = self.settings, admin_client(self.settings), self.settings.var_dir / identity.USERS_FILE
        identity.provision(client, catalogue, users, people=settings.staff_file is None)
        if settings.staff_file is not None:
            admin = admin_credentials(settings)["user"]
            people = organisation.read(settings.staff_file, organisation.posts(catalogue), admin)
            tools = build_tools(settings)
            organisation.put_in_place(tools, client, people, tools.clock.now().astimezone(CHINA).date(), who())
            tools.store.close()

    def _settle(self) -> None:
        """Before the workers archive cases that a command moved when everything broke off."""
        tools = build_tools(self.settings)
        settle(tools, admin_client(self.settings), self.say)
        tools.store.close()

    def _start_engine(self, logs: Path) -> None:
        settings = self.settings
        self.say(f"构建流程引擎 · building the engine ({settings.engine_flavour})")
        jar = runtime.build(settings.engine_flavour, settings.home, logs / "engine-build.log")
        self.say("启动流程引擎 · starting the engine")
        self._engine = runtime.start(
            jar, port=settings.engine_port, data_dir=settings.var_dir / "engine",
            credentials=admin_credentials(settings), database_url=settings.engine_database_url,
            log_file=logs / "engine.log", front_door=settings.beside_tasklist,
        )
        runtime.wait_ready(self._engine)

    def _start_demo_systems(self, logs: Path) -> None:
        """SMS, platform, courier and the others as a real server, so that what people see goes the real way."""
        settings = self.settings
        if not settings.demo or settings.gateways_file:
            return
        self.say("启动演示用的外部系统 · outside systems of the demonstration")
        port = free_port()
        self._demo_systems = demo_setup.prepare(settings.var_dir / "demo-systems", port)
        self._spawn(
            "onething.gateways.demo_server", logs, "--settings", str(self._demo_systems),
            "--folder", str(settings.var_dir / "outgoing"), "--port", str(port),
            "--callbacks", f"{settings.base_url}/api/v1/callbacks",
        )

    def _spawn(self, module: str, logs: Path, *arguments: str) -> None:
        with (logs / f"{module.rpartition('.')[2]}.log").open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", module, *arguments], cwd=self.settings.home, stdout=log, stderr=subprocess.STDOUT,
                env={**os.environ, "PYTHONUNBUFFERED": "1"}, start_new_session=True,
            )
        self._children.append(process)

    def _wait_for_front_door(self, logs: Path) -> None:
        address = f"http://{self.settings.api_host}:{self.settings.api_port}/readyz"
        for _ in range(150):
            for child in self._children:
                if child.poll() is not None:
                    raise StartError(f"程序启动后随即退出；请查看日志 {logs} · a process ended at once; see the logs")
            with suppress(requests.RequestException):
                if requests.get(address, timeout=2).ok:
                    return
            time.sleep(0.2)
        raise StartError(f"网上办事前台 30 秒内没有启动；请查看日志 {logs}/api.log")

    def check(self) -> str | None:
        """A sentence if something that should run has ended."""
        running = [*self._children, *([self._engine.process] if self._engine else [])]
        ended = [child for child in running if child.poll() is not None]
        return "有程序意外退出，请查看 var/logs 中的日志 · a process ended" if ended else None

    def stop(self) -> None:
        for child in reversed(self._children):
            if child.poll() is None:
                child.send_signal(signal.SIGTERM)
        for child in reversed(self._children):
            try:
                child.wait(timeout=30)
            except subprocess.TimeoutExpired:
                child.kill()
        self._children.clear()
        if self._demo_systems:
            self._demo_systems.unlink(missing_ok=True)  # nobody is behind it any more
        if self._engine is not None:
            runtime.stop(self._engine)
            self._engine = None


def admin_credentials(settings: Settings) -> dict[str, str]:
    """The engine's administrator, with a password made on first use and kept in a 0600 file (S03)."""
    path = settings.var_dir / "engine-admin.json"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        path.touch(mode=0o600)
        path.write_text(json.dumps({"user": "engine-admin", "password": identity.new_password()}), encoding="ascii")
    return json.loads(path.read_text(encoding="ascii"))


def require_free_port(host: str, port: int, setting: str) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise StartError(
                f"端口 {port} 已被占用；请停止占用它的程序，或用 {setting} 指定另一个端口 · "
                f"port {port} is taken: stop what uses it or choose another with {setting}"
            ) from error


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def admin_client(settings: Settings) -> EngineClient:
    credentials = admin_credentials(settings)
    return EngineClient(settings.rest_url, credentials["user"], credentials["password"])
