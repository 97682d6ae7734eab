"""Pages of kept files as pictures: what citizens bring is legible, what was made to do harm ends nothing (S14, S15)."""

from __future__ import annotations

import io
from collections.abc import Callable
from contextlib import suppress

import pikepdf
import pytest
from PIL import Image

from onething.errors import InvalidInput, NotFound
from onething.uploads import VIEWER, gate, kinds, picture, sizes
from onething.uploads.drawing import LONG_EDGE
from tests.uploads.corpus import FRIENDLY, HOSTILE, Sample, one_page
from tests.uploads.corpus import picture as make_picture

PDF = "application/pdf"


def three_pages() -> bytes:
    """A4 upright, A4 turned by /Rotate, and a strip."""
    target = io.BytesIO()
    with pikepdf.new() as pdf:
        for width, height in ((595, 842), (595, 842), (100, 1000)):
            pdf.add_blank_page(page_size=(width, height))
        pdf.pages[1].Rotate = 90
        pdf.save(target)
    return target.getvalue()


def test_every_page_has_its_size_and_its_picture() -> None:
    content = three_pages()
    found = sizes(PDF, content)
    assert found == [(1240, LONG_EDGE), (LONG_EDGE, 1240), (176, LONG_EDGE)]
    for page, size in enumerate(found, start=1):
        drawn = Image.open(io.BytesIO(picture(PDF, content, page)))
        assert (drawn.format, drawn.mode) == ("JPEG", "RGB")
        assert drawn.size == size


@pytest.mark.parametrize("page", [0, -1, 4, 10**9])
def test_a_page_that_is_not_there_is_told(page: int) -> None:
    with pytest.raises(NotFound, match="共 3 页"):
        picture(PDF, three_pages(), page)


def test_what_is_on_the_paper_is_in_the_picture() -> None:
    with pikepdf.open(io.BytesIO(three_pages())) as pdf, io.BytesIO() as target:
        pdf.pages[0].Contents = pdf.make_stream(b"1 0 0 rg 0 421 595 421 re f")  # the upper half is red
        pdf.save(target)
        drawn = Image.open(io.BytesIO(picture(PDF, target.getvalue(), 1)))
    above, below = drawn.getpixel((600, 400)), drawn.getpixel((600, 1400))
    assert above[0] > 240 > 20 > above[1]
    assert min(below) > 240


@pytest.mark.parametrize(("mode", "kind"), [("RGB", "JPEG"), ("L", "PNG"), ("RGB", "PNG")])
def test_a_photo_is_made_to_fit_the_screen_and_a_small_one_is_not_blown_up(mode: str, kind: str) -> None:
    for size, told in (((3508, 2480), (LONG_EDGE, 1240)), ((64, 48), (64, 48))):
        target = io.BytesIO()
        Image.new(mode, size).save(target, kind)
        media = kinds.MEDIA_TYPES["jpg" if kind == "JPEG" else "png"]
        assert sizes(media, target.getvalue()) == [told]
        assert Image.open(io.BytesIO(picture(media, target.getvalue(), 1))).size == told


@pytest.mark.parametrize(("name", "make"), [(name, make) for name, make, _ in FRIENDLY], ids=[name for name, _, _ in FRIENDLY])
def test_what_citizens_bring_can_be_looked_at(name: str, make: Callable[[], bytes]) -> None:
    kept = gate.inspect(name, io.BytesIO(make()), ("pdf", "jpg", "png"), 10)
    kept.file.seek(0)
    content = kept.file.read()
    last = len(sizes(kept.media_type, content))
    assert Image.open(io.BytesIO(picture(kept.media_type, content, last))).size > (1, 1)


@pytest.mark.parametrize("sample", HOSTILE, ids=str)
def test_no_hostile_file_harms_the_viewer_s14(sample: Sample) -> None:
    """None of them gets this far; if one did, there is a picture or a plain sentence, and the next file is drawn."""
    for media in (PDF, "image/png"):
        with suppress(InvalidInput, NotFound):
            picture(media, sample.make(), 1)
    assert picture(PDF, one_page(), 1)


def test_a_file_of_another_kind_is_not_read() -> None:
    with pytest.raises(InvalidInput, match="请下载后查看"):
        sizes("application/zip", make_picture("PNG"))
    assert VIEWER.places == 2
