"""证照核验, for everybody: by QR code, by number and code from the paper, or by the file. Pages and API."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, File, Query, Request, Response
from fastapi import UploadFile as Sent
from starlette.datastructures import FormData, UploadFile

from api import verification
from api.context import MaybeVisitorDep, ToolsDep
from api.limiting import limit_looks
from api.pages import render
from api.parameters import VerifyToken
from api.places import Places
from api.schemas_verify import FileVerifyResult, VerifyResult
from onething.bootstrap import Tools
from onething.errors import InvalidInput
from onething.papers.judging import JUDGE
from onething.uploads import MIB, shown_name, too_large

router, api = APIRouter(include_in_schema=False), APIRouter()
PlaceDep = Annotated[None, Depends(Places(JUDGE.places))]
Number = Annotated[str | None, Query(max_length=100, description="Certificate number, to be compared as well")]


async def public_form(request: Request) -> FormData:
    return await request.form(max_files=1, max_fields=5)


@router.get("/verify")
def verify_page(
    request: Request, tools: ToolsDep, visitor: MaybeVisitorDep, number: str = "", code: str = ""
) -> Response:
    """The forms; with number and code, as they stand on a paper certificate, the answer."""
    if not (number.strip() or code.strip()):
        missing = InvalidInput("请填写证照编号和核验码", field="number", code="nothing-to-verify")
        return _page(request, tools, errors=[missing] if request.query_params.keys() & {"number", "code"} else [])
    limit_looks(request, tools)
    with tools.store.reading() as session:
        verdict = verification.by_token(session, tools, code.strip(), number)
    return _page(request, tools, verdict=verdict)


@router.post("/verify", dependencies=[Depends(limit_looks)])
def verify_upload(
    request: Request, tools: ToolsDep, visitor: MaybeVisitorDep, form: Annotated[FormData, Depends(public_form)],
    place: PlaceDep,
) -> Response:
    """Anyone may check a file; it is judged in memory and not kept."""
    try:
        found = _judged(tools, form.get("file"))
    except InvalidInput as error:
        return _page(request, tools, errors=[error])
    return _page(request, tools, found=found, verdict=found.certificate)


@router.get("/verify/{token}", dependencies=[Depends(limit_looks)])
def verify(token: str, request: Request, tools: ToolsDep, visitor: MaybeVisitorDep) -> Response:
    """The address in the QR code of a certificate. Public; an unknown token says 未知, not an error."""
    with tools.store.reading() as session:
        verdict = verification.by_token(session, tools, token)
    return _page(request, tools, verdict=verdict)


@api.get("/verify/{token}", tags=["verify"], summary="核验证照", dependencies=[Depends(limit_looks)])
def verify_certificate(token: VerifyToken, tools: ToolsDep, number: Number = None) -> VerifyResult:
    """Public: whether the certificate with this token (from its QR code) is valid. Names are masked. A number alone
    tells nothing: a wrong one, a wrong token and a certificate that is not published are all `unknown`."""
    with tools.store.reading() as session:
        return VerifyResult(**vars(verification.by_token(session, tools, token, number)))


@api.post("/verify", tags=["verify"], summary="核验文件", dependencies=[Depends(limit_looks)])
def verify_file(
    tools: ToolsDep, place: PlaceDep, file: Annotated[Sent, File(description="the PDF", examples=["(certificate.pdf)"])]
) -> FileVerifyResult:
    """Public: whether this PDF was issued here, is unchanged, and still counts. Nothing of it is kept."""
    found = _judged(tools, file)
    known = VerifyResult(**vars(found.certificate)) if found.certificate.certificate_no else None
    return FileVerifyResult(
        outcome=found.outcome, heading=found.heading, sentence=found.sentence, signer=found.signer, certificate=known,
        signed_at=found.signed_at.isoformat() if found.signed_at else None,
    )


def _judged(tools: Tools, sent: Any) -> verification.FileVerdict:
    if not isinstance(sent, UploadFile) or not sent.filename:
        raise InvalidInput("请先选择要核验的 PDF 文件", field="file", code="no-file")
    most = tools.settings.max_upload_mib
    content = sent.file.read(most * MIB + 1)
    if len(content) > most * MIB:
        raise too_large(most, shown_name(sent.filename))
    return verification.by_file(tools, content)


def _page(request: Request, tools: Tools, **found: Any) -> Response:
    page = {"verdict": None, "found": None, "errors": [], "max_mib": tools.settings.max_upload_mib} | found
    return render(request, "verify.html", page, page["errors"][0].status if page["errors"] else 200)
