"""归档包 for staff: the whole case or one item, sent as a file, never held in memory (R110)."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from typing import IO, Any

from fastapi.responses import Response, StreamingResponse

from api.access import staff_case
from api.downloads import PRIVATE
from onething import archive
from onething.bootstrap import Tools
from onething.errors import NotFound
from onething.store import Account, applications, audit, documents
from onething.store.sealed_files import StoredFile
from onething.vocabulary import PaperKind


def send(tools: Tools, account: Account, number: str, item: str) -> Response:
    """The package for those whose group handles the case; who took it out is recorded. Raises `NotFound`."""
    with tools.store.transaction() as session:
        staff_case(session, tools, account, number)
        source = _package(session, number)
        if item:
            applications.item_of(applications.get(session, number), item)
        audit.record(session, tools.clock.now(), account.subject, "take-out-archive", number=number, item=item)
    name = f"{number}{'-' if item else ''}{item}.zip"
    if not item:
        return _as_attachment(name, source.size, source.chunks())
    target = tempfile.TemporaryFile()  # noqa: SIM115  # has no name, closed once it is sent
    with source.open() as package:
        archive.extract(package, item, target)
    return _as_attachment(name, target.tell(), _read(target))


def _as_attachment(name: str, size: int, chunks: Iterator[bytes]) -> Response:
    headers = PRIVATE | {"Content-Length": str(size), "Content-Disposition": f'attachment; filename="{name}"'}
    return StreamingResponse(chunks, media_type="application/zip", headers=headers)


def _read(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        file.seek(0)
        while chunk := file.read(archive.CHUNK):
            yield chunk


def _package(session: Any, number: str) -> StoredFile:
    row = documents.paper(session, number, str(PaperKind.ARCHIVE))
    if row is None:
        raise NotFound(f"办件 {number} 还没有归档；全部结果送达或撤回办结之后才有归档包", code="not-archived")
    return documents.stored(session, row)
