"""The ring of data keys: a file that is worth nothing without the master key, which may live elsewhere (ADR 0018).

One key is active: everything new is sealed by it. Older ones open what they sealed until they are retired. The file is
replaced in one step and read again by every process as soon as it has changed, so that a rotation needs no restart.
"""

from __future__ import annotations

import base64
import fcntl
import hashlib
import hmac
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Protocol

from cryptography.exceptions import InvalidTag

from onething.errors import Conflict, NotFound
from onething.store.sealing import ALGORITHM, NONCE, Key, KeyMissing, cipher

FORMAT = 1
GRACE = timedelta(minutes=15)
"""A process that was sealing by the old key when another became active has ended that transaction by then."""


class Master(Protocol):
    """Wraps data keys. `purpose` is authenticated: a wrapped key opens for what it was made for only."""

    def wrap(self, secret: bytes, purpose: str) -> str: ...

    def unwrap(self, wrapped: str, purpose: str) -> bytes: ...


@dataclass(frozen=True)
class MasterFile:
    """The master key in a file of its own, mode 0600, made at first use. A key management service would stand in its place."""

    path: Path

    def wrap(self, secret: bytes, purpose: str) -> str:
        write_once(self.path, base64.b64encode(os.urandom(32)) + b"\n")
        nonce = os.urandom(NONCE)
        return base64.b64encode(nonce + self._cipher().encrypt(nonce, secret, purpose.encode())).decode("ascii")

    def unwrap(self, wrapped: str, purpose: str) -> bytes:
        body = base64.b64decode(wrapped)
        try:
            return self._cipher().decrypt(body[:NONCE], body[NONCE:], purpose.encode())
        except InvalidTag as error:
            raise KeyMissing(f"主密钥 {self.path.name} 与密钥环不配套；请从同一份备份恢复这两个文件") from error

    def _cipher(self) -> Any:
        try:
            return cipher(ALGORITHM, base64.b64decode(self.path.read_bytes().strip(), validate=True))
        except (OSError, ValueError) as error:
            raise KeyMissing(f"主密钥文件 {self.path.name} 不能读取；请从备份恢复，没有它就打不开任何加密的数据") from error


@dataclass(frozen=True)
class _State:
    stamp: tuple[int, int]
    told: dict[str, Any]
    active: Key
    keys: dict[str, Key]
    index: bytes


