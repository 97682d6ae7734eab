"""Work on files of strangers in a process of its own: what makes a parser run wild ends that process and nothing else.

A keeper (`onething/sandbox_child.py`) imports the task's libraries once and forks for every file, so a file costs
milliseconds more than in this process. Nothing is unpickled from it: answers are JSON and bytes.
"""

from __future__ import annotations

import json
import os
import queue
import shutil
import signal
import struct
import subprocess
import sys
import threading
from contextlib import suppress
from typing import IO, Any, BinaryIO

LENGTHS = struct.Struct(">II")
MIB = 1024 * 1024
LONGEST_ANSWER = 64 * MIB


class Stopped(Exception):
    """The task was ended, or ended itself, before it had an answer: `why` is time, memory or crash."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class Sandbox:
    """`task` is `module:function`, a function (content, options) -> (facts, content). At most `places` run at once; safe to
    share between threads. The limits hold for each file: seconds of work, MiB of memory."""

    def __init__(self, task: str, *, places: int = 2, seconds: int = 15, memory_mib: int = 240) -> None:
        self.task, self.places, self.seconds, self.memory_mib = task, places, seconds, memory_mib
        self._free: queue.LifoQueue[_Keeper | None] = queue.LifoQueue()
        for _ in range(places):
            self._free.put(None)

    def run(self, file: IO[bytes], **options: Any) -> tuple[dict[str, Any], bytes]:
        """What the task answered about the file, which is sent piece by piece; raises `Stopped`."""
        keeper = self._free.get()
        try:
            if keeper is None or keeper.process.poll() is not None:
                keeper = _Keeper(self)
            return keeper.ask(file, options)
        except Stopped:
            if keeper:
                keeper.end()
            keeper = None
            raise
        finally:
            self._free.put(keeper)

    def keepers(self) -> list[int]:
        """Process ids of the keepers that are idle now, to be measured."""
        with self._free.mutex:
            return [keeper.process.pid for keeper in self._free.queue if keeper]

    def close(self) -> None:
        """End the keepers that are idle. Without it they end with this process: their input closes."""
        for _ in range(self._free.qsize()):
            with suppress(queue.Empty):
                if keeper := self._free.get_nowait():
                    keeper.end()
                self._free.put(None)


class _Keeper:
    def __init__(self, room: Sandbox) -> None:
        self.seconds = room.seconds
        command = [sys.executable, "-m", "onething.sandbox_child", room.task, str(room.seconds), str(room.memory_mib)]
        # A session of its own: Ctrl-C is not for it, and its children end with it.
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, start_new_session=True,
            env={"PATH": os.environ.get("PATH", ""), "PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "LANG": "C.UTF-8"},
        )

    def ask(self, file: IO[bytes], options: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
        late = threading.Event()
        timer = threading.Timer(self.seconds * 2, lambda: (late.set(), self.end()))
        timer.start()
        try:
            write(self.process.stdin, options, file)
            facts, result = read(self.process.stdout, LONGEST_ANSWER)
        except (OSError, EOFError, ValueError) as error:
            raise Stopped("time" if late.is_set() or self._out_of_time() else "crash") from error
        finally:
            timer.cancel()
        if facts.get("stopped"):
            raise Stopped(facts["stopped"])
        return facts, result

    def _out_of_time(self) -> bool:
        with suppress(subprocess.TimeoutExpired):
            return self.process.wait(timeout=2) == signal.SIGXCPU
        return False

    def end(self) -> None:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            with suppress(OSError):
                pipe.close()


def write(pipe: BinaryIO | None, facts: dict[str, Any], file: IO[bytes]) -> None:
    """One message, the file from its beginning."""
    assert pipe
    head, size = json.dumps(facts).encode(), file.seek(0, os.SEEK_END)
    file.seek(0)
    pipe.write(LENGTHS.pack(len(head), size))
    pipe.write(head)
    shutil.copyfileobj(file, pipe)
    pipe.flush()


def read(pipe: BinaryIO | None, longest: int) -> tuple[dict[str, Any], bytes]:
    """One message; raises `EOFError` at the end, `ValueError` for what is none."""
    assert pipe
    sizes = LENGTHS.unpack(_exactly(pipe, LENGTHS.size))
    if sum(sizes) > longest:
        raise ValueError("too long")
    facts = json.loads(_exactly(pipe, sizes[0]))
    if not isinstance(facts, dict):
        raise ValueError("not an answer")
    return facts, _exactly(pipe, sizes[1])


def _exactly(pipe: BinaryIO, size: int) -> bytes:
    found = pipe.read(size)
    if len(found) != size:
        raise EOFError
    return found
