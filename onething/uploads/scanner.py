"""ClamAV's clamd, asked over its own protocol (INSTREAM): a length and a piece at a time, then one line of answer."""

from __future__ import annotations

import io
import socket
import time
from dataclasses import dataclass
from functools import lru_cache
from typing import IO

PIECE = 64 * 1024
LONGEST_ANSWER = 4096
EICAR = b"".join((rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$", b"EICAR-STANDARD-", b"ANTIVIRUS-TEST-FILE!$H+H*"))
"""The harmless file that every scanner calls a virus; in pieces, so that none stops at this one."""
REST = 15.0


class ScannerDown(Exception):
    """No verdict: not reached, too slow, or an answer that is none."""


@dataclass
class Scanner:
    """`address` is host:port or the path of a socket. Once it does not answer it is left alone for `rest` seconds, so that
    uploads do not queue up behind it."""

    address: str
    seconds: float = 20.0
    rest: float = REST
    _down_until: float = 0.0

    def infection(self, file: IO[bytes]) -> str:
        """The name of what was found, empty for a clean file; reads it from its beginning. Raises `ScannerDown`."""
        if time.monotonic() < self._down_until:
            raise ScannerDown("resting")
        try:
            return _verdict(self._ask(file))
        except (OSError, ValueError) as error:
            self._down_until = time.monotonic() + self.rest
            raise ScannerDown(type(error).__name__) from error

    def answers(self) -> bool:
        try:
            return not _verdict(self._ask(io.BytesIO(b"onething")))
        except (OSError, ValueError):
            return False

    def _ask(self, file: IO[bytes]) -> bytes:
        end = time.monotonic() + self.seconds
        with self._connected() as line:
            line.sendall(b"zINSTREAM\0")
            file.seek(0)
            while piece := file.read(PIECE):
                line.settimeout(_left(end))
                line.sendall(len(piece).to_bytes(4) + piece)
            line.sendall(bytes(4))
            answer = b""
            while not answer.endswith(b"\0") and len(answer) < LONGEST_ANSWER:
                line.settimeout(_left(end))
                more = line.recv(LONGEST_ANSWER)
                if not more:
                    break
                answer += more
        return answer

    def _connected(self) -> socket.socket:
        host, colon, port = self.address.rpartition(":")
        if "/" not in self.address and colon:
            return socket.create_connection((host, int(port)), timeout=min(3.0, self.seconds))
        line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        line.settimeout(min(3.0, self.seconds))
        try:
            line.connect(self.address)
        except OSError:
            line.close()
            raise
        return line


@lru_cache
def scanner_at(address: str) -> Scanner | None:
    """One for each address, so that all who ask know when it was last away; None where nothing is set."""
    return Scanner(address) if address else None


def _left(end: float) -> float:
    left = end - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left


def _verdict(answer: bytes) -> str:
    """`stream: OK` or `stream: <name> FOUND`, ended by a zero byte; anything else is no verdict."""
    if not answer.endswith(b"\0"):
        raise ValueError("half an answer")
    text = answer[:-1].decode("utf-8", "replace").strip()
    if text == "stream: OK":
        return ""
    if text.startswith("stream: ") and text.endswith(" FOUND") and len(text) > len("stream:  FOUND"):
        return text.removeprefix("stream: ").removesuffix(" FOUND")[:100]
    raise ValueError("not a verdict")
