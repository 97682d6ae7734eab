"""导出我的数据: one ZIP with everything as JSON, a page to read, and every file (S25)."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from fastapi.responses import FileResponse, Response
from starlette.background import BackgroundTask

from api import own_data
from api.access import readable_document
from api.downloads import PRIVATE
from api.local_time import iso
from api.pages import text_of
from onething import archive
from onething.bootstrap import Tools
from onething.errors import InvalidInput, NotFound
from onething.store import Account, accounts, audit, documents, everything, guidance, own, ratings
from onething.store import applications as cases
from onething.store.sealed_files import StoredFile

TABLES = (
    "application_item", "case_question", "certificate", "consent", "data_dispute", "deadline", "delivery_attempt", "material",
    "notice", "promise", "result_delivery",
)
"""Of each case; what staff write down for themselves stays inside."""
INSIDE = frozenset({"account_id", "idempotency_key", "version", "reviewer_group", "actor", "clerk", "told_at"})


def send(tools: Tools, account: Account) -> Response:
    """Written to a temporary file, so that no large account is held in memory."""
    folder = tempfile.TemporaryDirectory()
    target = Path(folder.name) / "my-data.zip"
    with tools.store.transaction() as session:
        audit.record(session, tools.clock.now(), account.subject, "export-own-data")
    with tools.store.reading() as session:
        about = {"made_at": iso(tools.clock.now()), "purpose": "个人信息导出"}
        archive.write(target, _entries(session, tools, account), about)
    return FileResponse(
        target, media_type="application/zip", filename="我的数据.zip", headers=PRIVATE, background=BackgroundTask(folder.cleanup)
    )


def _entries(session: Any, tools: Tools, account: Account) -> Iterator[archive.Entry]:
    files, names = dict(_files(session, tools, account)), {slug: item.name for slug, item in tools.catalogue.items.items()}
    found = facts(session, tools, account) | {"files": sorted(files)}
    yield archive.Entry("data.json", archive.as_json(found))
    yield archive.Entry("我的数据.html", text_of("own_data_export.html", {"data": found, "names": names}).encode())
    for name, path in files.items():
        yield archive.Entry(name, path)


def _files(session: Any, tools: Tools, account: Account) -> Iterator[tuple[str, StoredFile]]:
    """What one could download one by one, by case."""
    for position, row in enumerate(own.files(session, account.id), 1):
        try:
            readable_document(session, tools, account, row.id)
            file = documents.stored(session, row)
        except (NotFound, InvalidInput):  # also what is not yet, or no longer, to be opened
            continue
        plain = "".join("_" if c in '/\\:*?"<>|' or not c.isprintable() else c for c in row.name)[-80:]
        yield f"files/{row.number or 'uploads'}/{position:03}-{plain}", file


def facts(session: Any, tools: Tools, account: Account) -> dict[str, Any]:
    row = accounts.get(session, account.id)
    return {
        "account": {name: getattr(row, name) for name in ("name", "id_no", "phone", "address")},
        "drafts": [_plain(draft) for draft in accounts.drafts_of(session, account.id)],
        "cases": [_case(session, case) for case in cases.of_account(session, account.id)],
        "consultations": [_plain(one) for one in guidance.of_account(session, account.id)],
        "ratings": [_plain(one) for one in ratings.of_account(session, account.id)],
        "accesses": [asdict(one) | {"at": iso(one.at)} for one in own_data.accesses(session, tools, account, None)],
    }


def _case(session: Any, case: Any) -> dict[str, Any]:
    rows = everything.of_case(session, case.number)
    return _plain(case) | {table: [_plain(row) for row in rows.get(table, ())] for table in TABLES}


def _plain(row: Any) -> dict[str, Any]:
    """A row without who of the staff had it in hand: that is told by role and department."""
    return {name: value for name, value in row.facts().items() if name not in INSIDE and not name.endswith("_by")}
