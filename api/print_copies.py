"""打印留存: a department that must keep paper prints the electronic material; who, when and what for is recorded (R106, R107)."""

from __future__ import annotations

from typing import Any

from api.local_time import time_text
from onething.bootstrap import Tools
from onething.errors import Conflict, InvalidInput
from onething.papers.copies import CopyNote, marked_copy
from onething.store import Account, Application, applications, audit, documents

ACTION = "print-copy"
LONGEST_REASON = 60


def make(
    session: Any, tools: Tools, account: Account, application: Application, key: str, reason: str
) -> bytes:
    """The newest version as a marked PDF. Raises `InvalidInput`, `Conflict`, `PaperError`; then nothing is recorded."""
    reason = " ".join(reason.split())
    if not reason or len(reason) > LONGEST_REASON:
        raise InvalidInput(f"请写明打印留存的用途，最多 {LONGEST_REASON} 个字", field="reason", code="reason-missing")
    row = {row.key: row for row in applications.materials(session, application.number)}.get(key)
    if row is None or row.document_id is None:
        raise Conflict("这份材料没有电子件，不能打印；请刷新页面后核对", code="nothing-to-print")
    now, document = tools.clock.now(), documents.get(session, row.document_id)
    copy_no = 1 + sum(
        entry.action == ACTION and entry.detail.get("material") == key for entry in audit.trail(session, application.number)
    )
    pdf = marked_copy(documents.content(session, document), document.media_type, CopyNote(
        application_no=application.number, material=tools.catalogue_of(application).materials[key].name, version=row.version,
        sha256=document.sha256, printed_by=account.name, printed_at=time_text(now), copy_no=copy_no, reason=reason,
    ))
    audit.record(
        session, now, account.subject, ACTION, number=application.number, material=key, version=row.version,
        sha256=document.sha256, copy=copy_no, reason=reason,
    )
    return pdf
