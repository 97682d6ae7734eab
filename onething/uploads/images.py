"""Photos and scans are decoded and drawn anew: what is kept is pixels only (S14).

The long edge ends at 3,508 pixels, A4 at 300 dpi: a sheet photographed with a phone stays as sharp as a scan of it, and an
A3 plan still has 210 dpi. JPG at quality 85 without thinning the colours, so that a red seal over black text stays sharp.
The turn that EXIF names is carried out first; then EXIF (place, phone), colour profile and comments are gone.
"""

from __future__ import annotations

import io
import warnings
from typing import Any

from PIL import Image, JpegImagePlugin, MpoImagePlugin, PngImagePlugin, WebPImagePlugin

from onething.errors import InvalidInput
from onething.uploads.kinds import IMAGES, MAX_PIXELS, refused

LONG_EDGE = 3508
QUALITIES = (85, 75, 60, 45)
BAND = 1_000_000
WEBP_PIXELS = 10_000_000  # its decoder holds four copies
Image.MAX_IMAGE_PIXELS = None  # the limit below has a sentence of its own
FORMATS = {"jpg": ["JPEG", "MPO"], "png": ["PNG"], "webp": ["WEBP"]}
READERS = (JpegImagePlugin, MpoImagePlugin, PngImagePlugin, WebPImagePlugin)  # imported now, not for every file
TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT, 3: Image.Transpose.ROTATE_180, 4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE, 6: Image.Transpose.ROTATE_270, 7: Image.Transpose.TRANSVERSE, 8: Image.Transpose.ROTATE_90,
}


def redraw(content: bytes, kind: str, name: str, most: int, *, page: bool = False) -> tuple[str, bytes]:
    """(kind, content) of the same picture drawn anew, in at most `most` bytes; raises `InvalidInput` with the cure. `page`: to
    be one of a PDF, where only a JPG goes in."""
    assert kind in IMAGES
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return _written(_redrawn(content, kind, name), "jpg" if page else kind, most)
        except (InvalidInput, MemoryError):
            raise
        except Exception as error:  # a damaged picture can fail in any way
            raise refused(name, "不完整或已损坏；请重新拍照或扫描后上传", "damaged-file") from error


def _redrawn(content: bytes, kind: str, name: str) -> Any:
    """One step after the other lets go of the picture before it: two of 40 million pixels do not fit."""
    image = _opened(content, kind, name)
    turn, times = TURNS.get(image.getexif().get(0x0112, 1)), max(image.size) / LONG_EDGE
    image = _plain_copy(image, 1 if times < 1.3 else max(2, round(times)))
    if max(image.size) > LONG_EDGE:
        times = max(image.size) / LONG_EDGE
        image = image.resize([max(1, round(side / times)) for side in image.size], Image.Resampling.LANCZOS)
    return image if turn is None else image.transpose(turn)


def _opened(content: bytes, kind: str, name: str) -> Any:
    image = Image.open(io.BytesIO(content), formats=FORMATS[kind])
    width, height = image.size
    if width * height > MAX_PIXELS:
        raise refused(
            name, f"的像素过大（{width}×{height}）；请缩小到 4000 万像素以内再上传", "too-many-pixels"
        )
    if kind == "webp" and width * height > WEBP_PIXELS:
        raise refused(name, f"的像素过大（{width}×{height}）；请另存为 JPG 后上传", "too-many-pixels")
    if kind != "jpg" and getattr(image, "is_animated", False):
        raise refused(name, "是动画；请上传单张图片", "animated-image")
    if kind == "jpg":  # libjpeg can decode a large photo at half size: less memory, same sheet
        image.draft("RGB", (LONG_EDGE * width // max(width, height), LONG_EDGE * height // max(width, height)))
    image.load()
    return image


def _plain_copy(image: Any, factor: int) -> Any:
    """Grey or RGB on white, every side divided by `factor`, band by band; nothing but the pixels comes along."""
    (width, height), rows = image.size, factor * max(1, BAND // max(1, image.size[0]) // factor)
    grey = image.mode in ("1", "L", "F") or image.mode.startswith("I")
    copy = Image.new("L" if grey else "RGB", (-(-width // factor), -(-height // factor)))
    for top in range(0, height, rows):
        band = _plain(image.crop((0, top, width, min(height, top + rows))), copy.mode)
        copy.paste(band.reduce(factor) if factor > 1 else band, (0, top // factor))
    return copy


def _plain(band: Any, mode: str) -> Any:
    if band.mode.startswith("I"):  # 16 bits of grey; the usual conversion would cut instead of scale
        return band.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    if "transparency" in band.info or band.mode in ("RGBA", "LA", "PA", "La", "RGBa"):
        band = band.convert("RGBA")
        ground = Image.new("RGBA", band.size, "white")
        ground.alpha_composite(band)
        band = ground
    return band.convert(mode)


def _written(image: Any, kind: str, most: int) -> tuple[str, bytes]:
    if kind == "png":
        target = io.BytesIO()
        image.save(target, "PNG")
        if target.tell() <= most:
            return "png", target.getvalue()
    for quality in QUALITIES:
        target = io.BytesIO()
        image.save(target, "JPEG", quality=quality, subsampling=0)
        if target.tell() <= most:
            break
    return "jpg", target.getvalue()
