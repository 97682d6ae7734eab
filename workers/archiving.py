"""What goes into the package of a case: everything the store knows of it, and the models it ran on (R109)."""

from __future__ import annotations

import hashlib
from collections.abc import Generator, Iterable, Iterator
from typing import Any

from onething.archive import Entry, as_json
from onething.catalogue import Bundle, Catalogue
from onething.engine.records import Model
from onething.store import Application, Document, applications, audit, documents, everything
from onething.vocabulary import PaperKind
from workers.desk import Desk

CLOSED = "close-case"
"""The last record of the audit trail that goes into the package."""
TOLD_APART = ("application_item", "document", "material")
"""Tables whose rows have their own places in the package."""
NAMES = {
    "certificate": "certificates", "custody_entry": "custody", "deadline": "clocks", "delivery_attempt": "deliveries",
    "notice": "notices", "result_delivery": "results",
}
EXTENSIONS = {"application/pdf": "pdf", "image/jpeg": "jpg", "image/png": "png"}


def guide(catalogue: Catalogue, bundle: Bundle) -> bytes:
    """The bundle's entry with its items and materials as they stand: the version the package names by hash."""
    items = [catalogue.items[row.item] for row in bundle.rows]
    keys = sorted({use.key for item in items for use in item.materials})
    return as_json({
        "bundle": bundle.model_dump(mode="json"), "items": [item.model_dump(mode="json") for item in items],
        "materials": [catalogue.materials[key].model_dump(mode="json") for key in keys],
    })


def about(desk: Desk, application: Application, models: Iterable[Model]) -> dict[str, Any]:
    return {
        "number": application.number, "bundle": application.bundle, "state": application.state,
        "closed_at": _time(application.closed_at), "items": [row.item for row in application.items],
        "catalogue_sha256": hashlib.sha256(guide(desk.catalogue(application), desk.bundle(application))).hexdigest(),
        "models": [
            {"process": m.process, "version": m.version, "sha256": hashlib.sha256(m.xml).hexdigest()} for m in models
        ],
    }


def entries(session: Any, desk: Desk, application: Application, models: Iterable[Model]) -> Iterator[Entry]:
    number = application.number
    yield Entry("case/application.json", as_json(_row(application, leave=("version",))))
    yield Entry("case/guide.json", guide(desk.catalogue(application), desk.bundle(application)))
    for model in models:
        yield Entry(f"case/models/{model.process}-v{model.version}.bpmn", model.xml)
    files = yield from _materials(session, number)
    yield Entry("case/audit.json", _rows(_closed_trail(session, number)))
    yield from _scans(session, number)
    yield from _papers(session, number)
    for row in application.items:
        uses = [use.key for use in desk.catalogue(application).items[row.item].materials]
        own = [file for key in uses for file in files.get(key, ())]
        yield Entry(f"items/{row.item}/item.json", as_json(_row(row, leave=("version",)) | {"materials": own}))
    yield from _facts(session, application)


def _facts(session: Any, application: Application) -> Iterator[Entry]:
    """All other rows of the case, table by table: those about one item lie with it."""
    chosen = {row.item for row in application.items}
    for table, rows in everything.of_case(session, application.number).items():
        if table in TOLD_APART:
            continue
        name, folders = NAMES.get(table, table.replace("_", "-")), dict[str, list[Any]]()
        for row in rows:
            item = getattr(row, "item", "")
            folders.setdefault(f"items/{item}" if item in chosen else "case", []).append(row)
        for folder, mine in sorted(folders.items()):
            yield Entry(f"{folder}/{name}.json", _rows(mine, leave=("sent_at",)))


def _materials(session: Any, number: str) -> Generator[Entry, None, dict[str, list[str]]]:
    """Every version of every material; returns the files of each."""
    listed: list[dict[str, Any]] = []
    files: dict[str, list[str]] = {}
    for row in applications.material_versions(session, number):
        facts = _row(row)
        if row.document_id:
            document = documents.get(session, row.document_id)
            name = f"case/materials/{row.key}-v{row.version}.{EXTENSIONS.get(document.media_type, 'bin')}"
            facts |= {"file": name, "name": document.name, "sha256": document.sha256}
            files.setdefault(row.key, []).append(name)
            yield Entry(name, documents.stored(session, document))
        listed.append(facts)
    yield Entry("case/materials.json", as_json(listed))
    return files


def _scans(session: Any, number: str) -> Iterator[Entry]:
    """What was signed at the counter, and scans that a better one replaced; what did not pass its check has no content."""
    listed = []
    for row in documents.other_files(session, number):
        facts = _row(row)
        if row.safety not in documents.UNREADABLE:
            facts["file"] = f"case/scans/{row.id}.{EXTENSIONS.get(row.media_type, 'bin')}"
            yield Entry(facts["file"], documents.stored(session, row))
        listed.append(facts)
    yield Entry("case/scans.json", as_json(listed))


def _papers(session: Any, number: str) -> Iterator[Entry]:
    """Notices, decisions, certificates and proofs, each with its number; what a block shares lies with the case."""
    chosen = {row.item for row in applications.get(session, number).items}
    count: dict[str, int] = {}
    for row in documents.papers(session, number):
        if row.paper_kind == PaperKind.ARCHIVE:
            continue
        folder = f"items/{row.item}" if row.item in chosen else "case"
        stem = f"{folder}/papers/{row.paper_kind}"
        count[stem] = count.get(stem, 0) + 1
        yield Entry(f"{stem}-{count[stem]}.{EXTENSIONS.get(row.media_type, 'bin')}", documents.stored(session, row))
    yield Entry("case/papers.json", _rows(_no_archive(documents.papers(session, number))))


def _no_archive(rows: Iterable[Document]) -> list[Document]:
    return [row for row in rows if row.paper_kind != PaperKind.ARCHIVE]


def _closed_trail(session: Any, number: str) -> list[Any]:
    """Up to the closing of the case: what comes later (this very package) is not in it."""
    trail = audit.trail(session, number)
    last = next((row.seq for row in trail if row.action == CLOSED), 0)
    return [row for row in trail if row.seq <= last]


def _rows(rows: Iterable[Any], leave: tuple[str, ...] = ()) -> bytes:
    return as_json([_row(row, leave) for row in rows])


def _row(row: Any, leave: tuple[str, ...] = ()) -> dict[str, Any]:
    return {name: _time(value) for name, value in row.facts().items() if name not in leave}


def _time(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value
