"""Sealing: a value is encrypted for one place, and opens at that place only (S13).

A place is the row's table, key and column, or a file's name; it is authenticated with the value, so that a value that was
moved to another row does not open. Every sealed value says by which key and algorithm (S23). Nothing here knows a database.
"""

from __future__ import annotations

import base64
import json
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from onething.errors import OneThingError

MARK = "sealed:"
KEY_LENGTH = 8
NONCE = 12
ALGORITHM = "A256GCM"
ALGORITHMS: Mapping[str, Callable[[bytes], Any]] = {ALGORITHM: AESGCM}
"""Name in every sealed value -> the cipher: `encrypt` and `decrypt` with a nonce of 12 bytes and a tag of 16. Another profile,
SM4-GCM say, is a line here; what was sealed before keeps its own name."""

Place = tuple[Any, ...]


class SealBroken(OneThingError):
    """What is stored is not what was sealed for this place: moved, changed, cut, or never sealed. Somebody has to look."""

    default_code = "seal-broken"
    default_status = 500

    def __init__(self, place: Place, problem: str) -> None:
        super().__init__("这部分内容与存入时不一致，系统不予显示，并已通知管理员；请稍后再试，或与办理窗口联系")
        self.place = place
        self.finding = f"{where(place)}：{problem}。请停止改动这条记录，核查谁动过数据库或文件，必要时从备份恢复"

    def __str__(self) -> str:
        """For logs and administrators; people see `message`, which tells nothing of the inside (S25)."""
        return self.finding


class KeyMissing(OneThingError):
    """The key is not at hand; the data are whole."""

    default_code = "key-missing"
    default_status = 500


@dataclass(frozen=True)
class Key:
    """A data key of the ring. `name` has eight hexadecimal digits."""

    name: str
    algorithm: str
    secret: bytes

    @cached_property
    def cell_cipher(self) -> Any:
        return self.cipher_for(b"onething column", b"")

    def cipher_for(self, purpose: bytes, salt: bytes) -> Any:
        """A key of its own for each purpose and salt."""
        return cipher(self.algorithm, HKDF(SHA256(), len(self.secret), salt, purpose).derive(self.secret))

    @property
    def mark(self) -> str:
        """How everything begins that this key has sealed."""
        return f"{MARK}{self.name}:{self.algorithm}:"


def cipher(algorithm: str, secret: bytes) -> Any:
    if algorithm not in ALGORITHMS:
        raise KeyMissing(f"不认识的加密算法 {algorithm}；请用写入这些数据的版本，或升级后重试")
    return ALGORITHMS[algorithm](secret)


def where(place: Place) -> str:
    return "/".join(map(str, place))


def is_sealed(stored: str) -> bool:
    return stored.startswith(MARK)


def key_name(stored: str) -> str:
    return stored[len(MARK):len(MARK) + KEY_LENGTH]


def seal(key: Key, place: Place, plain: str) -> str:
    """Text that names key and algorithm; never the same twice."""
    nonce = os.urandom(NONCE)
    body = nonce + key.cell_cipher.encrypt(nonce, plain.encode(), _bound(key.mark, place))
    return key.mark + base64.b64encode(body).decode("ascii")


def unseal(key_of: Callable[[str], Key], place: Place, stored: str) -> str:
    """Raises `SealBroken` unless exactly this was sealed for exactly this place."""
    key = key_of(key_name(stored))
    if not stored.startswith(key.mark):
        raise SealBroken(place, "标明的算法与密钥不符")
    try:
        body = decoded(stored[len(key.mark):])
        return key.cell_cipher.decrypt(body[:NONCE], body[NONCE:], _bound(key.mark, place)).decode()
    except (ValueError, InvalidTag) as error:
        raise SealBroken(place, "内容被改动，或者是从别处搬来的") from error


def decoded(text: str) -> bytes:
    """Only in the one spelling that we write: base64 reads others as the same bytes. Raises `ValueError`."""
    body = base64.b64decode(text, validate=True)
    if base64.b64encode(body).decode("ascii") != text:
        raise ValueError("another spelling of the same bytes")
    return body


def _bound(mark: str, place: Place) -> bytes:
    """What is authenticated beside the value; JSON, so that no two places read the same."""
    return (mark + json.dumps(place, ensure_ascii=False)).encode()
