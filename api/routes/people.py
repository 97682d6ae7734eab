"""Login, logout, and the read-only case page of staff."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import quote

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse

from api import archives, beginning, case_questions, form_view, login, looking
from api.access import staff_case
from api.case_view import view
from api.context import COOKIE, FormDep, MaybeVisitorDep, ToolsDep, Visitor, VisitorDep, safe_target, set_session_cookie
from api.cookies import take
from api.pages import render
from api.personas import APPLICANTS
from api.review_view import review
from api.revoking import may_revoke, revoke
from api.scans import may_scan
from api.staff_names import staff_names
from api.supervision import oversees_anything
from onething.bootstrap import Tools
from onething.engine import contract
from onething.errors import InvalidInput
from onething.intake import defects
from onething.store import accounts, certificates, intake, questions
from onething.vocabulary import CheckOutcome, Role

router = APIRouter(include_in_schema=False)
ABOUTS = {one.subject: one.about for one in APPLICANTS}


@router.get("/login")
def login_page(request: Request, tools: ToolsDep, visitor: MaybeVisitorDep, target: str = "/", post: str = "") -> Response:
    """The doors that are open; in a demonstration on this machine also its people."""
    doors, people = [one.door for one in request.app.state.doors.values()], {"applicants": [], "staff": []}
    if tools.settings.demo or not doors:
        login.require_development(request, tools)
        people = login.people(tools, post)
    page = {"doors": doors, "target": safe_target(target), "post": post, "abouts": ABOUTS, "wanted": _licensed(tools, target)}
    return render(request, "login.html", people | page)


def _licensed(tools: Tools, target: str) -> str:
    """What somebody is about to apply for, where it takes the account of a company or shop."""
    bundle = beginning.wanted(tools, target)
    return bundle.short_name if bundle and bundle.licence_first else ""


@router.post("/login")
def log_in(request: Request, tools: ToolsDep, subject: str = Form(""), target: str = Form("/")) -> Response:
    account, begun = login.log_in(request, tools, subject)
    wanted = beginning.after_login(tools, account, safe_target(target))
    desk = "/staff/window" if account.role in (Role.WINDOW, Role.DELIVERY) else "/staff"
    answer = RedirectResponse(desk if account.role != Role.CITIZEN and wanted == "/" else wanted, 303)
    set_session_cookie(answer, tools, begun.token)
    return answer


@router.post("/logout")
def log_out(tools: ToolsDep, visitor: VisitorDep, form: FormDep) -> Response:
    """With a `target` one wants to go on there as somebody else."""
    login.log_out(tools, visitor.account, visitor.token)
    wanted = safe_target(str(form.get("target") or "/"))
    answer = RedirectResponse("/" if wanted == "/" else f"/login?target={quote(wanted, safe='/')}", 303)
    take(answer, tools, COOKIE)
    return answer


@router.post("/stay")
def stay(tools: ToolsDep, visitor: VisitorDep, form: FormDep) -> Response:
    """Somebody is there, reading or typing: the login stays."""
    with tools.store.transaction() as session:
        accounts.touch(session, visitor.token, tools.clock.now())
    return Response(status_code=204)


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


@router.post("/staff/cases/{number}/certificates/{certificate_no}/revocation")
def revoke_certificate(
    number: str, certificate_no: str, request: Request, tools: ToolsDep, visitor: VisitorDep, form: FormDep
) -> Response:
    words = [str(form.get(f"{name}-{certificate_no}") or "") for name in ("reason", "basis")]
    try:
        with tools.store.transaction() as session:
            application = staff_case(session, tools, visitor.account, number, lock=True)
            revoke(session, tools, visitor.account, application, certificate_no, *words)
    except InvalidInput as error:
        return _staff_page(number, request, tools, visitor, error.all, words)
    return RedirectResponse(f"/staff/cases/{number}#certificates", 303)


@router.get("/staff/cases/{number}")
def staff_page(number: str, request: Request, tools: ToolsDep, visitor: VisitorDep, item: str = "") -> Response:
    """Beside the task in Tasklist: the whole case, or of one `item` what its reviewer decides on. Who looks is recorded (S25)."""
    looking.at_case(tools, visitor.account, number, looking.CASE)
    if item:
        with tools.store.reading() as session:
            shown = view(session, tools, staff_case(session, tools, visitor.account, number))
            found = review(session, tools, shown, item)
        if found:
            return render(request, "staff_review.html", {"case": shown, "review": found})
    return _staff_page(number, request, tools, visitor, [])


def _staff_page(
    number: str, request: Request, tools: Tools, visitor: Visitor, errors: list[InvalidInput], words: Sequence[str] = ("", "")
) -> Response:
    with tools.store.reading() as session:
        application = staff_case(session, tools, visitor.account, number)
        shown = view(session, tools, application)
        page = {"case": shown, "may_scan": may_scan(visitor.account, application)}
        page["form"] = form_view.form_view(session, tools, application, disputed="disputes" in shown.rare)
        page["questions"] = case_questions.asked(session, tools, visitor.account, application)
        page["certificates"] = [
            (row, may_revoke(visitor.account, application, row)) for row in certificates.issued(session, [number])[number]
        ]
        page["checks"] = [
            (row, CheckOutcome(row.outcome).label, defects(intake.judgements(session, number, row.check_no)))
            for row in intake.checks(session, number)
        ]
        district = application.district
        posts = {row.late_reason_by: contract.supervisor_group(district) for row, *_ in page["checks"]}
        posts |= {row.clerk: contract.window_group(district) for row, *_ in page["checks"]}
        page["names"] = staff_names(session, tools, posts)
    more = {"max_mib": tools.settings.max_upload_mib, "errors": errors, "words": words}
    return render(request, "staff_case.html", page | more, errors[0].status if errors else 200)
