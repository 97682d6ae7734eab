"""The other end of `onething/sandbox.py`: `python -m onething.sandbox_child <module:function> <seconds> <MiB>`."""

from __future__ import annotations

import gc
import io
import os
import resource
import signal
import sys
from importlib import import_module
from typing import Any

from onething.sandbox import LONGEST_ANSWER, MIB, read, write

OPEN_FILES = 64


def main(task: str, seconds: int, memory_mib: int) -> int:
    """Fork for every file. A child that died without an answer ends this process: its asker sees the pipe close."""
    module, name = task.split(":")
    work = getattr(import_module(module), name)
    gc.freeze()
    while True:
        try:
            options, content = read(sys.stdin.buffer, LONGEST_ANSWER)
        except EOFError:
            return 0
        child = os.fork()
        if child == 0:
            _answer(work, options, content, seconds, memory_mib)
        del content
        _, status = os.waitpid(child, 0)
        if status:
            return signal.SIGXCPU if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGXCPU else 1


def _answer(work: Any, options: dict[str, Any], content: bytes, seconds: int, memory_mib: int) -> None:
    try:
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
        resource.setrlimit(resource.RLIMIT_DATA, (memory_mib * MIB, memory_mib * MIB))
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_NOFILE, (OPEN_FILES, OPEN_FILES))
        try:
            facts, result = work(content, options)
        except MemoryError:
            facts, result = {"stopped": "memory"}, b""
        facts["peak_kib"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        write(sys.stdout.buffer, facts, io.BytesIO(result))
        os._exit(0)
    except BaseException:
        os._exit(1)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])))
