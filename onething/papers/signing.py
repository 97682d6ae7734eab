"""PAdES signatures on finished papers, and the judgement on a signed one. Only home of pyhanko.

Call from ordinary threads: pyhanko runs its own event loop and cannot do so inside a running one.
"""

import hashlib
import io
import logging
import re
from collections.abc import Sequence
from pathlib import Path

from asn1crypto import cms, keys
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.x509.oid import NameOID
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import fields, signers
from pyhanko.sign.timestamps import TimeStamper
from pyhanko.sign.validation import EmbeddedPdfSignature, SignatureCoverageLevel, validate_pdf_signature
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.registry import SimpleCertificateStore

from onething.papers.authority import DESCRIPTION, Credential, LocalAuthority, issued_by, write_once
from onething.papers.errors import PaperError
from onething.papers.report import SignatureReport

__all__ = ["LocalAuthority", "SignatureReport", "sign", "verify"]

FIELD_NAME = "OfficialSeal"
# PDF/A wants the print flag, PDF/UA wants an untagged field off the page: this satisfies both.
INVISIBLE = fields.InvisSigSettings(set_print_flag=True, box_out_of_bounds=True)
# Anyone may upload a file to be judged: a bad one is an answer (SignatureReport.problem), not a stack in the log.
for _noisy in ("pyhanko", "pyhanko_certvalidator"):
    logging.getLogger(_noisy).setLevel(logging.CRITICAL)
DAMAGED = "文件已损坏或在签名后被改动，签名无效。"


def sign(
    pdf: bytes,
    *,
    authority: LocalAuthority,
    signer: str,
    reason: str,
    location: str,
    number: str | None = None,
    timestamper: TimeStamper | None = None,
) -> bytes:
    """`pdf` with an invisible PAdES B-B signature of the office `signer` (B-T with a `timestamper`).

    `number` (of a certificate) is remembered: signing another content under it raises PaperError paper-number-used,
    signing the same content again is allowed, since only one result is ever published (S19).
    """
    if number is not None:
        _remember(authority.directory / "signed", number, pdf)
    metadata = signers.PdfSignatureMetadata(
        field_name=FIELD_NAME,
        reason=reason,
        location=location,
        name=signer,
        md_algorithm="sha256",
        subfilter=fields.SigSeedSubFilter.PADES,
        certify=True,
        docmdp_permissions=fields.MDPPerm.NO_CHANGES,
    )
    try:
        writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
        field = fields.SigFieldSpec(FIELD_NAME, invis_sig_settings=INVISIBLE)
        office = _signer(authority.credential(signer))
        signed = signers.PdfSigner(metadata, signer=office, timestamper=timestamper, new_field_spec=field).sign_pdf(
            writer, bytes_reserved=None if timestamper else _room(office)
        )
    except PaperError:
        raise
    except Exception as error:
        raise PaperError(f"文书签名失败：{error}。请检查密钥目录与原文件后重试。", code="paper-signing") from error
    return signed.getvalue()


def _signer(credential: Credential) -> signers.SimpleSigner:
    key = credential.key.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return signers.SimpleSigner(
        signing_cert=_asn1(credential.certificate),
        signing_key=keys.PrivateKeyInfo.load(key),
        cert_registry=SimpleCertificateStore(),
        embed_roots=False,
    )


def _room(office: signers.SimpleSigner) -> int:
    """Hex digits to keep free: the certificate, its issuer's name twice more, the signature, its attributes. Else pyhanko
    signs twice, once to see how long it gets; only a time stamp's length cannot be known."""
    key = office.signing_cert.public_key.byte_size
    return 2 * (3 * len(office.signing_cert.dump()) + key + 512)


def _asn1(certificate: x509.Certificate) -> asn1_x509.Certificate:
    return asn1_x509.Certificate.load(certificate.public_bytes(serialization.Encoding.DER))


def _remember(directory: Path, number: str, pdf: bytes) -> None:
    """The signer's own log: one file per number with the hash of what was signed, written before signing."""
    directory.mkdir(mode=0o700, exist_ok=True)
    content = hashlib.sha256(pdf).hexdigest()
    path = directory / hashlib.sha256(number.encode()).hexdigest()
    if not write_once(path, f"{content} {number}\n".encode()) and path.read_text("utf-8").split()[0] != content:
        raise PaperError(
            f"证照编号 {number} 已经签发过另一份内容，不能重复使用。请重新取号，或先注销原证照。",
            code="paper-number-used",
            status=409,
        )


