"""Starting the engine: every failure ends in one plain sentence with the cure."""

import socket
from pathlib import Path

import pytest

from onething.engine import runtime
from onething.engine.runtime import EngineStartError

HOME = Path(__file__).resolve().parents[2]
ADMIN = {"user": "engine-admin", "password": "Trial-only-secret-1"}
pytestmark = pytest.mark.engine


@pytest.fixture(scope="module")
def jar(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return runtime.build("operaton", HOME, tmp_path_factory.mktemp("build") / "build.log")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def start(jar: Path, folder: Path, port: int, credentials: dict[str, str] | None = None) -> runtime.EngineHandle:
    return runtime.start(
        jar, port=port, data_dir=folder / "data", credentials=credentials or ADMIN, log_file=folder / "engine.log"
    )


def test_an_unchanged_engine_is_not_built_again(jar: Path, tmp_path: Path) -> None:
    built = jar.stat().st_mtime_ns
    assert runtime.build("operaton", HOME, tmp_path / "log").stat().st_mtime_ns == built


def test_an_unknown_flavour_is_refused(tmp_path: Path) -> None:
    with pytest.raises(EngineStartError, match="ONETHING_ENGINE_FLAVOUR"):
        runtime.build("flowable", HOME, tmp_path / "log")


def test_a_taken_port_is_named(jar: Path, tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(EngineStartError, match=rf"端口 {port} 已被占用；请"):
            start(jar, tmp_path, port)


def test_a_missing_java_is_named(jar: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("JAVA_HOME", raising=False)
    with pytest.raises(EngineStartError, match="openjdk-17"):
        start(jar, tmp_path, free_port())


def test_an_old_java_is_named(jar: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    java = tmp_path / "java"
    java.write_text("#!/bin/sh\necho 'openjdk version \"1.8.0_412\"' >&2\n", encoding="ascii")
    java.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    monkeypatch.delenv("JAVA_HOME", raising=False)
    with pytest.raises(EngineStartError, match="Java 版本是 8"):
        start(jar, tmp_path, free_port())


def test_a_missing_maven_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "docker/engine/src").mkdir(parents=True)
    (tmp_path / "docker/engine/pom.xml").touch()
    monkeypatch.setattr("onething.engine.runtime.require_java", lambda: "java")
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(EngineStartError, match="apt-get install maven"):
        runtime.build("operaton", tmp_path, tmp_path / "log")


def test_s03_a_well_known_or_short_password_is_refused(jar: Path, tmp_path: Path) -> None:
    for password in ("demo", "admin", "short-secret"):
        handle = start(jar, tmp_path, free_port(), {"user": "engine-admin", "password": password})
        with pytest.raises(EngineStartError):
            runtime.wait_ready(handle)


def test_a_damaged_database_is_named_and_a_killed_engine_keeps_its_work(jar: Path, tmp_path: Path) -> None:
    handle = start(jar, tmp_path, free_port())
    runtime.wait_ready(handle)
    second = runtime.start(
        jar, port=free_port(), data_dir=tmp_path / "data", credentials=ADMIN, log_file=tmp_path / "second.log"
    )
    with pytest.raises(EngineStartError, match="正被另一个引擎使用"):
        runtime.wait_ready(second)
    handle.process.kill()
    handle.process.wait()
    again = start(jar, tmp_path, free_port())
    runtime.wait_ready(again)
    runtime.stop(again)
    file = tmp_path / "data" / "engine.mv.db"
    file.write_bytes(b"garbage!" * (file.stat().st_size // 8))
    broken = start(jar, tmp_path, free_port())
    with pytest.raises(EngineStartError, match="已损坏；请用备份覆盖"):
        runtime.wait_ready(broken)
