"""Files: content sealed under `files/<first two>/<sha256>`, one row each (S13). Stored names never come from people (S14).

The hash is of the plain content. This is the one door to the files: whoever reads one gets it from `content` or `stored`.
"""

from __future__ import annotations

import hashlib
import os
import uuid
from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import IO

from sqlalchemy import select
from sqlalchemy.orm import Session

from onething.errors import NotFound
from onething.faults import reach
from onething.store import sealed_files
from onething.store.sealed import ring_of
from onething.store.sealed_files import CHUNK, StoredFile
from onething.store.tables import Document, Material


def add(
    session: Session, at: datetime, account_id: str, name: str, media_type: str, content: bytes, *,
    number: str | None = None, item: str = "", paper_kind: str = "", paper_no: str = "",
) -> Document:
    """Write the content durably, then the row; a rolled-back row leaves at most an unused file."""
    sha256 = hashlib.sha256(content).hexdigest()
    _write(session, sha256, [content])
    reach("file-written")
    return _add(session, Document(
        id=str(uuid.uuid4()), account_id=account_id, number=number, item=item, paper_kind=paper_kind,
        paper_no=paper_no, name=name, media_type=media_type, sha256=sha256, size=len(content), created_at=at,
    ))


def add_file(
    session: Session, at: datetime, account_id: str, name: str, media_type: str, source: IO[bytes], *, number: str,
    paper_kind: str, paper_no: str,
) -> Document:
    """Like `add` for what is too large to hold: an open file, read twice from its beginning."""
    source.seek(0)
    sha256, size = hashlib.file_digest(source, "sha256").hexdigest(), source.tell()  # type: ignore[arg-type]
    source.seek(0)
    _write(session, sha256, iter(lambda: source.read(CHUNK), b""))
    return _add(session, Document(
        id=str(uuid.uuid4()), account_id=account_id, number=number, item="", paper_kind=paper_kind,
        paper_no=paper_no, name=name, media_type=media_type, sha256=sha256, size=size, created_at=at,
    ))


def _add(session: Session, row: Document) -> Document:
    session.add(row)
    session.flush()
    return row


def handed_in_before(session: Session, account_id: str, key: str, since: datetime) -> Document | None:
    """The newest upload of this material in one's own cases, not older than `since`."""
    query = (
        select(Document).join(Material, Material.document_id == Document.id)
        .where(Document.account_id == account_id, Material.key == key, Document.created_at >= since, Document.paper_kind == "")
        .order_by(Document.created_at.desc()).limit(1)
    )
    return session.scalars(query).first()


def get(session: Session, document_id: str) -> Document:
    row = session.get(Document, document_id)
    if row is None:
        raise NotFound("没有这份文件；它可能已被移除", code="unknown-document")
    return row


def content(session: Session, row: Document) -> bytes:
    return stored(session, row).read()


def stored(session: Session, row: Document) -> StoredFile:
    """The content piece by piece, for what is too large to hold; also after the session has ended."""
    return StoredFile(_path(session, row.sha256), ring_of(session), row.size)


def paper(session: Session, number: str, paper_kind: str, item: str = "") -> Document | None:
    """The newest paper of that kind for the case or item."""
    query = select(Document).where(Document.number == number, Document.paper_kind == paper_kind, Document.item == item)
    return session.scalars(query.order_by(Document.created_at.desc())).first()


def papers(session: Session, number: str) -> list[Document]:
    query = select(Document).where(Document.number == number, Document.paper_kind != "")
    return list(session.scalars(query.order_by(Document.created_at, Document.id)))


def _path(session: Session, sha256: str) -> Path:
    return session.info["files"] / sha256[:2] / sha256


def sweep(session: Session, before: datetime) -> int:
    """Remove what no row names and nobody has touched since: a process died between the file and its row. Returns how many.

    A file is moved aside before its time is looked at, so that whoever uploads the same content just then writes it anew.
    """
    limit, count = before.timestamp(), 0
    old = [path for path in session.info["files"].rglob("*") if path.is_file() and path.stat().st_mtime < limit]
    for start in range(0, len(old), 500):
        batch = old[start:start + 500]
        known = set(session.scalars(select(Document.sha256).where(Document.sha256.in_([path.name for path in batch]))))
        count += sum(_remove(path, limit) for path in batch if path.name not in known)
    return count


def _remove(path: Path, limit: float) -> bool:
    aside = path.with_name(f"{path.name}.unused")
    try:
        path.replace(aside)
        if aside.stat().st_mtime >= limit:  # somebody hands it in again
            aside.replace(path)
            return False
        aside.unlink()
        if path.parent.name.startswith("tmp"):  # an archive that was being packed
            path.parent.rmdir()
    except FileNotFoundError:
        return False
    except OSError:
        return True  # the folder still holds something; it goes with the next sweep
    return True


def _write(session: Session, sha256: str, chunks: Iterable[bytes]) -> None:
    path = _path(session, sha256)
    if path.exists():
        with suppress(FileNotFoundError):
            os.utime(path)
            return
    path.parent.mkdir(parents=True, exist_ok=True)
    part = aside(path)
    with part.open("xb") as file:
        os.chmod(part, 0o600)
        sealed_files.write(file, ring_of(session).active, sha256, chunks)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)


def aside(path: Path) -> Path:
    """A name for what is not whole yet; swept away when its writer died."""
    return path.with_name(f"{path.name}.{uuid.uuid4().hex}.part")
