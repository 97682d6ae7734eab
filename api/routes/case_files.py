"""Files of a case under way: a promised material from the applicant, a scan from the window, a print to keep."""

from __future__ import annotations

from fastapi import APIRouter, Response
from fastapi.responses import RedirectResponse

from api import form_view, looking, print_copies, promise, scans, uploads
from api.access import own_case, staff_case
from api.context import FormDep, ToolsDep, VisitorDep
from api.downloads import PDF, attachment
from onething.bootstrap import Tools
from onething.store import Application, applications

router = APIRouter(include_in_schema=False)


@router.post("/cases/{number}/materials/{key}")
def hand_in(
    number: str, key: str, tools: ToolsDep, visitor: VisitorDep, form: FormDep, place: uploads.PlaceDep
) -> Response:
    """补交容缺材料."""
    with tools.store.reading() as session:
        own_case(session, visitor.account, number)
    file = uploads.of_material(tools, visitor.account, uploads.material_of(tools, key), uploads.sent_files(form))
    with tools.store.transaction() as session:
        application = own_case(session, visitor.account, number, lock=True)
        row = uploads.keep(session, tools, visitor.account, file)
        promise.hand_in(session, tools, visitor.account, application, {key: row.id})
    return RedirectResponse(f"/cases/{number}#promises", 303)


@router.post("/staff/cases/{number}/materials/{key}")
def scan(
    number: str, key: str, tools: ToolsDep, visitor: VisitorDep, form: FormDep, place: uploads.PlaceDep
) -> Response:
    with tools.store.reading() as session:
        staff_case(session, tools, visitor.account, number)
    file = uploads.of_material(tools, visitor.account, uploads.material_of(tools, key), uploads.sent_files(form))
    with tools.store.transaction() as session:
        staff_case(session, tools, visitor.account, number)
        application = applications.lock(session, number)
        scans.attach(session, tools, visitor.account, application, key, file)
    return RedirectResponse(f"/staff/cases/{number}", 303)


@router.post("/staff/cases/{number}/materials/{key}/print")
def print_copy(number: str, key: str, tools: ToolsDep, visitor: VisitorDep, form: FormDep) -> Response:
    """打印留存: a marked copy for a department that must keep paper."""
    with tools.store.transaction() as session:
        staff_case(session, tools, visitor.account, number)
        application = applications.lock(session, number)
        pdf = print_copies.make(session, tools, visitor.account, application, key, str(form.get("reason") or ""))
    return attachment(f"{number}-{tools.catalogue.materials[key].name}-打印留存.pdf", PDF, pdf)


@router.get("/cases/{number}/form.pdf")
def own_form(number: str, tools: ToolsDep, visitor: VisitorDep) -> Response:
    with tools.store.reading() as session:
        return _form_pdf(tools, own_case(session, visitor.account, number))


@router.get("/staff/cases/{number}/form.pdf")
def staff_form(number: str, tools: ToolsDep, visitor: VisitorDep) -> Response:
    looking.at_case(tools, visitor.account, number, looking.FORM)
    with tools.store.reading() as session:
        return _form_pdf(tools, staff_case(session, tools, visitor.account, number))


def _form_pdf(tools: Tools, application: Application) -> Response:
    return attachment(f"{application.number}-申请表.pdf", PDF, form_view.form_pdf(tools, application))


@router.post("/staff/cases/{number}/disputes/{field}")
def answer_dispute(number: str, field: str, tools: ToolsDep, visitor: VisitorDep, form: FormDep) -> Response:
    """数据异议的核实结果 (R115)."""
    with tools.store.transaction() as session:
        staff_case(session, tools, visitor.account, number)
        application = applications.lock(session, number)
        form_view.answer_dispute(session, tools, visitor.account, application, field, str(form.get("answer") or ""))
    return RedirectResponse(f"/staff/cases/{number}#form", 303)
