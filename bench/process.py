"""A client that is measured, as a process: started, told to go, watched, ended. Its CPU time and memory are the kernel's."""

from __future__ import annotations

import os
import subprocess
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")
READY_SECONDS = 60


@dataclass
class Measured:
    """Says `READY` when it is, works from the first line on its standard input until SIGTERM."""

    command: Sequence[str]
    environment: Mapping[str, str]
    log: Path
    process: subprocess.Popen[str] = field(init=False)
    cpu_before: float = 0.0
    largest: int = 0

    def __enter__(self) -> Measured:
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                list(self.command), env={**os.environ, **self.environment}, stdin=subprocess.PIPE,
                stdout=subprocess.PIPE, stderr=log, text=True,
            )
        return self

    def __exit__(self, *_: object) -> None:
        self.process.terminate()
        try:
            self.process.wait(15)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe:
                with suppress(BrokenPipeError):
                    pipe.close()

    def go(self) -> None:
        """Returns when it has begun. Raises where it ends before it is ready."""
        giving_up = threading.Timer(READY_SECONDS, self.process.kill)
        giving_up.start()
        for line in self.process.stdout or ():
            if line.strip() == "READY":
                break
        else:
            raise RuntimeError(f"{self.command[0]} ended before it was ready; see {self.log}")
        giving_up.cancel()
        threading.Thread(target=self._read_on, daemon=True).start()
        self.cpu_before = cpu_seconds(self.process.pid)
        assert self.process.stdin
        self.process.stdin.write("go\n")
        self.process.stdin.flush()

    def _read_on(self) -> None:
        for _ in self.process.stdout or ():
            pass

    @property
    def cpu(self) -> float:
        """CPU seconds since it was told to go."""
        return cpu_seconds(self.process.pid) - self.cpu_before

    def memory(self) -> int:
        """Bytes it holds now; the largest is remembered."""
        now = memory_bytes(self.process.pid)
        self.largest = max(self.largest, now)
        return now


def cpu_seconds(pid: int) -> float:
    """User and system time of the process and all its threads."""
    with suppress(FileNotFoundError, ProcessLookupError):
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICKS
    return 0.0


def family_cpu_seconds(pid: int) -> float:
    """CPU time of a process, of the children it has and of those it had, as a PostgreSQL server has them."""
    spent = 0.0
    with suppress(FileNotFoundError, ProcessLookupError):
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        spent = sum(map(int, fields[11:15])) / TICKS
        listing = subprocess.run(["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True, check=False)
        spent += sum(cpu_seconds(int(child)) for child in listing.stdout.split())
    return spent


def memory_bytes(pid: int) -> int:
    with suppress(FileNotFoundError, ProcessLookupError):
        for line in Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) * 1024
    return 0
