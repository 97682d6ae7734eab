"""窗口工作台: the counter's queue, one case with its next act, and the papers that are printed there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from starlette.datastructures import FormData

from api import counter_papers, looking, scans, uploads, window_wishes
from api.access import readable_document
from api.case_view import CASE_TONES
from api.context import FormDep, ToolsDep, Visitor, VisitorDep
from api.correction import OpenForm, correct, open_form, replaceable, require_due
from api.correction_files import brought
from api.downloads import as_attachment
from api.pages import render
from api.passage import passage
from api.promise import hand_in
from api.window import (
    FOUND_MOST,
    LABELS,
    SHOWN,
    SHOWN_BESIDE,
    case_at_the_window,
    desk,
    districts,
    lines,
    queue,
    search,
)
from api.window_acts import DECISIONS, RECORDED, Wanted, paper_reply, register
from onething.application_form import fields_of, sections
from onething.bootstrap import Tools
from onething.errors import InvalidInput, NotFound
from onething.intake import sentences
from onething.store import Account, Application, Document, accounts, audit, window
from onething.vocabulary import CaseState
from onething.window import CORRECT, RELATIONS, SUPPLEMENT

router = APIRouter(prefix="/staff/window", include_in_schema=False)
SCAN = "扫描件或照片"


@router.get("")
def window_page(request: Request, tools: ToolsDep, visitor: VisitorDep, show: str = "", q: str = "") -> Response:
    """The clerk's day: what is due, soonest first. One exact hit of a search is opened at once."""
    with tools.store.reading() as session:
        page = _side(session, tools, visitor, show, q)
        drafts = accounts.drafts_of(session, visitor.account.id)
        page["awaited"] = [
            (case, tools.catalogue_of(case).bundle(case.bundle).short_name, due)
            for case, due in window.awaited(session, districts(visitor.account))
        ]
    if q and len(page["found"]) == 1:
        return RedirectResponse(f"/staff/window/{page['found'][0][0].number}", 303)
    if page["found"]:
        looking.at_search(tools, visitor.account, [row.number for row, _, _ in page["found"]])
    page["drafts"] = [(row, tools.catalogue.bundles[row.bundle]) for row in drafts if row.data.get("account")]
    return render(request, "window.html", page | {"desk": None, "number": "", "task": None})


@router.get("/{number}")
def case_page(number: str, request: Request, tools: ToolsDep, visitor: VisitorDep, act: str = "", show: str = "") -> Response:
    looking.at_the_counter(tools, visitor.account, number)
    return _case_page(request, tools, visitor, number, act, show)


@router.post("/{number}/acts/{task}")
def act(
    number: str, task: str, request: Request, tools: ToolsDep, visitor: VisitorDep, form: FormDep, place: uploads.PlaceDep
) -> Response:
    wish = None
    try:
        wish = _wanted(tools, visitor, number, task, form)
        with tools.store.transaction() as session:
            case = case_at_the_window(session, visitor.account, number, lock=True)
            register(session, tools, visitor.account, case, wish)
    except InvalidInput as error:
        key = f"{task}.{form.get('scope')}" if form.get("scope") else task
        return _case_page(request, tools, visitor, number, key, errors=error.all, typed=_texts(form))
    return RedirectResponse(f"/staff/window/{number}", 303)


@router.post("/{number}/paper-reply")
def reply(
    number: str, request: Request, tools: ToolsDep, visitor: VisitorDep, form: FormDep, place: uploads.PlaceDep
) -> Response:
    try:
        wish = _wanted(tools, visitor, number, "", form)
        with tools.store.transaction() as session:
            case = case_at_the_window(session, visitor.account, number, lock=True)
            paper_reply(session, tools, visitor.account, case, wish)
    except InvalidInput as error:
        error.field = f"reply-{error.field}"
        return _case_page(request, tools, visitor, number, errors=[error], typed=_texts(form))
    return RedirectResponse(f"/staff/window/{number}#replies", 303)


@router.post("/{number}/withdrawal")
def withdrawal(
    number: str, request: Request, tools: ToolsDep, visitor: VisitorDep, form: FormDep, place: uploads.PlaceDep
) -> Response:
    """The applicant stands there and wants an item, or all of it, to stop."""
    return _wish(request, tools, visitor, number, form, "withdrawal", window_wishes.withdraw)


@router.post("/{number}/delivery")
def delivery(
    number: str, request: Request, tools: ToolsDep, visitor: VisitorDep, form: FormDep, place: uploads.PlaceDep
) -> Response:
    """… or wants the results another way."""
    return _wish(request, tools, visitor, number, form, "delivery", window_wishes.choose_delivery)


