"""A changed model back into its file: laid out as it was, and there as a whole or not at all."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from lxml import etree

DECLARATION = re.compile(rb"\A\s*<\?xml[^>]*\?>")
UTF8 = re.compile(rb"""encoding=["']utf-?8["']""", re.IGNORECASE)


def as_it_was(root: etree._Element, like: bytes) -> bytes:
    """`root` as text in the manner of `like`, the file it was read from: indented, ` />` and line ends as there."""
    if "\n" in (root.text or ""):
        etree.indent(root, "  ")
    text = etree.tostring(root, encoding="UTF-8")
    if b" />" in like:
        text = re.sub(rb"(?<! )/>", b" />", text)  # in text and attributes > is written &gt;
    declared = DECLARATION.match(like)
    head = declared[0] if declared and UTF8.search(declared[0]) else b"<?xml version='1.0' encoding='UTF-8'?>"
    whole = head + b"\n" + text + (b"\n" if like.endswith(b"\n") else b"")
    return whole.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n") if b"\r\n" in like else whole


def write_whole(path: Path, data: bytes) -> None:
    """Beside the file first, then in its place: who reads meanwhile sees the old or the new one."""
    part = path.with_name(f".{path.name}.part")
    try:
        part.write_bytes(data)
        if path.exists():
            shutil.copymode(path, part)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
