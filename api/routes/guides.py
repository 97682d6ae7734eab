"""办事指南: the full and the brief guide as pages and files, the flow chart, editions and what changed (R1-R6, R15-R21)."""

from __future__ import annotations

from urllib.parse import quote

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse

from api import publishing
from api.context import MaybeVisitorDep, ToolsDep
from api.pages import render
from api.publishing import Shelf, shelf
from api.shield import FRAMED
from onething.errors import NotFound
from onething.guides.brief import brief_guide
from onething.guides.changes import changes
from onething.guides.full import full_guide
from onething.guides.measures import NAMES, all_measures, measure_rows
from onething.papers import qr_svg
from onething.store import guides

router = APIRouter(include_in_schema=False)
PDF = "application/pdf"


@router.get("/bundles/{slug}/guide")
def full_page(
    slug: str, request: Request, tools: ToolsDep, visitor: MaybeVisitorDep, district: str = ""
) -> HTMLResponse:
    """完整版, all 26 elements."""
    found = shelf(tools, slug, district)
    return _page(request, found, "guide_full.html", full_guide(found.catalogue, found.bundle, found.district))


@router.get("/bundles/{slug}/brief")
def brief_page(
    slug: str, request: Request, tools: ToolsDep, visitor: MaybeVisitorDep, district: str = ""
) -> HTMLResponse:
    """简版, with the QR code of the full one."""
    found = shelf(tools, slug, district)
    return _page(request, found, "guide_brief.html", brief_guide(found.catalogue, found.bundle, found.district))


def _page(request: Request, found: Shelf, template: str, document: object) -> HTMLResponse:
    page = {
        "bundle": found.bundle, "district": found.district, "document": document, "query": found.query, "since": found.since,
        "qr": qr_svg(found.url()), "url": found.url(), "catalogue": found.catalogue,
        "districts": list(found.catalogue.districts.values()),
    }
    return render(request, template, page)


@router.get("/bundles/{slug}/flow.svg")
def flow(slug: str, tools: ToolsDep, district: str = "") -> Response:
    return Response(
        shelf(tools, slug, district).chart, media_type="image/svg+xml",
        headers={"Content-Security-Policy": "default-src 'none'"},
    )


@router.get("/bundles/{slug}/versions")
def versions(
    slug: str, request: Request, tools: ToolsDep, visitor: MaybeVisitorDep, district: str = ""
) -> HTMLResponse:
    """Every edition with the day it came into force and what it changed (R20)."""
    found = shelf(tools, slug, district)
    with tools.store.reading() as session:
        kept = guides.editions(session, slug, found.district.code)
    pairs = zip(kept, [*kept[1:], None], strict=False)  # none before the first start
    shown = [(new, changes(old.content, new.content) if old else None) for new, old in pairs]
    page = {"bundle": found.bundle, "district": found.district, "editions": shown, "version": found.version,
            "query": found.query}
    return render(request, "guide_versions.html", page)


@router.get("/bundles/{slug}/{name}.pdf")
def pdf(slug: str, name: str, tools: ToolsDep, district: str = "", download: bool = False) -> Response:
    """guide, leaflet, form, form-example, promise, authority; for staff manual, procedure, measures and demands."""
    if f"{name}.pdf" not in publishing.FILES:
        raise NotFound("没有这个文件；请从办事指南页面下载", code="unknown-file")
    found = shelf(tools, slug, district)
    heading, content = publishing.file_of(found, f"{name}.pdf")
    return _as_pdf(content, f"{heading}-{found.version}.pdf", download)


@router.get("/measures")
def measures(request: Request, tools: ToolsDep, visitor: MaybeVisitorDep) -> HTMLResponse:
    """七个一: what changed for people, thing by thing (R111, R122)."""
    rows = measure_rows(all_measures(tools.catalogue))
    page = {"names": list(NAMES.values()), "rows": rows, "bundles": tools.catalogue.in_plan_order()}
    return render(request, "measures.html", page)


@router.get("/items/{slug}/sample.pdf")
def sample(slug: str, tools: ToolsDep) -> Response:
    return _as_pdf(publishing.result_sample(tools, slug), f"{tools.catalogue.item(slug).result.name}（样本）.pdf", False)


def _as_pdf(content: bytes, name: str, download: bool) -> Response:
    how = "attachment" if download else "inline"
    headers = {**FRAMED, "Content-Disposition": f"{how}; filename=\"guide.pdf\"; filename*=UTF-8''{quote(name)}"}
    return Response(content, media_type=PDF, headers=headers)
