"""归档包 for staff: the whole case or one item, sent as a file, never held in memory (R110)."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from fastapi.responses import FileResponse, Response
from starlette.background import BackgroundTask

from api.access import staff_case
from api.downloads import PRIVATE
from onething import archive
from onething.bootstrap import Tools
from onething.errors import NotFound
from onething.store import Account, applications, audit, documents
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
        return FileResponse(source, media_type="application/zip", filename=name, headers=PRIVATE)
    folder = tempfile.TemporaryDirectory()
    target = Path(folder.name) / name
    archive.extract(source, item, target)
    return FileResponse(
        target, media_type="application/zip", filename=name, headers=PRIVATE, background=BackgroundTask(folder.cleanup)
    )


def _package(session: Any, number: str) -> Path:
    row = documents.paper(session, number, str(PaperKind.ARCHIVE))
    if row is None:
        raise NotFound(f"办件 {number} 还没有归档；全部结果送达或撤回办结之后才有归档包", code="not-archived")
    return documents.path(session, row)