@dataclass
class Ring:
    path: Path
    master: Master
    _state: _State | None = field(default=None, repr=False)

    @classmethod
    def beside(cls, folder: Path) -> Ring:
        """Where nobody says otherwise: `keys/` next to the files."""
        return cls(folder / "keys" / "ring.json", MasterFile(folder / "keys" / "master.key"))

    @property
    def active(self) -> Key:
        return self._now().active

    @property
    def plain(self) -> bool:
        """Whether values from before the encryption may be read; ends when everything is sealed."""
        return self._now().told["plain"]

    def key(self, name: str) -> Key:
        found = self._now().keys.get(name)
        if found is None:
            raise KeyMissing(f"密钥环里没有密钥 {name}；请从备份恢复密钥环（{self.path.name}），没有它这些数据打不开")
        return found

    def listed(self) -> list[dict[str, Any]]:
        """Without the secrets, oldest first."""
        told = self._now().told
        return [
            {"key": one["name"], "algorithm": one["algorithm"], "made": one["made"], "superseded": one["superseded"],
             "active": one["name"] == told["active"]} for one in told["keys"]
        ]

    def index(self, purpose: str, value: str) -> str:
        """The blind index: the same value for the same purpose, and nothing else to be learned from it."""
        return hmac.new(self._now().index, f"{purpose}\0{value}".encode(), hashlib.sha256).hexdigest()

    # changes

    def exists(self) -> bool:
        return self.path.exists()

    def create(self, *, plain: bool, at: datetime | None = None) -> None:
        """A first key and the key of the index; nothing where a ring is already. `plain`: there are data from before."""
        first = self._fresh(at or datetime.now(UTC))
        index = self.master.wrap(os.urandom(32), "index")
        told = {"format": FORMAT, "plain": plain, "active": first["name"], "keys": [first],
                "index": {"algorithm": "HMAC-SHA-256", "wrapped": index}}
        write_once(self.path, _json(told))

    def rotate(self, at: datetime) -> str:
        """A new active key; returns its name."""
        with self._changing() as told:
            fresh = self._fresh(at)
            for one in told["keys"]:
                one["superseded"] = one["superseded"] or at.isoformat()
            told["keys"].append(fresh)
            told["active"] = fresh["name"]
        return fresh["name"]

    def retire(self, name: str, at: datetime) -> None:
        """Forget a key that nothing uses; who asks has looked. Raises `NotFound`, `Conflict`."""
        with self._changing() as told:
            one = next((one for one in told["keys"] if one["name"] == name), None)
            if one is None:
                raise NotFound(f"密钥环里没有密钥 {name}；请用 onething keys show 查看")
            if name == told["active"]:
                raise Conflict("这是正在使用的密钥；请先运行 onething keys rotate", code="key-active")
            if at - datetime.fromisoformat(one["superseded"]) < GRACE:
                raise Conflict("这把密钥刚刚被替换，可能还有程序在用它；请一刻钟后再试", code="key-fresh")
            told["keys"].remove(one)

    def refuse_plain(self) -> None:
        """From now on a value that is not sealed counts as tampered with."""
        with self._changing() as told:
            told["plain"] = False

    def _fresh(self, at: datetime) -> dict[str, Any]:
        name = os.urandom(4).hex()
        wrapped = self.master.wrap(os.urandom(32), f"data key {name}")
        return {"name": name, "algorithm": ALGORITHM, "made": at.isoformat(), "superseded": "", "wrapped": wrapped}

    @contextmanager
    def _changing(self) -> Iterator[dict[str, Any]]:
        """One at a time; the file is whole at every moment."""
        with self.path.with_suffix(".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            told = json.loads(json.dumps(self._now().told))
            yield told
            fresh = self.path.with_suffix(".new")
            fresh.unlink(missing_ok=True)
            write_once(fresh, _json(told))
            fresh.replace(self.path)
            _sync_folder(self.path)

    def _now(self) -> _State:
        """The ring as it stands; read again when the file is another one."""
        try:
            found = self.path.stat()
            state = self._state
            if state is None or state.stamp != (found.st_ino, found.st_mtime_ns):
                self._state = state = self._read((found.st_ino, found.st_mtime_ns))
        except OSError as error:
            raise KeyMissing(f"密钥环 {self.path.name} 不能读取；请从备份恢复，没有它就打不开任何加密的数据") from error
        return state

    def _read(self, stamp: tuple[int, int]) -> _State:
        try:
            told = json.loads(self.path.read_text(encoding="ascii"))
            keys = {
                one["name"]: Key(one["name"], one["algorithm"], self.master.unwrap(one["wrapped"], f"data key {one['name']}"))
                for one in told["keys"]
            }
            index = self.master.unwrap(told["index"]["wrapped"], "index")
            return _State(stamp, told, keys[told["active"]], keys, index)
        except (ValueError, KeyError, TypeError) as error:
            raise KeyMissing(f"密钥环 {self.path.name} 已损坏；请从备份恢复") from error


def _json(told: dict[str, Any]) -> bytes:
    return (json.dumps(told, indent=1) + "\n").encode("ascii")


def write_once(path: Path, content: bytes) -> None:
    """Whole and on disk, or not at all; nothing where the file is there already."""
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_name(f".{path.name}.{os.getpid()}.{os.urandom(4).hex()}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)
        _sync_folder(path)
    except FileExistsError:
        return
    finally:
        draft.unlink()


def _sync_folder(path: Path) -> None:
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
