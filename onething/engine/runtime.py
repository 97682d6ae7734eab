"""Build, start and stop the engine as a process of ours. Every way it can fail ends in one sentence with the cure.

The engine runs in a session of its own, so Ctrl-C does not reach it; `stop` sends SIGTERM to its pid. It also ends by
itself when the process that started it is gone, even killed: it waits for the end of the pipe that is its standard input.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import requests

from onething.engine import backups, jars
from onething.errors import EngineError

MAIN = "city.onething.engine.EngineApplication"
COLLECTOR = "-XX:+UseParallelGC"
FLAVOURS = ("operaton", "camunda")
DAMAGED = re.compile(r"MVStoreException|File corrupted|JdbcSQLNonTransientException: (General error|File corrupted)")
NO_COMPILER = re.compile(r"No compiler is provided|release version \d+ not supported|invalid target release")
LOCKED = re.compile(r"Database may be already in use")


class EngineStartError(EngineError):
    """The engine did not come up; the message says why and what to do."""

    default_code = "engine-start"


@dataclass
class EngineHandle:
    process: subprocess.Popen[bytes]
    port: int
    data_dir: Path
    log_file: Path
    embedded: bool = False
    came_up: bool = False

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def rest_url(self) -> str:
        return f"{self.base_url}/engine-rest"


def webapp_url(flavour: str, port: int, app: str) -> str:
    """The address of a web application of the engine: tasklist, cockpit, admin."""
    return f"http://127.0.0.1:{port}/{flavour}/app/{app}/"


def build(flavour: str, home: Path, log_file: Path) -> Path:
    """The jar to start, built by Maven unless its sources are unchanged since the last build."""
    if flavour not in FLAVOURS:
        raise EngineStartError(f"没有名为“{flavour}”的引擎；请把 ONETHING_ENGINE_FLAVOUR 设为 operaton 或 camunda")
    module = home / "docker" / "engine"
    jar, stamp = module / "target" / f"onething-engine-{flavour}.jar", module / "target" / f"{flavour}.sources"
    digest = _sources_digest(module)
    if jar.exists() and stamp.exists() and stamp.read_text(encoding="ascii") == digest:
        return _unpacked(jar, digest)
    require_java()
    jar.parent.mkdir(exist_ok=True)
    log_file.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f"{flavour}-", dir=jar.parent) as folder:
        made = package(flavour, module, Path(folder), log_file)
        listed = jars.list_of(module, flavour)
        if found := jars.strange(made, listed):
            raise EngineStartError(
                f"引擎的组件与 {listed.name} 不符：{'、'.join(found)}；有意更换版本的，请运行 make lock 并核对改动，"
                "否则请检查 Maven 从哪里下载 · libraries are not those of the lock"
            )
        made.replace(jar)  # in one step: an engine that runs from the old jar keeps it
    stamp.write_text(digest, encoding="ascii")
    return _unpacked(jar, digest)


def _unpacked(jar: Path, digest: str) -> Path:
    """The same jar with its libraries beside it: from within one jar every request searches them all anew (docs/profile.md)."""
    home = jar.parent / f"{jar.stem}-{digest[:12]}"
    if not home.exists():
        with tempfile.TemporaryDirectory(prefix=f"{jar.stem}-", dir=jar.parent) as folder:
            command = [require_java(), "-Djarmode=tools", "-jar", str(jar), "extract", "--destination", f"{folder}/new"]
            if subprocess.run(command, capture_output=True, check=False).returncode:
                raise EngineStartError(f"无法解开 {jar.name}；请删除 {jar.parent} 后重试 · the jar cannot be unpacked")
            with suppress(OSError):  # somebody else was first
                Path(folder, "new").rename(home)
    return home / jar.name


def package(flavour: str, module: Path, folder: Path, log_file: Path) -> Path:
    """The jar as Maven makes it, in `folder`."""
    maven = shutil.which("mvn")
    if maven is None:
        raise EngineStartError("没有找到 Maven；请先运行 apt-get install maven · Maven is missing")
    extra = ["-Dcamunda"] if flavour == "camunda" else []
    command = [maven, "-B", "-q", "-f", str(module / "pom.xml"), f"-Dbuild.folder={folder.resolve()}", *extra, "package"]
    with log_file.open("wb") as log:
        failed = subprocess.run(command, stdout=log, stderr=subprocess.STDOUT, check=False).returncode != 0
    if failed and NO_COMPILER.search(log_file.read_text(encoding="utf-8", errors="replace")):
        raise EngineStartError("Java 缺少编译器或版本太旧；请安装 openjdk-17-jdk-headless · a JDK 17 or newer is needed")
    if failed:
        raise EngineStartError(f"引擎构建失败；请查看 {log_file}，通常是网络或 Maven 设置问题 · build failed, see the log")
    return folder / f"onething-engine-{flavour}.jar"


def require_java() -> str:
    """The `java` to use; raises when there is none or it is older than 17."""
    home = os.environ.get("JAVA_HOME")
    java = str(Path(home) / "bin" / "java") if home and (Path(home) / "bin" / "java").exists() else shutil.which("java")
    if java is None:
        raise EngineStartError("没有找到 Java；请先运行 apt-get install openjdk-17-jdk-headless · Java 17 is missing")
    answer = subprocess.run([java, "-version"], capture_output=True, text=True, check=False).stderr
    match = re.search(r'version "(?:1\.)?(\d+)', answer)
    if not match or int(match.group(1)) < 17:
        found = match.group(1) if match else "未知"
        raise EngineStartError(f"Java 版本是 {found}，需要 17 或更新；请安装 openjdk-17-jdk-headless · Java is too old")
    return java


def start(
    jar: Path, *, port: int, data_dir: Path, credentials: Mapping[str, str], log_file: Path,
    database_url: str | None = None, front_door: str = "",
) -> EngineHandle:
    """Start in a session of its own; call `wait_ready`, later `stop`. Keep the handle: the engine ends with it. `front_door`:
    its address where no proxy puts both under one name."""
    java = require_java()
    _require_free(port)
    jar, data_dir = jar.resolve(), data_dir.resolve()  # the engine's working directory is data_dir
    data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    log_file.parent.mkdir(parents=True, exist_ok=True)
    environment = {
        **os.environ, "ENGINE_PORT": str(port), "ENGINE_ADMIN_USER": credentials["user"],
        "ENGINE_ADMIN_PASSWORD": credentials["password"], "ENGINE_STOP_WITH_PARENT": "yes", "ENGINE_FRONT_DOOR": front_door,
        "ENGINE_DATABASE_URL": database_url or f"jdbc:h2:file:{data_dir / 'engine'};WRITE_DELAY=0;COMPRESS=TRUE",
    }
    if database_url is None:
        if backups.is_changed(data_dir):
            raise EngineStartError(_damaged(data_dir))
        backups.set_aside(data_dir)
        backups.in_use(data_dir)
    pages = [str(_front_door_page(jar, data_dir, front_door))] if front_door else []
    heap = f"-Xmx{os.environ.get('ENGINE_HEAP', '1g')}"
    with log_file.open("ab") as log:
        log.write(b"---- start ----\n")
        # Not -jar: the web applications' pages are looked for in the jars of the class path only, not in those a jar names.
        process = subprocess.Popen(
            [java, heap, COLLECTOR, "-cp", os.pathsep.join([*pages, str(jar), f"{jar.parent / 'lib'}/*"]), MAIN], cwd=data_dir,
            env=environment, stdin=subprocess.PIPE, stdout=log, stderr=subprocess.STDOUT, start_new_session=True,
        )
    return EngineHandle(process, port, data_dir, log_file, embedded=database_url is None)


def _front_door_page(jar: Path, data_dir: Path, address: str) -> Path:
    """A folder for the class path: Tasklist reads from it where the front door is."""
    folder, flavour = data_dir / "pages", jar.stem.removeprefix("onething-engine-")
    script = folder / "META-INF" / "resources" / "webjars" / flavour / "app" / "tasklist" / "scripts" / "front-door.js"
    script.parent.mkdir(parents=True, exist_ok=True)
    script.write_text(f"export default {json.dumps(address)};\n", encoding="utf-8")
    return folder


def wait_ready(handle: EngineHandle, timeout: float = 120) -> None:
    """Return when the engine answers; stops it and raises `EngineStartError` when it does not within `timeout` s."""
    end = time.monotonic() + timeout
    while time.monotonic() < end:
        if handle.process.poll() is not None:
            raise EngineStartError(_why_it_ended(handle))
        with suppress(requests.RequestException):
            if requests.get(f"{handle.base_url}/health", timeout=2).ok:
                handle.came_up = True
                return backups.keep(handle.data_dir)
        time.sleep(0.2)
    stop(handle)
    raise EngineStartError(f"引擎 {timeout:.0f} 秒内没有就绪；请查看 {handle.log_file} · the engine did not become ready")


def stop(handle: EngineHandle, timeout: float = 30) -> None:
    """Ask it to end; kill it after `timeout` s. Committed work is on disk either way."""
    if handle.process.poll() is None:
        handle.process.send_signal(signal.SIGTERM)
        try:
            handle.process.wait(timeout)
        except subprocess.TimeoutExpired:
            handle.process.kill()
            handle.process.wait()
    if handle.process.stdin is not None:
        handle.process.stdin.close()
    if handle.embedded and handle.came_up:  # else it may be another engine's
        backups.left(handle.data_dir)


def _why_it_ended(handle: EngineHandle) -> str:
    log = handle.log_file.read_text(encoding="utf-8", errors="replace").rpartition("---- start ----")[2]
    file = handle.data_dir / backups.FILE
    if LOCKED.search(log):
        return f"引擎数据库 {file} 正被另一个引擎使用；请先停止它 · the database is in use by another engine"
    if DAMAGED.search(log):
        return _damaged(handle.data_dir)
    if "already in use" in log:
        return f"端口 {handle.port} 已被占用；请用 ONETHING_ENGINE_PORT 指定另一个端口 · the port is taken"
    return f"引擎启动失败；请查看 {handle.log_file} · the engine failed to start, see the log"


def _damaged(data_dir: Path) -> str:
    backup = backups.newest(data_dir)
    cure = f"请用备份 {backup} 覆盖它" if backup else "没有自动备份，演示环境可以删除它"
    return (
        f"引擎数据库文件 {data_dir / backups.FILE} 已损坏，或者在引擎停止后被改动；{cure}，然后重新启动。"
        f"如果换上的是您自己另存的副本，请删除 {data_dir / backups.KNOWN} 再启动"
        " · the database file is damaged or was changed: restore a backup of it"
    )


def _require_free(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise EngineStartError(
                f"端口 {port} 已被占用；请停止占用它的程序，或用 ONETHING_ENGINE_PORT 指定另一个端口 · port {port} is taken"
            ) from error


def _sources_digest(module: Path) -> str:
    digest = hashlib.sha256()
    for path in sorted([module / "pom.xml", *module.glob("jars-*.sha256"), *(module / "src").rglob("*")]):
        if path.is_file():
            digest.update(path.relative_to(module).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()
