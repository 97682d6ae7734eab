"""自助终端: a few large choices for whoever stands there; the next person finds nothing of the one before (R28, R116)."""

from __future__ import annotations

import re

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from api import counter_papers, guide_view
from api.access import own_case
from api.case_view import tone, view
from api.context import COOKIE, FormDep, MaybeVisitorDep, ToolsDep, VisitorDep, at_terminal
from api.cookies import give, take
from api.pages import TERMINAL_COOKIE, render
from api.publishing import shelf
from api.rating import open_to
from api.routes.start import by_theme
from api.search import find_bundles
from onething.catalogue.everyday import load_everyday
from onething.errors import NotFound
from onething.numbers import meant
from onething.papers import qr_svg
from onething.store import accounts, applications, documents, ratings
from onething.vocabulary import Audience, CaseState, PaperKind

router = APIRouter(prefix="/terminal", include_in_schema=False)
NUMBER = re.compile(r"[0-9A-Z]{12,40}$")
NEWEST = 20
"""Cases on the list; an older one is opened by its number."""
CLEARS = '"cache", "storage"'


@router.get("")
def home(request: Request, tools: ToolsDep, visitor: MaybeVisitorDep) -> Response:
    """Opening this page makes the browser a terminal until it is closed, or until `/terminal/off`."""
    if not at_terminal(request):
        answer = RedirectResponse("/terminal", 303)
        give(answer, tools, TERMINAL_COOKIE, "1")
        return answer
    return render(request, "terminal.html", {})


@router.get("/off")
def off(tools: ToolsDep) -> Response:
    answer = RedirectResponse("/", 303)
    take(answer, tools, TERMINAL_COOKIE)
    return answer


@router.get("/find")
def find(request: Request, tools: ToolsDep, visitor: MaybeVisitorDep, q: str = "", audience: str = "individual") -> Response:
    shown = Audience(audience) if audience in {str(one) for one in Audience} else Audience.INDIVIDUAL
    page = {
        "q": q.strip()[:40], "found": find_bundles(tools.catalogue, load_everyday(tools.settings.home), q),
        "audience": shown, "audiences": list(reversed(Audience)), "themes": by_theme(tools.catalogue, shown),
    }
    return render(request, "terminal_find.html", page)


@router.get("/guides/{slug}")
def guide(slug: str, request: Request, tools: ToolsDep, visitor: MaybeVisitorDep) -> Response:
    """What to bring, printed as a leaflet or taken along by QR."""
    found = shelf(tools, slug, "")
    brings, fetched = guide_view.all_materials(found.catalogue, found.bundle)
    page = {
        "bundle": found.bundle, "items": guide_view.guide_items(found.catalogue, found.bundle), "brings": brings,
        "fetched": fetched, "qr": qr_svg(found.url()), "lead": found.catalogue.department_name(found.bundle.lead),
    }
    return render(request, "terminal_guide.html", page)


@router.get("/cases")
def cases(request: Request, tools: ToolsDep, visitor: VisitorDep, number: str = "") -> Response:
    """One's own cases; a number typed in, or read from the QR code of a receipt, opens one."""
    wanted = NUMBER.search(meant(number))
    if wanted:
        return RedirectResponse(f"/terminal/cases/{wanted.group()}", 303)
    with tools.store.reading() as session:
        rows = applications.of_account(session, visitor.account.id, most=NEWEST)
    shown = [(row, tools.catalogue_of(row).bundle(row.bundle).short_name, CaseState(row.state), tone(row)) for row in rows]
    page = {"cases": shown, "typed": number.strip()[:80], "newest": NEWEST}
    return render(request, "terminal_cases.html", page)


@router.get("/cases/{number}")
def case(number: str, request: Request, tools: ToolsDep, visitor: VisitorDep) -> Response:
    with tools.store.reading() as session:
        shown = view(session, tools, own_case(session, visitor.account, number))
        page = {
            "case": shown, "receipt": documents.paper(session, number, str(PaperKind.RECEIPT)),
            "may_rate": open_to(shown.application), "rated": ratings.given(session, number),
            "correction": qr_svg(f"{tools.settings.base_url}/cases/{number}/correction"),
        }
    return render(request, "terminal_case.html", page)


@router.get("/cases/{number}/receipt.pdf")
def receipt_pdf(number: str, tools: ToolsDep, visitor: VisitorDep) -> Response:
    """To print, never to save: the terminal keeps no files."""
    with tools.store.reading() as session:
        own_case(session, visitor.account, number)
        row = documents.paper(session, number, str(PaperKind.RECEIPT))
        if row is None:
            raise NotFound("窗口还没有收件，暂时没有回执；收件后可以打印", code="no-receipt")
        return counter_papers.inline(documents.content(session, row), f"{number}.pdf")


@router.get("/end")
def time_is_up(request: Request, tools: ToolsDep) -> Response:
    """Where a terminal goes by itself. Elsewhere a link must not end a login."""
    return _end(request, tools) if at_terminal(request) else RedirectResponse("/", 303)


@router.post("/end")
def end(request: Request, tools: ToolsDep, visitor: VisitorDep, form: FormDep) -> Response:
    return _end(request, tools)


def _end(request: Request, tools: ToolsDep) -> Response:
    with tools.store.transaction() as session:
        accounts.log_out(session, request.cookies.get(COOKIE, ""))
    answer = RedirectResponse("/terminal", 303, headers={"Clear-Site-Data": CLEARS})
    take(answer, tools, COOKIE)
    return answer
