"""Asking on a case and answering it: pages of the applicant and of staff."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from api import looking
from api.access import own_case, staff_case
from api.case_questions import MOST_OPEN, answer, ask, asked, office_name, offices
from api.case_view import view
from api.context import FormDep, ToolsDep, Visitor, VisitorDep
from api.pages import render
from onething.bootstrap import Tools
from onething.errors import Conflict, InvalidInput
from onething.store import applications, questions

router = APIRouter(include_in_schema=False)


@router.get("/cases/{number}/questions")
def ask_page(number: str, request: Request, tools: ToolsDep, visitor: VisitorDep, office: str = "") -> Response:
    return _ask_page(request, tools, visitor, number, {"office": office, "question": ""}, [])


@router.post("/cases/{number}/questions")
def ask_now(number: str, request: Request, tools: ToolsDep, visitor: VisitorDep, form: FormDep) -> Response:
    wish = {name: str(form.get(name) or "") for name in ("office", "question")}
    try:
        with tools.store.transaction() as session:
            application = own_case(session, visitor.account, number, lock=True)
            ask(session, tools, visitor.account, application, wish["office"], wish["question"])
    except InvalidInput as error:
        return _ask_page(request, tools, visitor, number, wish, [error])
    return RedirectResponse(f"/cases/{number}#questions", 303)


def _ask_page(
    request: Request, tools: Tools, visitor: Visitor, number: str, wish: dict[str, str], errors: list[InvalidInput]
) -> Response:
    with tools.store.reading() as session:
        application = own_case(session, visitor.account, number)
        shown, earlier = view(session, tools, application), asked(session, tools, visitor.account, application)
    choices = offices(tools, application)
    if not choices:
        raise Conflict("这个办件已经结束，不能再提问；有疑问请在办事指南中咨询，或拨打 12345", code="case-ended")
    page = {
        "case": shown, "offices": choices, "wish": wish, "errors": errors,
        "full": sum(not one.row.answered_at for one in earlier) >= MOST_OPEN,
    }
    return render(request, "case_question.html", page, errors[0].status if errors else 200)


@router.get("/staff/questions")
def waiting(request: Request, tools: ToolsDep, visitor: VisitorDep) -> Response:
    """What the account's offices have to answer, oldest first."""
    with tools.store.reading() as session:
        rows = [
            (row, tools.catalogue_of(case).bundle(case.bundle), office_name(tools, case, row.office))
            for row in questions.waiting(session, visitor.account.organisation.split())
            for case in [applications.get(session, row.number)]
        ]
    looking.at_questions(tools, visitor.account, [row.number for row, _, _ in rows])
    return render(request, "staff_questions.html", {"rows": rows})


@router.post("/staff/cases/{number}/questions/{question}")
def answer_now(number: str, question: str, tools: ToolsDep, visitor: VisitorDep, form: FormDep) -> Response:
    with tools.store.transaction() as session:
        staff_case(session, tools, visitor.account, number)
        application = applications.lock(session, number)
        answer(session, tools, visitor.account, application, question, str(form.get("answer") or ""))
    return RedirectResponse(f"/staff/cases/{number}#questions", 303)
