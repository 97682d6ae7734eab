"""更改领取方式 (R95)."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from api.access import own_case
from api.case_view import view
from api.context import FormDep, ToolsDep, Visitor, VisitorDep
from api.delivery_choice import changeable, choose
from api.pages import render
from onething.bootstrap import Tools
from onething.catalogue.consents import consent_texts
from onething.consents import courier_part
from onething.errors import Conflict, InvalidInput

router = APIRouter(include_in_schema=False)


@router.get("/cases/{number}/delivery")
def delivery(number: str, request: Request, tools: ToolsDep, visitor: VisitorDep) -> Response:
    return _page(request, tools, visitor, number)


@router.post("/cases/{number}/delivery")
def change_delivery(number: str, request: Request, tools: ToolsDep, visitor: VisitorDep, form: FormDep) -> Response:
    chosen = [str(form.get(name) or "") for name in ("delivery_mode", "delivery_way", "applicant.address")]
    try:
        with tools.store.transaction() as session:
            application = own_case(session, visitor.account, number, lock=True)
            choose(session, tools, visitor.account, application, *chosen)
    except InvalidInput as error:
        return _page(request, tools, visitor, number, chosen, error.all)
    return RedirectResponse(f"/cases/{number}?changed=yes#results", 303)


def _page(
    request: Request, tools: Tools, visitor: Visitor, number: str, chosen: list[str] | None = None,
    errors: list[InvalidInput] | None = None,
) -> Response:
    with tools.store.reading() as session:
        application = own_case(session, visitor.account, number)
        if not changeable(session, application):
            raise Conflict(
                "已经有结果送达，或者办件已经结束，不能再更改领取方式；如有需要请联系发证窗口", code="already-delivered"
            )
        shown = view(session, tools, application)
    before = [application.delivery_mode, application.delivery_way, application.applicant.get("address", "")]
    mode, way, address = chosen or before
    page = {"case": shown, "mode": mode, "way": way, "address": address, "errors": errors or [],
            "place": tools.catalogue.districts[application.district],
            "courier": courier_part(consent_texts(tools.settings.home))}
    return render(request, "delivery.html", page, 422 if errors else 200)
