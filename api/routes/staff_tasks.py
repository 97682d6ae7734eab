"""What the list of tasks in Tasklist asks the front door for; Tasklist's own script does (docker/engine, scripts/cases.js)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse

from api.context import ToolsDep, visitor_of
from api.problems import LoginRequired
from api.staff_tasks import told
from onething.settings import Settings

router = APIRouter(include_in_schema=False)
MOST = 50


@router.get("/staff/tasks")
def tasks(
    request: Request, tools: ToolsDep, case: Annotated[list[str] | None, Query(max_length=MOST)] = None
) -> JSONResponse:
    """Asked by a page that nobody may sit before: it keeps no login alive (S20). Names are masked, so no look is recorded."""
    visitor = visitor_of(request, touch=False)
    if visitor is None:
        raise LoginRequired
    with tools.store.reading() as session:
        found = told(session, tools, visitor.account, case or [])
    return JSONResponse(found, headers=_beside(tools.settings, request.headers.get("origin", "")))


def _beside(settings: Settings, origin: str) -> Mapping[str, str]:
    """In a demonstration Tasklist stands on another port of this machine, and may read the answer. Elsewhere one proxy puts both
    under one name, and no other site may."""
    tasklist = f"http://127.0.0.1:{settings.engine_port}"
    if not settings.beside_tasklist or origin != tasklist:
        return {}
    return {"Access-Control-Allow-Origin": tasklist, "Access-Control-Allow-Credentials": "true", "Vary": "Origin"}
