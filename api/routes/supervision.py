"""督办清单: the page of open limits by due time, and its 催办 button."""

from __future__ import annotations

from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from api.context import FormDep, ToolsDep, Visitor, VisitorDep
from api.pages import render
from api.supervision import group_name, overview, remind
from onething.bootstrap import Tools
from onething.errors import Conflict

router = APIRouter(include_in_schema=False)
PAGE = "/staff/supervision"


@router.get(PAGE)
def supervision_page(request: Request, tools: ToolsDep, visitor: VisitorDep, told: str = "") -> Response:
    return _page(request, tools, visitor, told=told)


@router.post(PAGE)
def remind_now(request: Request, tools: ToolsDep, visitor: VisitorDep, form: FormDep) -> Response:
    """Back to the list with what came of it."""
    wanted = [str(form.get(name) or "") for name in ("number", "item", "clock")]
    try:
        with tools.store.transaction() as session:
            told = remind(session, tools, visitor.account, *wanted)
    except Conflict as error:
        return _page(request, tools, visitor, problem=error)
    return RedirectResponse(f"{PAGE}?{urlencode({'told': told})}", 303)


def _page(
    request: Request, tools: Tools, visitor: Visitor, *, told: str = "", problem: Conflict | None = None
) -> Response:
    """`told` comes from the address: only the name of a group that exists is shown."""
    with tools.store.reading() as session:
        found = overview(session, tools, visitor.account)
    page = {"found": found, "told": group_name(tools, told), "problem": problem.message if problem else ""}
    return render(request, "supervision.html", page, problem.status if problem else 200)