def _wish(
    request: Request, tools: Tools, visitor: Visitor, number: str, form: FormData, name: str,
    grant: Callable[[Any, Tools, Account, Application, Wanted], object],
) -> Response:
    """`name` stands before the fields of its part of the page."""
    wish = _wanted(tools, visitor, number, name, form)
    wish = replace(wish, form={field.removeprefix(f"{name}-"): text for field, text in wish.form.items()})
    try:
        with tools.store.transaction() as session:
            grant(session, tools, visitor.account, case_at_the_window(session, visitor.account, number, lock=True), wish)
    except InvalidInput as error:
        for one in error.all:
            one.field = f"{name}-{one.field}"
        return _case_page(request, tools, visitor, number, errors=error.all, typed=_texts(form))
    return RedirectResponse(f"/staff/window/{number}", 303)


@router.post("/{number}/scans/{key}")
def scan(
    number: str, key: str, request: Request, tools: ToolsDep, visitor: VisitorDep, form: FormDep, place: uploads.PlaceDep
) -> Response:
    """One sheet after the other: a scanner's file or a photograph becomes the file of the material (R49)."""
    def attach(session: Any, case: Application, file: uploads.Upload) -> None:
        scans.attach(session, tools, visitor.account, case, key, file)

    return _take_file(request, tools, visitor, number, key, form, ("scan", "scans"), attach)


@router.post("/{number}/correction")
def correction(
    number: str, request: Request, tools: ToolsDep, visitor: VisitorDep, form: FormDep, place: uploads.PlaceDep
) -> Response:
    """The applicant came with what was missing: new files, the form mended, the same case, two hours again (R44, R58)."""
    with tools.store.reading() as session:
        case = case_at_the_window(session, visitor.account, number)
        require_due(case)
        needs, opened = replaceable(session, tools, case), open_form(session, tools, case)
        owner = accounts.get(session, case.account_id)
    mended = opened and opened.posted(form)
    sent = brought(tools, visitor.account, owner, needs, form, SCAN)
    try:
        with tools.store.transaction() as session:
            case = case_at_the_window(session, visitor.account, number, lock=True)
            now, keys = tools.clock.now(), sorted(sent.files)
            correct(session, tools, owner, case, sent.ids, mended.values if mended else None, sent.refused)
            window.record(session, case, CORRECT, visitor.account.subject, now, note=_named(tools, case, keys))
            audit.record(session, now, visitor.account.subject, "window-correction", number=number, materials=keys)
    except InvalidInput as error:
        return _case_page(request, tools, visitor, number, errors=error.all, mended=mended, kept=sent.files)
    return RedirectResponse(f"/staff/window/{number}", 303)


@router.post("/{number}/supplement/{key}")
def supplement(
    number: str, key: str, request: Request, tools: ToolsDep, visitor: VisitorDep, form: FormDep, place: uploads.PlaceDep
) -> Response:
    """容缺补交 at the counter: what was promised comes on paper or by hand, and is scanned (R48)."""
    def take(session: Any, case: Application, file: uploads.Upload) -> None:
        now, owner = tools.clock.now(), accounts.get(session, case.account_id)
        hand_in(session, tools, owner, case, {key: uploads.keep(session, tools, owner, file).id})
        window.record(session, case, SUPPLEMENT, visitor.account.subject, now, note=_named(tools, case, [key]))
        audit.record(session, now, visitor.account.subject, "window-supplement", number=number, materials=[key])

    return _take_file(request, tools, visitor, number, key, form, ("file-owed", "promises"), take)


def _named(tools: Tools, case: Application, keys: Iterable[str]) -> str:
    known = tools.catalogue_of(case).materials
    return "、".join(known[key].name for key in keys)


def _take_file(
    request: Request, tools: Tools, visitor: Visitor, number: str, key: str, form: FormData, place: tuple[str, str],
    take: Callable[[Any, Application, uploads.Upload], None],
) -> Response:
    """The file of one material, looked at and then taken with the case locked. `place` on the page: its inputs, their block."""
    with tools.store.reading() as session:
        case_at_the_window(session, visitor.account, number)
    try:
        file = uploads.of_material(tools, visitor.account, uploads.material_of(tools, key), uploads.sent_files(form), SCAN)
        with tools.store.transaction() as session:
            take(session, case_at_the_window(session, visitor.account, number, lock=True), file)
    except InvalidInput as error:
        for one in error.all:
            one.field = f"{place[0]}-{key}"
        return _case_page(request, tools, visitor, number, errors=error.all)
    return RedirectResponse(f"/staff/window/{number}#{place[1]}", 303)


