"""The viewer: a file page by page, for whoever may have it."""

from __future__ import annotations

from urllib.parse import quote

from fastapi import APIRouter, Request, Response

from api import looking, viewing
from api.context import ToolsDep, VisitorDep
from api.downloads import PRIVATE
from api.drafts import STEPS
from api.pages import render
from onething.uploads import picture

router = APIRouter(prefix="/documents", include_in_schema=False)


@router.get("/{document_id}/view")
def view(
    document_id: str, request: Request, tools: ToolsDep, visitor: VisitorDep, draft: str = "", step: str = ""
) -> Response:
    """From an application that is not handed in yet, `draft` and its `step` are the way back."""
    row, content = looking.read_document(tools, visitor.account, document_id, once=True)
    with tools.store.reading() as session:
        file = viewing.shown(session, tools, row, content)
    return render(request, "document.html", {"file": file, "back": _back(draft, step)})


def _back(draft: str, step: str) -> tuple[str, str] | None:
    return (f"/drafts/{quote(draft, safe='')}/{step}", STEPS[step]) if draft and step in STEPS else None


@router.get("/{document_id}/pages/{page}")
def page_picture(document_id: str, page: int, tools: ToolsDep, visitor: VisitorDep) -> Response:
    """One page as JPEG."""
    row, content = looking.read_document(tools, visitor.account, document_id, once=True)
    jpeg = picture(row.media_type, content, page)
    return Response(jpeg, media_type="image/jpeg", headers=PRIVATE | {"Content-Disposition": "inline"})
