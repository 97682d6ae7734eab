"""电子材料打印件: an electronic material set on A4, each page marked with what a kept print must say (R106, R107)."""

from __future__ import annotations

import io
import json
import shutil
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path

from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader

from onething.papers.errors import PaperError
from onething.papers.press import PRESS, Undrawable
from onething.papers.rendering import TEMPLATES, explain

ENDINGS = {"application/pdf": "pdf", "image/jpeg": "jpg", "image/png": "png"}
TEMPLATE, MARKS, FACES = "print-copy.typ", "print-marks.typ", "faces.typ"


@dataclass(frozen=True)
class CopyNote:
    """What each page of the print says of itself."""

    application_no: str
    material: str
    version: int
    sha256: str
    printed_by: str
    printed_at: str
    copy_no: int
    reason: str


def marked_copy(content: bytes, media_type: str, note: CopyNote) -> bytes:
    """A PDF to print. Raises PaperError paper-copy where the file cannot be set on pages, paper-glyph where a mark cannot be."""
    _check_marks(note)
    try:
        ending = ENDINGS[media_type]
        pages = _pages(content) if ending == "pdf" else 1
        with tempfile.TemporaryDirectory() as folder:
            for template in (TEMPLATE, FACES):
                shutil.copy(TEMPLATES / template, folder)
            (Path(folder) / f"material.{ending}").write_bytes(content)
            inputs = {"content": json.dumps({**asdict(note), "file": f"material.{ending}", "pages": pages})}
            return PRESS.draw(Path(folder) / TEMPLATE, inputs, root=Path(folder), lasting=False)
    except (KeyError, ValueError, PdfError, Undrawable) as error:
        raise PaperError(
            f"“{note.material}”的电子件不能排成打印件；请下载原文件查看，必要时请申请人重新提交", code="paper-copy", status=422
        ) from error


def _check_marks(note: CopyNote) -> None:
    """Only archival PDF refuses characters without glyph, and a print with strange pages in it cannot be that: so the marks
    are set by themselves first."""
    try:
        PRESS.draw(TEMPLATES / MARKS, {"content": json.dumps(asdict(note))}, root=TEMPLATES, standards=["a-2b"])
    except Undrawable as error:
        raise explain(error, "电子材料打印件", note) from error


def _pages(pdf: bytes) -> int:
    """How many pages; a file without any is no material."""
    count = int(PdfFileReader(io.BytesIO(pdf), strict=False).root["/Pages"]["/Count"])
    if count < 1:
        raise ValueError("no pages")
    return count
