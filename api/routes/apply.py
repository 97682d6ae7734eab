"""The five pages of an application. What was typed lives in a draft, so back, forward and reload lose nothing."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from api import applicant as applicants
from api import application_forms, beginning, drafts, guide_view
from api.consenting import Agreed, asked_for, ticked
from api.context import FormDep, ToolsDep, Visitor, VisitorDep, at_terminal
from api.local_time import local_day
from api.pages import render
from api.routes.draft_pages import PAGES, earlier_uploads
from api.submission import check_district, submit
from onething.application_form import check_form, fields_for
from onething.bootstrap import Tools
from onething.cases import OPEN_CASE_STATES, OPEN_ITEM_STATES
from onething.catalogue import Bundle, Catalogue
from onething.consents import check_agreed
from onething.eligibility import check_choice, check_place, kept_unsure, missing_materials
from onething.errors import InvalidInput, NotFound, OneThingError
from onething.papers import qr_svg
from onething.promises import check_promises
from onething.store import Account, Application, accounts, applications, guidance
from onething.vocabulary import ConsentWay

router = APIRouter(include_in_schema=False)
TYPED = ("details", "form")
"""Pages whose words are kept whatever is wrong with them."""


@router.get("/apply/{slug}")
def before(slug: str, request: Request, tools: ToolsDep, visitor: VisitorDep, district: str = "") -> Response:
    """Who may apply and what to have at hand; go on with an unfinished application or begin a new one."""
    tools = tools.in_district(district)
    bundle = tools.catalogue.bundle(slug)
    with tools.store.reading() as session:
        open_drafts = [d for d in accounts.drafts_of(session, visitor.account.id) if d.bundle == slug]
    uploads, fetched = guide_view.all_materials(tools.catalogue, bundle)
    page = {
        "bundle": bundle, "uploads": uploads, "fetched": fetched, "drafts": open_drafts, "district": district,
        "conditions": guide_view.conditions(tools.catalogue, bundle),
        "ask_licence": beginning.asks_licence(bundle, visitor.account),
    }
    return render(request, "apply_before.html", page)


@router.post("/apply/{slug}")
def begin(slug: str, request: Request, tools: ToolsDep, visitor: VisitorDep, form: FormDep) -> Response:
    """Without the business licence that comes first, the way to it is shown and nothing has been filled in yet (R23)."""
    district = str(form.get("district") or "")
    if district:
        check_district(tools, district)
    bundle = tools.in_district(district).catalogue.bundle(slug)
    said = str(form.get("licence") or "")
    if page := beginning.in_the_way(tools, bundle, visitor.account, said):
        return render(request, "apply_licence_first.html", page | {"district": district})
    sent = said == beginning.SENT
    return RedirectResponse(beginning.begin(tools, visitor.account, slug, district, sent=sent), 303)


@router.get("/drafts/{draft_id}")
def resume(draft_id: str, tools: ToolsDep, visitor: VisitorDep) -> Response:
    draft, tools, bundle = load(tools, visitor, draft_id)
    return _to(draft_id, drafts.open_step(tools.catalogue, bundle, draft.data))


@router.post("/drafts/{draft_id}/delete")
def discard(draft_id: str, tools: ToolsDep, visitor: VisitorDep, form: FormDep) -> Response:
    with tools.store.transaction() as session:
        accounts.delete_draft(session, accounts.draft(session, draft_id, visitor.account.id))
    return RedirectResponse("/cases", 303)


@router.get("/drafts/{draft_id}/{step}")
def show(draft_id: str, step: str, request: Request, tools: ToolsDep, visitor: VisitorDep) -> Response:
    if number := _submitted(tools, visitor, draft_id):
        return _receipt(number)
    draft, tools, bundle = load(tools, visitor, draft_id)
    steps = drafts.steps_of(tools.catalogue, bundle, draft.data)
    if step == "form":
        draft.data = application_forms.fetch(tools, visitor, bundle, draft_id, draft.data)
    reached = drafts.open_step(tools.catalogue, bundle, draft.data)
    if step not in steps:
        raise NotFound("没有这一步；请从“我的办件”继续填写", code="unknown-step")
    if steps.index(step) > steps.index(reached):
        return _to(draft_id, reached)
    return show_step(request, tools, bundle, draft_id, draft.data, step)


@router.post("/drafts/{draft_id}/{step}")
def save(
    draft_id: str, step: str, request: Request, tools: ToolsDep, visitor: VisitorDep, form: FormDep
) -> Response:
    if number := _submitted(tools, visitor, draft_id):
        return _receipt(number)
    draft, tools, bundle = load(tools, visitor, draft_id)
    if step == "form":
        draft.data = application_forms.fetch(tools, visitor, bundle, draft_id, draft.data)
    if step not in SAVERS:
        raise NotFound("没有这一步；请从“我的办件”继续填写", code="unknown-step")
    if step in TYPED and form.get("keep") == "yes":  # by itself, while somebody types: nothing is judged yet
        store(tools, visitor, draft_id, SAVERS[step](tools, bundle, draft.data, form, visitor.account)[0])
        return Response(status_code=204)
    if step in TYPED and form.get("back") == "yes":
        store(tools, visitor, draft_id, SAVERS[step](tools, bundle, draft.data, form, visitor.account)[0])
        return _to(draft_id, drafts.step_before(tools.catalogue, bundle, draft.data, step))
    try:
        data, faults = SAVERS[step](tools, bundle, draft.data, form, visitor.account)
    except OneThingError as error:  # an item or district that does not exist
        data, faults = draft.data, [InvalidInput(error.message, field=step, code=error.code, status=error.status)]
    if step == "review" and not faults:
        return _submit(request, tools, visitor, bundle, draft_id, data, ticked(form))
    local = tools.catalogue if faults else tools.in_district(data["district"]).catalogue
    there, before = local.bundle(bundle.slug), drafts.place_of(draft.data)
    if other := not faults and (there != bundle or bool(drafts.gained(local, there, data, before))):
        data = drafts.moved(tools.catalogue, local, there, data, before)  # this district offers something else
    if not faults or step in TYPED:
        store(tools, visitor, draft_id, data)
    if faults:
        return show_step(request, tools, bundle, draft_id, data, step, faults)
    if other:
        return _to(draft_id, "questions" if local.questions_of(there) and not data["asked"] else "items", "?moved=yes")
    done = drafts.open_step(local, there, draft.data) == drafts.open_step(local, there, data) == "review"
    return _to(draft_id, "review" if done else drafts.step_after(local, there, data, step))  # one thing was changed


def _save_questions(tools: Tools, bundle: Bundle, data: drafts.Data, form: Any, account: Account) -> tuple[drafts.Data, list]:
    answers, faults = drafts.read_answers(tools.catalogue, bundle, form, drafts.by_hand(tools.catalogue, bundle, data))
    faults += applicants.sent_by_nobody(bundle, account, answers)
    if faults:  # nothing is kept; the page shows what was said
        return data | {"answers": answers, "put_off": drafts.put_off(tools.catalogue, bundle, form)}, faults
    return drafts.after_answers(tools.catalogue, bundle, data, answers), []


def _save_items(tools: Tools, bundle: Bundle, data: drafts.Data, form: Any, account: Account) -> tuple[drafts.Data, list]:
    district = str(form.get("district") or "")
    items, answers = drafts.read_items(bundle, form, data["answers"])
    changed = data | {"items": items, "answers": answers, "district": district, "placed": bool(district)}
    try:
        check_district(tools, district)
        check_choice(tools.catalogue, bundle, items, answers)
        check_place(tools.catalogue, bundle, items, district)
    except InvalidInput as error:
        return changed, [error]
    return changed, []


def _save_details(tools: Tools, bundle: Bundle, data: drafts.Data, form: Any, account: Account) -> tuple[drafts.Data, list]:
    asked = (*applicants.FIELDS, *applicants.AGENT_FIELDS)
    applicant = applicants.tidy({field: str(form.get(f"applicant.{field}") or "") for field in asked})
    way = str(form.get("delivery_way") or "")
    mode = str(form.get("delivery_mode") or "")
    asked_mode = drafts.mode_of(data | {"delivery_mode": mode})
    faults = applicants.faults(bundle, applicant, way, asked_mode, drafts.represented(tools.catalogue, bundle, data))
    if not any(one.field in ("applicant.name", "applicant.id_no") for one in faults):
        coming = {need.material.key for need in drafts.needs_for(tools.catalogue, bundle, data)}
        faults = applicants.not_oneself(account, applicant, coming) + faults
    if applicant["id_no"] != data["applicant"]["id_no"]:
        data = drafts.without_registers(data)
    return data | {
        "applicant": applicant, "delivery_way": way, "delivery_mode": mode, "detailed": not faults
    }, faults


def _save_materials(tools: Tools, bundle: Bundle, data: drafts.Data, form: Any, account: Account) -> tuple[drafts.Data, list]:
    """Nothing to save here, files are saved one by one; only look what is missing."""
    missing = missing_materials(
        drafts.needs_for(tools.catalogue, bundle, data), drafts.wanted_documents(tools.catalogue, bundle, data),
        drafts.wanted_promises(tools.catalogue, bundle, data),
    )
    return data, [
        InvalidInput(f"请上传“{need.material.name}”", field=f"material-{need.material.key}", code="missing-material")
        for need in missing
    ]


def _save_review(tools: Tools, bundle: Bundle, data: drafts.Data, form: Any, account: Account) -> tuple[drafts.Data, list]:
    """Faults in the order of the page."""
    data = data | {"signature": str(form.get("signature") or "").strip()[:100], "ticked": form.get("promise") == "yes"}
    wish, faults = drafts.wish_of(tools.catalogue, bundle, data), []
    try:
        check_agreed(asked_for(tools, wish), ticked(form))
    except InvalidInput as error:
        faults.append(error)
    if form.get("promise") != "yes":
        faults.append(InvalidInput("请阅读并勾选承诺后再提交", field="promise", code="promise-missing"))
    try:
        needs = drafts.needs_for(tools.catalogue, bundle, data)
        check_promises(needs, wish.documents, wish.promises, wish.signature, data["applicant"]["name"])
    except InvalidInput as error:
        faults.append(error)
    return data, faults


def _save_form(tools: Tools, bundle: Bundle, data: drafts.Data, form: Any, account: Account) -> tuple[drafts.Data, list]:
    needs = fields_for(tools.catalogue, bundle, data["items"])
    data = data | {"form": application_forms.read(needs, form, data.get("shared", {}))}
    faults = check_form(needs, drafts.form_values(data, needs), local_day(tools.clock.now()))
    return data | {"formed": not faults}, faults


SAVERS = {
    "questions": _save_questions, "items": _save_items, "details": _save_details, "form": _save_form,
    "materials": _save_materials, "review": _save_review,
}


def _submit(
    request: Request, tools: Tools, visitor: Visitor, bundle: Bundle, draft_id: str, data: drafts.Data, parts: dict[str, int]
) -> Response:
    """The draft becomes a case and ends, in one transaction; its id is the idempotency key."""
    agreed = Agreed(parts, ConsentWay.TERMINAL if at_terminal(request) else ConsentWay.PAGE)
    wish = replace(drafts.wish_of(tools.catalogue, bundle, data), agreed=agreed)
    try:
        with tools.store.transaction() as session:
            checked = guidance.of_draft(session, visitor.account.id, draft_id)
            wish = replace(wish, guidance=tuple(request.number for request in checked))
            application = submit(session, tools, visitor.account, f"draft:{draft_id}", wish)
            accounts.delete_draft(session, accounts.draft(session, draft_id, visitor.account.id))
    except InvalidInput as error:
        return show_step(request, tools, bundle, draft_id, data, "review", error.all)
    return _receipt(application.number)


def _submitted(tools: Tools, visitor: Visitor, draft_id: str) -> str:
    """The case this draft became, if it did: pressing twice, or going back, leads to the receipt."""
    with tools.store.reading() as session:
        application = applications.by_idempotency_key(session, visitor.account.id, f"draft:{draft_id}")
        return application.number if application else ""


def _receipt(number: str) -> Response:
    return RedirectResponse(f"/cases/{number}/receipt", 303)


def show_step(
    request: Request, tools: Tools, bundle: Bundle, draft_id: str, data: drafts.Data, step: str,
    faults: list[OneThingError] | None = None,
) -> Response:
    """One step, with an error summary when `faults` were found (status 422, or that of the first fault)."""
    steps, before = drafts.steps_of(tools.catalogue, bundle, data), drafts.step_before(tools.catalogue, bundle, data, step)
    page = {
        "bundle": bundle, "draft_id": draft_id, "data": data, "step": step, "catalogue": tools.catalogue,
        "steps": [(name, drafts.STEPS[name]) for name in steps], "errors": faults or [],
        "rather": rather(tools.catalogue, bundle, data),
        "unsure": kept_unsure(tools.catalogue, bundle, data["items"], data["answers"]),
        "moved": "moved" in request.query_params and not faults,
        "back": f"/drafts/{draft_id}/{before}" if before else f"/apply/{bundle.slug}",
    }
    account_id = request.state.visitor.account.id
    with tools.store.reading() as session:
        page["pre_checks"] = guidance.of_draft(session, account_id, draft_id)
        about = data["items"] if step == "review" else [row.item for row in bundle.rows] if step == steps[0] else []
        page["running"] = _running(session, account_id, bundle, about) if about else None
    extra = PAGES[step](tools, bundle, data)
    if step == "materials":
        extra["phone"] = qr_svg(f"{tools.settings.base_url}/drafts/{draft_id}/materials") if at_terminal(request) else ""
        extra["earlier"] = earlier_uploads(tools, account_id, bundle, data)
    return render(request, f"apply_{step}.html", page | extra, faults[0].status if faults else 200)


def rather(catalogue: Catalogue, bundle: Bundle, data: drafts.Data) -> Bundle | None:
    """What a company has to apply for instead, where this is for 个体工商户."""
    if bundle.companies_take and applicants.is_incorporated(data["applicant"]["id_no"]):
        return catalogue.bundles[bundle.companies_take]
    return None


def _running(session: Any, account_id: str, bundle: Bundle, items: list[str]) -> Application | None:
    """A case of the account in which one of `items` is still handled: perhaps this was handed in before."""
    cases = applications.of_account(session, account_id, OPEN_CASE_STATES, most=20, bundle=bundle.slug)
    again = (case for case in cases if any(row.item in items and row.state in OPEN_ITEM_STATES for row in case.items))
    return next(again, None)


def load(tools: Tools, visitor: Visitor, draft_id: str) -> tuple[Any, Tools, Bundle]:
    """The draft, and the tools and bundle of its district."""
    with tools.store.reading() as session:
        draft = accounts.draft(session, draft_id, visitor.account.id)
        tools = tools.in_district(draft.data["district"])
        return draft, tools, tools.catalogue.bundle(draft.bundle)


def store(tools: Tools, visitor: Visitor, draft_id: str, data: drafts.Data) -> None:
    with tools.store.transaction() as session:
        accounts.save_draft(accounts.draft(session, draft_id, visitor.account.id), data, tools.clock.now())


def _to(draft_id: str, step: str, query: str = "") -> Response:
    return RedirectResponse(f"/drafts/{draft_id}/{step}{query}", 303)
