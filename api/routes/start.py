"""Start page with search, guides, large type."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from api import guide_view
from api.context import MaybeVisitorDep, ToolsDep, at_terminal, safe_target
from api.cookies import give
from api.estimating import estimate_view
from api.pages import DISTRICT_COOKIE, LARGE_COOKIE, render
from api.placing import of_guide
from api.publishing import shelf
from api.search import find_bundles, find_by_english_name
from onething.catalogue import Bundle, Catalogue, Theme
from onething.catalogue.everyday import load_everyday
from onething.catalogue.wording import condition_text
from onething.eligibility import licence_from, not_offered
from onething.vocabulary import Audience

router = APIRouter(include_in_schema=False)


@router.get("/")
def start(request: Request, tools: ToolsDep, visitor: MaybeVisitorDep, q: str = "") -> HTMLResponse:
    catalogue, everyday = tools.catalogue, load_everyday(tools.settings.home)
    page = {
        "q": q.strip()[:40], "found": find_bundles(catalogue, everyday, q) or find_by_english_name(catalogue, everyday, q),
        "city": next(one.name for one in catalogue.districts.values() if one.kind == "city"),
        "audiences": [(audience, by_theme(catalogue, audience)) for audience in reversed(Audience)],
        "total": len(catalogue.bundles),
    }
    return render(request, "start.html", page)


def by_theme(catalogue: Catalogue, audience: Audience) -> list[tuple[Theme, list[Bundle]]]:
    """The life stages of an audience, each with its things in the order of the plan."""
    themes = sorted((t for t in catalogue.themes.values() if t.audience == audience), key=lambda theme: theme.order)
    bundles = catalogue.in_plan_order(audience)
    groups = [(theme, [b for b in bundles if b.theme == theme.slug]) for theme in themes]
    return [(theme, members) for theme, members in groups if members]


@router.get("/bundles/{slug}")
def guide(slug: str, request: Request, tools: ToolsDep, visitor: MaybeVisitorDep, district: str = "") -> HTMLResponse:
    """What one would ask first; all 26 elements are one click away."""
    chosen = district or of_guide(tools, visitor.account if visitor else None, request.cookies.get(DISTRICT_COOKIE, ""))
    found = shelf(tools, slug, chosen)
    tools, catalogue, bundle = found.tools, found.catalogue, found.bundle
    uploads, fetched = guide_view.all_materials(catalogue, bundle)
    always, sometimes = guide_view.by_need(catalogue, bundle, uploads)
    away = not_offered(bundle, found.district.code)
    page = {
        "away": away, "all_away": all(row.item in away for row in bundle.rows if not row.when),
        "bundle": bundle, "items": guide_view.guide_items(catalogue, bundle), "fetched": fetched,
        "always": always, "sometimes": sometimes,
        "estimate": estimate_view(tools, bundle, [row.item for row in bundle.rows], district=found.district.code),
        "knowledge": catalogue.knowledge.get(slug), "version": found.version, "since": found.since,
        "blocks": guide_view.blocks(bundle), "most": guide_view.most_at_once(bundle), "option_label": guide_view.option_label,
        "query": found.query, "district": found.district, "districts": list(catalogue.districts.values()),
        "fees": guide_view.fees(catalogue, bundle), "free": guide_view.free(catalogue, bundle), "catalogue": catalogue,
        "in_words": lambda text: condition_text(catalogue.questions_of(bundle), text),
        "licence": next((catalogue.bundles[slug] for slug in licence_from(bundle) if slug in catalogue.bundles), bundle),
    }
    answer = render(request, "guide.html", page)
    if district and not at_terminal(request):  # the next guide of this browser, until it is closed
        give(answer, tools, DISTRICT_COOKIE, district)
    return answer


@router.get("/look/{size}")
def look(size: str, tools: ToolsDep, target: str = "/") -> RedirectResponse:
    """Large type on or off, kept in this browser."""
    answer = RedirectResponse(safe_target(target), 303)
    give(answer, tools, LARGE_COOKIE, "1" if size == "large" else "0", max_age=365 * 86400)
    return answer
