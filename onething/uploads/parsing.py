"""The task of the gate's sandbox: runs apart from everything, knows nothing but the file."""

from __future__ import annotations

from typing import Any

from onething.errors import InvalidInput
from onething.uploads import images, pages, pdfs


def parse(content: bytes, options: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
    """{"kind", "redrawn"} with the content to keep instead, or {"refused"} with the sentence. `page`: of several that become
    one PDF, so a picture becomes a JPG. For the kind "pages" the content is all of these, and `parts` says what lies where."""
    kind, name = options["kind"], options["name"]
    try:
        if kind == "pages":
            count, content = pages.joined(content, options["parts"], name)
            return {"kind": "pdf", "redrawn": True, "pages": count}, content
        if kind != "pdf":
            kind, content = images.redraw(content, kind, name, options["most"], page=options.get("page", False))
            return {"kind": kind, "redrawn": True}, content
        pdfs.check(content, name)
    except InvalidInput as error:
        return {"refused": {"message": error.message, "code": error.code, "status": error.status}}, b""
    return {"kind": kind, "redrawn": False}, b""
