"""好差评: two small pages, the grade first and then what fits it; by login or by the link of the SMS; what departments read."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData

from api.access import own_case
from api.context import FormDep, MaybeVisitorDep, ToolsDep, VisitorDep
from api.limiting import address_of, require_now
from api.pages import render
from api.rating import Opinion, open_to, questions, rate_by_link, rate_on_page
from onething.bootstrap import Tools
from onething.errors import Conflict, InvalidInput, NotAllowed
from onething.store import Application, applications, ratings
from onething.vocabulary import Grade, Role

router = APIRouter(include_in_schema=False)


@router.get("/cases/{number}/rating")
def rate_page(number: str, request: Request, tools: ToolsDep, visitor: VisitorDep, grade: str = "") -> Response:
    with tools.store.reading() as session:
        application = own_case(session, visitor.account, number)
        if ratings.given(session, number):
            raise Conflict("这个办件您已经评价过了，谢谢", code="already-rated")
    if not open_to(application):
        raise Conflict("办件结束后才能评价；请在办件页面查看进度", code="not-ended")
    return _page(request, tools, application, f"/cases/{number}/rating", grade)


@router.post("/cases/{number}/rating")
def rate(number: str, request: Request, tools: ToolsDep, visitor: VisitorDep, form: FormDep) -> Response:
    opinion = _opinion(form)
    try:
        with tools.store.transaction() as session:
            application = own_case(session, visitor.account, number, lock=True)
            rate_on_page(session, tools, application, opinion)
    except InvalidInput as error:
        with tools.store.reading() as session:
            application = own_case(session, visitor.account, number)
        return _page(request, tools, application, f"/cases/{number}/rating", opinion.grade, error, opinion)
    return RedirectResponse("/rating/thanks", 303)


@router.get("/rate/{token}")
def link_page(token: str, request: Request, tools: ToolsDep, visitor: MaybeVisitorDep, grade: str = "") -> Response:
    """No login: the link is the permission, for this one rating and nothing else."""
    with tools.store.reading() as session:
        link = ratings.open_link(session, token, tools.clock.now())
        application = applications.get(session, link.number)
    return _page(request, tools, application, f"/rate/{token}", grade)


@router.post("/rate/{token}")
async def rate_with_link(token: str, request: Request, tools: ToolsDep, visitor: MaybeVisitorDep) -> Response:
    opinion = _opinion(await request.form(max_files=0, max_fields=40))
    return await run_in_threadpool(_rate_with_link, token, request, tools, opinion)


def _rate_with_link(token: str, request: Request, tools: Tools, opinion: Opinion) -> Response:
    require_now(tools, "rate", {"address": address_of(request, tools)})
    try:
        with tools.store.transaction() as session:
            rate_by_link(session, tools, token, opinion)
    except InvalidInput as error:
        with tools.store.reading() as session:
            application = applications.get(session, ratings.open_link(session, token, tools.clock.now()).number)
        return _page(request, tools, application, f"/rate/{token}", opinion.grade, error, opinion)
    return RedirectResponse("/rating/thanks", 303)


@router.get("/rating/thanks")
def thanks(request: Request, visitor: MaybeVisitorDep) -> Response:
    return render(request, "rating_thanks.html", {})


@router.get("/staff/ratings")
def for_departments(request: Request, tools: ToolsDep, visitor: VisitorDep) -> Response:
    """Grade, answers and words of the cases one's offices had a part in; no name, no number, no day (R121)."""
    if visitor.account.role == Role.CITIZEN:
        raise NotAllowed("这一页只对工作人员开放", code="not-staff")
    with tools.store.reading() as session:
        said = ratings.about(session, visitor.account.organisation.split())
    labels = {
        (grade, question.key, value): label for grade, asked in questions(tools).grades.items()
        for question in asked for value, label in question.options.items()
    }
    asked = {(grade, question.key): question.text for grade, found in questions(tools).grades.items() for question in found}
    page = {"said": said, "asked": asked, "labels": labels, "grades": {str(g): g.label for g in Grade}}
    return render(request, "staff_ratings.html", page)


def _opinion(form: FormData) -> Opinion:
    ticked = {key.removeprefix("q."): [str(one) for one in form.getlist(key)] for key in form if key.startswith("q.")}
    return Opinion(str(form.get("grade") or ""), ticked, str(form.get("text") or ""))


def _page(
    request: Request, tools: Tools, application: Application, action: str, grade: str, error: InvalidInput | None = None,
    opinion: Opinion | None = None,
) -> Response:
    """Only what the thing is called is shown: whoever holds the link learns nothing about the case."""
    chosen = Grade(grade) if grade in set(Grade) else None
    page: dict[str, Any] = {
        "name": tools.catalogue_of(application).bundle(application.bundle).short_name, "action": action,
        "grades": list(Grade), "grade": chosen, "asked": questions(tools).grades[chosen] if chosen else (),
        "errors": [error] if error else [], "opinion": opinion or Opinion(grade, {}, ""),
    }
    return render(request, "rating.html", page, error.status if error else 200)
