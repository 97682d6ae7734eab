"""督办清单: the page of open limits by due time, and its 催办 button."""

from __future__ import annotations

from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from api.context import FormDep, ToolsDep, VisitorDep
from api.pages import render
from api.supervision import group_name, overview, remind
from onething.errors import Conflict

router = APIRouter(include_in_schema=False)
PAGE = "/staff/supervision"


@router.get(PAGE)
def supervision_page(request: Request, tools: ToolsDep, visitor: VisitorDep, told: str = "", problem: str = "") -> Response:
    with tools.store.reading() as session:
        page = {"found": overview(session, tools, visitor.account), "problem": problem[:200]}
    return render(request, "supervision.html", page | {"told": group_name(tools, told) if told else ""})


@router.post(PAGE)
def remind_now(tools: ToolsDep, visitor: VisitorDep, form: FormDep) -> Response:
    """Back to the list with what came of it."""
    wanted = [str(form.get(name) or "") for name in ("number", "item", "clock")]
    try:
        with tools.store.transaction() as session:
            said = {"told": remind(session, tools, visitor.account, *wanted)}
    except Conflict as error:
        said = {"problem": error.message}
    return RedirectResponse(f"{PAGE}?{urlencode(said)}", 303)
