"""我的咨询: ask from a guide or a draft, read the answer and the one-time notification, online and at the window."""

from __future__ import annotations

import secrets
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from api import drafts, looking
from api.access import own_request, staff_request
from api.asking import Inquiry, ask_once
from api.context import FormDep, ToolsDep, Visitor, VisitorDep
from api.guidance_view import view
from api.pages import render
from api.routes import apply
from api.routes.draft_pages import PAGES
from onething.bootstrap import Tools
from onething.catalogue import Bundle
from onething.errors import Conflict, InvalidInput
from onething.store import guidance, questions
from onething.vocabulary import GuidanceKind

router = APIRouter(include_in_schema=False)
NEWEST = 50
"""Questions on cases that are listed."""


@router.get("/guidance")
def my_guidance(request: Request, tools: ToolsDep, visitor: VisitorDep) -> Response:
    with tools.store.reading() as session:
        shown = [view(session, tools, row) for row in guidance.of_account(session, visitor.account.id)]
        on_cases = [
            (row, tools.catalogue_of(case).bundle(case.bundle).short_name)
            for row, case in questions.of_account(session, visitor.account.id, NEWEST)
        ]
    return render(request, "guidance_list.html", {"requests": shown, "on_cases": on_cases})


@router.get("/guidance/{number}")
def one(number: str, request: Request, tools: ToolsDep, visitor: VisitorDep) -> Response:
    with tools.store.reading() as session:
        shown = view(session, tools, own_request(session, visitor.account, number))
    return render(request, "guidance.html", {"shown": shown, "staff": False})


@router.get("/staff/guidance/{number}")
def for_staff(number: str, request: Request, tools: ToolsDep, visitor: VisitorDep) -> Response:
    """What the adviser reads beside the task in Tasklist; answered there, not here."""
    looking.at_request(tools, visitor.account, number)
    with tools.store.reading() as session:
        shown = view(session, tools, staff_request(session, tools, visitor.account, number))
    return render(request, "guidance.html", {"shown": shown, "staff": True})


@router.get("/bundles/{slug}/ask")
def ask_page(slug: str, request: Request, tools: ToolsDep, visitor: VisitorDep, district: str = "") -> Response:
    bundle = tools.catalogue.bundle(slug)
    items = [row.item for row in bundle.rows if not row.when and not row.situation]
    wish = Inquiry(GuidanceKind.QUESTION, slug, district, tuple(items))
    return _ask_page(request, tools, visitor, bundle, wish, [], secrets.token_hex(16))


@router.post("/bundles/{slug}/ask")
def ask_now(slug: str, request: Request, tools: ToolsDep, visitor: VisitorDep, form: FormDep) -> Response:
    bundle = tools.catalogue.bundle(slug)
    answers, _ = drafts.read_answers(tools.catalogue, bundle, form)  # every question may stay open here
    items, answers = drafts.read_items(bundle, form, answers)
    requester = {} if visitor.is_citizen else {
        part: str(form.get(f"requester.{part}") or "").strip() for part in ("name", "phone")
    }
    wish = Inquiry(
        kind=GuidanceKind.QUESTION, bundle=slug, district=str(form.get("district") or ""), items=tuple(items),
        question=str(form.get("question") or ""), answers=answers, requester=requester,
    )
    key = str(form.get("key") or "")[:64] or secrets.token_hex(16)
    try:
        number = ask_once(tools, visitor.account, f"page:{key}", wish).number
    except InvalidInput as error:
        return _ask_page(request, tools, visitor, bundle, wish, [error], key)
    return RedirectResponse(f"/guidance/{number}", 303)


def _ask_page(
    request: Request, tools: Tools, visitor: Visitor, bundle: Bundle, wish: Inquiry, errors: list[InvalidInput], key: str
) -> Response:
    decided = {situation.question for situation in bundle.situations}
    page = PAGES["items"](tools, bundle, {"answers": {}}) | {
        "bundle": bundle, "wish": wish, "errors": errors, "key": key, "hall": not visitor.is_citizen,
        "questions": [question for question in tools.catalogue.questions_of(bundle) if question.key not in decided],
        "adviser": tools.catalogue.office_name(bundle.adviser_office), "known": bundle.slug in tools.catalogue.knowledge,
    }
    return render(request, "guidance_ask.html", page, errors[0].status if errors else 200)


@router.get("/guidance/pre-check/{draft_id}")
def pre_check_page(draft_id: str, request: Request, tools: ToolsDep, visitor: VisitorDep) -> Response:
    return _pre_check_page(request, tools, visitor, draft_id, [], secrets.token_hex(16), "")


@router.post("/guidance/pre-check/{draft_id}")
def pre_check(draft_id: str, request: Request, tools: ToolsDep, visitor: VisitorDep, form: FormDep) -> Response:
    """The draft as it stands goes to an adviser; it stays a draft (R36)."""
    draft, tools, bundle = apply.load(tools, visitor, draft_id)
    wish = Inquiry(
        kind=GuidanceKind.PRE_CHECK, bundle=bundle.slug, district=draft.data["district"],
        items=tuple(draft.data["items"]), answers=draft.data["answers"], question=str(form.get("question") or ""),
        documents=drafts.wanted_documents(tools.catalogue, bundle, draft.data), draft_id=draft_id,
    )
    key = str(form.get("key") or "")[:64] or secrets.token_hex(16)
    try:
        number = ask_once(tools, visitor.account, f"page:{key}", wish).number
    except InvalidInput as error:
        return _pre_check_page(request, tools, visitor, draft_id, [error], key, wish.question)
    return RedirectResponse(f"/guidance/{number}", 303)


def _pre_check_page(
    request: Request, tools: Tools, visitor: Visitor, draft_id: str, errors: list[InvalidInput], key: str, question: str
) -> Response:
    draft, tools, bundle = apply.load(tools, visitor, draft_id)
    if not draft.data["items"]:
        raise Conflict("请先在申请中选择要办的事项，再申请材料预审", code="no-item")
    page: dict[str, Any] = PAGES["review"](tools, bundle, draft.data) | {
        "bundle": bundle, "draft_id": draft_id, "errors": errors, "key": key, "question": question,
        "adviser": tools.catalogue.office_name(bundle.adviser_office),
    }
    return render(request, "guidance_pre_check.html", page, errors[0].status if errors else 200)
