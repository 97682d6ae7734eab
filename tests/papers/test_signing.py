"""Signatures by the real pyHanko, judged by us and by poppler's pdfsig (S19)."""

import io
import random
import shutil
import stat
import subprocess

import pikepdf
import pytest
from cryptography.x509.oid import NameOID
from pyhanko.sign import signers

from onething.papers import PaperError, render
from onething.papers.authority import LocalAuthority, shortened, write_once
from onething.papers.signing import sign, verify

OFFICE = "郑州市市场监督管理局"
FACTS = {"signer": OFFICE, "reason": "颁发证照", "location": "河南省郑州市"}


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    return LocalAuthority(tmp_path_factory.mktemp("keys"))


@pytest.fixture(scope="module")
def signed(samples, authority) -> bytes:
    return sign(render(samples["licence"]), authority=authority, **FACTS)


def _signature_bytes(pdf: bytes) -> tuple[int, int]:
    """First and last offset of the signature's own bytes, the only ones a signature does not cover."""
    start = pdf.index(b"/Contents <", pdf.index(b"/ByteRange") - 20000) + len(b"/Contents ")
    return start, pdf.index(b">", start) + 1


def test_signed_paper_is_valid_trusted_and_names_the_office(signed, authority):
    report = verify(signed, authority.trust)
    assert (report.valid, report.intact, report.trusted, report.problem) == (True, True, True, None)
    assert OFFICE in report.signer
    assert "演示" in report.signer
    assert report.signed_at is not None


@pytest.mark.parametrize(
    "name", ["acceptance-notice", "refusal-decision", "receipt-long", "correction-notice", "delivery-record", "promise-letter",
             "handover-ledger", "joint-record", "extension-notice", "special-step-notice", "guidance-notice",
             "revocation-decision", "result-notice", "not-taken-notice", "ending-notice"]
)
def test_every_paper_can_be_signed(samples, authority, name):
    assert verify(sign(render(samples[name]), authority=authority, **FACTS), authority.trust).valid


def test_a_paper_is_signed_once_with_room_to_spare(samples, authority, monkeypatch):
    """Without room kept pyhanko signs each paper twice; the longest name of an office, which it holds thrice, still fits."""
    times, once = [], signers.SimpleSigner.async_sign_raw

    async def counted(self, *arguments, **more):
        times.append(1)
        return await once(self, *arguments, **more)

    monkeypatch.setattr(signers.SimpleSigner, "async_sign_raw", counted)
    paper = render(samples["licence"])
    for number, office in enumerate((OFFICE, "局", "郑州市自然资源和规划局办事窗口"), 1):
        signed = sign(paper, authority=authority, **{**FACTS, "signer": office})
        assert verify(signed, authority.trust).valid
        assert len(times) == number
        first, last = _signature_bytes(signed)
        room = signed[first + 1 : last - 1]
        assert len(room) - len(room.rstrip(b"0")) > 200, "hex digits left over"


def test_signed_paper_stays_archival_and_unstamped(signed):
    with pikepdf.open(io.BytesIO(signed)) as pdf, pdf.open_metadata() as metadata:
        assert metadata.pdfa_status == "2A"
        assert len(pdf.pages) == 1
        field = pdf.Root.AcroForm.Fields[0]
        assert field.F & 4, "PDF/A: a widget prints"
        assert "/AP" not in field


@pytest.mark.skipif(not shutil.which("pdfsig"), reason="pdfsig missing: install poppler-utils")
def test_poppler_calls_the_signature_valid(signed, tmp_path):
    paper = tmp_path / "paper.pdf"
    paper.write_bytes(signed)
    answer = subprocess.run(["pdfsig", str(paper)], capture_output=True, text=True, check=False).stdout
    assert "Signature is Valid" in answer
    assert "Total document signed" in answer
    assert "ETSI.CAdES.detached" in answer


def test_fifty_changed_bytes_are_all_noticed(signed, authority):
    """S19."""
    source = random.Random(20261123)
    for _ in range(50):
        changed = bytearray(signed)
        changed[source.randrange(len(changed))] ^= source.randrange(1, 256)
        report = verify(bytes(changed), authority.trust)
        assert not report.valid
        assert report.problem


