"""A page of a kept file as a picture for the screen; the task of the viewer's sandbox, knows nothing but the file."""

from __future__ import annotations

import io
import math
from typing import Any

import pypdfium2 as pdfium
from PIL import Image

LONG_EDGE = 1754
"""Pixels: A4 at 150 dpi, so that small print and a seal can be judged on the screen."""
QUALITY = 82


def draw(content: bytes, options: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
    """{"sizes": [[width, height], ...]} in pixels of the pictures, one for each page, and the JPEG of page `page` (from 1;
    none for 0)."""
    if options["media_type"] == "application/pdf":
        return _of_pdf(content, options["page"])
    return _of_picture(content, options["page"])


def _of_pdf(content: bytes, page: int) -> tuple[dict[str, Any], bytes]:
    pdf = pdfium.PdfDocument(content)
    pdf.init_forms()  # what was typed into a form is drawn too
    scales = [LONG_EDGE / max(pdf.get_page_size(index)) for index in range(len(pdf))]
    sizes = [
        [math.ceil(side * scale) for side in pdf.get_page_size(index)] for index, scale in enumerate(scales)
    ]
    if not 1 <= page <= len(sizes):
        return {"sizes": sizes}, b""
    return {"sizes": sizes}, _jpeg(pdf[page - 1].render(scale=scales[page - 1], rev_byteorder=True).to_pil())


def _of_picture(content: bytes, page: int) -> tuple[dict[str, Any], bytes]:
    picture = Image.open(io.BytesIO(content), formats=["JPEG", "PNG"])
    scale = min(1, LONG_EDGE / max(picture.size))
    size = [max(1, round(side * scale)) for side in picture.size]
    if page != 1:
        return {"sizes": [size]}, b""
    return {"sizes": [size]}, _jpeg(picture.resize(size, Image.Resampling.LANCZOS) if scale < 1 else picture)


def _jpeg(picture: Any) -> bytes:
    target = io.BytesIO()
    (picture if picture.mode in ("L", "RGB") else picture.convert("RGB")).save(target, "JPEG", quality=QUALITY, subsampling=0)
    return target.getvalue()
