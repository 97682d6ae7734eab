"""One file in, a verdict out. `inspect` is the whole gate; the parsing happens in a process of its own."""

from __future__ import annotations

import io
import os
from dataclasses import dataclass
from typing import IO, Any

from onething.errors import InvalidInput
from onething.sandbox import Sandbox, Stopped
from onething.uploads import kinds

PLACES = 2
GATE = Sandbox("onething.uploads.parsing:parse", places=PLACES)


@dataclass(frozen=True)
class Accepted:
    """What may be kept: a PDF as it came, a picture drawn anew. `name` is only ever shown, never used as a path."""

    name: str
    media_type: str
    file: IO[bytes]


def inspect(name: str, file: IO[bytes], formats: tuple[str, ...], max_mib: int) -> Accepted:
    """Name, first bytes and full parse agree; raises `InvalidInput` (413, 415, 422) with the cure. The file is never held
    whole here: many come at once, and only its reader needs all of it."""
    shown, kind = told(name, file, formats, max_mib)
    facts, kept = read(file, kind=kind, name=shown, most=max_mib * kinds.MIB)
    kept_kind = facts["kind"]
    if kept_kind != kind:
        shown = f"{shown.rpartition('.')[0]}.{kept_kind}"
    return Accepted(shown, kinds.MEDIA_TYPES[kept_kind], io.BytesIO(kept) if facts["redrawn"] else file)


def told(name: str, file: IO[bytes], formats: tuple[str, ...], max_mib: int) -> tuple[str, str]:
    """(name as it is shown, kind), as far as name, size and first bytes tell."""
    shown, size = kinds.shown_name(name), file.seek(0, os.SEEK_END)
    if size > max_mib * kinds.MIB:
        raise kinds.too_large(max_mib, shown)
    if not size:
        raise InvalidInput(f"“{shown}”是空文件；请重新选择文件", field="file", code="empty-file")
    kind = kinds.extension_of(shown)
    if not kinds.takes(formats, kind):
        raise kinds.wrong_kind(shown, formats)
    file.seek(0)
    if kinds.kind_of(file.read(kinds.TELLING)) != kind:
        raise kinds.refused(shown, f"的内容与扩展名 .{kind} 不符；请用原始文件重新上传", "file-mismatch", 415)
    return shown, kind


def read(file: IO[bytes], *, name: str, **options: Any) -> tuple[dict[str, Any], bytes]:
    """What the reader says of the file, in its process of its own."""
    try:
        facts, kept = GATE.run(file, name=name, **options)
    except Stopped as error:
        raise _gave_up(name, error.why) from error
    if "refused" in facts:
        raise _refusal(facts["refused"])
    return facts, kept


def _refusal(facts: dict[str, Any]) -> InvalidInput:
    return InvalidInput(facts["message"], field="file", code=facts["code"], status=facts["status"])


def _gave_up(name: str, why: str) -> InvalidInput:
    """What costs too much to read, and what ends its reader, is not ours to hand to a reviewer."""
    if why == "crash":
        return kinds.refused(name, "不完整或已损坏；请重新扫描或导出后上传", "damaged-file")
    return kinds.refused(name, "过于复杂，无法检查；请打印为普通 PDF，或者拍照后上传", "file-too-complex")
