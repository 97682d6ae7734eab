"""What is taken and what is said of the rest. Pure."""

from __future__ import annotations

import unicodedata
from pathlib import PurePosixPath

from onething.errors import InvalidInput

MIB = 1024 * 1024
MAX_FILES = 20
MAX_CASE_MIB = 50
MAX_PIXELS = 40_000_000
MEDIA_TYPES = {"pdf": "application/pdf", "jpg": "image/jpeg", "png": "image/png"}
ALIASES = {"jpeg": "jpg", "jpe": "jpg", "jfif": "jpg"}
IMAGES = ("jpg", "png", "webp")
TELLING = 16
STARTS = {"pdf": (b"%PDF-",), "png": (b"\x89PNG\r\n\x1a\n",), "jpg": (b"\xff\xd8\xff",)}

# What people bring that is not taken, and what they can do at once with what they have.
CURES = {
    ("doc", "docx", "docm", "dot", "dotx", "dotm", "wps", "rtf", "odt", "txt"):
        "请在文字软件中用“另存为 PDF”后上传，或者打印出来拍照上传",
    ("xls", "xlsx", "xlsm", "xlsb", "et", "ods", "csv"): "请在表格软件中用“另存为 PDF”后上传",
    ("ppt", "pptx", "pptm", "dps", "odp"): "请在演示软件中用“另存为 PDF”后上传",
    ("ofd",): "请在 OFD 阅读软件中用“另存为 PDF”或“打印为 PDF”后上传",
    ("zip", "rar", "7z", "tar", "gz", "tgz", "bz2", "xz", "iso", "jar"): "请先解压，再逐份上传其中的 PDF 或照片",
    ("heic", "heif", "avif"): "请在手机“设置 - 相机 - 格式”中选“兼容性最佳”后重拍，或者把照片截图后上传",
    ("gif", "bmp", "tif", "tiff", "svg", "psd"): "请用看图软件另存为 JPG 或 PDF 后上传",
    ("htm", "html", "mht", "mhtml", "xml"): "请在浏览器中“打印为 PDF”后上传",
    ("dwg", "dxf"): "请在制图软件中“打印为 PDF”后上传",
}


def shown_name(name: str) -> str:
    """The last part of the name without control or direction characters, at most 100 characters."""
    base = PurePosixPath(name.replace("\\", "/")).name
    clean = "".join(c for c in unicodedata.normalize("NFC", base) if unicodedata.category(c) not in ("Cc", "Cf", "Cs"))
    stem, dot, extension = clean.strip().rpartition(".")
    return f"{stem[:90]}{dot}{extension[:9]}" or "未命名"


def extension_of(name: str) -> str:
    extension = name.rpartition(".")[2].lower()
    return ALIASES.get(extension, extension)


def kind_of(content: bytes) -> str:
    """What the first bytes (`TELLING` of them are enough) say; a file that starts with anything else is none of ours."""
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "webp"
    return next((kind for kind, starts in STARTS.items() if content.startswith(starts)), "")


def takes(formats: tuple[str, ...], kind: str) -> bool:
    """A WebP is taken wherever a photo is: what is kept of it is a JPG."""
    return kind in formats or (kind == "webp" and "jpg" in formats)


def refused(name: str, sentence: str, code: str, status: int = 422) -> InvalidInput:
    return InvalidInput(f"文件“{name}”{sentence}", field="file", code=code, status=status)


def wrong_kind(name: str, formats: tuple[str, ...]) -> InvalidInput:
    extension = extension_of(name)
    cure = next((cure for kinds, cure in CURES.items() if extension in kinds), "")
    if not cure or (extension in ("gif", "bmp", "tif", "tiff", "svg", "psd") and "jpg" not in formats):
        cure = f"请上传 {'、'.join(formats).upper()} 格式的文件{'，也可以拍照上传' if 'jpg' in formats else ''}"
    return InvalidInput(f"不能接收“{name}”；{cure}", field="file", code="wrong-file-type", status=415)


def too_large(max_mib: int, name: str = "") -> InvalidInput:
    what = f"“{name}”" if name else "上传的文件"
    return InvalidInput(
        f"{what}超过 {max_mib} MB；请压缩或分页扫描后重新上传", field="file", code="file-too-large", status=413
    )
