"""纸质材料转电子: the window's scan of a material that came on paper becomes the file of that version (R49)."""

from __future__ import annotations

from typing import Any

from api.uploads import Upload, check_case_size
from onething.bootstrap import Tools
from onething.cases import FINAL_CASE_STATES
from onething.engine import contract
from onething.errors import Conflict, NotAllowed
from onething.store import Account, Application, applications, audit, documents
from onething.vocabulary import Channel, Clock


def may_scan(account: Account, application: Application) -> bool:
    """The window clerk of the district, for a case that came to the window and has not ended."""
    return _at_its_window(account, application) and application.state not in FINAL_CASE_STATES


def _at_its_window(account: Account, application: Application) -> bool:
    return application.channel == Channel.WINDOW and contract.window_group(application.district) in account.organisation.split()


def may_scan_again(session: Any, application: Application) -> bool:
    """While the two hours for scanning run: nobody else has seen the sheets yet."""
    return application.channel == Channel.WINDOW and any(
        row.clock == Clock.DIGITISING and row.ended_at is None for row in applications.clocks(session, application.number)
    )


def attach(session: Any, tools: Tools, account: Account, application: Application, key: str, scan: Upload) -> None:
    """What was scanned wrongly is scanned again until the sheets went to the departments; what was handed in as a file is
    never replaced."""
    if not _at_its_window(account, application):
        raise NotAllowed("只有本办件的综合受理窗口可以上传扫描件", code="not-the-window")
    if application.state in FINAL_CASE_STATES:
        raise Conflict("这个办件已经结束，不再扫描；原件请退还申请人", code="case-ended")
    row = {row.key: row for row in applications.materials(session, application.number)}.get(key)
    again = row is not None and row.document_id is not None and may_scan_again(session, application)
    if row is None or row.source != "applicant" or (row.document_id and not again):
        raise Conflict("这份材料没有待转电子的纸质件；请刷新页面后核对", code="nothing-to-scan")
    now = tools.clock.now()
    document = documents.add(
        session, now, application.account_id, scan.name, scan.media_type, scan.file, number=application.number
    )
    row.document_id = document.id
    check_case_size(session, application.number)
    audit.record(
        session, now, account.subject, "scan-again" if again else "scan", number=application.number, material=key,
        version=row.version, sha256=document.sha256,
    )
