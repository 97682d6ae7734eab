"""Signed messages, both ways: the same headers on orders that we send and on callbacks that we take (S18).

Signed are the method, the path with its query, the idempotency key, the time, a nonce and the digest of the body, under a
key that both sides know by its id. The algorithm is named in the message and bound to the key, so another one (SM2 with
SM3) is an entry in `ALGORITHMS` and a new key, not a new protocol.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple

from onething.errors import OneThingError

WINDOW = timedelta(seconds=300)
ALGORITHM, KEY_ID, TIME, NONCE, SIGNATURE = (
    f"X-Onething-{part}" for part in ("Algorithm", "Key", "Time", "Nonce", "Signature")
)
IDEMPOTENCY_KEY = "Idempotency-Key"
NONCE_FORM = re.compile(r"[A-Za-z0-9_-]{16,64}")
TIME_FORM = re.compile(r"[0-9]{9,11}")
KEY_ID_FORM = re.compile(r"[A-Za-z0-9._-]{1,64}")


class BadSignature(OneThingError):
    """Not from whom it says, too old, or changed on the way. The sentence never says which key is right."""

    default_code = "bad-signature"
    default_status = 401


class Algorithm(NamedTuple):
    """`sign` and `verify` take the key's secret and the text; a verifier with a public key fits as well."""

    digest: Callable[[bytes], str]
    sign: Callable[[bytes, bytes], str]
    verify: Callable[[bytes, bytes, str], bool]


def _hmac_sha256(secret: bytes, text: bytes) -> str:
    return hmac.new(secret, text, hashlib.sha256).hexdigest()


ALGORITHMS: Mapping[str, Algorithm] = {
    "hmac-sha256": Algorithm(
        digest=lambda body: hashlib.sha256(body).hexdigest(), sign=_hmac_sha256,
        verify=lambda secret, text, given: hmac.compare_digest(_hmac_sha256(secret, text).encode(), given.encode()),
    ),
}


@dataclass(frozen=True)
class Key:
    """A secret that two systems share, and the one algorithm it is for."""

    id: str
    secret: bytes = field(repr=False)
    algorithm: str = "hmac-sha256"


@dataclass(frozen=True)
class Message:
    """What is signed of a request, exactly as it is on the wire."""

    method: str
    path: str
    body: bytes = b""
    idempotency_key: str = ""


@dataclass(frozen=True)
class Signed:
    """A message that is what it says: by which key, and the nonce that must not be seen twice before it ends."""

    key_id: str
    nonce: str
    expires_at: datetime


def sign(key: Key, message: Message, now: datetime, nonce: str = "") -> dict[str, str]:
    """The headers that go with the message."""
    nonce, at = nonce or secrets.token_urlsafe(18), str(int(now.timestamp()))
    algorithm = ALGORITHMS[key.algorithm]
    named = {ALGORITHM: key.algorithm, KEY_ID: key.id, TIME: at, NONCE: nonce}
    return named | {SIGNATURE: algorithm.sign(key.secret, _text(algorithm, named, message))}


def verify(keys: Mapping[str, Key], message: Message, headers: Mapping[str, str], now: datetime) -> Signed:
    """Who signed it; raises `BadSignature`. `headers` may be of any spelling that `headers.get` understands."""
    named = {name: headers.get(name) or "" for name in (ALGORITHM, KEY_ID, TIME, NONCE)}
    key = keys.get(named[KEY_ID])
    formed = TIME_FORM.fullmatch(named[TIME]) and NONCE_FORM.fullmatch(named[NONCE])
    if key is None or key.algorithm != named[ALGORITHM] or not formed:
        raise BadSignature("签名无效；请核对密钥编号、算法和签名头")
    algorithm = ALGORITHMS[key.algorithm]
    if not algorithm.verify(key.secret, _text(algorithm, named, message), headers.get(SIGNATURE) or ""):
        raise BadSignature("签名无效；请核对密钥和签名内容")
    at = datetime.fromtimestamp(int(named[TIME]), now.tzinfo)
    if abs(now - at) > WINDOW:
        raise BadSignature("签名时间与本系统相差超过 300 秒；请校准时钟后重新签名", code="clock-skew")
    return Signed(key.id, named[NONCE], at + 2 * WINDOW)


def _text(algorithm: Algorithm, named: Mapping[str, str], message: Message) -> bytes:
    parts = (*named.values(), message.method, message.path, message.idempotency_key, algorithm.digest(message.body))
    return "\n".join(parts).encode()
