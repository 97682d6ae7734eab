"""Login of the demonstration, uploads and downloads."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, File, Request, Response, UploadFile

from api import login, presenting, schemas, uploads
from api.context import ToolsDep, VisitorDep, WriterDep, check_content, set_session_cookie
from api.description import refusals
from api.downloads import as_attachment
from api.looking import read_document
from api.once import once
from api.parameters import DocumentNo, OptionalKey, PageNumber, PageSize
from onething.store import certificates, documents

router = APIRouter()
FILES = ("application/pdf", "image/jpeg", "image/png", "application/zip")


@router.post("/login", tags=["login"], summary="演示登录", dependencies=[Depends(check_content)])
def log_in(body: schemas.Login, request: Request, response: Response, tools: ToolsDep) -> schemas.LoggedIn:
    """Development login: only in demonstration mode and on this machine. Sets the session cookie."""
    account, row = login.log_in(request, tools, body.subject)
    set_session_cookie(response, tools, row.token)
    return schemas.LoggedIn(name=account.name, role=account.role, csrf_token=row.csrf)


@router.post("/logout", tags=["login"], status_code=204, summary="退出登录")
def log_out(visitor: WriterDep, tools: ToolsDep) -> None:
    """Ends the session on the server."""
    login.log_out(tools, visitor.account, visitor.token)


@router.post("/documents", tags=["documents"], status_code=201, summary="上传文件", responses=refusals(409))
def upload_document(
    visitor: WriterDep, tools: ToolsDep,
    file: Annotated[UploadFile, File(description="pdf, jpg, png or webp", examples=["(plan.pdf)"])],
    place: uploads.PlaceDep, key: OptionalKey = None,
) -> schemas.DocumentInfo:
    """One file. Extension and content must agree; name the returned id in an application or correction. Photos are drawn
    anew, so name, type and size may differ from what was sent. `safety` is `waiting` while the virus scanner is away."""
    upload = uploads.take(tools, visitor.account, [file])

    def act(session: Any) -> schemas.DocumentInfo:
        return presenting.document_info(uploads.keep(session, tools, visitor.account, upload))

    asked = [upload.name, documents.sha256_of(upload.file)]
    return once(tools, visitor.account, key, asked, schemas.DocumentInfo, act)


@router.get(
    "/documents/{document_id}", tags=["documents"], response_class=Response, summary="下载文件",
    responses={200: {"description": "The file itself", "content": {kind: {} for kind in FILES}}},
)
def get_document(document_id: DocumentNo, visitor: VisitorDep, tools: ToolsDep) -> Response:
    """The content of an upload, paper or certificate of one's own."""
    return as_attachment(*read_document(tools, visitor.account, document_id))


@router.get("/certificates", tags=["documents"], summary="我的证照")
def list_certificates(
    visitor: VisitorDep, tools: ToolsDep, page: PageNumber = 1, size: PageSize = 100
) -> list[schemas.OwnCertificate]:
    """个人中心: the e-certificates of one's own, to view and download, newest case first. A page that is shorter than `size`
    is the last one."""
    with tools.store.reading() as session:
        return [
            schemas.OwnCertificate(**presenting.certificate(row, tools.settings.base_url).model_dump(), number=row.number)
            for row, _ in certificates.of_account(session, visitor.account.id, size, (page - 1) * size)
        ]