def test_changed_bits_inside_the_signature_itself_are_noticed(signed, authority):
    """S19: these bytes are not covered by the digest; letter case, padding and spare DER must leave no room."""
    first, last = _signature_bytes(signed)
    source = random.Random(7)
    bits = [(offset, bit) for offset in range(first, first + 120) for bit in range(8)]  # versions, algorithms
    bits += [(source.randrange(first, last), source.randrange(8)) for _ in range(300)]
    for offset, bit in bits:
        changed = bytearray(signed)
        changed[offset] ^= 1 << bit
        assert not verify(bytes(changed), authority.trust).valid, (offset - first, bit)


@pytest.mark.parametrize("tail", [b"\n", b"%", b"\n1 0 obj\n<<>>\nendobj\n"])
def test_appended_bytes_are_noticed(signed, authority, tail):
    assert not verify(signed + tail, authority.trust).valid


def test_cut_and_foreign_files_are_answered_not_raised(signed, authority, samples):
    for broken in (b"", b"not a pdf", signed[: len(signed) // 2], signed[1:]):
        report = verify(broken, authority.trust)
        assert not report.valid
        assert report.problem
    assert "没有电子签名" in verify(render(samples["receipt"]), authority.trust).problem


def test_another_authority_is_not_trusted(signed, tmp_path):
    report = verify(signed, LocalAuthority(tmp_path).trust)
    assert (report.valid, report.intact, report.trusted) == (False, True, False)
    assert "受信任" in report.problem
    assert not verify(signed, []).valid


def test_keys_are_private_and_kept(authority, tmp_path):
    first = LocalAuthority(tmp_path)
    certificate = first.credential(OFFICE).certificate
    again = LocalAuthority(tmp_path)
    assert again.credential(OFFICE).certificate == certificate
    assert again.trust == first.trust
    assert first.credential("郑州市公安局").certificate != certificate
    for path in tmp_path.glob("*.pem"):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert "PRIVATE" not in repr(first.credential(OFFICE))


LONG_OFFICE = "郑州航空港经济综合实验区自然资源规划建设和生态环境综合行政管理部门"


@pytest.mark.parametrize("office", ["局" * 17, "局" * 18, "局" * 21, LONG_OFFICE, "长" * 300, "Office of " * 12, "𠮷" * 20])
def test_an_office_with_a_long_name_gets_a_certificate_that_names_it(samples, authority, office):
    """A common name holds 64 bytes, 21 Chinese characters: longer names are shortened in it and stand whole beside it."""
    report = verify(sign(render(samples["licence"]), authority=authority, **{**FACTS, "signer": office}), authority.trust)
    assert (report.valid, report.signer) == (True, f"{office}（演示）")
    for attribute in authority.credential(office).certificate.subject:
        room = 1024 if attribute.oid.dotted_string == "2.5.4.13" else 64
        assert len(attribute.value.encode()) <= room
    common = authority.credential(office).certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value
    assert common.startswith(office[:8])
    assert common.endswith("（演示）")
    assert ("…" in common) == (len(f"{office}（演示）".encode()) > 64)


def test_two_long_names_that_begin_alike_stay_two(authority):
    names = [f"{LONG_OFFICE}{n}" for n in range(3)]
    assert len({authority.credential(name).certificate.subject for name in names}) == 3
    assert len({shortened(name, 64) for name in names}) == 3


def test_damaged_key_file_is_an_error_with_a_cure(tmp_path):
    LocalAuthority(tmp_path)
    (tmp_path / "root.pem").write_text("x")
    with pytest.raises(PaperError, match="备份") as caught:
        LocalAuthority(tmp_path)
    assert caught.value.code == "paper-signing"


def test_a_number_is_never_signed_for_two_contents(samples, authority):
    """S19: the signer keeps its own log; the same content may be signed again after a crash."""
    licence, other = render(samples["licence"]), render(samples["licence-portrait"])
    for _ in range(2):
        assert verify(sign(licence, authority=authority, number="JY-1", **FACTS), authority.trust).valid
    with pytest.raises(PaperError) as caught:
        sign(other, authority=authority, number="JY-1", **FACTS)
    assert (caught.value.code, caught.value.status) == ("paper-number-used", 409)


def test_write_once_never_overwrites(tmp_path):
    assert write_once(tmp_path / "a", b"1")
    assert not write_once(tmp_path / "a", b"2")
    assert (tmp_path / "a").read_bytes() == b"1"
    assert [path.name for path in tmp_path.iterdir()] == ["a"]
