"""A file as pictures of its pages: reviewers, clerks and owners look at it without opening what a stranger sent (S15)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from onething.bootstrap import Tools
from onething.errors import InvalidInput
from onething.store import Document, applications
from onething.uploads import sizes


@dataclass(frozen=True)
class Shown:
    """`name`: of the material, or of the file. `pages`: width and height of each, none if it can only be downloaded.
    `others`: (name, id) of every file handed in with the same case, this one too."""

    name: str
    row: Document
    pages: list[tuple[int, int]]
    others: list[tuple[str, str]]


def shown(session: Any, tools: Tools, row: Document, content: bytes) -> Shown:
    others = _handed_in(session, tools, row.number) if row.number and not row.paper_kind else []
    names = {document: name for name, document in others}
    try:
        pages = sizes(row.media_type, content)
    except InvalidInput:
        pages = []
    return Shown(names.get(row.id, row.name), row, pages, others if row.id in names else [])


def _handed_in(session: Any, tools: Tools, number: str) -> list[tuple[str, str]]:
    known = tools.catalogue_of(applications.get(session, number)).materials
    return [
        (known[material.key].name, material.document_id) for material in applications.materials(session, number)
        if material.document_id
    ]
