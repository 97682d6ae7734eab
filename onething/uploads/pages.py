"""Photos and scans of one material become one PDF, a page after the other; runs in the gate's sandbox.

A picture comes drawn anew already and goes in as it is, pixel for pixel; its long edge becomes that of A4.
"""

from __future__ import annotations

import io
from typing import Any

import pikepdf
from PIL import Image

from onething.uploads import pdfs
from onething.uploads.kinds import refused

A4_LONG = 842.0
COLOURS = {"L": pikepdf.Name.DeviceGray, "RGB": pikepdf.Name.DeviceRGB}


def joined(content: bytes, parts: list[list[Any]], name: str) -> tuple[int, bytes]:
    """(pages, PDF) of the files that lie in `content` one behind the other; `parts` has kind, size and name of each."""
    target, place, sources = pikepdf.new(), 0, []
    for kind, size, shown in parts:
        piece, place = content[place:place + size], place + size
        if kind == "pdf":
            sources.append(_pages_of(piece, shown))  # open until all is written
            target.pages.extend(sources[-1].pages)
        else:
            _add_picture(target, piece)
    written = io.BytesIO()
    target.save(written, deterministic_id=True)
    pdfs.check(written.getvalue(), name)
    return len(target.pages), written.getvalue()


def _pages_of(piece: bytes, name: str) -> pikepdf.Pdf:
    """Of a file that the gate has read. What is signed would not hold any more, what is filled in would be lost."""
    try:
        pdf = pikepdf.open(io.BytesIO(piece), attempt_recovery=False, suppress_warnings=True)
        form = pdf.Root.get("/AcroForm")
        filled = form is not None and len(form.get("/Fields", [])) > 0
    except MemoryError:
        raise
    except Exception as error:  # read once, and still it can fail in any way
        raise refused(name, "不能与其他文件合并；请单独上传这一份", "not-joined") from error
    if filled:
        raise refused(name, "带有电子签名或表单，合并后会失效；请单独上传这一份", "signed-pdf")
    return pdf


def _add_picture(target: pikepdf.Pdf, jpeg: bytes) -> None:
    with Image.open(io.BytesIO(jpeg), formats=["JPEG"]) as picture:
        (width, height), colour = picture.size, COLOURS[picture.mode]
    scale = A4_LONG / max(width, height)
    across, down = round(width * scale, 2), round(height * scale, 2)
    image = target.make_stream(
        jpeg, Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Image, Width=width, Height=height, ColorSpace=colour,
        BitsPerComponent=8, Filter=pikepdf.Name.DCTDecode,
    )
    page = target.add_blank_page(page_size=(across, down))
    page.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Im0=image))
    page.Contents = target.make_stream(f"q {across} 0 0 {down} 0 0 cm /Im0 Do Q".encode())
