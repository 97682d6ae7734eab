"""Files that could not be scanned when they came in are scanned later; until then nobody opens them (S14)."""

from __future__ import annotations

import logging
from datetime import datetime

from onething.store import Document, Store, audit, documents
from onething.uploads import Scanner, ScannerDown
from onething.vocabulary import FileSafety

log = logging.getLogger("onething.quarantine")
WHO = "file-scan"


def release(store: Store, scanner: Scanner, now: datetime) -> int:
    """Scan what waits, oldest first, until the scanner does not answer; how many got their verdict."""
    with store.reading() as session:
        rows = documents.waiting(session)
    settled = 0
    for row in rows:
        try:
            settled += _settle(store, scanner, row, now)
        except ScannerDown:
            log.warning("the virus scanner does not answer, files wait", extra={"waiting": len(rows) - settled})
            break
    return settled


def _settle(store: Store, scanner: Scanner, row: Document, now: datetime) -> bool:
    with store.reading() as session:
        stored = documents.unchecked(session, row)
    with stored.open() as file:
        found = scanner.infection(file)
    with store.transaction() as session:
        if not documents.settle(session, row.id, FileSafety.INFECTED if found else FileSafety.PASSED):
            return False
        if found:
            audit.record(session, now, WHO, "infected", document=row.id, sha256=row.sha256, found=found)
    if found:
        log.warning("an infected file was refused", extra={"document": row.id, "found": found})
        with store.reading() as session:
            documents.drop_unreadable(session, row.sha256)
    return True
