"""Several files for one material, in the order in which they were sent, become one PDF: a lease of three photographed pages."""

from __future__ import annotations

import io
import re
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from typing import IO

from onething.errors import InvalidInput, refuse
from onething.uploads import gate, kinds
from onething.uploads.gate import Accepted

FITS = 8
"""So many photographed pages fit into one file at least: each gets that part of the limit, however few they are."""
SPOOL = 64 * 1024
COUNTED = re.compile(r"（(\d+) 页）(?=\.pdf$|$)")


@dataclass(frozen=True)
class Part:
    name: str
    kind: str
    file: IO[bytes]
    size: int


def page_count(name: str) -> int:
    """What the name of a file that was put together says; 0 for any other."""
    found = COUNTED.search(name)
    return int(found[1]) if found else 0


def inspect_all(files: Sequence[tuple[str, IO[bytes]]], formats: tuple[str, ...], max_mib: int) -> Accepted:
    """One file goes through the gate as ever. Of several each does, then all become one within the same limits. Raises
    `InvalidInput` with everything that is wrong, each with the name of its file; then nothing of them is kept."""
    if len(files) == 1:
        return gate.inspect(*files[0], formats, max_mib)
    if "pdf" not in formats:
        raise InvalidInput("这份材料只收一张图片；请只选一个文件", field="file", code="one-picture")
    if len(files) > kinds.MAX_FILES:
        raise InvalidInput(
            f"一次最多选 {kinds.MAX_FILES} 个文件；请分几次上传，或者合成一个 PDF",
            field="file", code="too-many-files", status=413,
        )
    parts, faults = [], []
    for name, file in files:
        try:
            parts.append(_part(name, file, formats, max_mib, max(FITS, len(files))))
        except InvalidInput as error:
            faults.append(error)
            if error.code == "file-too-complex":  # one that costs so much is enough for one request
                break
    refuse(faults)
    return _joined(parts, max_mib)


def _part(name: str, file: IO[bytes], formats: tuple[str, ...], max_mib: int, share: int) -> Part:
    shown, kind = gate.told(name, file, formats, max_mib)
    facts, kept = gate.read(file, kind=kind, name=shown, most=max_mib * kinds.MIB // share, page=True)
    if facts["redrawn"]:
        file = tempfile.SpooledTemporaryFile(SPOOL)  # noqa: SIM115
        file.write(kept)
    return Part(shown, facts["kind"], file, file.seek(0, io.SEEK_END))


def _joined(parts: Sequence[Part], max_mib: int) -> Accepted:
    most, size = max_mib * kinds.MIB, 0
    for part in parts:
        size += part.size
        if size > most:
            raise _too_much(part.name, max_mib)
    with tempfile.SpooledTemporaryFile(SPOOL) as whole:
        for part in parts:
            part.file.seek(0)
            shutil.copyfileobj(part.file, whole)
        told = [[part.kind, part.size, part.name] for part in parts]
        facts, kept = gate.read(whole, kind="pages", name=parts[-1].name, most=most, parts=told)
    if len(kept) > most:
        raise _too_much(parts[-1].name, max_mib)
    stem = COUNTED.sub("", parts[0].name.rpartition(".")[0])
    return Accepted(f"{stem[:70]}（{facts['pages']} 页）.pdf", kinds.MEDIA_TYPES["pdf"], io.BytesIO(kept))


def _too_much(name: str, max_mib: int) -> InvalidInput:
    return InvalidInput(
        f"加上“{name}”，合成的文件超过 {max_mib} MB；请去掉几页，或者扫描成较小的 PDF 上传",
        field="file", code="file-too-large", status=413,
    )
