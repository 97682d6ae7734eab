"""Files leave as attachments that no browser runs or keeps (S15). Only guides, which are public, are shown in place."""

from __future__ import annotations

from urllib.parse import quote

from fastapi.responses import Response

from onething.store import Document

PRIVATE = {
    "Content-Security-Policy": "sandbox; default-src 'none'", "Cache-Control": "no-store", "X-Content-Type-Options": "nosniff",
}
PDF = "application/pdf"


def as_attachment(row: Document, content: bytes) -> Response:
    return attachment(row.name, row.media_type, content)


def attachment(name: str, media_type: str, content: bytes) -> Response:
    """RFC 6266: an ASCII name for old programs, the Chinese one for all others."""
    extension = name.rpartition(".")[2] if name.isascii() or "." in name else "pdf"
    plain = f"document.{extension if extension.isalnum() and extension.isascii() else 'bin'}"
    disposition = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
    return Response(content, media_type=media_type, headers=PRIVATE | {"Content-Disposition": disposition})
