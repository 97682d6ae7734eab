"""The pages: Jinja2 templates with the words and dates of look.md. No logic here beyond showing."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from api import masking
from api.cookies import give
from api.pages import languages
from onething.catalogue.facts import UNKNOWN
from onething.numbers import grouped
from onething.uploads import page_count
from onething.vocabulary import (
    DECISIONS,
    CaseState,
    Channel,
    DeliveryMode,
    DeliveryWay,
    GuidanceKind,
    ItemState,
    PaperKind,
    PromiseKind,
)
from onething.window import address_of

HERE = Path(__file__).parent
STATIC = HERE / "static"
LARGE_COOKIE, TERMINAL_COOKIE, DISTRICT_COOKIE = "onething_large", "onething_terminal", "onething_district"
CHINESE_ONLY = ("staff", "window", "terminal", "supervision", "measures", "api_docs")
"""Templates that begin so are for those who work here, and never translated."""


def render(request: Request, template: str, page: Mapping[str, Any], status: int = 200) -> HTMLResponse:
    """`page` holds what the template shows; who is there, the language and the demo mark come with every page."""
    visitor = getattr(request.state, "visitor", None)
    settings = request.app.state.tools.settings
    language, switch = _language(request, template, visitor)
    shared = {
        "visitor": visitor, "csrf": visitor.csrf if visitor else "", "path": page_of(request, "/"),
        "large": request.cookies.get(LARGE_COOKIE) == "1", "demo": settings.demo,
        "terminal": request.cookies.get(TERMINAL_COOKIE) == "1", "idle_seconds": settings.terminal_seconds,
        "idle_minutes": settings.session_minutes,
        "catalogue": request.app.state.tools.catalogue, "language": language, "switch": switch,
        "engine_away": request.app.state.engine.away(), "posted": request.method == "POST",
    }
    answer = HTMLResponse(_environment(language).get_template(template).render(shared | dict(page)), status)
    if request.query_params.get("lang") in languages.NAMES:
        give(answer, request.app.state.tools, languages.COOKIE, request.query_params["lang"], max_age=365 * 86400)
    return answer


def _language(request: Request, template: str, visitor: Any) -> tuple[str, dict[str, str]]:
    """The language of the page, and the way to the other one. Staff and terminals work in Chinese."""
    staff = visitor is not None and not visitor.is_citizen
    if staff or request.cookies.get(TERMINAL_COOKIE) == "1" or template.startswith(CHINESE_ONLY):
        return languages.CHINESE, {}
    language = languages.language_of(request)
    other = languages.CHINESE if language == languages.ENGLISH else languages.ENGLISH
    kept = [pair for pair in request.query_params.multi_items() if pair[0] != "lang"] if request.method == "GET" else []
    href = f"{page_of(request, '/')}?{urlencode([*kept, ('lang', other)])}"
    return language, {"language": other, "label": languages.NAMES[other], "href": href}


def page_of(request: Request, otherwise: str) -> str:
    """The path of the page itself, or of the page whose form was sent."""
    if request.method == "GET":
        return request.url.path
    referer = urlsplit(request.headers.get("referer", ""))
    return referer.path if referer.netloc == request.headers.get("host") else otherwise


def text_of(template: str, page: Mapping[str, Any]) -> str:
    """A template of its own, not of the site: for files that leave it."""
    return _environment(languages.CHINESE).get_template(template).render(page)


@lru_cache
def _environment(code: str) -> Environment:
    language = languages.in_language(code)
    environment = Environment(
        loader=FileSystemLoader(HERE / "templates"), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True, auto_reload=False,
    )
    environment.filters |= {
        "day": language.day, "short_day": language.short_day, "plain_day": language.plain_day, "moment": language.moment,
        "local": language.local, "local_text": language.local_text,
        "grouped": grouped, "mask_id": masking.mask_id, "mask_phone": masking.mask_phone, "size": size_text,
        "pages": page_count, "window_address": address_of,
        "delivery_label": lambda value: DeliveryWay(value).label, "mode_label": lambda value: DeliveryMode(value).label,
        "channel_label": lambda value: Channel(value).label, "guidance_label": lambda value: GuidanceKind(value).label,
        "paper_label": lambda value: PaperKind(value).label, "promise_label": lambda value: PromiseKind(value).label,
        "state_label": lambda value: CaseState(value).label, "item_state_label": lambda value: ItemState(value).label,
        "iso_day": lambda value: language.day(date.fromisoformat(value)),
    }
    environment.tests["doubting"] = lambda text: UNKNOWN in text
    environment.globals |= {
        "_": language.marked, "translated": code != languages.CHINESE, "static": static_url,
        "decision_papers": DECISIONS, "delivery_modes": list(DeliveryMode), "delivery_ways": list(DeliveryWay),
    }
    return environment


@lru_cache
def static_url(name: str) -> str:
    """Address of a file in static/ that changes with its content, so that it may be kept for ever."""
    return f"/static/{name}?v={hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:10]}"


def size_text(size: int) -> str:
    return f"{size / 1024 / 1024:.1f} MB" if size >= 1024 * 1024 else f"{max(size // 1024, 1)} KB"
