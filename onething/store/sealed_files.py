"""Sealed files: a line that names the key, then chunks that open one by one, so that nothing large is ever held whole.

Each file has a key of its own, derived from the data key and a salt. A chunk is bound to the file's name, to its number and
to being the last or not: a file that was renamed, cut, lengthened or put together from others does not open (S13).
"""

from __future__ import annotations

import base64
import io
import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from cryptography.exceptions import InvalidTag

from onething.store.keyring import Ring
from onething.store.sealing import KEY_LENGTH, MARK, Key, SealBroken, decoded, is_sealed, key_name

CHUNK = 64 * 1024
TAG = 16
SALT = 32
HEADER_LIMIT = 200
PURPOSE = b"onething file"


def write(target: IO[bytes], key: Key, name: str, chunks: Iterable[bytes]) -> None:
    """Seal what comes, in pieces of any size, as the file of this name."""
    salt = os.urandom(SALT)
    header = f"{key.mark}{base64.b64encode(salt).decode('ascii')}\n".encode("ascii")
    seal = key.cipher_for(PURPOSE, salt).encrypt
    target.write(header)
    number, waiting = 0, bytearray()
    for chunk in chunks:
        waiting += chunk
        while len(waiting) > CHUNK:  # never empty, since the end is not known yet
            target.write(seal(_nonce(number, last=False), bytes(waiting[:CHUNK]), _bound(header, name)))
            del waiting[:CHUNK]
            number += 1
    target.write(seal(_nonce(number, last=True), bytes(waiting), _bound(header, name)))


def sealed_by(path: Path) -> str:
    """The name of the key that sealed this file; empty for one from before the encryption."""
    with path.open("rb") as file:
        start = file.read(len(MARK) + KEY_LENGTH).decode("latin-1")
    return key_name(start) if is_sealed(start) else ""


@dataclass(frozen=True)
class StoredFile:
    """A file of the store as it was handed in: `open` reads the plain content from any place in it, piece by piece."""

    path: Path
    ring: Ring
    size: int

    def open(self) -> IO[bytes]:
        file = self.path.open("rb")
        try:
            return self._opened(file)
        except BaseException:
            file.close()
            raise

    def _opened(self, file: IO[bytes]) -> IO[bytes]:
        header = file.readline(HEADER_LIMIT)
        if is_sealed(header.decode("latin-1")):
            return io.BufferedReader(_Reader(file, header, self.ring.key, self.path.name), CHUNK)
        if not self.ring.plain:
            raise SealBroken(("files", self.path.name), "文件没有加密")
        file.seek(0)
        return file

    def read(self) -> bytes:
        with self.open() as file:
            return file.read()

    def chunks(self) -> Iterator[bytes]:
        with self.open() as file:
            while chunk := file.read(CHUNK):
                yield chunk


class _Reader(io.RawIOBase):
    """Plain content of a sealed file, with `seek`: what is read is decrypted chunk by chunk."""

    def __init__(self, file: IO[bytes], header: bytes, key_of: Callable[[str], Key], name: str) -> None:
        self._file, self._header, self._name, self._place = file, header, name, 0
        self._held: tuple[int, bytes] = (-1, b"")
        key, salt = self._key(key_of)
        self._open = key.cipher_for(PURPOSE, salt).decrypt
        body = os.fstat(file.fileno()).st_size - len(header)
        self._count = max(-(-body // (CHUNK + TAG)), 1)
        self.size = body - self._count * TAG

    def _key(self, key_of: Callable[[str], Key]) -> tuple[Key, bytes]:
        key = key_of(key_name(self._header.decode("latin-1")))
        try:
            start, salt = self._header[:len(key.mark)], decoded(self._header[len(key.mark):-1].decode("ascii"))
        except ValueError:
            start, salt = b"", b""
        if start != key.mark.encode("ascii") or len(salt) != SALT:
            raise self._broken("开头已损坏")
        return key, salt

    def _broken(self, problem: str) -> SealBroken:
        return SealBroken(("files", self._name), problem)

    def readinto(self, buffer: Any) -> int:
        number, offset = divmod(self._place, CHUNK)
        if number >= self._count:
            return 0
        piece = self._chunk(number)[offset:offset + len(buffer)]
        buffer[:len(piece)] = piece
        self._place += len(piece)
        return len(piece)

    def _chunk(self, number: int) -> bytes:
        if self._held[0] != number:
            self._file.seek(len(self._header) + number * (CHUNK + TAG))
            stored = self._file.read(CHUNK + TAG)
            try:
                nonce = _nonce(number, last=number == self._count - 1)
                self._held = number, self._open(nonce, stored, _bound(self._header, self._name))
            except (ValueError, InvalidTag) as error:
                raise self._broken("内容被改动、截断，或者是另一个文件") from error
        return self._held[1]

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._place, os.SEEK_END: self.size}[whence]
        self._place = max(base + offset, 0)
        return self._place

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def close(self) -> None:
        self._file.close()
        super().close()


def reseal(file: StoredFile, aside: Path) -> None:
    """Seal the file anew by the active key; old or new, one of them is in its place at every moment."""
    times = file.path.stat()
    with aside.open("xb") as target:
        os.chmod(aside, 0o600)
        write(target, file.ring.active, file.path.name, file.chunks())
        target.flush()
        os.fsync(target.fileno())
    os.utime(aside, ns=(times.st_atime_ns, times.st_mtime_ns))  # what nobody names still goes when its time has come
    aside.replace(file.path)


def _nonce(number: int, *, last: bool) -> bytes:
    return number.to_bytes(11) + bytes([last])


def _bound(header: bytes, name: str) -> bytes:
    return header + name.encode()
