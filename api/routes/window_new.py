"""新建窗口申请: who is it and what for, then one dense form; the same rules as for the applicant's own steps (R38)."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from api import counter, counter_visit
from api.consenting import ticked
from api.context import FormDep, ToolsDep, Visitor, VisitorDep
from api.counter_papers import inline
from api.counter_to_sign import PRINTED
from api.pages import render
from api.routes.start import by_theme
from api.window import own_district
from onething.bootstrap import Tools
from onething.catalogue import Bundle
from onething.consents import check_agreed
from onething.errors import Conflict, InvalidInput, NotFound, OneThingError
from onething.store import accounts, applications
from onething.vocabulary import Audience
from onething.window import RELATIONS

router = APIRouter(prefix="/staff/window/new", include_in_schema=False)
EMPTY = {"name": "", "id_no": "", "phone": "", "address": ""}


@router.get("")
def begin_page(request: Request, tools: ToolsDep, visitor: VisitorDep, bundle: str = "") -> Response:
    return _begin_page(request, tools.in_district(own_district(visitor.account)), bundle, counter_visit.Visit(EMPTY, ""), [])


@router.post("")
def begin(request: Request, tools: ToolsDep, visitor: VisitorDep, form: FormDep) -> Response:
    """Identify or make the applicant, and open the form."""
    tools = tools.in_district(own_district(visitor.account))
    slug, visit = str(form.get("bundle") or ""), counter_visit.visit_of(form)
    if form.get("action") == "find":
        return _find(request, tools, visitor, slug, visit)
    bundle = tools.catalogue.bundles.get(slug)
    with tools.store.transaction() as session:
        faults = counter_visit.faults_of(session, bundle, visit)
        if faults or bundle is None:
            return _begin_page(request, tools, slug, visit, faults)
        draft_id = counter_visit.begin(session, tools, visitor.account, bundle, visit)
    return RedirectResponse(f"/staff/window/new/{draft_id}", 303)


def _find(request: Request, tools: Tools, visitor: Visitor, slug: str, visit: counter_visit.Visit) -> Response:
    """按证件号码查找: what is known of the applicant is filled in where nothing was typed."""
    try:
        with tools.store.transaction() as session:
            visit, told = counter_visit.filled_in(session, tools, visitor.account, visit)
    except InvalidInput as error:
        return _begin_page(request, tools, slug, visit, [error])
    return _begin_page(request, tools, slug, visit, [], told)


@router.get("/{draft_id}")
def form_page(draft_id: str, request: Request, tools: ToolsDep, visitor: VisitorDep, saved: str = "") -> Response:
    if number := _handed_in(tools, visitor, draft_id):
        return RedirectResponse(f"/staff/window/{number}", 303)
    tools, bundle, data = _load(tools, visitor, draft_id)
    with tools.store.reading() as session:
        data = counter.with_registers(session, tools, bundle, data)
    return _form_page(request, tools, bundle, draft_id, data, [], saved=bool(saved))


@router.get("/{draft_id}/{paper}.pdf")
def paper_to_sign(draft_id: str, paper: str, tools: ToolsDep, visitor: VisitorDep) -> Response:
    """申请表 or 承诺书 as it is kept now, to print for the applicant's signature."""
    own_district(visitor.account)
    tools, bundle, data = _load(tools, visitor, draft_id)
    if paper not in PRINTED:
        raise NotFound("没有这种文书；请从窗口申请页面打印", code="unknown-paper")
    if not data["items"]:
        raise Conflict("还没有选择事项；请先选择事项并保存", code="nothing-chosen")
    with tools.store.reading() as session:
        data = counter.with_registers(session, tools, bundle, data)
    return inline(PRINTED[paper](tools, bundle, data), f"{paper}-{bundle.slug}.pdf")


