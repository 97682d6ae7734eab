"""The gate every upload passes: size, extension and content agree; pdf, jpg and png only (S14)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any, BinaryIO

from starlette.datastructures import UploadFile

from onething.bootstrap import Tools
from onething.errors import InvalidInput, NotFound

MEDIA_TYPES = {"pdf": "application/pdf", "jpg": "image/jpeg", "png": "image/png"}
ALIASES = {"jpeg": "jpg"}
MIB = 1024 * 1024
MAX_PIXELS = 40_000_000
MAX_FILES = 20
MAX_CASE_MIB = 50
PNG_START = b"\x89PNG\r\n\x1a\n"
# What a reviewer's reader might carry out. Names may be written with #xx escapes: those are undone before the search.
ACTIVE_PDF = re.compile(rb"/(JavaScript|Launch|EmbeddedFile|RichMedia|XFA|Encrypt)\b")
NAME_ESCAPE = re.compile(rb"#([0-9A-Fa-f]{2})")
FRAME_MARKERS = frozenset({0xC0, 0xC1, 0xC2, 0xC3, 0xC5, 0xC6, 0xC7, 0xC9, 0xCA, 0xCB, 0xCD, 0xCE, 0xCF})


@dataclass(frozen=True)
class Upload:
    """A file that may be stored. `name` is only ever shown, never used as a path."""

    name: str
    media_type: str
    content: bytes


def read_upload(name: str, file: BinaryIO, max_mib: int, formats: Collection[str] = tuple(MEDIA_TYPES)) -> Upload:
    """The checked file; raises `InvalidInput` (413 too large, 415 wrong kind, 422 damaged) with the cure."""
    content = file.read(max_mib * MIB + 1)
    shown = shown_name(name)
    if len(content) > max_mib * MIB:
        raise too_large(max_mib, shown)
    if not content:
        raise InvalidInput(f"“{shown}”是空文件；请重新选择文件", field="file", code="empty-file")
    kind = _extension(shown)
    if kind not in formats or kind not in MEDIA_TYPES:
        allowed = "、".join(formats).upper()
        raise InvalidInput(
            f"不能接收“{shown}”；请上传 {allowed} 格式的文件", field="file", code="wrong-file-type", status=415
        )
    if _kind_of(content) != kind:
        raise InvalidInput(
            f"“{shown}”的内容与扩展名 .{kind} 不符；请用原始文件重新上传",
            field="file", code="file-mismatch", status=415,
        )
    {"pdf": _check_pdf, "png": _check_png, "jpg": _check_jpg}[kind](content, shown)
    return Upload(shown, MEDIA_TYPES[kind], content)


def too_large(max_mib: int, name: str = "") -> InvalidInput:
    what = f"“{name}”" if name else "上传的文件"
    return InvalidInput(
        f"{what}超过 {max_mib} MB；请压缩或分页扫描后重新上传", field="file", code="file-too-large", status=413
    )


def shown_name(name: str) -> str:
    """The last part of the name without control or direction characters, at most 100 characters."""
    base = PurePosixPath(name.replace("\\", "/")).name
    clean = "".join(c for c in unicodedata.normalize("NFC", base) if unicodedata.category(c) not in ("Cc", "Cf", "Cs"))
    stem, dot, extension = clean.strip().rpartition(".")
    return f"{stem[:90]}{dot}{extension[:9]}" or "未命名"


def _extension(name: str) -> str:
    extension = name.rpartition(".")[2].lower()
    return ALIASES.get(extension, extension)


def _kind_of(content: bytes) -> str:
    if content.startswith(b"%PDF-"):
        return "pdf"
    if content.startswith(PNG_START):
        return "png"
    return "jpg" if content.startswith(b"\xff\xd8\xff") else ""


def _damaged(name: str) -> InvalidInput:
    return InvalidInput(f"“{name}”不完整或已损坏；请重新扫描或导出后上传", field="file", code="damaged-file")


def _check_pdf(content: bytes, name: str) -> None:
    if b"%%EOF" not in content[-2048:] or b"startxref" not in content:
        raise _damaged(name)
    if ACTIVE_PDF.search(NAME_ESCAPE.sub(lambda match: bytes([int(match[1], 16)]), content)):
        raise InvalidInput(
            f"“{name}”含有脚本、附件或密码；请打印为普通 PDF 后重新上传", field="file", code="active-pdf"
        )


def _check_png(content: bytes, name: str) -> None:
    if content[12:16] != b"IHDR" or b"IEND" not in content[-32:]:
        raise _damaged(name)
    _check_pixels(int.from_bytes(content[16:20]), int.from_bytes(content[20:24]), name)


def _check_jpg(content: bytes, name: str) -> None:
    """Walk the segments to the frame header, which holds height and width."""
    position = 2
    while position + 9 <= len(content) and content[position] == 0xFF:
        marker = content[position + 1]
        if marker in FRAME_MARKERS:
            height = int.from_bytes(content[position + 5:position + 7])
            return _check_pixels(int.from_bytes(content[position + 7:position + 9]), height, name)
        length = 0 if marker == 0xFF else int.from_bytes(content[position + 2:position + 4]) + 1
        position += 1 + length
    raise _damaged(name)


def _check_pixels(width: int, height: int, name: str) -> None:
    if not width or not height:
        raise _damaged(name)
    if width * height > MAX_PIXELS:
        raise InvalidInput(
            f"“{name}”的像素过大（{width}×{height}）；请缩小到 4000 万像素以内再上传",
            field="file", code="too-many-pixels",
        )


def of_material(tools: Tools, key: str, sent: Any, what: str = "文件") -> Upload:
    """The file that was sent for a material, in one of the formats it may have. Raises `NotFound`, `InvalidInput`."""
    material = tools.catalogue.materials.get(key)
    if material is None:
        raise NotFound("这个办件没有这份材料；请在办件页面核对", code="unknown-material")
    if not isinstance(sent, UploadFile) or not sent.filename:
        raise InvalidInput(f"请先选择“{material.name}”的{what}，再按“上传”", field="file", code="no-file")
    return read_upload(sent.filename, sent.file, tools.settings.max_upload_mib, material.formats)
