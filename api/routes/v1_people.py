"""Login of the demonstration, uploads and downloads."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, File, Request, Response, UploadFile

from api import login, presenting, schemas, uploads
from api.access import readable_document
from api.case_view import published
from api.context import ToolsDep, VisitorDep, WriterDep, set_session_cookie
from api.downloads import as_attachment
from onething.store import accounts, applications, documents

router = APIRouter()


@router.post("/login", tags=["login"])
def log_in(body: schemas.Login, request: Request, response: Response, tools: ToolsDep) -> schemas.LoggedIn:
    """Development login: only in demonstration mode and on this machine. Sets the session cookie."""
    account, row = login.log_in(request, tools, body.subject)
    set_session_cookie(response, tools, row.id)
    return schemas.LoggedIn(name=account.name, role=account.role, csrf_token=row.csrf)


@router.post("/logout", tags=["login"], status_code=204)
def log_out(visitor: WriterDep, tools: ToolsDep) -> None:
    """Ends the session on the server."""
    with tools.store.transaction() as session:
        accounts.log_out(session, visitor.token)


@router.post("/documents", tags=["documents"], status_code=201)
def upload_document(
    visitor: WriterDep, tools: ToolsDep, file: Annotated[UploadFile, File(description="pdf, jpg, png or webp")],
    place: uploads.PlaceDep,
) -> schemas.DocumentInfo:
    """One file. Extension and content must agree; name the returned id in an application or correction. Photos are drawn
    anew, so name, type and size may differ from what was sent. `safety` is `waiting` while the virus scanner is away."""
    upload = uploads.take(tools, visitor.account, file)
    with tools.store.transaction() as session:
        return presenting.document_info(uploads.keep(session, tools, visitor.account, upload))


@router.get(
    "/documents/{document_id}", tags=["documents"], response_class=Response,
    responses={200: {"description": "The file itself", "content": {"application/octet-stream": {}}}},
)
def get_document(document_id: str, visitor: VisitorDep, tools: ToolsDep) -> Response:
    """The content of an upload, paper or certificate of one's own."""
    with tools.store.reading() as session:
        row = readable_document(session, tools, visitor.account, document_id)
        return as_attachment(row, documents.content(session, row))


@router.get("/certificates", tags=["documents"])
def list_certificates(visitor: VisitorDep, tools: ToolsDep) -> list[schemas.OwnCertificate]:
    """个人中心: every e-certificate of one's own, to view and download."""
    with tools.store.reading() as session:
        return [
            schemas.OwnCertificate(**presenting.certificate(row, tools.settings.base_url).model_dump(), number=case.number)
            for case in applications.of_account(session, visitor.account.id) for row in published(session, case.number)
        ]
