"""A PostgreSQL of one's own, on a free port and with its data in a folder: for tests, faults and measurements."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from onething.errors import NotFound
from simulation.engine import free_port

USER = "postgres"
CONNECTIONS = 300
"""Two front doors and two workers at their most, and two engines."""


def program(name: str) -> str | None:
    installed = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    return str(installed[-1]) if installed else shutil.which(name)


@dataclass
class Postgres:
    """One server. `start` and `kill` may follow each other as often as wanted; the data stay in `folder`."""

    folder: Path
    port: int
    options: Sequence[str] = ()

    @property
    def data(self) -> Path:
        return self.folder / "data"

    def store_url(self, database: str) -> str:
        return f"postgresql+psycopg://{USER}@127.0.0.1:{self.port}/{database}"

    def jdbc_url(self, database: str) -> str:
        return f"jdbc:postgresql://127.0.0.1:{self.port}/{database}?user={USER}"

    def start(self) -> None:
        """Returns when it takes connections; after a kill it recovers first."""
        settings = [f"-p {self.port}", "-c listen_addresses=127.0.0.1", f"-c unix_socket_directories={self.folder}",
                    f"-c max_connections={CONNECTIONS}", *self.options]
        self._run("pg_ctl", "-D", str(self.data), "-l", str(self.folder / "log"), "-o", " ".join(settings), "-w", "start")

    def stop(self) -> None:
        self._run("pg_ctl", "-D", str(self.data), "-m", "fast", "-w", "stop")

    @property
    def pid(self) -> int:
        return int((self.data / "postmaster.pid").read_text(encoding="ascii").split()[0])

    def kill(self) -> None:
        """SIGKILL to the postmaster and everything it started: as when the machine's power fails, but for the disk's cache."""
        group = subprocess.run(["ps", "-o", "pid=", "--ppid", str(self.pid)], capture_output=True, text=True, check=False)
        for pid in [self.pid, *map(int, group.stdout.split())]:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    def create(self, database: str, template: str = "template1") -> None:
        """A copy of `template`, to which nobody may be connected."""
        self.sql("postgres", f'CREATE DATABASE "{database}" TEMPLATE "{template}"')

    def sql(self, database: str, statement: str) -> str:
        """Unaligned rows, `|` between columns."""
        return self._run("psql", "-h", "127.0.0.1", "-p", str(self.port), "-U", USER, "-d", database, "-AtqX",
                         "-v", "ON_ERROR_STOP=1", "-c", statement)

    def initialise(self) -> None:
        self._run("initdb", "-D", str(self.data), "-U", USER, "--auth", "trust", "--encoding", "UTF8", "--no-sync")

    def _run(self, name: str, *arguments: str) -> str:
        as_user = {"user": USER} if os.geteuid() == 0 else {}  # PostgreSQL refuses to run as root
        command = [str(program(name)), *arguments]
        with open(self.folder / f"{name}.out", "w+", encoding="utf-8") as out:
            done = subprocess.run(command, cwd=self.folder, stdout=out, stderr=subprocess.STDOUT, check=False, **as_user)
            out.seek(0)
            said = out.read()
        if done.returncode:
            raise RuntimeError(f"{name}: {said[-2000:]}")
        return said


@contextmanager
def run_postgres(folder: Path, *options: str) -> Iterator[Postgres]:
    """Ended with the block. Raises `NotFound` where PostgreSQL is not installed."""
    if program("initdb") is None or program("pg_ctl") is None:
        raise NotFound("没有安装 PostgreSQL；请先运行 apt-get install postgresql · PostgreSQL is not installed")
    folder.mkdir(parents=True, exist_ok=True)
    if os.geteuid() == 0:
        shutil.chown(folder, USER)
        temporary = Path(tempfile.gettempdir()).resolve()
        for parent in folder.resolve().parents:
            if temporary in parent.parents:
                parent.chmod(parent.stat().st_mode | 0o011)
    server = Postgres(folder, free_port(), options)
    server.initialise()
    server.start()
    try:
        yield server
    finally:
        with suppress(RuntimeError):  # it was killed and not started again
            server.stop()
