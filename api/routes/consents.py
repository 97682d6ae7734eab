"""撤回同意: what would stop is shown first, then it stops (PIPL, article 15)."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from api.consent_view import line, stopping, withdraw
from api.context import FormDep, ToolsDep, VisitorDep
from api.pages import render
from onething.errors import Conflict
from onething.store import consents

router = APIRouter(prefix="/me/data/consents", include_in_schema=False)


@router.get("/{consent_id}")
def ask(consent_id: str, request: Request, tools: ToolsDep, visitor: VisitorDep) -> Response:
    with tools.store.reading() as session:
        row, application = consents.own(session, visitor.account.id, consent_id)
    shown = line(tools, row, application)
    if not shown.may_withdraw:
        raise Conflict("这项同意已经撤回" if row.withdrawn_at else shown.text.withdrawal, code="not-withdrawable")
    return render(request, "consent_withdraw.html", {"one": shown, "stop": stopping(tools, application, row)})


@router.post("/{consent_id}")
def take_back(consent_id: str, tools: ToolsDep, visitor: VisitorDep, form: FormDep) -> Response:
    with tools.store.transaction() as session:
        withdraw(session, tools, visitor.account, consent_id)
    return RedirectResponse("/me/data?done=consent#consents", 303)
