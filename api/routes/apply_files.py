"""Uploading, replacing, adding pages to and removing the files of a draft, one material at a time."""

from __future__ import annotations

import io
from typing import IO, Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from api import drafts, uploads
from api.context import FormDep, ToolsDep, VisitorDep
from api.routes import apply
from api.routes.draft_pages import earlier_upload
from onething.bootstrap import Tools
from onething.catalogue import Bundle
from onething.errors import InvalidInput, NotFound
from onething.promises import kinds_for
from onething.store import accounts, documents

router = APIRouter(include_in_schema=False)


@router.post("/drafts/{draft_id}/materials/{key}")
def upload(
    draft_id: str, key: str, request: Request, tools: ToolsDep, visitor: VisitorDep, form: FormDep,
    place: uploads.PlaceDep,
) -> Response:
    draft, tools, bundle = apply.load(tools, visitor, draft_id)
    need, sent = _need(tools, bundle, draft.data, key), uploads.sent_files(form)
    there = draft.data["documents"].get(key) if form.get("append") else None
    try:
        uploads.require_some(sent, f"“{need.material.name}”的文件")
        checked = uploads.take(tools, visitor.account, sent, need.material.formats, _pages_before(tools, there))
        with tools.store.transaction() as session:
            row = uploads.keep(session, tools, visitor.account, checked)
            if there:
                _require_same(session, visitor.account.id, draft_id, key, there)
            _change(session, visitor.account.id, draft_id, tools.clock.now(), {key: row.id})
    except InvalidInput as error:
        for one in error.all:
            one.field = f"material-{key}"
        return apply.show_step(request, tools, bundle, draft_id, draft.data, "materials", error.all)
    return RedirectResponse(f"/drafts/{draft_id}/materials#material-{key}", 303)


@router.get("/drafts/{draft_id}/materials/{key}")
def back_to_it(draft_id: str, key: str, tools: ToolsDep, visitor: VisitorDep) -> Response:
    """Where a refused file leaves the browser: opened again, it leads back to the page."""
    apply.load(tools, visitor, draft_id)
    return RedirectResponse(f"/drafts/{draft_id}/materials#material-{key}", 303)


@router.post("/drafts/{draft_id}/materials/{key}/reuse")
def reuse(draft_id: str, key: str, tools: ToolsDep, visitor: VisitorDep, form: FormDep) -> Response:
    """What was handed in before, while it still counts: a copy for this application (R111)."""
    draft, tools, bundle = apply.load(tools, visitor, draft_id)
    need, now = _need(tools, bundle, draft.data, key), tools.clock.now()
    with tools.store.transaction() as session:
        known = earlier_upload(session, visitor.account.id, need.material, now)
        if known is None:
            raise NotFound("没有仍然有效的以前提交的材料；请重新上传", code="nothing-to-reuse")
        row = documents.add(
            session, now, visitor.account.id, known.name, known.media_type, documents.content(session, known)
        )
        _change(session, visitor.account.id, draft_id, now, {key: row.id})
    return RedirectResponse(f"/drafts/{draft_id}/materials#material-{key}", 303)


@router.post("/drafts/{draft_id}/materials/{key}/remove")
def remove(draft_id: str, key: str, tools: ToolsDep, visitor: VisitorDep, form: FormDep) -> Response:
    with tools.store.transaction() as session:
        _change(session, visitor.account.id, draft_id, tools.clock.now(), {key: None})
    return RedirectResponse(f"/drafts/{draft_id}/materials#material-{key}", 303)


@router.post("/drafts/{draft_id}/materials/{key}/promise")
def promise(
    draft_id: str, key: str, request: Request, tools: ToolsDep, visitor: VisitorDep, form: FormDep
) -> Response:
    """The consequences were read on the page; an empty kind takes the choice back (R46)."""
    draft, tools, bundle = apply.load(tools, visitor, draft_id)
    need, kind = _need(tools, bundle, draft.data, key), str(form.get("kind") or "")
    if kind and kind not in kinds_for(need):
        error = InvalidInput(f"“{need.material.name}”不能以这种方式办理；请上传材料", field=f"material-{key}")
        return apply.show_step(request, tools, bundle, draft_id, draft.data, "materials", [error])
    with tools.store.transaction() as session:
        draft = accounts.draft(session, draft_id, visitor.account.id)
        kept = {**draft.data.get("promises", {}), key: kind}
        accounts.save_draft(draft, draft.data | {"promises": kept}, tools.clock.now())
    return RedirectResponse(f"/drafts/{draft_id}/materials#material-{key}", 303)


def _pages_before(tools: Tools, document_id: str | None) -> list[tuple[str, IO[bytes]]]:
    """What the draft holds of the material, to put further pages behind it (再拍一页)."""
    if document_id is None:
        return []
    with tools.store.reading() as session:
        row = documents.get(session, document_id)
        return [(row.name, io.BytesIO(documents.content(session, row)))]


def _require_same(session: Any, account_id: str, draft_id: str, key: str, document_id: str) -> None:
    """Another page that was added meanwhile would be lost."""
    if accounts.draft(session, draft_id, account_id).data["documents"].get(key) != document_id:
        raise InvalidInput("这份材料刚刚有了变化，新的一页没有加上；请核对后再加", code="changed-meanwhile", status=409)


def _need(tools: Tools, bundle: Bundle, data: drafts.Data, key: str) -> Any:
    for need in drafts.needs_for(tools.catalogue, bundle, data):
        if need.upload and need.material.key == key:
            return need
    raise NotFound("所选事项不需要这份材料；请返回上一步核对", code="unknown-material")


def _change(session: Any, account_id: str, draft_id: str, now: Any, change: dict[str, str | None]) -> None:
    draft = accounts.draft(session, draft_id, account_id)
    merged = draft.data["documents"] | change
    kept = {key: document for key, document in merged.items() if document}
    accounts.save_draft(draft, draft.data | {"documents": kept}, now)
