"""Starting the engine: every failure ends in one plain sentence with the cure."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest

from onething.engine import backups, runtime
from onething.engine.runtime import EngineStartError
from simulation.engine import ADMIN, free_port

HOME = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.engine


@pytest.fixture(scope="module")
def jar(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return runtime.build("operaton", HOME, tmp_path_factory.mktemp("build") / "build.log")


def start(jar: Path, folder: Path, port: int, credentials: dict[str, str] | None = None) -> runtime.EngineHandle:
    return runtime.start(
        jar, port=port, data_dir=folder / "data", credentials=credentials or ADMIN, log_file=folder / "engine.log"
    )


def test_an_unchanged_engine_is_not_built_again(jar: Path, tmp_path: Path) -> None:
    built = jar.stat().st_mtime_ns
    assert runtime.build("operaton", HOME, tmp_path / "log").stat().st_mtime_ns == built


def test_s07_the_engine_carries_its_own_flavour_and_no_script_engine(jar: Path) -> None:
    names = zipfile.ZipFile(jar).namelist()
    assert [name for name in names if re.search(r"groovy|graal|nashorn|jython|jruby|junit|webjars/camunda", name)] == []
    assert any("webjars/operaton" in name for name in names)


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


@pytest.mark.parametrize(
    ("complaint", "cure"), [("No compiler is provided in this environment", "openjdk-17-jdk"), ("no route to host", "build.log")]
)
def test_a_failed_build_is_explained(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, complaint: str, cure: str
) -> None:
    (tmp_path / "docker/engine/src").mkdir(parents=True)
    (tmp_path / "docker/engine/pom.xml").touch()
    maven = tmp_path / "mvn"
    maven.write_text(f"#!/bin/sh\necho '{complaint}'\nexit 1\n", encoding="ascii")
    maven.chmod(0o755)
    monkeypatch.setattr("onething.engine.runtime.require_java", lambda: "java")
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    with pytest.raises(EngineStartError, match=cure):
        runtime.build("operaton", tmp_path, tmp_path / "build.log")
    assert list((tmp_path / "docker/engine/target").iterdir()) == [], "nothing half built is left"


def test_an_engine_does_not_outlive_a_killed_parent(jar: Path, tmp_path: Path) -> None:
    script = (
        "import sys, time; from pathlib import Path; from onething.engine import runtime\n"
        "jar, folder, port = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])\n"
        f"handle = runtime.start(jar, port=port, data_dir=folder, credentials={ADMIN!r}, log_file=folder / 'engine.log')\n"
        "print(handle.process.pid, flush=True); time.sleep(600)"
    )
    command = [sys.executable, "-c", script, str(jar), str(tmp_path), str(free_port())]
    with subprocess.Popen(command, cwd=HOME, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout
        engine = int(parent.stdout.readline())
        os.kill(engine, 0)
        parent.send_signal(signal.SIGKILL)
    while _is_running(engine):  # the run's own time limit ends a wait that never does
        time.sleep(0.2)


def _is_running(process: int) -> bool:
    """Also false for one that has ended but that nobody has collected."""
    answer = subprocess.run(["ps", "-o", "stat=", "-p", str(process)], capture_output=True, text=True, check=False).stdout
    return bool(answer.strip()) and not answer.startswith("Z")


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
    sound, backup = file.read_bytes(), backups.newest(tmp_path / "data")
    assert backup
    file.write_bytes(sound[:-4096])
    with pytest.raises(EngineStartError, match=f"已损坏，或者在引擎停止后被改动；请用备份 {re.escape(str(backup))} 覆盖"):
        start(jar, tmp_path, free_port())
    (tmp_path / "data" / backups.KNOWN).unlink()
    file.write_bytes(b"garbage!" * (len(sound) // 8))
    broken = start(jar, tmp_path, free_port())
    with pytest.raises(EngineStartError, match=f"已损坏，或者在引擎停止后被改动；请用备份 {re.escape(str(backup))} 覆盖"):
        runtime.wait_ready(broken)
    shutil.copy(backup, file)
    restored = start(jar, tmp_path, free_port())
    runtime.wait_ready(restored)
    runtime.stop(restored)


def test_f06_only_a_copy_that_an_engine_came_up_with_is_a_backup_and_the_last_five_are_kept(tmp_path: Path) -> None:
    for turn in range(7):
        (tmp_path / backups.FILE).write_text(f"sound {turn}")
        backups.set_aside(tmp_path)
        backups.keep(tmp_path)
    (tmp_path / backups.FILE).write_text("damaged")
    backups.set_aside(tmp_path)
    kept = sorted(path.read_text() for path in backups.folder(tmp_path).glob("engine-*"))
    assert kept == [f"sound {turn}" for turn in range(2, 7)]
    assert backups.newest(tmp_path).read_text() == "sound 6"


def test_f06_a_file_that_was_changed_after_the_engine_ended_is_known(tmp_path: Path) -> None:
    """H2 would start with what was there some time ago, where only the end of the file is damaged."""
    file = tmp_path / backups.FILE
    file.write_text("first")
    assert not backups.is_changed(tmp_path), "nothing is known of it"
    backups.set_aside(tmp_path)
    backups.in_use(tmp_path)
    backups.keep(tmp_path)
    file.write_text("work")
    assert not backups.is_changed(tmp_path), "an engine that was killed says nothing"
    backups.left(tmp_path)
    assert not backups.is_changed(tmp_path)
    file.write_text("wor")
    assert backups.is_changed(tmp_path)
    shutil.copy(backups.newest(tmp_path), file)
    assert not backups.is_changed(tmp_path), "a backup was put back"
    file.write_text("work")
    assert not backups.is_changed(tmp_path), "so was a copy of what was left"
