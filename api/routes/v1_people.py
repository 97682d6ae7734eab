"""Login of the demonstration, uploads, downloads and the public check of certificates."""

from __future__ import annotations

import hashlib
from typing import Annotated, Any

from fastapi import APIRouter, Depends, File, Request, Response, UploadFile

from api import login, presenting, schemas, uploads, verification
from api.case_view import published
from api.context import ToolsDep, VisitorDep, WriterDep, check_content, set_session_cookie
from api.description import refusals
from api.downloads import as_attachment
from api.limiting import limit_looks
from api.looking import read_document
from api.once import once
from api.parameters import DocumentNo, OptionalKey, VerifyToken
from onething.store import accounts, applications, documents

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
    with tools.store.transaction() as session:
        accounts.log_out(session, visitor.token)


@router.post("/documents", tags=["documents"], status_code=201, summary="上传文件", responses=refusals(409))
def upload_document(
    visitor: WriterDep, tools: ToolsDep, file: Annotated[UploadFile, File(description="pdf, jpg or png")],
    key: OptionalKey = None,
) -> schemas.DocumentInfo:
    """One file. Extension and content must agree; name the returned id in an application or correction."""
    upload = uploads.read_upload(file.filename or "", file.file, tools.settings.max_upload_mib)

    def act(session: Any) -> schemas.DocumentInfo:
        row = documents.add(
            session, tools.clock.now(), visitor.account.id, upload.name, upload.media_type, upload.content
        )
        return presenting.document_info(row)

    asked = [upload.name, hashlib.sha256(upload.content).hexdigest()]
    return once(tools, visitor.account, key, asked, schemas.DocumentInfo, act)


@router.get(
    "/documents/{document_id}", tags=["documents"], response_class=Response, summary="下载文件",
    responses={200: {"description": "The file itself", "content": {kind: {} for kind in FILES}}},
)
def get_document(document_id: DocumentNo, visitor: VisitorDep, tools: ToolsDep) -> Response:
    """The content of an upload, paper or certificate of one's own."""
    return as_attachment(*read_document(tools, visitor.account, document_id))


@router.get("/certificates", tags=["documents"], summary="我的证照")
def list_certificates(visitor: VisitorDep, tools: ToolsDep) -> list[schemas.OwnCertificate]:
    """个人中心: every e-certificate of one's own, to view and download."""
    with tools.store.reading() as session:
        return [
            schemas.OwnCertificate(**presenting.certificate(row, tools.settings.base_url).model_dump(), number=case.number)
            for case in applications.of_account(session, visitor.account.id) for row in published(session, case.number)
        ]


@router.get("/verify/{token}", tags=["verify"], summary="核验证照", dependencies=[Depends(limit_looks)])
def verify_certificate(token: VerifyToken, tools: ToolsDep) -> schemas.VerifyResult:
    """Public: whether the certificate with this token (from its QR code) is valid. Names are masked."""
    with tools.store.reading() as session:
        return schemas.VerifyResult(**vars(verification.by_token(session, tools, token)))