def verify(pdf: bytes, trust: Sequence[x509.Certificate]) -> SignatureReport:
    """Judge the one signature of a paper against the roots in `trust`. Never raises: damage is a `problem`."""
    try:
        signatures = PdfFileReader(io.BytesIO(pdf), strict=True).embedded_signatures
        if not signatures:
            return _without_signature(pdf)
        if len(signatures) > 1:
            return _report("文件含有多个签名，无法确认以哪一个为准。")
        return _judge(signatures[0], pdf, trust)
    except Exception:  # a changed byte can break the file, the certificate or the signature in any way
        return _without_signature(pdf) if pdf.startswith(b"%PDF") else _report(DAMAGED)


def _without_signature(pdf: bytes) -> SignatureReport:
    """What strict reading finds no signature in: never signed, or so changed that the signature cannot be read."""
    signed = b"/ByteRange" in pdf or b"/Sig" in pdf
    return _report(DAMAGED) if signed else _report("文件没有电子签名。", signed=False)


def _report(problem: str | None, **known: object) -> SignatureReport:
    facts = {"intact": False, "trusted": False, "signer": "", "signed_at": None} | known
    return SignatureReport(valid=problem is None, problem=problem, **facts)  # type: ignore[arg-type]


def _judge(signature: EmbeddedPdfSignature, pdf: bytes, trust: Sequence[x509.Certificate]) -> SignatureReport:
    roots = [_asn1(certificate) for certificate in trust]
    context = ValidationContext(trust_roots=roots, allow_fetching=False, revocation_mode="soft-fail")
    status = validate_pdf_signature(signature, context, ts_validation_context=context)
    intact = bool(
        status.intact
        and status.valid
        and status.coverage == SignatureCoverageLevel.ENTIRE_FILE
        and status.docmdp_ok is not False
        and _nothing_hidden(signature, pdf, roots)
    )
    stamp = status.timestamp_validity
    known = {
        "intact": intact,
        "trusted": bool(status.trusted) or bool(status.valid and _issued_here(status.signing_cert, trust)),
        "signer": _signed_by(status.signing_cert),
        "signed_at": stamp.timestamp if stamp else status.signer_reported_dt,
    }
    if not intact:
        return _report(DAMAGED, **known)
    if not status.trusted:
        return _report("签名证书不是受信任机构签发的，不能确认签发机关。", **known)
    if not status.bottom_line:
        return _report("时间戳或签名属性未通过验证。", **known)
    return _report(None, **known)


def _signed_by(certificate: asn1_x509.Certificate) -> str:
    """The office's whole name: in `description` where it is too long for a common name (authority.py)."""
    name = x509.load_der_x509_certificate(certificate.dump()).subject
    found = name.get_attributes_for_oid(DESCRIPTION) or name.get_attributes_for_oid(NameOID.COMMON_NAME)
    return str(found[0].value) if found else ""


def _issued_here(certificate: asn1_x509.Certificate, trust: Sequence[x509.Certificate]) -> bool:
    """pyHanko does not ask who signed once the content was changed; we do, to tell 改动过 from 别人签的."""
    return issued_by(x509.load_der_x509_certificate(certificate.dump()), trust)


def _nothing_hidden(signature: EmbeddedPdfSignature, pdf: bytes, roots: list[asn1_x509.Certificate]) -> bool:
    """The only bytes a signature cannot cover are its own. They must be exactly what our signer writes: canonical
    upper-case hex, zero padding, canonical DER, no spare certificate or algorithm. So no bit has room to change."""
    start, length, resume, _ = (int(number) for number in signature.byte_range)
    gap = re.fullmatch(rb"<([0-9A-F]+)>", pdf[start + length : resume])
    if not gap:
        return False
    raw = bytes.fromhex(gap[1].decode("ascii"))
    container = cms.ContentInfo.load(raw)
    encoded = container.dump()
    if raw[len(encoded) :].strip(b"\x00") or container.copy().dump(force=True) != encoded:
        return False
    data = container["content"]
    signer_info, certificate = data["signer_infos"][0], signature.signer_cert
    named = cms.IssuerAndSerialNumber({"issuer": certificate.issuer, "serial_number": certificate.serial_number})
    allowed = {root.dump() for root in roots} | {certificate.dump()}
    return (
        len(data["signer_infos"]) == 1
        and data["version"].native == signer_info["version"].native == "v1"
        and signer_info["sid"].chosen.dump() == named.dump()
        and [entry.dump() for entry in data["digest_algorithms"]] == [signer_info["digest_algorithm"].dump()]
        and {choice.chosen.dump() for choice in data["certificates"]} <= allowed
        and not data["crls"]
    )
