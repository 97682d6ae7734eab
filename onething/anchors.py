"""Anchors of the audit trail: its newest record, signed and kept outside of the database, at least every five minutes (S12).

Whoever can change the database can make a chain that fits anew, or cut off its end. Neither fits a head that was signed
before. One JSON object a line in `heads-<year>-<month>.jsonl`; the folder (ONETHING_AUDIT_HEADS) belongs where the people of
the database cannot write.
"""

from __future__ import annotations

import base64
import json
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding

from onething.papers.authority import LocalAuthority, issued_by
from onething.store import audit

SIGNER = "审计记录"
ALGORITHM = "ES256"


@dataclass(frozen=True)
class Head:
    """The newest record at some time. `valid`: signed by us, and not changed since."""

    seq: int
    hash: str
    valid: bool
    where: str


def keep(folder: Path, authority: LocalAuthority, row: Any, now: datetime) -> bool:
    """Sign this head and append it, unless it is the last one there; whether it was new."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / f"heads-{now.astimezone(UTC):%Y-%m}.jsonl"
    if path.exists() and _last_seq(path) == row.seq:
        return False
    signed = {
        "seq": row.seq, "hash": row.hash, "at": row.at.astimezone(UTC).isoformat(),
        "signed_at": now.astimezone(UTC).isoformat(), "algorithm": ALGORITHM,
    }
    office = authority.credential(SIGNER)
    line = json.dumps({
        **signed, "signature": _text(office.key.sign(_canonical(signed), ec.ECDSA(SHA256()))),
        "certificate": _text(office.certificate.public_bytes(Encoding.DER)),
    })
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as stream:  # one short write: lines of two processes do not mix
        stream.write(line + "\n")
        stream.flush()
        os.fsync(stream.fileno())
    return True


def heads(folder: Path, trust: Sequence[x509.Certificate]) -> Iterator[Head]:
    """Every head kept there, in the order of the files; a line that is none is one that is not valid."""
    for path in sorted(folder.glob("heads-*.jsonl")):
        for count, line in enumerate(path.read_text("utf-8").splitlines(), 1):
            yield _head(line, trust, f"{path.name}:{count}")


def _head(line: str, trust: Sequence[x509.Certificate], where: str) -> Head:
    try:
        told = json.loads(line)
        signature, certificate = base64.b64decode(told.pop("signature")), base64.b64decode(told.pop("certificate"))
        found = x509.load_der_x509_certificate(certificate)
        return Head(int(told["seq"]), str(told["hash"]), _is_ours(found, signature, told, trust), where)
    except (ValueError, KeyError, TypeError, AttributeError):
        return Head(0, "", False, where)


def _is_ours(certificate: x509.Certificate, signature: bytes, told: dict[str, Any], trust: Sequence[x509.Certificate]) -> bool:
    key = certificate.public_key()
    if told.get("algorithm") != ALGORITHM or not isinstance(key, ec.EllipticCurvePublicKey):
        return False
    try:
        key.verify(signature, _canonical(told), ec.ECDSA(SHA256()))
    except InvalidSignature:
        return False
    return issued_by(certificate, trust)


def faults(rows: Iterable[Any], kept: Iterable[Head]) -> tuple[int, list[str]]:
    """The number of the last record, and what is wrong, in sentences; `rows` in their order."""
    known: dict[int, set[str]] = {}
    broken: list[str] = []
    for one in kept:
        if one.valid:
            known.setdefault(one.seq, set()).add(one.hash)
        else:
            broken.append(f"签名锚点 {one.where} 无效：内容被改动，或不是本系统签发 · not our signature")
    found, last = _chain(rows, known)
    if known and max(known) > last:
        found.append(f"审计记录尾部被截去：已签名到第 {max(known)} 条，现在只有 {last} 条，请从备份恢复 · the end is missing")
    return last, [*found, *broken]


def _chain(rows: Iterable[Any], known: dict[int, set[str]]) -> tuple[list[str], int]:
    found: list[str] = []
    expected, previous, last = 1, audit.GENESIS, 0
    for row in rows:
        last = row.seq
        if not found and not audit.fits(row, expected, previous):
            found.append(f"第 {row.seq} 条审计记录不衔接：被改动、插入、调换，或前面有记录被删去 · the chain breaks here")
        if not found and known.get(row.seq, {row.hash}) != {row.hash}:
            found.append(f"第 {row.seq} 条与当时签名的不同：整条记录链被重写过 · the chain was written anew")
        expected, previous = row.seq + 1, row.hash
    return found, last


def _last_seq(path: Path) -> int:
    """Of the file's last line; 0 where that is none."""
    with path.open("rb") as stream:
        stream.seek(max(path.stat().st_size - 4096, 0))
        lines = stream.read().splitlines()
    try:
        return int(json.loads(lines[-1])["seq"])
    except (IndexError, ValueError, KeyError, TypeError):
        return 0


def _canonical(told: dict[str, Any]) -> bytes:
    return json.dumps(told, sort_keys=True, separators=(",", ":")).encode()


def _text(content: bytes) -> str:
    return base64.b64encode(content).decode("ascii")
