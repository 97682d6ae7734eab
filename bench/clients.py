"""Every client that is measured: how it is made ready, how it is started, and why not where a tool is missing."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from onething.engine import runtime
from onething.errors import OneThingError

HERE = Path(__file__).parent
PEERS = HERE / "peers"
FASTBPMN = "fastbpmn==0.5.0"


class Missing(OneThingError):
    """A client cannot be measured here; says what would have to be installed."""

    default_code = "bench-missing"


@dataclass(frozen=True)
class Client:
    """`command(cache)` makes ready what it needs in the cache folder and answers how to start it; raises `Missing`."""

    name: str
    title: str
    command: Callable[[Path], Sequence[str]]
    environment: Mapping[str, str] = field(default_factory=dict)
    store: bool = False
    most_rounds: int = 100


def ours(cache: Path) -> list[str]:
    return [sys.executable, "-m", "bench.ours"]


def package(cache: Path) -> list[str]:
    return [sys.executable, str(PEERS / "package_worker.py")]


def fastbpmn(cache: Path) -> list[str]:
    folder = cache / "fastbpmn"
    python = folder / "bin" / "python"
    if not (folder / "ready").exists():
        _run([sys.executable, "-m", "venv", str(folder)])
        _run([str(python), "-m", "pip", "install", "-q", "--disable-pip-version-check", FASTBPMN])
        (folder / "ready").touch()
    return [str(python), str(PEERS / "fastbpmn_worker.py")]


def javascript(cache: Path) -> list[str]:
    node, npm = _tool("node", "nodejs"), _tool("npm", "npm")
    folder = cache / "js"
    if not (folder / "node_modules").exists():
        folder.mkdir(parents=True, exist_ok=True)
        for name in ("package.json", "package-lock.json", "worker.mjs"):
            shutil.copy(PEERS / "js" / name, folder / name)
        _run([npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefix", str(folder)])
    shutil.copy(PEERS / "js" / "worker.mjs", folder / "worker.mjs")
    return [node, str(folder / "worker.mjs")]


def java(cache: Path) -> list[str]:
    folder = cache / "java"
    if not (folder / "peer.jar").exists():
        maven = _tool("mvn", "maven")
        _run([maven, "-B", "-q", "-f", str(PEERS / "java" / "pom.xml"), f"-Dbuild.folder={folder.resolve()}", "package"])
    places = os.pathsep.join((str(folder / "peer.jar"), str(folder / "dependency" / "*")))
    return [runtime.require_java(), "-Xmx200m", "-cp", places, "bench.Peer"]


CLIENTS = (
    Client("ours-inbox", "onething, inbox and effects on", ours, store=True),
    Client("ours", "onething, bare", ours),
    Client("python", "camunda-external-task-client-python3 4.5.0, a thread per topic", package),
    Client("fastbpmn", "fastbpmn 0.5.0, 100 workers", fastbpmn, most_rounds=1),  # a round of it takes as long as five of others
    Client("javascript", "camunda-external-task-client-js 3.1.0", javascript),
    Client("java-1", "camunda-external-task-client 7.24.0 (Java), 1 thread", java, {"BENCH_THREADS": "1"}),
    Client("java-8", "camunda-external-task-client 7.24.0 (Java), 8 threads", java, {"BENCH_THREADS": "8"}),
)
OURS = ("ours-inbox", "ours")


def commands(clients: Sequence[Client], cache: Path) -> tuple[dict[str, Sequence[str]], dict[str, str]]:
    """How to start each, and why some cannot be started."""
    ready: dict[str, Sequence[str]] = {}
    missing: dict[str, str] = {}
    for client in clients:
        try:
            ready[client.name] = client.command(cache)
        except OneThingError as error:
            missing[client.name] = error.message
    return ready, missing


def _tool(name: str, package_name: str) -> str:
    found = shutil.which(name)
    if found is None:
        raise Missing(f"没有找到 {name}；请先安装 {package_name} · {name} is missing")
    return found


def _run(command: list[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        said = (done.stderr or done.stdout).strip().splitlines()
        raise Missing(f"准备失败：{Path(command[0]).name} {said[-1] if said else ''} · could not be made ready")
