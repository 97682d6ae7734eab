"""To an identity provider and back; one's own logins elsewhere; and what a proxy asks before it lets somebody through."""

from __future__ import annotations

from datetime import timedelta

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from api import beginning, login
from api.context import FormDep, ToolsDep, VisitorDep, safe_target, set_session_cookie, visitor_of
from api.cookies import give, take
from api.linking import showed_two_factors
from api.pages import render
from onething.store import accounts
from onething.vocabulary import Role

router = APIRouter(include_in_schema=False)
BROWSER = "onething_login"


@router.get("/login/{door}")
def leave(door: str, request: Request, tools: ToolsDep, target: str = "/") -> Response:
    """A link, not a form: the strict content policy lets no form end at another site."""
    url, browser = login.leave(request, tools, door, safe_target(target))
    answer = RedirectResponse(url, 303)
    give(answer, tools, BROWSER, browser, max_age=int(login.AWAY.total_seconds()), path="/login")
    return answer


@router.get("/login/{door}/back")
def come_back(door: str, request: Request, tools: ToolsDep) -> Response:
    account, begun, target = login.come_back(request, tools, door, request.cookies.get(BROWSER, ""))
    wanted = beginning.after_login(tools, account, safe_target(target))
    answer = RedirectResponse("/staff" if account.role != Role.CITIZEN and wanted == "/" else wanted, 303)
    take(answer, tools, BROWSER, path="/login")
    set_session_cookie(answer, tools, begun.token)
    return answer


@router.get("/staff/admitted")
def admitted(request: Request, by_itself: str = "") -> Response:
    """For the proxy in front of Tasklist: 204 for staff who came in with two factors, 401 for everybody else (S21).

    Asked for every request there, so it says no more, writes nothing but the idle time, and that only for what a person did:
    Tasklist renews its lists `by_itself`, and a screen that was left would keep its login alive (S20)."""
    visitor = visitor_of(request, touch=not by_itself)
    return Response(status_code=204 if visitor and showed_two_factors(visitor.account) else 401)


@router.get("/me/logins")
def logins(request: Request, tools: ToolsDep, visitor: VisitorDep) -> Response:
    idle = timedelta(minutes=tools.settings.session_minutes)
    with tools.store.reading() as session:
        others = accounts.logins_elsewhere(session, visitor.account.id, visitor.token, tools.clock.now(), idle)
    return render(request, "logins.html", {"others": others})


@router.post("/me/logins")
def end_others(tools: ToolsDep, visitor: VisitorDep, form: FormDep) -> Response:
    with tools.store.transaction() as session:
        accounts.log_out_elsewhere(session, visitor.account.id, visitor.token)
    return RedirectResponse("/me/logins", 303)
