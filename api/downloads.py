"""Files leave as attachments that no browser runs or keeps (S15)."""

from __future__ import annotations

from urllib.parse import quote

from fastapi.responses import Response

from onething.store import Document

PRIVATE = {
    "Content-Security-Policy": "sandbox; default-src 'none'", "Cache-Control": "no-store", "X-Content-Type-Options": "nosniff",
}


def as_attachment(row: Document, content: bytes) -> Response:
    """RFC 6266: an ASCII name for old programs, the Chinese one for all others."""
    extension = row.name.rpartition(".")[2] if row.name.isascii() or "." in row.name else "pdf"
    plain = f"document.{extension if extension.isalnum() and extension.isascii() else 'bin'}"
    return Response(
        content, media_type=row.media_type,
        headers={
            "Content-Disposition": f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(row.name, safe='')}", **PRIVATE,
        },
    )