@router.post("/{draft_id}")
def save(draft_id: str, request: Request, tools: ToolsDep, visitor: VisitorDep, form: FormDep) -> Response:
    """Press 更新 to have items and materials follow the answers; 提交收件 hands it in when nothing is missing."""
    if number := _handed_in(tools, visitor, draft_id):
        return RedirectResponse(f"/staff/window/{number}", 303)
    tools, bundle, data = _load(tools, visitor, draft_id)
    before = data
    with tools.store.reading() as session:  # registers may take their time: nothing is locked meanwhile
        data = counter.with_registers(session, tools, bundle, data)
        data, faults = counter.read_page(tools, bundle, data, form)
        data = counter.with_registers(session, tools, bundle, data)
    if keep := form.get("keep") == "yes":  # by itself, while somebody types: items and answers follow when the page does
        data = data | {"items": before["items"], "answers": before["answers"]}
    with tools.store.transaction() as session:
        accounts.save_draft(accounts.draft(session, draft_id, visitor.account.id), data, tools.clock.now())
    action, given = form.get("action"), {"signed": form.get("signed") == "yes", "consent": set(form.getlist("consent"))}
    if keep:
        return Response(status_code=204)
    if action in PRINTED and data["items"]:
        return RedirectResponse(f"/staff/window/new/{draft_id}/{action}.pdf", 303)
    if action != "submit":
        if not data["asked"]:
            return _form_page(request, tools, bundle, draft_id, data, faults)
        return RedirectResponse(f"/staff/window/new/{draft_id}?saved=yes#items", 303)
    if form.get("signed") != "yes":
        faults.append(InvalidInput("请申请人阅读并在申请表上签名，再勾选", field="signed", code="not-signed"))
    try:
        check_agreed(counter.consents_of(tools, bundle, data), ticked(form))
    except InvalidInput as error:
        faults.append(error)
    if faults:
        return _form_page(request, tools, bundle, draft_id, data, faults, **given)
    try:
        with tools.store.transaction() as session:
            number = counter.hand_in(session, tools, visitor.account, draft_id, bundle, data, ticked(form)).number
    except InvalidInput as error:
        return _form_page(request, tools, bundle, draft_id, data, error.all, **given)
    return RedirectResponse(f"/staff/window/{number}", 303)


@router.post("/{draft_id}/delete")
def discard(draft_id: str, tools: ToolsDep, visitor: VisitorDep, form: FormDep) -> Response:
    own_district(visitor.account)
    with tools.store.transaction() as session:
        accounts.delete_draft(session, accounts.draft(session, draft_id, visitor.account.id))
    return RedirectResponse("/staff/window", 303)


def _load(tools: Tools, visitor: Visitor, draft_id: str) -> tuple[Tools, Bundle, counter.Data]:
    with tools.store.reading() as session:
        draft = accounts.draft(session, draft_id, visitor.account.id)
    if "account" not in draft.data:
        raise NotFound("没有这份未提交的申请；它可能已经提交或被删除", code="unknown-draft")
    tools = tools.in_district(draft.data["district"])
    return tools, tools.catalogue.bundle(draft.bundle), draft.data


def _handed_in(tools: Tools, visitor: Visitor, draft_id: str) -> str:
    """The case this draft became: pressing twice, or going back, leads to it."""
    own_district(visitor.account)
    with tools.store.reading() as session:
        return applications.number_of_key(session, f"counter:{draft_id}")


def _begin_page(
    request: Request, tools: Tools, slug: str, visit: counter_visit.Visit, faults: list[InvalidInput], told: str = ""
) -> Response:
    themes = [(audience, by_theme(tools.catalogue, audience)) for audience in reversed(Audience)]
    page: dict[str, Any] = {
        "themes": themes, "slug": slug, "visit": visit, "errors": faults, "relations": RELATIONS, "told": told,
    }
    return render(request, "window_begin.html", page, faults[0].status if faults else 200)


def _form_page(
    request: Request, tools: Tools, bundle: Bundle, draft_id: str, data: counter.Data, faults: list[OneThingError],
    *, saved: bool = False, signed: bool = False, consent: Collection[str] = (),
) -> Response:
    """`signed` and `consent` are the ticks of the page that comes back with faults."""
    page = counter.page(tools, bundle, data) | {
        "bundle": bundle, "draft_id": draft_id, "data": data, "errors": faults, "catalogue": tools.catalogue,
        "saved": saved, "signed": signed, "given": consent,
    }
    return render(request, "window_new.html", page, faults[0].status if faults else 200)