@router.get("/{number}/papers/{document_id}")
def paper(number: str, document_id: str, tools: ToolsDep, visitor: VisitorDep) -> Response:
    """To print from the browser: notice, receipt, letter, ledger. A scan is handed out."""
    with tools.store.reading() as session:
        case_at_the_window(session, visitor.account, number)
        if readable_document(session, tools, visitor.account, document_id).number != number:
            raise NotFound("没有这份文件；它可能已被移除", code="unknown-document")
    row, content = looking.read_document(tools, visitor.account, document_id)
    if not row.paper_kind:  # what came from outside is not opened in a browser (S15)
        return as_attachment(row, content)
    return counter_papers.inline(content, f"{number}.pdf", row.media_type)


@router.get("/{number}/slip.pdf")
def slip(number: str, tools: ToolsDep, visitor: VisitorDep, what: str = "results", scope: str = "") -> Response:
    looking.at_the_counter(tools, visitor.account, number)
    with tools.store.reading() as session:
        case = case_at_the_window(session, visitor.account, number)
        pdf = counter_papers.slip(session, tools, visitor.account, case, what, scope)
    return counter_papers.inline(pdf, f"{number}-slip.pdf")


@router.get("/{number}/label.pdf")
def label(number: str, tools: ToolsDep, visitor: VisitorDep, scope: str = "") -> Response:
    looking.at_the_counter(tools, visitor.account, number)
    with tools.store.reading() as session:
        case = case_at_the_window(session, visitor.account, number)
        pdf = counter_papers.label(session, tools, case, scope)
    return counter_papers.inline(pdf, f"{number}-label.pdf")


def _side(session: Any, tools: Tools, visitor: Visitor, show: str, q: str = "", most: int = SHOWN) -> dict[str, Any]:
    """The left column: tabs with their counts, the list, or what a search found."""
    entries, wanted = queue(session, tools, visitor.account), q.strip()[:40]
    counts, chosen = Counter(one.act.task for one in entries), [one for one in entries if show in ("", one.act.task)]
    groups = visitor.account.organisation.split()
    found = search(session, tools, visitor.account, wanted) if wanted else []
    return {
        "lines": lines(session, tools, chosen[:most]), "later": len(chosen[most:]), "show": show if show in LABELS else "",
        "tabs": [("", "全部", len(entries)), *((task, label, counts[task]) for task, label in LABELS.items())], "q": wanted,
        "found": [(row, tools.catalogue_of(row).bundle(row.bundle).short_name, CaseState(row.state)) for row in found],
        "found_most": FOUND_MOST, "newest": window.NEWEST,
        "tones": CASE_TONES, "may_begin": any(group.startswith("window-") for group in groups), "now": tools.clock.now(),
        "places": [tools.catalogue.districts[code].name for code in districts(visitor.account)],
    }


def _case_page(
    request: Request, tools: Tools, visitor: Visitor, number: str, act: str = "", show: str = "",
    errors: list[InvalidInput] | None = None, typed: dict[str, str] | None = None,
    mended: OpenForm | None = None, kept: Mapping[str, Document] | None = None,
) -> Response:
    with tools.store.reading() as session:
        case = case_at_the_window(session, visitor.account, number)
        shown = desk(session, tools, visitor.account, case)
        page = _side(session, tools, visitor, show, most=SHOWN_BESIDE)
        needs = replaceable(session, tools, case) if shown.may_correct else []
        opened = mended or (open_form(session, tools, case) if shown.may_correct else None)
        applicant = accounts.get(session, case.account_id)
        item_names = {item.row.item: item.name for item in shown.case.items}
        steps = passage(session, tools, case, item_names, shown.case.notices)
    mine = [task for task in shown.tasks if task.mine]
    chosen = next((task for task in mine if task.key == act), None) or next(iter(mine), None)
    problems = {key: sentences(found)[0] for key, found in shown.judgements.items() if found.faults}
    return render(request, "window.html", page | {
        "desk": shown, "number": number, "task": chosen, "errors": errors or [], "typed": typed or {}, "needs": needs,
        "form": opened, "kept": kept or {},
        "problems": problems, "decisions": DECISIONS, "relations": RELATIONS, "recorded": RECORDED, "applicant": applicant,
        "max_mib": tools.settings.max_upload_mib, "names": {row.key: name for row, name, _ in shown.case.materials},
        "waiting": [task for task in shown.tasks if not task.mine], "known": tools.catalogue_of(case).materials,
        "item_names": item_names, "passage": steps, "fields": sections(fields_of(tools.catalogue_of(case), case)),
    }, errors[0].status if errors else 200)


def _texts(form: FormData) -> dict[str, str]:
    return {name: value for name, value in form.items() if isinstance(value, str)}


def _wanted(tools: Tools, visitor: Visitor, number: str, task: str, form: FormData) -> Wanted:
    with tools.store.reading() as session:
        case_at_the_window(session, visitor.account, number)
    sent = uploads.sent_files(form, "scan")
    scan = uploads.take_now(tools, visitor.account, sent) if sent else None
    return Wanted(task=task, scope=str(form.get("scope") or ""), form=_texts(form), scan=scan)
