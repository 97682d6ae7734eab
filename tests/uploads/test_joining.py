"""Several photos of one material become one PDF, within the limits that hold for one file (S14)."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from PIL import Image

from onething.errors import InvalidInput
from onething.uploads import GATE, gate, inspect_all, page_count, sizes
from tests.uploads.corpus import HOSTILE, MIB, exif, large, phone_photo, picture, scan_pdf, scene, signed_pdf

ALL = ("pdf", "jpg", "png")


def photo(colour: str, size: tuple[int, int] = (600, 400), mode: str = "RGB", kind: str = "JPEG", **how: Any) -> bytes:
    target = io.BytesIO()
    Image.new(mode, size, colour).save(target, kind, **how)
    return target.getvalue()


def joined(*files: tuple[str, bytes], formats: tuple[str, ...] = ALL, most: int = 10) -> tuple[str, bytes]:
    kept = inspect_all([(name, io.BytesIO(content)) for name, content in files], formats, most)
    assert kept.media_type == ("application/pdf" if len(files) > 1 else kept.media_type)
    kept.file.seek(0)
    return kept.name, kept.file.read()


def colours(pdf: bytes) -> list[tuple[int, int, int]]:
    """In the middle of each page's picture."""
    found = []
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        for page in opened.pages:
            [image] = page.get_images().values()
            seen = pikepdf.PdfImage(image).as_pil_image().convert("RGB")
            found.append(tuple(round(value / 85) * 85 for value in seen.getpixel((seen.width // 2, seen.height // 2))))
    return found


def test_the_pages_come_in_the_order_given_s14() -> None:
    name, content = joined(
        ("租赁合同.jpg", photo("red")), ("2.png", photo("lime", kind="PNG")), ("3.webp", photo("blue", kind="WEBP")),
        ("4.jpg", photo("white", mode="L")),
    )
    assert name == "租赁合同（4 页）.pdf"
    assert page_count(name) == 4
    assert colours(content) == [(255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 255)]
    gate.inspect(name, io.BytesIO(content), ALL, 10)  # what was made passes the gate itself
    assert sizes("application/pdf", content) == [(1754, 1170)] * 4


def test_a_page_is_upright_and_tells_no_place_s14() -> None:
    told = io.BytesIO()
    scene(1200, 900).save(told, "JPEG", exif=exif(6, "郑州"))
    _, content = joined(("1.jpg", told.getvalue()), ("2.jpg", photo("red")))
    assert (b"Exif" in content, "郑州".encode() in content) == (False, False)
    with pikepdf.open(io.BytesIO(content)) as opened:
        first = [float(side) for side in opened.pages[0].mediabox]
    assert first == [0, 0, 631.5, 842], "turned as the phone was held"


def test_one_file_is_kept_as_ever_s14() -> None:
    assert joined(("图.pdf", scan_pdf())) == ("图.pdf", scan_pdf())
    assert joined(("照.jpg", photo("red")), formats=("jpg", "png"))[0] == "照.jpg"


def test_pages_are_added_behind_what_is_there_s14() -> None:
    first = joined(("合同.jpg", photo("red")), ("2.jpg", photo("lime")))
    name, content = joined(first, ("3.jpg", photo("blue")))
    assert (name, colours(content)) == ("合同（3 页）.pdf", [(255, 0, 0), (0, 255, 0), (0, 0, 255)])


def test_a_pdf_and_photos_go_together_s14() -> None:
    name, content = joined(("扫描.pdf", scan_pdf(3)), ("照.jpg", photo("red")))
    assert (name, len(sizes("application/pdf", content))) == ("扫描（5 页）.pdf", 5)


def test_what_is_signed_is_not_taken_apart_s14(tmp_path: Path) -> None:
    signed, _ = signed_pdf(tmp_path)
    refused(("照.jpg", photo("red")), ("公证书.pdf", signed), code="signed-pdf", says=["公证书.pdf"])


def refused(*files: tuple[str, bytes], code: str, says: list[str], **more: Any) -> None:
    with pytest.raises(InvalidInput) as refusal:
        joined(*files, **more)
    assert refusal.value.code == code
    assert [name in one.message for name, one in zip(says, refusal.value.all, strict=True)] == [True] * len(says)


@pytest.mark.parametrize("sample", [one for one in HOSTILE if one.verdict != "cleaned"][::5], ids=str)
def test_no_hostile_file_comes_in_with_a_good_one_s14(sample: Any) -> None:
    with pytest.raises(InvalidInput) as refusal:
        joined(("好.jpg", photo("red")), (sample.name, sample.make()), most=1)
    assert [one.code for one in refusal.value.all] == [sample.verdict]


def test_everything_that_is_wrong_is_told_with_its_file_s14() -> None:
    refused(
        ("好.jpg", photo("red")), ("坏.jpg", b"\xff\xd8\xff no picture"), ("空.pdf", b""), ("文.docx", b"PK"),
        ("大.pdf", b"%PDF-" + b"\0" * MIB), code="damaged-file", says=["坏.jpg", "空.pdf", "文.docx", "大.pdf"], most=1,
    )
    refused(("1.jpg", photo("red")), ("大图.png", large("PNG", 8000, 6000)), code="too-many-pixels", says=["大图.png"])


def test_the_limits_of_one_file_hold_for_the_sum_s14() -> None:
    refused(*[(f"{n}.jpg", photo("red")) for n in range(21)], code="too-many-files", says=["20"])
    refused(("1.jpg", photo("red")), ("2.jpg", photo("red")), formats=("jpg", "png"), code="one-picture", says=["一张"])
    half = io.BytesIO()
    Image.effect_noise((900, 900), 120).save(half, "PDF", quality=95)
    heavy = half.getvalue()
    assert MIB // 2 < len(heavy) < MIB, len(heavy)
    refused(("一.pdf", heavy), ("二.pdf", heavy), code="file-too-large", says=["二.pdf"], most=1)


def test_eight_photos_of_a_phone_fit_s14() -> None:
    _, content = joined(*[(f"{n}.jpg", phone_photo(6)) for n in range(8)])
    assert len(content) < 10 * MIB


def test_putting_together_stays_under_256_mib_f22() -> None:
    parts = [["jpg", len(photo("red")), "1.jpg"], ["pdf", len(scan_pdf(3)), "2.pdf"]] * 2
    whole = (photo("red") + scan_pdf(3)) * 2
    facts, _ = GATE.run(io.BytesIO(whole), kind="pages", name="2.pdf", most=10 * MIB, parts=parts)
    assert facts["pages"] == 10
    assert facts["peak_kib"] <= 256 * 1024
    lone, _ = GATE.run(io.BytesIO(picture("PNG")), kind="png", name="图.png", most=MIB, page=True)
    assert lone["kind"] == "jpg"
