"""A demonstration certificate authority on disk: one root, one certificate per signing office.

Production puts the city's seal service in its place; everything issued here says 演示 in its name, so that no reader
of a paper takes it for the real thing. Files: `<name>.pem` key and certificate, mode 0600; `root.crt` to import.
"""

import hashlib
import os
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from onething.papers.errors import PaperError

LIFETIME = timedelta(days=3653)
ROOT_NAME = "一件事演示根证书 (onething demo CA)"
SUFFIX = "（演示）"
BOUND = 64
DESCRIPTION = x509.ObjectIdentifier("2.5.4.13")


@dataclass(frozen=True)
class Credential:
    """A private key and its certificate."""

    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate

    def to_pem(self) -> bytes:
        key = self.key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        return key + self.certificate.public_bytes(serialization.Encoding.PEM)

    @classmethod
    def from_pem(cls, pem: bytes) -> "Credential":
        key = serialization.load_pem_private_key(pem, password=None)
        if not isinstance(key, ec.EllipticCurvePrivateKey):
            raise ValueError("not an EC key")
        return cls(key, x509.load_pem_x509_certificate(pem))

    def __repr__(self) -> str:  # a key must never reach a log
        return f"Credential({self.certificate.subject.rfc4514_string()})"


def shortened(name: str, room: int) -> str:
    """`name` in at most `room` bytes of UTF-8: whole characters of its beginning, then … and six hex digits of the SHA-256 of
    the whole name, so that two long names that begin alike stay two."""
    if len(name.encode()) <= room:
        return name
    mark = "…" + hashlib.sha256(name.encode()).hexdigest()[:6]
    return name.encode()[: room - len(mark.encode())].decode(errors="ignore") + mark


def _name(name: str, suffix: str, organisation: str) -> x509.Name:
    """X.509 leaves 64 for an organisation and a common name, counted here in bytes: a Chinese name ends at its 21st character.
    A longer one is shortened there, and stands whole in `description`, which has 1024."""
    common, named = shortened(name, BOUND - len(suffix.encode())) + suffix, shortened(organisation, BOUND)
    attributes = [
        x509.NameAttribute(NameOID.COUNTRY_NAME, "CN"),
        x509.NameAttribute(NameOID.ORGANIZATION_NAME, named),
        x509.NameAttribute(NameOID.COMMON_NAME, common),
    ]
    if common != name + suffix:
        attributes.append(x509.NameAttribute(DESCRIPTION, shortened(name + suffix, 1024)))
    return x509.Name(attributes)


def _usage(*, root: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not root, content_commitment=not root, key_cert_sign=root, crl_sign=root,
        key_encipherment=False, data_encipherment=False, key_agreement=False, encipher_only=False, decipher_only=False,
    )  # fmt: skip


def _issue(subject: x509.Name, root: Credential | None, now: datetime) -> Credential:
    """A fresh P-256 key with a certificate signed by `root`, or by itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    issuer_key = root.key if root else key
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(root.certificate.subject if root else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(root.certificate.not_valid_after_utc if root else now + LIFETIME)
        .add_extension(x509.BasicConstraints(ca=root is None, path_length=0 if root is None else None), critical=True)
        .add_extension(_usage(root=root is None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), critical=False)
    )
    return Credential(key, builder.sign(issuer_key, hashes.SHA256()))


class LocalAuthority:
    """Keeps the root and the offices' certificates in `directory` (made with mode 0700 on first use).

    Safe to open from several processes at once: who writes a file second takes over what the first one wrote.
    """

    def __init__(self, directory: Path | str) -> None:
        self.directory = Path(directory)
        self.directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._signers: dict[str, Credential] = {}
        self._root = self._load_or_issue("root", _name(ROOT_NAME, "", "onething 演示 demo"), None)
        certificate = self._root.certificate.public_bytes(serialization.Encoding.PEM)
        write_once(self.directory / "root.crt", certificate, mode=0o644)

    @property
    def trust(self) -> list[x509.Certificate]:
        """What `verify` needs to trust papers signed here."""
        return [self._root.certificate]

    def credential(self, signer: str) -> Credential:
        """The certificate of the office named `signer`, issued on first use."""
        if not signer.strip():
            raise PaperError("签章机关名称不能为空。", code="paper-signing", status=422)
        if signer not in self._signers:
            file = "signer-" + hashlib.sha256(signer.encode()).hexdigest()[:16]
            self._signers[signer] = self._load_or_issue(file, _name(signer, SUFFIX, signer), self._root)
        return self._signers[signer]

    def _load_or_issue(self, file: str, subject: x509.Name, root: Credential | None) -> Credential:
        path = self.directory / f"{file}.pem"
        if not path.exists():
            write_once(path, _issue(subject, root, datetime.now(UTC)).to_pem())
        try:
            return Credential.from_pem(path.read_bytes())
        except (OSError, ValueError) as error:
            raise PaperError(
                f"签名证书文件 {path.name} 无法读取。请从备份恢复；"
                "演示环境可以删除密钥目录后重新生成（旧文书将不再被信任）。",
                code="paper-signing",
            ) from error


def issued_by(certificate: x509.Certificate, trust: Iterable[x509.Certificate]) -> bool:
    """Whether one of these roots signed it."""
    for root in trust:
        with suppress(ValueError, TypeError, InvalidSignature):
            certificate.verify_directly_issued_by(root)
            return True
    return False


def write_once(path: Path, data: bytes, *, mode: int = 0o600) -> bool:
    """Write `data` whole or not at all, and only if `path` does not exist. True if this call wrote it."""
    draft = path.with_name(f".{path.name}.{os.getpid()}.{os.urandom(4).hex()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        os.link(draft, path)
    except FileExistsError:
        return False
    else:
        return True
    finally:
        draft.unlink()
