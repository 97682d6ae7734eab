"""Login, logout, the public check of certificates, and the read-only case page of staff."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.responses import RedirectResponse
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile

from api import archives, case_questions, form_view, login, looking, uploads, verification
from api.access import staff_case
from api.case_view import view
from api.context import COOKIE, FormDep, MaybeVisitorDep, ToolsDep, VisitorDep, safe_target, set_session_cookie
from api.limiting import limit_looks
from api.pages import render
from api.scans import may_scan
from api.supervision import oversees_anything
from onething.bootstrap import Tools
from onething.errors import InvalidInput
from onething.intake import defects
from onething.store import accounts, intake, questions
from onething.vocabulary import CheckOutcome, Role

router = APIRouter(include_in_schema=False)


@router.get("/login")
def login_page(request: Request, tools: ToolsDep, visitor: MaybeVisitorDep, target: str = "/") -> Response:
    """The doors that are open; in a demonstration on this machine also its people."""
    doors, people = [one.door for one in request.app.state.doors.values()], {"applicants": [], "staff": []}
    if tools.settings.demo or not doors:
        login.require_development(request, tools)
        people = login.people(tools)
    return render(request, "login.html", people | {"doors": doors, "target": safe_target(target)})


@router.post("/login")
def log_in(request: Request, tools: ToolsDep, subject: str = Form(""), target: str = Form("/")) -> Response:
    account, begun = login.log_in(request, tools, subject)
    wanted = safe_target(target)
    answer = RedirectResponse("/staff" if account.role != Role.CITIZEN and wanted == "/" else wanted, 303)
    set_session_cookie(answer, tools, begun.token)
    return answer


@router.post("/logout")
def log_out(tools: ToolsDep, visitor: VisitorDep, form: FormDep) -> Response:
    with tools.store.transaction() as session:
        accounts.log_out(session, visitor.token)
    answer = RedirectResponse("/", 303)
    answer.delete_cookie(COOKIE)
    return answer


@router.get("/verify")
def verify_page(request: Request, tools: ToolsDep, visitor: MaybeVisitorDep) -> Response:
    return _verify_page(request, tools)


@router.post("/verify", dependencies=[Depends(limit_looks)])
async def verify_upload(request: Request, tools: ToolsDep, visitor: MaybeVisitorDep) -> Response:
    """Anyone may check a file; it is judged in memory and not kept."""
    form = await request.form(max_files=1, max_fields=5)
    return await run_in_threadpool(_verify_file, request, tools, form.get("file"))


def _verify_file(request: Request, tools: Tools, file: object) -> Response:
    try:
        if not isinstance(file, UploadFile) or not file.filename:
            raise InvalidInput("请先选择要核验的 PDF 文件", field="file", code="no-file")
        content = file.file.read(tools.settings.max_upload_mib * uploads.MIB + 1)
        if len(content) > tools.settings.max_upload_mib * uploads.MIB:
            raise uploads.too_large(tools.settings.max_upload_mib)
    except InvalidInput as error:
        return _verify_page(request, tools, errors=[error])
    with tools.store.reading() as session:
        report, verdict = verification.by_file(session, tools, content)
    return _verify_page(request, tools, report=report, verdict=verdict)


def _verify_page(request: Request, tools: Tools, **found: Any) -> Response:
    page = {"verdict": None, "report": None, "errors": [], "max_mib": tools.settings.max_upload_mib} | found
    return render(request, "verify.html", page, page["errors"][0].status if page["errors"] else 200)


@router.get("/verify/{token}", dependencies=[Depends(limit_looks)])
def verify(token: str, request: Request, tools: ToolsDep, visitor: MaybeVisitorDep) -> Response:
    """The address in the QR code of a certificate. Public; an unknown token says 未知, not an error."""
    with tools.store.reading() as session:
        verdict = verification.by_token(session, tools, token)
    return _verify_page(request, tools, verdict=verdict)


@router.get("/staff")
def staff(request: Request, tools: ToolsDep, visitor: VisitorDep, number: str = "") -> Response:
    if number.strip():
        wanted = "".join(number.split()).upper()
        room = "guidance" if wanted.startswith("ZX") else "cases"
        return RedirectResponse(f"/staff/{room}/{quote(wanted, safe='')}", 303)
    with tools.store.reading() as session:
        asked = len(questions.waiting(session, visitor.account.organisation.split()))
    return render(request, "staff.html", {"oversees": oversees_anything(visitor.account), "asked": asked})


@router.get("/staff/cases/{number}/archive")
def staff_archive(number: str, tools: ToolsDep, visitor: VisitorDep, item: str = "") -> Response:
    return archives.send(tools, visitor.account, number, item)


@router.get("/staff/cases/{number}")
def staff_page(number: str, request: Request, tools: ToolsDep, visitor: VisitorDep) -> Response:
    """Materials and papers beside the task in Tasklist; nothing is decided here. Who looks is recorded (S25)."""
    looking.at_case(tools, visitor.account, number, looking.CASE)
    with tools.store.reading() as session:
        application = staff_case(session, tools, visitor.account, number)
        page = {"case": view(session, tools, application), "may_scan": may_scan(visitor.account, application)}
        page["form"] = form_view.form_view(session, tools, application)
        page["questions"] = case_questions.asked(session, tools, visitor.account, application)
        page["checks"] = [
            (row, CheckOutcome(row.outcome).label, defects(intake.judgements(session, number, row.check_no)))
            for row in intake.checks(session, number)
        ]
    return render(request, "staff_case.html", page | {"max_mib": tools.settings.max_upload_mib})
