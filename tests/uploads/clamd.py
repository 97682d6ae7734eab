"""A stand-in for ClamAV's clamd: the real protocol on a real socket, with EICAR as its only virus and moods of its own."""

from __future__ import annotations

import socket
import struct
import threading
from pathlib import Path
from typing import Any

MARK = b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE"
LIMIT = 25 * 1024 * 1024


class FakeClamd:
    """`mood`: well, silent, garbage, half, hung-up, error, empty-name, endless, blind."""

    def __init__(self, path: Path | None = None, mood: str = "well") -> None:
        self.mood, self.scanned = mood, []  # type: ignore[var-annotated]
        if path:
            self.server = socket.socket(socket.AF_UNIX)
            self.server.bind(str(path))
            self.address = str(path)
        else:
            self.server = socket.socket()
            self.server.bind(("127.0.0.1", 0))
            self.address = f"127.0.0.1:{self.server.getsockname()[1]}"
        self.server.listen(16)
        self.ended = threading.Event()

    def __enter__(self) -> FakeClamd:
        threading.Thread(target=self._serve, daemon=True).start()
        return self

    def __exit__(self, *_: Any) -> None:
        self.ended.set()
        self.server.close()

    def _serve(self) -> None:
        while not self.ended.is_set():
            try:
                line, _ = self.server.accept()
            except OSError:
                return
            threading.Thread(target=self._answer, args=(line,), daemon=True).start()

    def _answer(self, line: socket.socket) -> None:
        with line:
            if self.mood == "hung-up":
                return
            try:
                content = self._read(line)
            except (OSError, EOFError):
                return
            self.scanned.append(content)
            if self.mood == "silent":
                self.ended.wait(10)
                return
            line.sendall({
                "well": b"stream: Eicar-Test-Signature FOUND\0" if MARK in content else b"stream: OK\0",
                "garbage": b"\xff\xfe HTTP/1.1 200 OK\r\n\0", "half": b"stream: O",
                "error": b"INSTREAM size limit exceeded. ERROR\0",
                "blind": b"stream: OK\0", "empty-name": b"stream:  FOUND\0", "endless": b"x" * 100_000,
            }[self.mood])

    def _read(self, line: socket.socket) -> bytes:
        assert exactly(line, 10) == b"zINSTREAM\0"
        content = b""
        while size := struct.unpack(">I", exactly(line, 4))[0]:
            assert size <= LIMIT
            content += exactly(line, size)
        return content


def exactly(line: socket.socket, size: int) -> bytes:
    found = b""
    while len(found) < size:
        more = line.recv(size - len(found))
        if not more:
            raise EOFError
        found += more
    return found
