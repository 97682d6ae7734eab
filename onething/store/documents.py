"""Files: content sealed under `files/<first two>/<sha256>`, one row each (S13). Stored names never come from people (S14).

The hash is of the plain content. This is the one door to the files: whoever reads one gets it from `content` or `stored`.
"""

from __future__ import annotations

import hashlib
import io
import os
import uuid
from collections.abc import Collection, Iterable
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import IO

from sqlalchemy import select
from sqlalchemy.orm import Session

from onething.errors import InvalidInput, NotFound
from onething.faults import reach
from onething.store import sealed_files
from onething.store.sealed import ring_of
from onething.store.sealed_files import CHUNK, StoredFile
from onething.store.tables import Document, Material
from onething.vocabulary import FileSafety, PaperKind

UNREADABLE = (FileSafety.INFECTED, FileSafety.REMOVED)
"""Rows without content."""


def add(
    session: Session, at: datetime, account_id: str, name: str, media_type: str, content: bytes | IO[bytes], *,
    number: str | None = None, item: str = "", paper_kind: str = "", paper_no: str = "", waiting: bool = False,
    verify_token: str | None = None,
) -> Document:
    """Write the content durably, then the row; a rolled-back row leaves at most an unused file. An open file is read twice
    from its beginning and never held whole.

    `waiting`: for a scan, until when nobody can open it (S14). `verify_token`: what its own QR code says.
    """
    source = io.BytesIO(content) if isinstance(content, bytes) else content
    sha256, size = sha256_of(source), source.seek(0, os.SEEK_END)
    source.seek(0)
    _write(session, sha256, iter(lambda: source.read(CHUNK), b""))
    reach("file-written")
    row = Document(
        id=str(uuid.uuid4()), account_id=account_id, number=number, item=item, paper_kind=paper_kind,
        paper_no=paper_no, name=name, media_type=media_type, sha256=sha256, size=size, created_at=at,
        safety=str(FileSafety.WAITING if waiting else FileSafety.PASSED), verify_token=verify_token,
    )
    session.add(row)
    session.flush()
    return row


def sha256_of(file: IO[bytes]) -> str:
    """Of the whole file. Where it is left is not said: what lies in memory is read without moving."""
    file.seek(0)
    return hashlib.file_digest(file, "sha256").hexdigest()  # type: ignore[arg-type]


def handed_in_before(session: Session, account_id: str, key: str, since: datetime) -> Document | None:
    """The newest upload of this material in one's own cases, not older than `since`."""
    query = (
        select(Document).join(Material, Material.document_id == Document.id)
        .where(
            Document.account_id == account_id, Material.key == key, Document.created_at >= since, Document.paper_kind == "",
            Document.safety == FileSafety.PASSED,
        )
        .order_by(Document.created_at.desc()).limit(1)
    )
    return session.scalars(query).first()


def get(session: Session, document_id: str) -> Document:
    row = session.get(Document, document_id)
    if row is None:
        raise NotFound("没有这份文件；它可能已被移除", code="unknown-document")
    return row


def several(session: Session, ids: Collection[str]) -> dict[str, Document]:
    """By id, as far as there are any."""
    return {row.id: row for row in session.scalars(select(Document).where(Document.id.in_(ids)))} if ids else {}


def content(session: Session, row: Document) -> bytes:
    return stored(session, row).read()


def stored(session: Session, row: Document) -> StoredFile:
    """The content piece by piece, for what is too large to hold; also after the session has ended. The one door to it, shut
    until the file is known to be safe."""
    require_safe(row)
    return _stored(session, row)


def require_safe(row: Document, field: str = "file") -> None:
    """Raises `InvalidInput` with what to do: 409 while the file waits for its scan, 422 once it failed."""
    if row.safety == FileSafety.WAITING:
        raise InvalidInput(
            f"“{row.name}”正在安全检查，通常不到一分钟；检查完就能使用，已填写的内容都已保存，请稍后再试",
            field=field, code="file-in-check", status=409,
        )
    if row.safety == FileSafety.REMOVED:
        raise InvalidInput(
            "这份文件保存期满，已经清除；需要时请向办理部门申请查阅档案", field=field, code="file-removed", status=410
        )
    if row.safety != FileSafety.PASSED:
        raise InvalidInput(f"“{row.name}”没有通过安全检查，不能使用；请换一份重新上传", field=field, code="infected-file")


def waiting(session: Session, limit: int = 50) -> list[Document]:
    """Files that wait for their scan, oldest first."""
    query = select(Document).where(Document.safety == FileSafety.WAITING).order_by(Document.created_at, Document.id)
    return list(session.scalars(query.limit(limit)))


def unchecked(session: Session, row: Document) -> StoredFile:
    """For the scanner only."""
    return _stored(session, row)


def _stored(session: Session, row: Document) -> StoredFile:
    return StoredFile(_path(session, row.sha256), ring_of(session), row.size)


def settle(session: Session, document_id: str, safety: FileSafety) -> bool:
    """The scan's verdict; False where another process was first."""
    row = session.get(Document, document_id, with_for_update=True)
    if row is None or row.safety != FileSafety.WAITING:
        return False
    row.safety = str(safety)
    return True


def drop_unreadable(session: Session, sha256: str) -> None:
    """After it is saved that nobody opens it any more: the content goes, the row stays and says why. A sweep does it where a
    process died."""
    used = select(Document.id).where(Document.sha256 == sha256, Document.safety.not_in(UNREADABLE))
    if session.scalars(used.limit(1)).first() is None:
        _path(session, sha256).unlink(missing_ok=True)


def paper(session: Session, number: str, paper_kind: str, item: str = "") -> Document | None:
    """The newest paper of that kind for the case or item."""
    query = select(Document).where(Document.number == number, Document.paper_kind == paper_kind, Document.item == item)
    return session.scalars(query.order_by(Document.created_at.desc())).first()


def by_token(session: Session, token: str) -> Document | None:
    return session.scalars(select(Document).where(Document.verify_token == token)).first()


def is_issued(session: Session, sha256: str) -> bool:
    """Whether exactly this is a paper that we made for somebody."""
    query = select(Document.id).where(Document.sha256 == sha256, Document.paper_kind.not_in(["", PaperKind.ARCHIVE]))
    return session.scalars(query.limit(1)).first() is not None


def papers(session: Session, number: str) -> list[Document]:
    query = select(Document).where(Document.number == number, Document.paper_kind != "")
    return list(session.scalars(query.order_by(Document.created_at, Document.id)))


def other_files(session: Session, number: str) -> list[Document]:
    """Kept with the case, but neither a version of a material nor a paper of ours."""
    materials = select(Material.document_id).where(Material.number == number, Material.document_id.is_not(None))
    query = select(Document).where(Document.number == number, Document.paper_kind == "", Document.id.not_in(materials))
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
        known = set(session.scalars(select(Document.sha256).where(
            Document.sha256.in_([path.name for path in batch]), Document.safety.not_in(UNREADABLE)
        )))
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
