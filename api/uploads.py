"""The edge of the gate (S14): from a sent file to one that may be stored. The gate itself is `onething/uploads`."""

from __future__ import annotations

import logging
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import IO, Annotated, Any

from fastapi import Depends
from starlette.datastructures import FormData, UploadFile
from starlette.formparsers import MultiPartParser

from api.places import Places
from onething.bootstrap import Tools
from onething.catalogue import Material
from onething.errors import InvalidInput, NotFound
from onething.store import Account, Document, applications, audit, documents
from onething.uploads import MAX_CASE_MIB, MAX_FILES, MIB, ScannerDown, inspect_all, scanner_at
from onething.uploads.gate import PLACES

log = logging.getLogger("onething.api")
PlaceDep = Annotated[None, Depends(Places(PLACES))]
ALL = ("pdf", "jpg", "png")
MultiPartParser.spool_max_size = 64 * 1024  # what is larger waits on disk: 200 uploads at once must not fill the memory


@dataclass(frozen=True)
class Upload:
    """A file that may be stored; `waiting` for its scan, nobody opens it."""

    name: str
    media_type: str
    file: IO[bytes]
    waiting: bool = False


def check_size(files: Collection[Document]) -> None:
    """Of everything a case holds."""
    if len(files) > MAX_FILES or sum(row.size for row in files) > MAX_CASE_MIB * MIB:
        raise InvalidInput(
            f"一个办件最多 {MAX_FILES} 份文件、共 {MAX_CASE_MIB} MB；请压缩后重新上传",
            field="materials", code="too-many-files", status=413,
        )


def check_case_size(session: Any, number: str) -> None:
    """After files were added or replaced, before that is committed."""
    rows = applications.materials(session, number)
    ids = [row.document_id for row in rows if row.document_id]
    files = documents.several(session, ids)
    check_size([files[one] for one in ids])


def sent_files(form: FormData, field: str = "file") -> list[UploadFile]:
    """In the order in which they were chosen; an input that was left empty is sent too, without a name."""
    return [one for one in form.getlist(field) if isinstance(one, UploadFile) and one.filename]


def require_some(sent: Sequence[UploadFile], what: str) -> None:
    if not sent:
        raise InvalidInput(f"请先选择{what}，再按“上传”", field="file", code="no-file")


def take(
    tools: Tools, account: Account, sent: Sequence[UploadFile], formats: Sequence[str] = ALL,
    before: Sequence[tuple[str, IO[bytes]]] = (),
) -> Upload:
    """The checked file; several become one PDF, behind what was there `before`. Raises `InvalidInput` with the cure. Takes
    seconds and writes to the store where a virus was found: call it outside of a transaction."""
    files = [*before, *((one.filename or "", one.file) for one in sent)]
    found = inspect_all(files, tuple(formats), tools.settings.max_upload_mib)
    return Upload(found.name, found.media_type, found.file, _waits_for_scan(tools, account, found.name, found.file))


def take_now(tools: Tools, account: Account, sent: Sequence[UploadFile], formats: Sequence[str] = ALL) -> Upload:
    """Like `take` where the file is handed in with the same press of a button: it cannot wait for its scan."""
    upload = take(tools, account, sent, formats)
    if upload.waiting:
        raise InvalidInput(
            f"现在不能完成“{upload.name}”的安全检查，文件没有提交；请过几分钟再试，期限快到的请到窗口提交",
            field="file", code="scanner-away", status=503,
        )
    return upload


def material_of(tools: Tools, key: str) -> Material:
    material = tools.catalogue.materials.get(key)
    if material is None:
        raise NotFound("这个办件没有这份材料；请在办件页面核对", code="unknown-material")
    return material


def of_material(
    tools: Tools, account: Account, material: Material, sent: Sequence[UploadFile], what: str = "文件"
) -> Upload:
    """The checked file that was sent for a material, in one of the formats it may have. Raises `InvalidInput`."""
    require_some(sent, f"“{material.name}”的{what}")
    return take_now(tools, account, sent, material.formats)


def keep(session: Any, tools: Tools, account: Account, upload: Upload) -> Document:
    return documents.add(
        session, tools.clock.now(), account.id, upload.name, upload.media_type, upload.file, waiting=upload.waiting
    )


def _waits_for_scan(tools: Tools, account: Account, name: str, file: IO[bytes]) -> bool:
    """False for a clean file, True where the scanner is away: the workers ask it again. An infected one is refused, on record."""
    scanner = scanner_at(tools.settings.clamav)
    if scanner is None:
        return False
    try:
        infection = scanner.infection(file)
    except ScannerDown as error:
        log.warning("the virus scanner does not answer (%s), a file waits", error)
        return True
    if infection:
        sha256 = documents.sha256_of(file)
        with tools.store.transaction() as session:
            audit.record(session, tools.clock.now(), account.subject, "infected", sha256=sha256, found=infection)
        raise InvalidInput(
            f"“{name}”没有通过安全检查，可能带有病毒；请在电脑上查毒后换一份上传，或到窗口提交纸质材料",
            field="file", code="infected-file",
        )
    return False
