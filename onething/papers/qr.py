"""QR codes as SVG, the same drawing for papers and pages."""

import io
from functools import lru_cache

import segno


@lru_cache(maxsize=256)
def qr_svg(url: str) -> str:
    """`url` as one SVG element (error correction M, quiet zone of 2 modules, no XML declaration, size by viewBox)."""
    drawing = io.BytesIO()
    segno.make(url, error="m", micro=False).save(
        drawing, kind="svg", border=2, xmldecl=False, svgns=True, omitsize=True, dark="#1d2129", light="#ffffff"
    )
    return drawing.getvalue().decode("utf-8").strip()
