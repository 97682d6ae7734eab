"""我的办件: list, receipt, progress, withdrawal, correction, files."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from api import beginning, drafts, receipts, uploads
from api.access import own_case
from api.case_questions import asked, offices
from api.case_view import view
from api.context import FormDep, ToolsDep, Visitor, VisitorDep, at_terminal
from api.correction import OpenForm, correct, open_form, replaceable, require_due
from api.correction_files import brought
from api.downloads import PDF, as_attachment, attachment
from api.form_view import form_view
from api.glance import glances
from api.holding import holdings, then
from api.live_diagram import diagram
from api.looking import read_document
from api.pages import render
from api.paging import pages
from api.personal import cases_of
from api.rating import open_to
from api.submission import check_district
from api.withdrawal import affected, may_withdraw_one, withdraw_case, withdraw_item
from onething.bootstrap import Tools
from onething.cases import FINAL_CASE_STATES, OPEN_CASE_STATES
from onething.catalogue import Catalogue
from onething.errors import Conflict, InvalidInput
from onething.intake import sentences
from onething.papers import qr_svg
from onething.store import Document, accounts, applications, intake, procedures, ratings
from onething.store.tables import Draft
from onething.vocabulary import CaseState, ItemState

router = APIRouter(include_in_schema=False)
MAY_BEGIN_AGAIN = frozenset({CaseState.NOT_TAKEN, CaseState.EXPIRED, CaseState.WITHDRAWN})


@router.get("/cases")
def my_cases(request: Request, tools: ToolsDep, visitor: VisitorDep, open: str = "", ended: str = "") -> Response:
    """`open` and `ended` say which page of each is shown."""
    local, account = tools.catalogue.in_district, visitor.account
    with tools.store.reading() as session:
        unfinished = [_draft(local(row.data["district"]), row) for row in accounts.drafts_of(session, account.id)]
        groups, counts = [], applications.counts_of_account(session, account.id)
        for name, asked, states in (("open", open, OPEN_CASE_STATES), ("ended", ended, FINAL_CASE_STATES)):
            shown = pages(asked, sum(counts[state] for state in states), name)
            groups.append((shown, cases_of(session, tools, account, states, shown.size, shown.skip)))
    return render(request, "cases.html", {"groups": groups, "drafts": unfinished})


def _draft(catalogue: Catalogue, row: Draft) -> dict[str, Any]:
    bundle = catalogue.bundle(row.bundle)
    return {
        "row": row, "bundle": bundle, "step": drafts.STEPS[drafts.open_step(catalogue, bundle, row.data)],
        "district": catalogue.districts[row.data["district"]].name,
    }


@router.get("/cases/{number}")
def case(number: str, request: Request, tools: ToolsDep, visitor: VisitorDep, withdrawn: str = "", changed: str = "") -> Response:
    if at_terminal(request):  # it has a page of its own, large and without files
        return RedirectResponse(f"/terminal/cases/{number}", 303)
    with tools.store.reading() as session:
        application = own_case(session, visitor.account, number)
        shown = view(session, tools, application)
        page = {
            "case": shown, "form": form_view(session, tools, application, disputed="disputes" in shown.rare),
            "held": holdings(shown), "then": then(shown), "may_ask": bool(offices(tools, application)),
            "questions": asked(session, tools, visitor.account, application) if "questions" in shown.rare else [],
            "rated": "ratings" in shown.rare and ratings.given(session, number),
            "may_rate": open_to(application), "ends": receipts.ends(tools, shown),
            "changed": bool(changed), "place": tools.catalogue.districts[application.district],
            "withdrew": bool(withdrawn) and any(item.state == ItemState.WITHDRAWN for item in shown.items),
        }
    return render(request, "case.html", page | {"max_mib": tools.settings.max_upload_mib})


@router.get("/cases/{number}/diagram")
def case_diagram(number: str, request: Request, tools: ToolsDep, visitor: VisitorDep) -> Response:
    """Where the case stands, on the model of its bundle; the same in words below."""
    with tools.store.reading() as session:
        shown, = glances(session, tools, [own_case(session, visitor.account, number)])
        extra = procedures.extra_steps(session, number)
    drawn = diagram(tools, shown, extra, request.app.state.models)
    page = {"case": shown, "picture": drawn, "held": holdings(shown), "then": then(shown)}
    return render(request, "case_diagram.html", page)


@router.get("/cases/{number}/receipt")
def receipt(number: str, request: Request, tools: ToolsDep, visitor: VisitorDep) -> Response:
    """What was handed in, how "2小时" is read for it, and when it would end (R60)."""
    with tools.store.reading() as session:
        shown = view(session, tools, own_case(session, visitor.account, number))
    page = {
        "qr": qr_svg(f"{tools.settings.base_url}/cases/{number}"), "case": shown,
        "explanation": receipts.explanation(tools, shown), "estimate": receipts.estimate_of(tools, shown),
    }
    return render(request, "receipt.html", page)


@router.get("/cases/{number}/receipt.pdf")
def receipt_pdf(number: str, tools: ToolsDep, visitor: VisitorDep) -> Response:
    with tools.store.reading() as session:
        shown = view(session, tools, own_case(session, visitor.account, number))
    return attachment(f"{number}-提交回执.pdf", PDF, receipts.submission_pdf(tools, shown))


@router.get("/cases/{number}/withdrawal")
def confirm(number: str, request: Request, tools: ToolsDep, visitor: VisitorDep, item: str = "") -> Response:
    """What would end, before anything does."""
    with tools.store.reading() as session:
        application = own_case(session, visitor.account, number)
        shown = view(session, tools, application)
    if item and not may_withdraw_one(application, item):
        raise Conflict("这个事项现在不能单独撤回；请在办件页面查看可以撤回的内容", code="item-not-withdrawable")
    if not item and not shown.may_withdraw:
        raise Conflict("这个办件现在不能撤回；对已经作出的决定不服怎么办，写在决定书里", code="case-not-withdrawable")
    ending = affected(shown.bundle, application, item) if item else []
    names = [tools.catalogue_of(application).items[name].name for name in ending]
    return render(request, "withdraw.html", {"case": shown, "item": item, "ending": names})


@router.post("/cases/{number}/withdrawal")
def withdraw(number: str, tools: ToolsDep, visitor: VisitorDep, form: FormDep) -> Response:
    item = str(form.get("item") or "")
    with tools.store.transaction() as session:
        application = own_case(session, visitor.account, number, lock=True)
        if item:
            withdraw_item(session, tools, visitor.account, application, item)
        else:
            withdraw_case(session, tools, visitor.account, application)
    return RedirectResponse(f"/cases/{number}{'?withdrawn=yes' if item else ''}", 303)


@router.post("/cases/{number}/again")
def apply_again(number: str, tools: ToolsDep, visitor: VisitorDep, form: FormDep) -> Response:
    with tools.store.reading() as session:
        application = own_case(session, visitor.account, number)
    if application.state not in MAY_BEGIN_AGAIN:
        raise Conflict("这个办件还没有结束，不能按它重新申请；请在办件页面查看进度", code="not-ended")
    check_district(tools, application.district)
    return RedirectResponse(beginning.again(tools, visitor.account, application), 303)


@router.get("/cases/{number}/correction")
def correction(number: str, request: Request, tools: ToolsDep, visitor: VisitorDep) -> Response:
    return _correction_page(request, tools, visitor, number, [])


@router.post("/cases/{number}/correction")
def hand_in_again(
    number: str, request: Request, tools: ToolsDep, visitor: VisitorDep, form: FormDep, place: uploads.PlaceDep
) -> Response:
    """Good files are kept at once; everything that is wrong is told at once, and only that has to be mended."""
    with tools.store.reading() as session:
        application = own_case(session, visitor.account, number)
        require_due(application)
        needs, opened = replaceable(session, tools, application), open_form(session, tools, application)
    mended = opened and opened.posted(form)
    sent = brought(tools, visitor.account, visitor.account, needs, form)
    try:
        with tools.store.transaction() as session:
            application = own_case(session, visitor.account, number, lock=True)
            correct(
                session, tools, visitor.account, application, sent.ids, mended.values if mended else None, sent.refused
            )
    except InvalidInput as error:
        return _correction_page(request, tools, visitor, number, error.all, mended, sent.files)
    return RedirectResponse(f"/cases/{number}", 303)


def _correction_page(
    request: Request, tools: Tools, visitor: Visitor, number: str, errors: list[InvalidInput], mended: OpenForm | None = None,
    kept: Mapping[str, Document] | None = None,
) -> Response:
    """`mended` is what was typed into the form, `kept` the files that were good, where something else could not be taken."""
    with tools.store.reading() as session:
        application = own_case(session, visitor.account, number)
        opened = mended or open_form(session, tools, application)
        shown, needs = view(session, tools, application), replaceable(session, tools, application)
        last = intake.last_judgements(session, number)
    require_due(application)
    page = {
        "kept": kept or {},
        "case": shown, "needs": needs, "errors": errors, "form": opened, "catalogue": tools.catalogue_of(application),
        "problems": {key: sentences(found)[0] for key, found in last.items() if found.faults},
        "max_mib": tools.settings.max_upload_mib, "files": {row.key: document for row, _, document in shown.materials},
    }
    return render(request, "correct.html", page, errors[0].status if errors else 200)


@router.get("/documents/{document_id}")
def download(document_id: str, tools: ToolsDep, visitor: VisitorDep) -> Response:
    return as_attachment(*read_document(tools, visitor.account, document_id))
