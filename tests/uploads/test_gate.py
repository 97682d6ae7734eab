"""The gate against files made to do harm, and open for what citizens bring (S14)."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest
from PIL import Image

from onething.errors import InvalidInput
from onething.papers.signing import verify
from onething.uploads import GATE, gate, shown_name
from tests.uploads.corpus import (
    CLEANED,
    FRIENDLY,
    HOSTILE,
    MIB,
    Sample,
    exif,
    flate_bomb,
    large,
    nested,
    one_page,
    phone_photo,
    picture,
    scene,
    signed_pdf,
    stream,
)

ALL = ("pdf", "jpg", "png")


def inspect(name: str, content: bytes, formats: tuple[str, ...], most: int) -> SimpleNamespace:
    kept = gate.inspect(name, io.BytesIO(content), formats, most)
    kept.file.seek(0)
    return SimpleNamespace(name=kept.name, media_type=kept.media_type, content=kept.file.read())


def test_the_corpus_is_large_enough_s14() -> None:
    assert len(HOSTILE) >= 60
    assert len({sample.name for sample in HOSTILE}) == len(HOSTILE)


@pytest.mark.parametrize("sample", HOSTILE, ids=str)
def test_no_hostile_file_is_kept_as_clean_s14(sample: Sample) -> None:
    content = sample.make()
    if sample.verdict == CLEANED:
        assert sample.payload in content
        kept = inspect(sample.name, content, ALL, 1)
        assert sample.payload not in kept.content
        assert Image.open(io.BytesIO(kept.content)).size == (640, 480)
        return
    with pytest.raises(InvalidInput) as refusal:
        inspect(sample.name, content, ALL, 1)
    assert (refusal.value.code, sample.says in refusal.value.message) == (sample.verdict, True), refusal.value.message
    assert "请" in refusal.value.message or "只上传" in refusal.value.message
    assert not any(ord(letter) < 32 or "\u2028" <= letter <= "\u202e" for letter in refusal.value.message)


@pytest.mark.parametrize(("name", "make", "media_type"), FRIENDLY, ids=[name for name, _, _ in FRIENDLY])
def test_what_citizens_bring_is_taken_s14(name: str, make: Callable[[], bytes], media_type: str) -> None:
    content = make()
    kept = inspect(name, content, ALL, 10)
    assert kept.media_type == media_type
    assert kept.name.rpartition(".")[0] == name.rpartition(".")[0]
    if media_type == "application/pdf":
        assert kept.content == content
    else:
        image = Image.open(io.BytesIO(kept.content))
        assert max(image.size) <= 3508
        assert not image.info.get("exif")
        assert not image.info.get("icc_profile")


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_phone_photo_is_turned_upright_and_tells_no_place_s14(orientation: int) -> None:
    upright = scene(1200, 900)
    undo = {
        2: Image.Transpose.FLIP_LEFT_RIGHT, 3: Image.Transpose.ROTATE_180, 4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE, 6: Image.Transpose.ROTATE_90, 7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }.get(orientation)
    target = io.BytesIO()
    (upright if undo is None else upright.transpose(undo)).save(target, "JPEG", quality=95, exif=exif(orientation))
    kept = Image.open(io.BytesIO(inspect("照.jpg", target.getvalue(), ALL, 10).content))
    assert kept.size == (1200, 900)
    assert kept.getpixel((30, 30)) < (60, 60, 60)  # type: ignore[operator]
    assert kept.getpixel((1170, 870)) > (200, 200, 200)  # type: ignore[operator]
    assert not kept.getexif()


def test_writing_and_seal_stay_sharp_s14() -> None:
    """Compared with the picture scaled down without loss: less than 2 of 255 levels apart, the seal still red."""
    kept = Image.open(io.BytesIO(inspect("照.jpg", phone_photo(1), ALL, 10).content))
    assert kept.size == (3508, 2631)
    ideal = scene(4000, 3000).resize(kept.size, Image.Resampling.LANCZOS)
    pairs = zip(kept.convert("L").tobytes()[::97], ideal.convert("L").tobytes()[::97], strict=True)
    differences = [abs(one - other) for one, other in pairs]
    assert sum(differences) / len(differences) < 2
    reds = [p for p in kept.crop((1700, 1300, 2450, 2000)).resize((375, 350)).get_flattened_data() if p[0] > 150 and p[1] < 90]
    assert len(reds) > 100


def test_a_signature_stays_whole_s14(tmp_path: Path) -> None:
    signed, trust = signed_pdf(tmp_path)
    assert verify(inspect("公证书.pdf", signed, ALL, 10).content, trust).valid


def test_a_photo_too_large_to_store_is_pressed_harder_s14() -> None:
    noise = Image.effect_noise((1500, 1200), 120).convert("RGB")
    target = io.BytesIO()
    noise.save(target, "JPEG", quality=70, subsampling=2)
    kept = inspect("照.jpg", target.getvalue(), ALL, 1)
    assert len(kept.content) <= MIB


def test_a_png_photo_becomes_a_jpg_where_it_would_not_fit_s14() -> None:
    facts, kept = GATE.run(io.BytesIO(picture("PNG")), kind="png", name="图.png", most=4000)
    assert facts["kind"] == "jpg"
    assert kept.startswith(b"\xff\xd8")


@pytest.mark.parametrize("make", [
    lambda: large("PNG", 7300, 5479), lambda: large("JPEG", 7300, 5479), lambda: phone_photo(6),
    lambda: rgb(7300, 5479, "PNG"), lambda: rgb(7300, 5479, "JPEG"), lambda: rgb(4560, 4560, "PNG"),
    lambda: rgb(3100, 3100, "WEBP"), lambda: rgb(7300, 5479, "PNG", "RGBA"), lambda: flate_bomb(150 * MIB),
])
def test_the_reader_stays_under_256_mib_f22(make: Callable[[], bytes]) -> None:
    """The process that reads the file, measured by the kernel, at what is still taken."""
    content = make()
    kind = {b"\x89": "png", b"\xff": "jpg", b"R": "webp", b"%": "pdf"}[content[:1]]
    facts, _ = GATE.run(io.BytesIO(content), kind=kind, name="大", most=10 * MIB)
    assert "refused" not in facts
    assert facts["peak_kib"] <= 256 * 1024


def rgb(width: int, height: int, kind: str, mode: str = "RGB") -> bytes:
    target = io.BytesIO()
    Image.new(mode, (width, height), (200, 30, 30, 120)[:len(mode)]).save(target, kind)
    return target.getvalue()


def test_the_gate_goes_on_after_a_file_ended_its_reader_s14() -> None:
    for _ in range(3):
        with pytest.raises(InvalidInput):
            inspect("深.pdf", nested(100_000), ALL, 1)
        assert inspect("好.pdf", one_page(), ALL, 1).content == one_page()


def test_an_odd_stream_that_is_cut_off_is_left_to_the_reader_s14() -> None:
    content = one_page(more={4: stream(b"x\x9c", b"/Filter/FlateDecode")})
    assert inspect("扫.pdf", content, ALL, 1).content == content


def test_names_from_people_never_become_paths_s14() -> None:
    assert shown_name("../../etc/passwd.pdf") == "passwd.pdf"
    assert shown_name("C:\\temp\\图\u202egpj.pdf") == "图gpj.pdf"
    assert len(shown_name("长" * 500 + ".pdf")) <= 100
    assert shown_name("a\0b\r\n.pdf") == "ab.pdf"
    assert shown_name("///") == "未命名"
